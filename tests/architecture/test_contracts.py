"""Generated files are what the code says, and the check notices when they are not."""

import json
from pathlib import Path

from flask import Flask

from server import contracts
from server.hazards.workflow import TRANSITIONS, HazardState
from server.ops.paths import ROOT
from tests.architecture.conftest import Examined


def test_the_committed_files_are_up_to_date(app: Flask, examined: Examined) -> None:
    examined(len(contracts.FILES), "generated files")
    assert app is not None
    assert contracts.stale() == []


def test_a_changed_file_is_noticed_and_written_anew(app: Flask, tmp_path: Path) -> None:
    assert app is not None
    assert set(contracts.export(tmp_path)) == set(contracts.FILES)
    assert contracts.stale(tmp_path) == []
    (tmp_path / "docs" / "problems.md").write_text("something else", encoding="utf-8")
    assert contracts.stale(tmp_path) == ["docs/problems.md"]
    assert contracts.export(tmp_path) == ["docs/problems.md"]


def test_the_diagram_shows_every_step() -> None:
    text = (ROOT / "docs" / "hazard-workflow.md").read_text(encoding="utf-8")
    moving = [step for step in TRANSITIONS.values() if step.target is not None]
    steps = [(source, step.target) for step in moving for source in step.sources]
    assert steps
    assert [s for s in steps if f"{s[0]} --> {s[1]}:" not in text] == []
    assert [action for action in TRANSITIONS if f"| `{action}` |" not in text] == []
    assert [state for state in HazardState if f"    {state}: " not in text] == []


def test_the_command_line_says_when_something_is_out_of_date(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["contracts", "export", "--check"])
    assert told.exit_code == 0, told.output
    assert f"{len(contracts.FILES)} files examined" in told.output


def test_every_role_that_ships_is_exported(app: Flask) -> None:
    assert app is not None
    path = ROOT / "contracts" / "generated" / "permissions.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    known = set(content["permissions"])
    assert len(content["roles"]) == 10
    assert {p for role in content["roles"] for p in role["permissions"]} <= known
