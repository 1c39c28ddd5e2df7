"""`flask audit …` as an administrator meets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server import create_app
from server.audit.service import record
from server.kernel.db import db
from tests.audit import damage
from tests.conftest import BACKENDS
from tests.support.databases import Databases


@pytest.fixture(params=BACKENDS)
def installed(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[Flask]:
    """An installation whose transactions really commit, with five entries and a signed end."""
    made = create_app(databases.settings(databases.fresh(request.param), tmp_path))
    with made.app_context():
        for number in range(5):
            record(None, "hazard.open", "hazard", f"h{number}")
        db.session.commit()
        db.session.remove()
    assert say(made, "sign") == (0, "audit log signed up to entry 5\n", "")
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def say(app: Flask, *words: str) -> tuple[int, str, str]:
    done = app.test_cli_runner().invoke(args=["audit", *words])
    return done.exit_code, done.stdout, done.stderr


def spoil(app: Flask, seq: int) -> None:
    with app.app_context():
        damage.unguarded()
        damage.change(seq, actor_name="李四")
        db.session.commit()
        db.session.remove()


def test_a_whole_log_is_said_to_be_whole(installed: Flask) -> None:
    code, said, _ = say(installed, "verify")
    _, head, _ = say(installed, "head")
    assert code == 0
    assert f"audit log whole: 5 entries, 1 signed ends, end {head.strip()}" in said
    assert say(installed, "verify", "--head", head.strip())[0] == 0


def test_the_first_broken_entry_is_named_in_both_languages(installed: Flask) -> None:
    spoil(installed, 3)
    code, said, told = say(installed, "verify")
    assert (code, said) == (1, "")
    assert "第 3 条被改动" in told
    assert "entry 3 was changed" in told
    assert "李四 hazard.open h2" in told


def test_an_end_noted_elsewhere_that_is_no_longer_there(installed: Flask) -> None:
    code, _, told = say(installed, "verify", "--head", f"9:{'00' * 32}")
    assert code == 1
    assert "第 6 条起被截去，至少至第 9 条" in told


def test_an_unreadable_end_is_refused(installed: Flask) -> None:
    assert say(installed, "verify", "--head", "nonsense")[0] == 2
