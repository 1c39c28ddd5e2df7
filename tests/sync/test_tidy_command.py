"""`flask sync tidy`: the one command of the night clears away for every feature."""

from flask import Flask
from sqlalchemy import func, select

from server.kernel.db import db, transaction
from server.org import login, sessions
from server.org.models import LoginAttempt, LoginSession
from tests.support.actors import Actors
from tests.support.clock import FrozenClock


def count(model: type[LoginAttempt] | type[LoginSession]) -> int:
    with transaction(write=False):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def tidy(app: Flask) -> str:
    done = app.test_cli_runner().invoke(args=["sync", "tidy"])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_night_forgets_login_counters_and_ended_sessions(
    app: Flask, actors: Actors, clock: FrozenClock
) -> None:
    first, second = (actors[name].user_id for name in ("inspector", "expert"))
    db.session.commit()
    with transaction():
        caller = login.Caller("somebody", "10.0.0.1")
        for key in (caller.name_key, caller.pair_key, caller.address_key):
            db.session.add(LoginAttempt(key=key, failures=1, last_at=clock()))
        sessions.open_session(first, "phone")
    assert "login counters forgotten: 0, ended sessions forgotten: 0" in tidy(app)
    clock.move(days=91)
    with transaction():
        sessions.open_session(second, "phone")
    assert "login counters forgotten: 3, ended sessions forgotten: 1" in tidy(app)
    assert (count(LoginAttempt), count(LoginSession)) == (0, 1)
