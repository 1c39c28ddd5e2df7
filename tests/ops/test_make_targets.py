"""The Makefile: every target explained, the accounts as JSON that a program can read."""

import json
import re
import subprocess
from pathlib import Path

from server.ops import commands, process
from server.ops.paths import ROOT


def make(target: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *([target] if target else [])],
        cwd=ROOT,
        env=process.environment(extra),
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_every_target_in_both_languages() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    lines = make("").stdout.splitlines()
    listed = {line.split()[1]: line for line in lines}
    assert set(listed) == targets
    for line in lines:
        assert re.search(r"[\u4e00-\u9fff]+.*·.*[a-z]", line), line


def test_every_target_has_its_command() -> None:
    named = set(re.findall(r"\$\(OPS\) ([a-z]+)", (ROOT / "Makefile").read_text()))
    assert named <= set(commands.COMMANDS)
    assert len(named) > 5


def test_accounts_are_json_and_nothing_else(tmp_path: Path) -> None:
    kept = [{"username": "office", "password": "p", "name": "王", "try": {"zh": "", "en": ""}}]
    (tmp_path / "demo-accounts.json").write_text(json.dumps(kept))
    done = make("accounts", ANXUN_VAR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == kept


def test_without_a_demo_there_are_no_accounts(tmp_path: Path) -> None:
    done = make("accounts", ANXUN_VAR=str(tmp_path))
    assert json.loads(done.stdout) == []
