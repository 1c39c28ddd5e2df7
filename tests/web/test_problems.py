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


NAVIGATION = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def test_who_opened_a_paper_in_a_window_reads_a_page(client: AppClient) -> None:
    answer = client.get("/api/hazards/export.xlsx", headers={"Accept": NAVIGATION})
    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "请先登录。" in answer.text
    assert "Please sign in." in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json", "image/avif,image/webp,*/*;q=0.8"]
)
def test_the_app_gets_data_and_no_page(client: AppClient, accept: str) -> None:
    answer = client.get("/api/hazards/export.xlsx", headers={"Accept": accept})
    assert answer.mimetype == "application/problem+json"


def test_what_is_sent_gets_data_and_no_page(client: AppClient) -> None:
    answer = client.post("/api/auth/login", json={}, headers={"Accept": NAVIGATION})
    assert answer.mimetype == "application/problem+json"


def test_nothing_that_was_typed_gets_into_the_page(app: Flask) -> None:
    class Odd(Conflict):
        code = "odd"
        title = title_zh = "<b>a & b</b>"

    with app.test_request_context("/api/<i>x", headers={"Accept": NAVIGATION}):
        text = reply(Odd(request_id="<u>")).get_data(as_text=True)
    assert "&lt;b&gt;a &amp; b" in text
    assert not any(tag in text for tag in ("<b>", "<i>", "<u>"))
