"""Moments are plain integers, days are days of the inspected place; neither breaks at an edge."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.hazards.models import Hazard
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone

MakePhone = Callable[..., Phone]
POSTED = "ward.rules.posted"


def found(unit_id: str, due_on: str) -> dict[str, Any]:
    return {
        "id": ids.new_id(), "unit_id": unit_id, "source": "report", "title": "通道堵塞",
        "description": "杂物", "basis": [], "grade": "general", "suspected_major": False,
        "due_on": due_on,
    }  # fmt: skip


@pytest.mark.fault(90)
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2028, 2, 29, 15, 59, 59, 999_000, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, 1_000, tzinfo=UTC),
        datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),
    ],
    ids=["29 February", "last second of 31 bits", "the one after", "after 32 bits"],
)
def test_no_moment_is_too_odd_or_too_late(
    phone: MakePhone, visit: Callable[..., Inspection], clock: FrozenClock, moment: datetime
) -> None:
    clock.set(moment)
    inspection, mine = visit(), phone("inspector")
    # A leap second is the second before it once more: the same number twice is no fault.
    for note in ("一", "二"):
        mine.answer(inspection.id, POSTED, note=note)
    mine.sync()
    assert {verdict["status"] for verdict in mine.verdicts.values()} == {"applied"}
    row = mine.row(f"insp:{inspection.id}", "answer", f"{inspection.id}||{POSTED}")
    assert row["fields"]["note"]["v"] == "二"
    assert row["fields"]["note"]["at"] == round(moment.timestamp() * 1000)


@pytest.mark.fault(90)
def test_the_29th_of_february_is_a_day_in_some_years(phone: MakePhone, world: World) -> None:
    mine = phone("inspector")
    leap = mine.write("hazard.open", found(world.hospital.id, "2028-02-29"))
    never = mine.write("hazard.open", found(world.hospital.id, "2027-02-29"))
    mine.sync()
    assert mine.verdicts[leap]["status"] == "applied"
    assert mine.verdicts[never]["code"] == "sync-bad-day"


@pytest.mark.fault(88, 89)
def test_a_due_day_is_the_persons_and_ends_at_midnight_of_the_place(
    phone: MakePhone,
    actors: Actors,
    world: World,
    clock: FrozenClock,
    login: Callable[..., AppClient],
) -> None:
    """Half a minute before midnight in China; it arrives a minute later, from another zone."""
    clock.set(datetime(2026, 12, 31, 15, 59, 30, tzinfo=UTC))
    mine = phone("inspector")
    args = found(world.hospital.id, "2027-01-03")
    mine.write("hazard.open", args, tz=-480)
    clock.move(minutes=1)
    mine.sync()
    assert db.session.get_one(Hazard, args["id"]).due_on.isoformat() == "2027-01-03"
    assert mine.rows()[("hazard", args["id"])]["due_on"] == "2027-01-03"
    for moment, late in ((datetime(2027, 1, 3, 15, 59, 59, tzinfo=UTC), False),
                         (datetime(2027, 1, 3, 16, 0, 1, tzinfo=UTC), True)):  # fmt: skip
        clock.set(moment)
        listed = login("inspector").get("/api/hazards?overdue=true").json["items"]
        assert (args["id"] in {one["id"] for one in listed}) is late


@pytest.mark.fault(89)
@pytest.mark.parametrize(
    ("ahead", "told", "due"),
    [
        (timedelta(days=3), "2027-01-10", "2027-01-07"),
        (timedelta(minutes=4), "2027-01-08", "2027-01-07"),
        (timedelta(days=-20), "2026-12-18", "2027-01-07"),
        (timedelta(0), "2027-01-07", "2027-01-07"),
    ],
    ids=["three days ahead", "past midnight too early", "behind", "right"],
)
def test_a_due_day_reckoned_from_a_wrong_today_is_reckoned_again_and_told(
    phone: MakePhone, world: World, clock: FrozenClock, ahead: timedelta, told: str, due: str
) -> None:
    """Seven days are given at two minutes to midnight, by a clock that is wrong."""
    clock.set(datetime(2026, 12, 31, 15, 58, tzinfo=UTC))
    mine = phone("inspector")
    args = found(world.hospital.id, told) | {"due_days": 7}
    sent = write_ahead(mine, "hazard.open", args, ahead)
    row = mine.rows()[("hazard", args["id"])]
    assert row["due_on"] == due
    steps = [(one["action"], one["note"]) for one in row["steps"]]
    verdict = mine.verdicts[sent]
    if told == due:
        assert (verdict["status"], steps) == ("applied", [("open", None)])
        return
    assert (verdict["status"], verdict["code"]) == ("merged", "hazard-due-moved")
    assert (verdict["params"]["told"], verdict["params"]["due_on"]) == (told, due)
    assert steps == [("open", None), ("due", f"{told} → {due}")]
    user = next(scope for scope in mine.scopes if scope.startswith("user:"))
    assert mine.row(user, "outcome", sent)["params"]["due_on"] == due


@pytest.mark.fault(89)
def test_a_day_of_the_calendar_is_the_persons_whatever_the_clock_says(
    phone: MakePhone, world: World, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 12, 31, 15, 58, tzinfo=UTC))
    mine = phone("inspector")
    args = found(world.hospital.id, "2027-02-11")
    sent = write_ahead(mine, "hazard.open", args, timedelta(days=3))
    assert mine.verdicts[sent]["status"] == "applied"
    assert mine.rows()[("hazard", args["id"])]["due_on"] == "2027-02-11"


def write_ahead(phone: Phone, name: str, args: dict[str, Any], ahead: timedelta) -> str:
    """Write and send as a phone does whose clock is off by so much."""
    sent = phone.write(name, args)
    off = round(ahead.total_seconds() * 1000)
    phone.outbox[-1]["at"] += off
    request = phone.request
    phone.request = lambda *told, **more: (
        (  # type: ignore[method-assign]
            body := request(*told, **more)
        )
        | {"sent_at": body["sent_at"] + off}
    )
    phone.sync()
    return sent
