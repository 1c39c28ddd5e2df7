"""Deciding between two answers: by the lead or the office, with a reason, once."""

from collections.abc import Callable
from typing import Any

import pytest

from server.inspections.models import Answer, Inspection
from server.kernel.db import db
from tests.support.actors import Actors
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
POSTED = "ward.rules.posted"


@pytest.fixture
def disputed(phone: MakePhone, visit: Visit) -> tuple[str, Phone, Phone, dict[str, Any]]:
    """Two people contradict each other; both have the card."""
    inspection = visit("inspector", "expert").id
    lead, other = phone("inspector"), phone("expert")
    for each in (lead, other):
        each.sync()
    lead.answer(inspection, POSTED, result="pass")
    other.answer(inspection, POSTED, result="fail")
    for each in (lead, other, lead):
        each.sync()
    (card,) = [d for (t, _), d in lead.rows().items() if t == "conflict"]
    return inspection, lead, other, card


Disputed = tuple[str, Phone, Phone, dict[str, Any]]


def decide(phone: Phone, card: dict[str, Any], value: Any, reason: str = "一起复看过") -> str:
    key = (card["inspection_id"], card["target_id"], card["item_key"])
    row = phone.row(f"insp:{key[0]}", "answer", "|".join(key))
    return phone.write(
        "conflict.resolve",
        {
            "id": card["id"], "inspection": key[0], "target": key[1], "item": key[2],
            "field": card["field"], "value": value, "reason": reason,
            "base": row["fields"][card["field"]]["rev"],
        },
    )  # fmt: skip


def stands(inspection: str) -> Any:
    db.session.expire_all()
    return db.session.get_one(Answer, (inspection, "", POSTED)).fields["result"]


def test_the_lead_decides_with_a_reason_and_both_see_it(disputed: Disputed, actors: Actors) -> None:
    inspection, lead, other, card = disputed
    sent = decide(lead, card, "pass")
    lead.sync()
    other.sync()
    assert lead.verdicts[sent]["status"] == "applied"
    field = stands(inspection)
    assert (field["v"], field["by"], field["how"]) == (
        "pass",
        actors["inspector"].user_id,
        "decided",
    )
    assert "candidates" not in field
    seen = other.row(f"insp:{inspection}", "conflict", card["id"])
    assert (seen["state"], seen["resolution"]["reason"]) == ("resolved", "一起复看过")
    assert seen["values"] == card["values"]


def test_two_decisions_harm_nothing_and_the_second_is_told(
    disputed: Disputed, phone: MakePhone, actors: Actors
) -> None:
    inspection, lead, _, card = disputed
    tablet = phone("inspector")
    tablet.sync()
    first, same = decide(lead, card, "fail"), decide(lead, card, "fail")
    otherwise = decide(tablet, card, "pass")
    lead.sync()
    tablet.sync()
    assert [lead.verdicts[m]["status"] for m in (first, same)] == ["applied", "applied"]
    assert tablet.verdicts[otherwise]["status"] == "merged"
    assert tablet.verdicts[otherwise]["code"] == "inspection-conflict-settled"
    assert stands(inspection)["v"] == "fail"
    again = actors.login("bureau_office").post(
        f"/api/inspections/{inspection}/conflicts/{card['id']}/resolve",
        json={"value": "pass", "reason": "局里看法"},
    )
    assert again.get_json()["code"] == "inspection-conflict-settled"


def test_a_word_that_the_lead_had_not_seen_is_not_decided_by_the_decision(
    disputed: Disputed, phone: MakePhone, actors: Actors
) -> None:
    inspection, lead, _, card = disputed
    sent = decide(lead, card, "pass")
    lead_add = {"inspection": inspection, "person": actors["guest"].user_id}
    helper = phone("inspector")
    helper.write("team.add", lead_add)
    helper.sync()
    third = phone("guest")
    third.answer(inspection, POSTED, result="na")
    third.sync()
    lead.sync()
    third.sync()
    assert lead.verdicts[sent]["status"] == "applied"
    assert stands(inspection)["v"] == "na"
    open_card = third.row(f"insp:{inspection}", "conflict", card["id"])
    assert open_card["state"] == "open"
    assert {value["v"] for value in open_card["values"]} == {"pass", "na"}


def test_only_the_lead_and_the_office_decide(disputed: Disputed, actors: Actors) -> None:
    inspection, _, other, card = disputed
    sent = decide(other, card, "pass")
    other.sync()
    assert other.verdicts[sent]["code"] == "forbidden"
    assert stands(inspection)["v"] == "fail"
    office = actors.login("bureau_office").post(
        f"/api/inspections/{inspection}/conflicts/{card['id']}/resolve",
        json={"value": "pass", "reason": "组长手机损坏，局里确认"},
    )
    assert office.get_json()["state"] == "resolved"
    assert stands(inspection)["v"] == "pass"


def test_a_decision_needs_a_reason_and_one_of_the_values(disputed: Disputed) -> None:
    inspection, lead, _, card = disputed
    silent = decide(lead, card, "pass", reason=" ")
    foreign = decide(lead, card, "na")
    lead.sync()
    assert lead.verdicts[silent]["code"] == "inspection-reason-missing"
    assert lead.verdicts[foreign]["code"] == "inspection-resolution-foreign"
    assert stands(inspection)["v"] == "fail"


@pytest.mark.fault(41)
def test_who_contradicted_nobody_else_decides_alone(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert").id
    first, second = phone("expert"), phone("expert")
    first.answer(inspection, POSTED, result="pass")
    second.answer(inspection, POSTED, result="fail")
    for each in (first, second, first):
        each.sync()
    (card,) = [d for (t, _), d in first.rows().items() if t == "conflict"]
    sent = decide(first, card, "pass")
    first.sync()
    assert first.verdicts[sent]["status"] == "applied"
    assert stands(inspection)["v"] == "pass"
