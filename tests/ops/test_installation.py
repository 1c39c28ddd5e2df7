"""The first start, the second one, and the one after a first start that was cut off."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.ops import paths, process
from server.ops.site import FLASK
from tests.support.databases import Databases, environment, flask

BEGIN_LOADING = """
from wsgi import app
from server.installation import _mark_loading
with app.app_context():
    _mark_loading(True)
"""


def prepare(env: dict[str, str], kind: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(flask(env, "installation", "prepare", f"--{kind}"))
    return said


def people(env: dict[str, str]) -> int:
    return len(flask(env, "users", "list").splitlines())


def break_off(env: dict[str, str]) -> None:
    """Leave what a start leaves that was killed while it loaded the demo."""
    command = [str(paths.PYTHON), "-c", BEGIN_LOADING]
    subprocess.run(command, cwd=paths.ROOT, env=process.environment(env), check=True)


def test_an_empty_start_makes_one_administrator_once(databases: Databases, tmp_path: Path) -> None:
    env = environment(databases.fresh("sqlite", "ready"), tmp_path)
    first = prepare(env, "empty")
    assert "initial password" in first["administrator"]
    assert first["accounts"] == []
    assert prepare(env, "empty") == {"first": False, "administrator": None, "accounts": []}
    assert people(env) == 1


def test_a_demo_start_loads_the_county_once(databases: Databases, tmp_path: Path) -> None:
    env = environment(databases.fresh("sqlite", "demo", into=tmp_path), tmp_path)
    before = people(env)
    again = prepare(env, "demo")
    assert (again["first"], again["administrator"]) == (False, None)
    assert {"name", "username", "password", "try"} <= set(again["accounts"][0])
    assert people(env) == before


def test_a_start_that_was_cut_off_is_begun_again(databases: Databases, tmp_path: Path) -> None:
    env = environment(databases.fresh("sqlite", "ready"), tmp_path)
    flask(env, "users", "first", "--username", "half", "--name", "半", "--region-code", "100000")
    break_off(env)
    assert prepare(env, "empty")["first"] is True
    assert "half" not in flask(env, "users", "list")


@pytest.mark.postgres
def test_a_database_server_is_never_emptied_by_us(databases: Databases, tmp_path: Path) -> None:
    env = environment(databases.fresh("postgres", "ready"), tmp_path)
    break_off(env)
    done = subprocess.run(
        [*FLASK, "installation", "prepare", "--demo"],
        cwd=paths.ROOT,
        env=process.environment(env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "empty this database" in done.stderr
