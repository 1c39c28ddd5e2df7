"""Every entrance says who may use it; the open ones are listed here with their reasons."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.access.rules import Permission
from server.web.api import Who
from tests.architecture.conftest import Examined

#: entrances outside the API: they show nothing that belongs to a unit
OUTSIDE_THE_API = {
    "/healthz": "a load balancer has no account",
    "/readyz": "a load balancer has no account; says only ok or unusable",
    "/metrics": "counters without names, for this machine alone",
    "/": "the app itself, the same for everybody",
    "/<path:name>": "the app's files, the same for everybody",
}
ANYONE = {
    "OPTIONS /api/blobs": "what tus uploads can do here; the protocol asks before anything else",
    "POST /api/auth/login": "nobody is logged in before",
    "GET /api/ref/manifest": "checklists are public law, cached by phones before login",
    "GET /api/ref/manifest.json": "the same",
    "GET /api/ref/definitions/<digest>": "the same; the address is the hash of the content",
    "GET /api/ref/workflow.json": "the same table that docs/hazard-workflow.md prints",
    "GET /api/ref/answer-types.json": "part of the app's public contract",
    "GET /api/ref/keys.json": "public keys; whoever holds a receipt or a package checks it by them",
    "GET /api/ref/rescue-key.json": "a public key; a phone seals files before anybody logs in",
    "GET /api/public/papers/<code>": "whoever holds a paper; by whom, when, unchanged, no more",
    "GET /api/public/draw-seeds": "hashes of seeds, published before anybody draws",
    "GET /api/public/draws": "published draws: meant for everybody",
    "GET /api/public/draws/<code>.json": "the same; the file repeats the draw",
    "GET /api/ref/hant.json": "published texts in Traditional characters",
    "GET /api/public/tips/where": "the unit and place that a label in the hand stands for",
    "POST /api/public/tips": "who reports a danger needs no account",
    "PUT /api/public/tips/pictures/<int:place_no>": "a picture of such a report",
    "POST /api/public/tips/receipt": "how it stands, for whoever holds 80 bits",
}
LOGGED_IN = {
    "POST /api/auth/logout": "everybody may leave",
    "GET /api/auth/me": "everybody may know who they are",
    "POST /api/auth/password": "everybody may change their own",
    "GET /api/visits": "planners, the team, and readers after release; to others there are none",
    "GET /api/visits/<visit_id>": "the same; to others it is absent",
    "GET /api/visits/<visit_id>/knowledge": "the same",
    "GET /api/visits/<visit_id>/plan.pdf": "the same",
}


@pytest.fixture
def found(app_on: Callable[[str], Flask]) -> dict[str, object]:
    return entrances(app_on("sqlite"))


def entrances(app: Flask) -> dict[str, object]:
    """`METHOD rule` → the permission on it, for every address of the application."""
    found: dict[str, object] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        methods = rule.methods or set()
        for method in sorted(methods - {"OPTIONS", "HEAD"} or methods - {"OPTIONS"} or methods):
            found[f"{method} {rule.rule}"] = getattr(view, "permission", None)
    return found


def test_every_entrance_states_a_permission(found: dict[str, object], examined: Examined) -> None:
    bare = {name for name, permission in found.items() if permission is None}
    assert bare == {f"GET {rule}" for rule in OUTSIDE_THE_API}
    assert all(isinstance(p, Permission | Who) for p in found.values() if p is not None)
    examined(len(found) - len(bare), "entrances of the API")


def test_open_entrances_are_the_listed_ones(found: dict[str, object]) -> None:
    assert {name for name, who in found.items() if who is Who.ANYONE} == set(ANYONE)


def test_entrances_for_everybody_logged_in_are_the_listed_ones(found: dict[str, object]) -> None:
    assert {name for name, who in found.items() if who is Who.LOGGED_IN} == set(LOGGED_IN)
