"""The table of two words on one field, row by row, through the real server."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.inspections.models import Answer, Inspection
from server.inspections.service import reopen_inspection
from server.kernel import clock as time
from server.kernel.db import db
from server.sync.models import SyncMutation
from tests.factories.definitions import WARD, make_definition
from tests.factories.inspections import answer_all, sign
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
POSTED, DRILL, EXIT = "ward.rules.posted", "ward.rules.drill", "ward.room.exit"
DAY_MS = 86_400_000


def stored(inspection: str, item: str = POSTED, field: str = "result") -> Any:
    db.session.expire_all()
    return db.session.get_one(Answer, (inspection, "", item)).fields[field]


def conflicts_on(phone: Phone) -> list[dict[str, Any]]:
    found = [row for (etype, _), row in phone.rows().items() if etype == "conflict"]
    return sorted(found, key=lambda row: str(row["id"]))


@pytest.fixture
def pair(phone: MakePhone, visit: Visit) -> tuple[str, Phone, Phone]:
    """A visit of two, each with a phone that knows it."""
    inspection = visit("inspector", "expert").id
    one, two = phone("inspector"), phone("expert")
    one.sync()
    two.sync()
    return inspection, one, two


Pair = tuple[str, Phone, Phone]


def test_an_answer_on_the_newest_revision_replaces(pair: Pair) -> None:
    inspection, one, two = pair
    one.answer(inspection, POSTED, result="fail")
    one.sync()
    two.sync()
    sent = two.answer(inspection, POSTED, result="pass")
    two.sync()
    assert two.verdicts[sent]["status"] == "applied"
    assert stored(inspection)["v"] == "pass"
    assert conflicts_on(two) == []


@pytest.mark.fault(47)
def test_other_fields_are_both_kept_and_the_history_says_parallel(pair: Pair) -> None:
    inspection, one, two = pair
    one.answer(inspection, POSTED, result="pass")
    sent = two.answer(inspection, POSTED, note="角落里还有一张旧的")
    one.sync()
    two.sync()
    assert (two.verdicts[sent]["status"], two.verdicts[sent]["parallel"]) == ("applied", ["result"])
    kept = db.session.scalars(select(SyncMutation.result).where(SyncMutation.id == sent)).one()
    assert kept == {"parallel": ["result"]}
    seen = two.answer(inspection, POSTED, note="已取下")
    two.outbox[-1]["args"]["base"]["result"] = stored(inspection)["rev"]
    two.sync()
    assert "parallel" not in two.verdicts[seen]
    assert (stored(inspection)["v"], stored(inspection, field="note")["v"]) == ("pass", "已取下")


@pytest.mark.fault(49)
def test_the_same_value_again_changes_nothing(pair: Pair) -> None:
    inspection, one, two = pair
    for each in (one, two):
        each.answer(inspection, POSTED, result="pass")
        each.sync()
    assert {v["status"] for v in two.verdicts.values()} == {"applied"}
    assert conflicts_on(two) == []


WORSE_AND_BETTER = [
    (worse, better)
    for n, worse in enumerate(("fail", "unable", "na"))
    for better in ("unable", "na", "pass")[n:]
]


@pytest.mark.parametrize(("worse", "better"), WORSE_AND_BETTER)
@pytest.mark.parametrize("worse_first", [True, False])
@pytest.mark.fault(48)
def test_of_two_results_the_worse_stands_and_both_people_have_the_card(
    pair: Pair, worse: str, better: str, worse_first: bool
) -> None:
    inspection, one, two = pair
    one.answer(inspection, POSTED, result=worse if worse_first else better)
    sent = two.answer(inspection, POSTED, result=better if worse_first else worse)
    one.sync()
    two.sync()
    one.sync()
    assert two.verdicts[sent]["code"] == "answer-conflict"
    assert stored(inspection)["v"] == worse
    (card,) = conflicts_on(one)
    assert conflicts_on(two) == [card]
    assert {value["v"] for value in card["values"]} == {worse, better}
    assert len({value["by"] for value in card["values"]}) == 2
    assert all(value["at"] > 0 for value in card["values"])


def test_of_two_notes_both_are_kept_newest_first_without_a_card(pair: Pair, actors: Actors) -> None:
    inspection, one, two = pair
    one.answer(inspection, POSTED, note="先写的")
    one.outbox[-1]["at"] -= 60_000
    sent = two.answer(inspection, POSTED, note="后写的")
    two.sync()
    one.sync()
    note = stored(inspection, field="note")
    assert note["v"] == "后写的\n先写的"
    told = {word["by"]: word["v"] for word in note["candidates"]}
    assert told == {actors["inspector"].user_id: "先写的", actors["expert"].user_id: "后写的"}
    assert two.verdicts[sent]["status"] == "applied"
    assert [v["code"] for v in one.verdicts.values()] == ["answer-parallel"]
    assert conflicts_on(one) == []


def test_of_two_measurements_the_last_to_arrive_stands_and_the_other_is_on_the_card(
    pair: Pair,
) -> None:
    inspection, one, two = pair
    one.answer(inspection, EXIT, **{"r.width": 1.4})
    two.answer(inspection, EXIT, **{"r.width": 1.1})
    two.sync()
    one.sync()
    field = stored(inspection, EXIT, "r.width")
    assert field["v"] == 1.4
    assert {word["v"] for word in field["candidates"]} == {1.4, 1.1}
    (card,) = conflicts_on(one)
    assert (card["field"], {value["v"] for value in card["values"]}) == ("r.width", {1.4, 1.1})


@pytest.mark.fault(41)
def test_one_person_on_two_phones_has_a_card_that_nobody_else_sees(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert").id
    first, second, other = phone("expert"), phone("expert"), phone("inspector")
    for each in (first, second, other):
        each.sync()
    first.answer(inspection, POSTED, result="pass")
    second.answer(inspection, POSTED, result="fail")
    for each in (first, second, first, other):
        each.sync()
    assert stored(inspection)["v"] == "fail"
    (card,) = conflicts_on(first)
    assert conflicts_on(second) == [card]
    assert conflicts_on(other) == []
    data = actors.login("inspector").get(f"/api/inspections/{inspection}").get_json()
    assert data["conflicts"] == []
    other.outbox.clear()
    other.answer(inspection, POSTED, result="na")
    other.outbox[-1]["args"]["base"] = {}
    for each in (other, first):
        each.sync()
    assert len(conflicts_on(other)[0]["values"]) == 3
    assert conflicts_on(first) == conflicts_on(other)


@pytest.mark.fault(50)
def test_three_people_one_of_them_away_for_five_days_end_alike_in_any_order(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    ends = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)):
        inspection = visit("inspector", "expert", "bureau_office").id
        team = [phone(name) for name in ("inspector", "expert", "bureau_office")]
        for each in team:
            each.sync()
        for number, (each, said) in enumerate(zip(team, ("pass", "fail", "na"), strict=True)):
            each.answer(inspection, POSTED, result=said, note=f"第{number}人")
            each.outbox[-1]["at"] -= DAY_MS * (5 if number == 2 else 0) + number
        for number in order:
            team[number].sync()
        for each in team:
            each.sync()
        cards = [[c for c in conflicts_on(p) if c["inspection_id"] == inspection] for p in team]
        assert cards[0] == cards[1] == cards[2]
        (card,) = cards[0]
        said = [(v["v"], v["by"]) for v in card["values"]]
        ends.append((stored(inspection)["v"], said, stored(inspection, field="note")["v"]))
    assert ends == [ends[0]] * len(ends)
    assert ends[0][0] == "fail"
    assert ends[0][2].split("\n") == ["第0人", "第1人", "第2人"]


def test_photos_of_two_people_are_all_kept_and_one_leaves_only_by_name(
    pair: Pair, actors: Actors
) -> None:
    inspection, one, two = pair
    taken = []
    for number, each in enumerate((one, two)):
        photo = f"01930000-0000-7000-8000-00000000000{number}"
        each.write(
            "photo.add",
            {
                "id": photo, "sha256": f"{number}" * 64, "size": 9, "mime": "image/jpeg", "w": 1,
                "h": 1, "taken_at": time.now_ms(), "origin": "camera", "purpose": "answer",
                "annotations": [], "inspection": inspection, "target": "", "item": POSTED,
            },
        )  # fmt: skip
        taken.append(photo)
        each.sync()
    one.sync()
    photos = {e: d for (t, e), d in one.rows().items() if t == "photo"}
    assert {photos[p]["author_id"] for p in taken} == {
        actors["inspector"].user_id,
        actors["expert"].user_id,
    }
    two.write("photo.remove", {"id": taken[1], "reason": "拍错了"})
    two.sync()
    one.sync()
    states = {e: d["state"] for (t, e), d in one.rows().items() if t == "photo"}
    assert states[taken[0]] == "expected"
    assert states.get(taken[1], "removed") == "removed"


def branching() -> str:
    """The drill is asked only where the rules are posted."""
    content = copy.deepcopy(WARD)
    content["sections"][0]["items"][1]["when"] = {"equals": [POSTED, "pass"]}
    return make_definition(content).hash


def test_an_answer_that_is_not_asked_any_more_is_kept_and_told(
    phone: MakePhone, visit: Visit
) -> None:
    inspection = visit("inspector", "expert", definition=branching()).id
    one, two = phone("inspector"), phone("expert")
    one.answer(inspection, POSTED, result="pass")
    one.sync()
    two.sync()
    one.answer(inspection, POSTED, result="fail")
    one.sync()
    sent = two.answer(inspection, DRILL, result="pass")
    two.sync()
    assert two.verdicts[sent]["status"] == "merged"
    assert two.verdicts[sent]["code"] == "item-not-applicable"
    assert stored(inspection, DRILL)["v"] == "pass"


def test_what_a_phone_hid_itself_is_not_told(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert", definition=branching()).id
    one = phone("inspector")
    sent = [
        one.answer(inspection, POSTED, result="pass"),
        one.answer(inspection, DRILL, result="pass"),
    ]
    sent.append(one.answer(inspection, POSTED, result="fail"))
    one.sync()
    assert {one.verdicts[mutation]["status"] for mutation in sent} == {"applied"}


@pytest.mark.fault(55)
def test_an_answer_to_a_submitted_record_is_kept_until_it_is_opened_again(
    pair: Pair, actors: Actors
) -> None:
    inspection, one, two = pair
    row = db.session.get_one(Inspection, inspection)
    answer_all(row)
    sign(actors["inspector"], row)
    db.session.commit()
    one.sync()
    late = two.answer(inspection, POSTED, result="fail")
    one.write("inspection.submit", {"inspection": inspection, "submitted_at": time.now_ms()})
    one.sync()
    two.sync()
    assert two.verdicts[late]["code"] == "inspection-locked"
    db.session.expire_all()
    reopen_inspection(actors["inspector"], inspection, "同事还有一项结果")
    db.session.commit()
    two.answer(inspection, POSTED, result="fail")
    two.sync()
    assert stored(inspection)["v"] == "fail"


@pytest.mark.fault(86)
def test_the_times_on_a_card_are_put_right(pair: Pair, clock: FrozenClock) -> None:
    inspection, one, two = pair
    one.answer(inspection, POSTED, result="pass")
    two.answer(inspection, POSTED, result="fail")
    two.outbox[-1]["at"] += 3 * DAY_MS
    plain = two.request
    two.request = lambda *given, **more: (
        plain(*given, **more)
        | {  # type: ignore[method-assign]
            "sent_at": time.now_ms() + 3 * DAY_MS
        }
    )
    one.sync()
    two.sync()
    (card,) = conflicts_on(two)
    assert all(abs(value["at"] - time.now_ms()) < DAY_MS for value in card["values"])
