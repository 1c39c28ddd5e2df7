"""Sessions slide and end; passwords change; grants count on their days."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.kernel.db import db
from server.kernel.errors import Unavailable
from server.org import sessions
from server.org.models import LoginSession, Person
from server.web.auth import COOKIE
from tests.factories.org import make_grant, make_person, make_region
from tests.org.conftest import OTHER, PASSWORD, log_in
from tests.support.actors import World
from tests.support.clients import AppClient, client_of
from tests.support.clock import FrozenClock


def test_logging_out_ends_the_session_at_once(client: AppClient, zhang: Person) -> None:
    log_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert client.post("/api/auth/logout", json={}).status_code == 204
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/api/auth/me").status_code == 401


def test_deactivating_somebody_ends_their_access_at_once(client: AppClient, zhang: Person) -> None:
    log_in(client)
    zhang.active = False
    assert client.get("/api/auth/me").status_code == 401


def test_a_session_in_use_slides_and_an_idle_one_ends(
    client: AppClient, zhang: Person, clock: FrozenClock
) -> None:
    log_in(client)
    clock.move(days=29)
    answer = client.get("/api/auth/me")
    assert answer.status_code == 200
    assert "Max-Age=2592000" in answer.headers["Set-Cookie"]
    assert "Set-Cookie" not in client.get("/api/auth/me").headers
    clock.move(days=29)
    assert client.get("/api/auth/me").status_code == 200
    clock.move(days=31)
    assert client.get("/api/auth/me").status_code == 401


def test_a_database_that_is_away_while_prolonging_spoils_no_answer(
    client: AppClient, zhang: Person, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_token: str) -> bool:
        raise Unavailable(retry_after=2)

    log_in(client)
    clock.move(days=29)
    monkeypatch.setattr(sessions, "is_renewal_due", away)
    answer = client.get("/api/auth/me")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_session_ends_after_ninety_days_whatever_its_use(
    client: AppClient, zhang: Person, clock: FrozenClock
) -> None:
    log_in(client)
    for _ in range(4):
        clock.move(days=22)
        assert client.get("/api/auth/me").status_code == 200
    clock.move(days=3)
    assert client.get("/api/auth/me").status_code == 401


def test_ended_sessions_are_swept_at_the_next_login(
    client: AppClient, zhang: Person, clock: FrozenClock
) -> None:
    log_in(client)
    clock.move(days=40)
    log_in(client)
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 1
    assert not sessions.is_renewal_due("no such token")


def test_a_changed_password_ends_other_sessions_and_keeps_this_one(
    app: Flask, client: AppClient, zhang: Person
) -> None:
    log_in(client)
    elsewhere = client_of(app)
    log_in(elsewhere)
    answer = client.post("/api/auth/password", json={"old": PASSWORD, "new": OTHER})
    assert answer.status_code == 204
    assert client.get("/api/auth/me").status_code == 200
    assert elsewhere.get("/api/auth/me").status_code == 401
    assert log_in(elsewhere)[0] == 401
    assert log_in(elsewhere, OTHER)[0] == 200


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("not it", OTHER, "auth-wrong-old-password"),
        (PASSWORD, "short", "auth-password-too-short"),
        (PASSWORD, "qwertyuiop123", "auth-password-too-common"),
        (PASSWORD, "zhang2026zhang", "auth-password-too-common"),
        (PASSWORD, PASSWORD, "auth-password-unchanged"),
        (PASSWORD, "x" * 200, "auth-password-too-long"),
    ],
)
def test_a_password_change_says_what_is_wrong(
    client: AppClient, zhang: Person, old: str, new: str, code: str
) -> None:
    log_in(client)
    answer = client.post("/api/auth/password", json={"old": old, "new": new})
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert log_in(client)[0] == 200


def test_guessing_the_old_password_waits_too(client: AppClient, zhang: Person) -> None:
    log_in(client)
    guess = {"old": "not it", "new": OTHER}
    seen = [client.post("/api/auth/password", json=guess).status_code for _ in range(6)]
    assert seen == [422] * 5 + [429]


def test_an_initial_password_opens_nothing_but_its_own_change(
    client: AppClient, zhang: Person, clock: FrozenClock
) -> None:
    zhang.must_change_password = True
    log_in(client)
    assert client.get("/api/auth/me").json["must_change_password"] is True
    assert client.get("/api/units").status_code == 403
    client.post("/api/auth/password", json={"old": PASSWORD, "new": OTHER})
    assert client.get("/api/auth/me").json["must_change_password"] is False
    assert client.get("/api/units").status_code == 200


def test_a_grant_counts_only_on_its_days(
    app: Flask, world: World, clock: FrozenClock, login: Callable[..., AppClient]
) -> None:
    guest = make_person(region=make_region(), username="guest")
    day = clock().date()
    make_grant(guest, "guest", region=world.county, starts_on=day, ends_on=day)
    client = login(guest)
    assert client.get("/api/units").status_code == 200
    clock.move(days=1)
    assert client.get("/api/units").status_code == 403
    assert client.get("/api/auth/me").json["permissions"] == []
