"""Requests and mutations that are refused, each by its own word."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from server.kernel import clock, ids
from server.kernel.db import db
from server.sync.intake import MAX_PACKED
from server.sync.models import SyncClient
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.sync.phone import EXCHANGE, Phone, compact

MakePhone = Callable[..., Phone]


def photo(**given: Any) -> dict[str, Any]:
    """Arguments of photo.add."""
    return {
        "id": ids.new_id(), "sha256": "a" * 64, "size": 10, "mime": "image/jpeg", "w": 4, "h": 3,
        "taken_at": clock.now_ms(), "origin": "camera", "purpose": "found", "annotations": [],
    } | given  # fmt: skip


def hazard(unit: str, **given: Any) -> dict[str, Any]:
    """Arguments of hazard.open."""
    return {
        "id": ids.new_id(), "unit_id": unit, "source": "report", "title": "出口被堵",
        "description": "堵", "basis": [], "grade": "general", "suspected_major": False,
        "due_on": "2026-12-01", "photos": [],
    } | given  # fmt: skip


def verdict(phone: Phone, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """What became of one mutation."""
    mutation = phone.write(name, args)
    phone.sync()
    return phone.verdicts[mutation]


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [("text/plain", None), ("application/x-www-form-urlencoded", None), ("application/json", "br")],
)
def test_only_json_is_read(
    login: Callable[[str], AppClient], content_type: str, encoding: str | None
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    client = login("inspector")
    answer = client.post(EXCHANGE, data=b"{}", content_type=content_type, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (415, "wrong-type")


@pytest.mark.fault(10)
def test_too_much_at_once_is_sent_in_parts(login: Callable[[str], AppClient]) -> None:
    body = b"[" + b" " * MAX_PACKED + b"]"
    answer = login("inspector").post(EXCHANGE, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "batch-too-large")


@pytest.mark.fault(45)
def test_a_device_that_was_shut_out_may_not_send(phone: MakePhone, actors: Actors) -> None:
    mine = phone("inspector")
    mine.sync()
    mine.write("hazard.open", hazard(actors.world.hospital.id))
    db.session.execute(update(SyncClient).values(state="revoked"))
    status, _, body = mine.send(EXCHANGE, compact(mine.request()), {})
    assert status == 403
    assert b'"device-revoked"' in body


def test_a_day_that_is_not_in_the_calendar_opens_nothing(phone: MakePhone, actors: Actors) -> None:
    args = hazard(actors.world.hospital.id, due_on="2026-02-30")
    told = verdict(phone("inspector"), "hazard.open", args)
    assert (told["status"], told["code"]) == ("rejected", "sync-bad-day")


def test_a_photo_of_no_known_kind_is_refused(phone: MakePhone) -> None:
    told = verdict(phone("inspector"), "photo.add", photo(mime="image/svg+xml"))
    assert (told["status"], told["code"]) == ("rejected", "photo-type")


def test_nobody_takes_the_id_of_another_persons_photo(phone: MakePhone) -> None:
    mine, args = phone("inspector"), photo()
    assert verdict(mine, "photo.add", args)["status"] == "applied"
    told = verdict(phone("expert"), "photo.add", args)
    assert (told["status"], told["code"]) == ("rejected", "photo-id-taken")


def test_a_photo_that_a_hazard_rests_on_stays(phone: MakePhone, actors: Actors) -> None:
    mine, opened = phone("inspector"), hazard(actors.world.hospital.id)
    shown = photo(hazard=opened["id"])
    opened["photos"] = [shown["id"]]
    assert verdict(mine, "photo.add", shown)["status"] == "applied"
    assert verdict(mine, "hazard.open", opened)["status"] == "applied"
    told = verdict(mine, "photo.remove", {"id": shown["id"], "reason": "拍错了"})
    assert (told["status"], told["code"]) == ("rejected", "photo-in-use")
