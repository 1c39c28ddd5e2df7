"""The way in: who may send what from where, and the headers on the way out."""

from collections.abc import Callable

import pytest

from tests.support.clients import AppClient

ELSEWHERE = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_foreign_page_changes_nothing(
    login: Callable[[str], AppClient], headers: dict[str, str]
) -> None:
    client = login("inspector")
    answer = client.post("/api/auth/logout", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "foreign-origin")
    assert client.get("/api/auth/me").status_code == 200


def test_our_own_page_may(login: Callable[[str], AppClient]) -> None:
    client = login("inspector")
    answer = client.post("/api/auth/logout", headers={"Origin": "http://localhost"})
    assert answer.status_code in (200, 204)
    assert client.get("/api/auth/me").status_code == 401


def test_nobody_is_let_in_without_a_session(client: AppClient) -> None:
    for address in ("/api/units", "/api/hazards", "/api/people", "/api/auth/me"):
        answer = client.get(address)
        assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated"), address


@pytest.mark.parametrize("body", [b"", b"{", b'{"username":"a","username":"b"}', b"[NaN]"])
def test_a_body_that_is_no_json_is_refused(client: AppClient, body: bytes) -> None:
    answer = client.post("/api/auth/login", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (422, "bad-json")


def test_an_unknown_key_is_refused_by_its_name(client: AppClient) -> None:
    answer = client.post("/api/auth/login", json={"username": "a", "password": "b", "admin": True})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/admin"]


@pytest.mark.parametrize("address", ["/", "/healthz", "/api/auth/me", "/api/nothing"])
def test_every_answer_carries_the_headers_that_protect(client: AppClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-Id"]


def test_answers_of_the_api_are_kept_by_no_cache(login: Callable[[str], AppClient]) -> None:
    assert login("inspector").get("/api/auth/me").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("10.2.3.4", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.2.3.4"}, 404),
        ("127.0.0.1", {"Forwarded": "for=10.2.3.4"}, 404),
    ],
)
def test_counters_are_for_this_machine_alone(
    client: AppClient, address: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
