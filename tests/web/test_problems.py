"""What goes wrong leaves as one shape, and tells nothing that it should not."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.kernel.errors import Conflict, NotFound, Problem, TooLarge, TooMany, Unavailable
from server.web.problems import STATUS, Internal, reply, status_of
from tests.support.clients import AppClient


def test_an_unknown_address_of_the_api_is_a_problem(client: AppClient) -> None:
    answer = client.get("/api/nothing-here")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not-found"
    assert answer.json["instance"] == "/api/nothing-here"
    assert answer.json["title_zh"]


def test_a_method_that_an_address_lacks_is_a_bad_request(client: AppClient) -> None:
    answer = client.put("/healthz")
    assert (answer.status_code, answer.json["code"]) == (405, "bad-request")


def test_a_bug_says_its_number_and_nothing_else(app: Flask, client: AppClient) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("password=hunter2 in /etc/secret")

    original = app.view_functions["health.healthz"]
    app.view_functions["health.healthz"] = broken
    try:
        answer = client.get("/healthz")
    finally:
        app.view_functions["health.healthz"] = original
    assert (answer.status_code, answer.json["code"]) == (500, Internal.code)
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text


@pytest.mark.parametrize(("kind", "status"), [*STATUS.items(), (Problem, 500)])
def test_each_kind_has_its_status(kind: type[Problem], status: int) -> None:
    class Special(kind):  # type: ignore[misc, valid-type]
        code = "special"

    assert status_of(Special()) == status


@pytest.mark.parametrize("kind", [TooMany, Unavailable])
def test_a_problem_that_passes_says_when_to_come_back(app: Flask, kind: type[Problem]) -> None:
    with app.test_request_context("/api/x"):
        answer = reply(kind(retry_after=7))
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["Cache-Control"] == "no-store"


def test_hidden_and_absent_are_the_same_bytes(
    login: Callable[[str], AppClient], actors: object, world: object
) -> None:
    hidden = world.other_hospital.id  # type: ignore[attr-defined]
    client = login("unit_head")
    absent = hidden[:-1] + ("0" if hidden[-1] != "0" else "1")
    one, two = (client.get(f"/api/units/{key}") for key in (hidden, absent))
    assert one.status_code == two.status_code == 404
    assert one.text.replace(hidden, "") == two.text.replace(absent, "")


def test_problems_carry_both_languages() -> None:
    for kind in (Conflict, NotFound, TooLarge):
        assert kind.title != kind.title_zh
