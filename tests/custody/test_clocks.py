"""Phones whose clocks are wrong, set back on the way, or moved to another zone."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.custody import rules
from server.evidence.models import Photo
from server.flags.models import Flag
from server.inspections.models import Answer, Inspection
from server.kernel import clock as kernel_clock
from server.kernel import ids
from server.kernel.db import db
from server.sync.models import SyncClient, SyncMutation
from tests.custody.phone import SealingPhone
from tests.support.clock import FrozenClock

Visit = Callable[..., Inspection]
MakePhone = Callable[..., SealingPhone]
HOUR, DAY = 3_600_000, 86_400_000
POSTED, DRILL = "ward.rules.posted", "ward.rules.drill"
NOW = 1_795_000_000_000


@dataclass(frozen=True)
class Tick:
    at: int
    mono: float = 0
    boot: str = "b"


class WrongPhone(SealingPhone):
    """Its clock is `wrong` milliseconds ahead; `mono` counts truly, whatever people set."""

    wrong = 0

    def write(self, name: str, args: dict, **more: object) -> str:
        now = kernel_clock.now_ms()
        return super().write(name, args, at=max(0, now + self.wrong), mono=now % DAY, **more)

    def request(self, count: int = 100, pull: bool = True) -> dict:
        body = super().request(count, pull)
        return body | {"sent_at": max(0, kernel_clock.now_ms() + self.wrong)}


@pytest.fixture
def wrong(phone: MakePhone) -> Callable[[int], WrongPhone]:
    def make(by: int) -> WrongPhone:
        made = phone("inspector")
        made.__class__ = WrongPhone
        made.wrong = by
        return made

    return make


def flags() -> dict[str, Flag]:
    return {flag.kind: flag for flag in db.session.scalars(select(Flag))}


def said_at(inspection: Inspection, item: str = POSTED) -> int:
    db.session.expire_all()
    return db.session.get_one(Answer, (inspection.id, "", item)).fields["result"]["at"]


@pytest.mark.fault(86)
@pytest.mark.parametrize(
    "by", [3 * DAY, -3 * DAY, -1_790_000_000_000], ids=["ahead", "behind", "1970"]
)
def test_a_clock_that_is_wrong_is_put_right_and_told_of_once(
    wrong: Callable[[int], WrongPhone], visit: Visit, clock: FrozenClock, by: int
) -> None:
    inspection, mine = visit(), wrong(by)
    mine.answer(inspection.id, POSTED, result="pass")
    true = kernel_clock.now_ms()
    mine.sync()
    assert {verdict["status"] for verdict in mine.verdicts.values()} == {"applied"}
    assert said_at(inspection) == true
    told = flags()
    assert set(told) == {"clock-off"}
    assert abs(told["clock-off"].details["skew_ms"]) > 2 * DAY
    assert told["clock-off"].inspection_id == inspection.id
    clock.move(hours=1)
    mine.answer(inspection.id, DRILL, result="pass")
    mine.sync()
    assert len(db.session.scalars(select(Flag)).all()) == 1
    assert abs(db.session.get_one(SyncClient, mine.client).skew_ms) > 2 * DAY


@pytest.mark.fault(86)
@pytest.mark.parametrize("by", [-3 * DAY, 3 * DAY])
def test_a_photo_taken_under_a_wrong_clock_has_its_right_time(
    wrong: Callable[[int], WrongPhone], clock: FrozenClock, by: int
) -> None:
    mine, true = wrong(by), kernel_clock.now_ms()
    args = {
        "id": ids.new_id(), "sha256": "ab" * 32, "size": 9, "mime": "image/jpeg", "w": 4, "h": 3,
        "taken_at": true + by, "origin": "camera", "purpose": "place", "annotations": [],
    }  # fmt: skip
    mine.write("photo.add", args)
    clock.move(minutes=20)
    mine.sync()
    photo = db.session.get_one(Photo, args["id"])
    assert kernel_clock.to_ms(photo.taken_at) == true
    kept = db.session.scalars(select(SyncMutation)).one()
    assert str(true + by) in (kept.args or "")  # the phone's own word stays where it was said


@pytest.mark.fault(86)
def test_the_order_of_work_is_not_touched_by_a_wrong_clock(
    wrong: Callable[[int], WrongPhone], visit: Visit
) -> None:
    inspection, mine = visit(), wrong(3 * DAY)
    mine.answer(inspection.id, POSTED, result="pass")
    mine.wrong = -3 * DAY
    mine.answer(inspection.id, POSTED, result="fail")
    mine.sync()
    row = db.session.get_one(Answer, (inspection.id, "", POSTED))
    assert row.fields["result"]["v"] == "fail"


@pytest.mark.fault(87)
def test_a_clock_set_back_during_the_shift_is_told_of_and_order_kept(
    wrong: Callable[[int], WrongPhone], visit: Visit, clock: FrozenClock
) -> None:
    inspection, mine = visit(), wrong(2 * HOUR)
    first = kernel_clock.now_ms()
    mine.answer(inspection.id, POSTED, result="pass")
    clock.move(minutes=30)
    mine.wrong = 0
    second = kernel_clock.now_ms()
    mine.answer(inspection.id, DRILL, result="pass")
    clock.move(minutes=10)
    mine.sync()
    told = flags()
    assert set(told) == {"clock-back"}
    assert told["clock-back"].details["back_ms"] == 2 * HOUR
    assert (said_at(inspection), said_at(inspection, DRILL)) == (first, second)


@pytest.mark.fault(87)
def test_a_clock_set_back_between_two_pushes_is_seen_as_well(
    wrong: Callable[[int], WrongPhone], visit: Visit, clock: FrozenClock
) -> None:
    inspection, mine = visit(), wrong(4 * 60_000)  # too little to be called wrong
    mine.answer(inspection.id, POSTED, result="pass")
    mine.sync()
    clock.move(minutes=1)
    mine.wrong = -4 * 60_000
    mine.answer(inspection.id, DRILL, result="pass")
    mine.sync()
    assert set(flags()) == {"clock-back"}


@pytest.mark.fault(87)
def test_a_clock_put_right_before_sending_is_seen_by_its_own_acts(
    wrong: Callable[[int], WrongPhone], visit: Visit
) -> None:
    inspection, mine = visit(), wrong(DAY)
    mine.answer(inspection.id, POSTED, result="pass")
    mine.wrong = 0
    true = kernel_clock.now_ms()
    mine.sync()
    assert set(flags()) == {"clock-back"}
    assert said_at(inspection) <= true


@pytest.mark.fault(88)
def test_another_time_zone_is_no_other_time(
    phone: MakePhone, visit: Visit, clock: FrozenClock
) -> None:
    inspection, mine = visit(), phone("inspector")
    for zone, item in ((480, POSTED), (-300, DRILL)):
        mine.answer(inspection.id, item, result="pass")
        mine.outbox[-1]["tz"] = zone
        clock.move(minutes=5)
    mine.sync()
    assert flags() == {}
    assert said_at(inspection, DRILL) - said_at(inspection) == 5 * 60_000


def test_a_phone_that_slept_is_no_phone_whose_clock_was_moved(
    wrong: Callable[[int], WrongPhone], visit: Visit, clock: FrozenClock
) -> None:
    inspection, mine = visit(), wrong(0)
    mine.answer(inspection.id, POSTED, result="pass")
    asleep = mine.outbox[-1]["mono"]
    clock.move(hours=3)
    mine.answer(inspection.id, DRILL, result="pass")
    mine.outbox[-1]["mono"] = asleep + 1000  # the counting clock stood still
    mine.sync()
    assert flags() == {}


def test_where_clocks_agree_nothing_is_moved() -> None:
    ticks = [Tick(NOW - 60_000, 0), Tick(NOW - 1000, 59_000)]
    assert rules.moments(ticks, NOW + 2000, NOW) == [NOW - 60_000, NOW - 1000]
    assert rules.moments([], NOW, NOW) == []


def test_a_new_start_counts_from_nothing() -> None:
    before, after = Tick(NOW, 9e9, "b"), Tick(NOW + 1000, 5, "c")
    assert rules.fell_back(before, after) == 0
    assert rules.fell_back(before, Tick(NOW - HOUR, 5, "c")) == HOUR


@given(
    st.lists(st.integers(0, 30 * 60_000), min_size=1, max_size=30),
    st.integers(-(10**12), 10**9),
    st.integers(0, 12 * HOUR),
)
def test_acts_keep_their_order_whatever_the_clock_was_set_to(
    pauses: list[int], wrong: int, back: int
) -> None:
    """The clock is wrong from the start and is put back once, somewhere in the middle."""
    true, ticks, truth = NOW - sum(pauses), [], []
    for i, pause in enumerate(pauses):
        true += pause
        error = wrong - (back if i > len(pauses) // 2 else 0)
        ticks.append(Tick(true + error, true - NOW + 10**10))
        truth.append(true)
    error = wrong - (back if len(pauses) - 1 > len(pauses) // 2 else 0)
    made = rules.moments(ticks, NOW + error, NOW)
    assert made == sorted(made)
    assert all(
        abs(one - other) <= 2 * rules.TRUSTED_MS for one, other in zip(made, truth, strict=True)
    )
