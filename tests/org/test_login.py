"""Logging in: the right person gets in, a guesser waits, nothing tells who exists."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.kernel.db import db
from server.org import login, passwords
from server.org.models import LoginAttempt, LoginSession, Person
from server.org.queries import load_actor, token_hash
from server.web.auth import COOKIE
from tests.org.conftest import OTHER, PASSWORD, log_in
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock


def test_the_right_password_opens_a_session(client: AppClient, zhang: Person) -> None:
    answer = client.post("/api/auth/login", json={"username": " ＺHANG ", "password": PASSWORD})
    assert answer.status_code == 200
    me = answer.json["user"]
    assert me["id"] == zhang.id
    assert me["username"] == "zhang"
    assert me["roles"][0]["name_zh"] == "检查员"
    assert "inspections.conduct" in me["permissions"]
    assert me["must_change_password"] is False
    assert me["demo"] is False
    assert client.get("/api/auth/me").json == me


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: AppClient, zhang: Person
) -> None:
    answer = client.post(
        "/api/auth/login",
        json={"username": "zhang", "password": PASSWORD},
        base_url="https://localhost",
    )
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Secure"))


def test_a_stolen_database_opens_no_session(client: AppClient, zhang: Person) -> None:
    log_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    kept = db.session.scalars(select(LoginSession.token_hash)).one()
    assert kept == token_hash(cookie.value)
    assert load_actor(kept) is None
    assert load_actor(cookie.value) is not None


def test_each_login_gets_a_new_token(client: AppClient, zhang: Person) -> None:
    tokens = set()
    for _ in range(3):
        log_in(client)
        cookie = client.get_cookie(COOKIE)
        assert cookie is not None
        tokens.add(cookie.value)
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 43


def test_logging_in_is_recorded(client: AppClient, zhang: Person) -> None:
    log_in(client)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.actor_name) == ("auth.login", zhang.id, "张检查")
    assert PASSWORD not in str(entry.details)


@pytest.mark.parametrize("case", ["wrong", "unknown", "inactive", "no-password"])
def test_every_refusal_is_the_same_answer(client: AppClient, zhang: Person, case: str) -> None:
    zhang.active = case != "inactive"
    zhang.password_hash = None if case == "no-password" else zhang.password_hash
    username = "nobody" if case == "unknown" else "zhang"
    status, body = log_in(client, "wrong password" if case == "wrong" else PASSWORD, username)
    assert status == 401
    assert body == {
        "type": "/problems/auth-wrong-credentials",
        "code": "auth-wrong-credentials",
        "title": "The user name or the password is not right.",
        "title_zh": "用户名或密码不正确。",
        "status": 401,
        "instance": "/api/auth/login",
    }


def test_an_unknown_name_costs_the_same_work_as_a_known_one(zhang: Person) -> None:
    """No stopwatch: the stand-in for a missing hash asks argon2 for the very same work."""
    assert zhang.password_hash is not None
    kept = extract_parameters(zhang.password_hash)
    assert extract_parameters(passwords.nobodys_hash()) == kept
    assert not passwords.verify(None, "wrong password")


def test_guessing_at_one_account_slows_down_more_and_more(
    client: AppClient, zhang: Person, clock: FrozenClock
) -> None:
    assert [log_in(client, OTHER)[0] for _ in range(5)] == [401] * 5
    waits = []
    for _ in range(10):
        status, body = log_in(client, OTHER)
        assert status == 429
        assert body["code"] == "auth-too-many-attempts"
        waits.append(body["retry_after"])
        clock.move(seconds=body["retry_after"])
        assert log_in(client, OTHER)[0] == 401
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900]


def test_while_a_wait_runs_even_the_right_password_waits(
    client: AppClient, zhang: Person, clock: FrozenClock
) -> None:
    for _ in range(5):
        log_in(client, OTHER)
    answer = client.post(
        "/api/auth/login",
        json={"username": "zhang", "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
    )
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    clock.move(seconds=2)
    assert log_in(client)[0] == 200


def test_unknown_names_wait_as_known_ones_do(client: AppClient, clock: FrozenClock) -> None:
    seen = [log_in(client, OTHER, "nobody")[0] for _ in range(6)]
    assert seen == [401] * 5 + [429]


def test_success_forgives_earlier_slips(client: AppClient, zhang: Person) -> None:
    for _ in range(3):
        assert [log_in(client, OTHER)[0] for _ in range(4)] == [401] * 4
        assert log_in(client)[0] == 200


def test_a_stranger_cannot_lock_out_whoever_logs_in_from_a_usual_place(
    client: AppClient, zhang: Person
) -> None:
    assert log_in(client, address="10.0.0.1")[0] == 200
    for number in range(30):
        log_in(client, OTHER, address=f"192.0.2.{number}")
    assert log_in(client, OTHER, address="192.0.2.77")[0] == 429
    assert log_in(client, address="10.0.0.1")[0] == 200


def test_a_sprayer_in_the_same_building_does_not_lock_out_known_colleagues(
    client: AppClient, zhang: Person
) -> None:
    assert log_in(client)[0] == 200
    statuses = [log_in(client, OTHER, f"name{number}")[0] for number in range(103)]
    assert statuses[:101] == [401] * 101
    assert statuses[102] == 429
    assert log_in(client)[0] == 200


def test_a_proxy_of_ours_says_for_whom_it_asks(client: AppClient, zhang: Person) -> None:
    def guess(remote: str, forwarded: str) -> int:
        return client.post(
            "/api/auth/login",
            json={"username": "zhang", "password": OTHER},
            headers={"X-Forwarded-For": forwarded},
            environ_overrides={"REMOTE_ADDR": remote},
        ).status_code

    assert [guess("127.0.0.1", f"192.0.2.{n}") for n in range(8)] == [401] * 8
    assert [guess("127.0.0.1", "9.9.9.9, 192.0.2.99") for _ in range(6)][-1] == 429


def test_a_stranger_cannot_say_for_whom_it_asks(client: AppClient, zhang: Person) -> None:
    seen = [
        client.post(
            "/api/auth/login",
            json={"username": "zhang", "password": OTHER},
            headers={"X-Forwarded-For": f"192.0.2.{n}"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.5"},
        ).status_code
        for n in range(6)
    ]
    assert seen == [401] * 5 + [429]


def test_neighbours_of_one_ipv6_network_share_a_counter() -> None:
    first = login.Caller("a", "2001:db8::1")
    assert first.address_key == login.Caller("b", "2001:db8::ffff").address_key
    assert first.address_key != login.Caller("a", "2001:db8:0:1::1").address_key
    assert login.Caller("a", "not an address").network == "not an address"


def test_what_was_typed_as_a_name_is_not_kept(client: AppClient, zhang: Person) -> None:
    log_in(client, "x", "my secret typed in the wrong box")
    rows = db.session.scalars(select(LoginAttempt)).all()
    assert rows
    assert not any("secret" in row.key for row in rows)


def test_old_counters_are_swept_away(client: AppClient, zhang: Person, clock: FrozenClock) -> None:
    log_in(client, OTHER)
    assert login.forget_old_attempts() == 0
    clock.move(days=91)
    assert login.forget_old_attempts() == 3
    assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 0


def test_a_hash_with_old_parameters_is_renewed(client: AppClient, zhang: Person) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    zhang.password_hash = weak
    assert log_in(client)[0] == 200
    assert zhang.password_hash is not None
    assert zhang.password_hash != weak
    assert not passwords.is_outdated(zhang.password_hash)
    assert log_in(client)[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"username": "zhang"}',
        b'{"username": "zhang", "password": 5}',
        b'{"username": "zhang", "password": "x", "admin": true}',
        b'{"username": "a", "username": "zhang", "password": "x"}',
        b'{"username": NaN, "password": "x"}',
    ],
)
def test_a_malformed_login_is_refused(client: AppClient, body: bytes) -> None:
    answer = client.post("/api/auth/login", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_a_huge_login_is_not_even_read(client: AppClient) -> None:
    answer = client.post("/api/auth/login", data=b"x" * 9000, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_a_foreign_page_cannot_log_somebody_in(client: AppClient, zhang: Person) -> None:
    answer = client.post(
        "/api/auth/login",
        json={"username": "zhang", "password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert answer.json["code"] == "foreign-origin"
