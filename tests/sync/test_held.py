"""Work that has to wait, and work that two people did at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from server.hazards.models import Hazard
from server.inspections.models import Answer, AnswerConflict, Inspection
from server.kernel import ids
from server.kernel.db import db
from server.sync import tidy
from server.sync.handlers import HANDLERS
from server.sync.models import SyncMutation, SyncProblem
from tests.factories.definitions import make_definition
from tests.support.actors import Actors, World
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
POSTED, DRILL = "ward.rules.posted", "ward.rules.drill"


def start(phone: Phone, world: World, *members: str) -> str:
    inspection = ids.new_id()
    phone.write(
        "inspection.start",
        {
            "id": inspection,
            "unit_id": world.hospital.id,
            "checklist_key": "ward",
            "definition": make_definition().hash,
            "mode": "spot",
            "targets": {},
            "started_at": 1795000000000,
            "member_ids": list(members),
        },
    )
    return inspection


def hazard(unit_id: str, **given: Any) -> dict[str, Any]:
    return {
        "id": ids.new_id(), "unit_id": unit_id, "source": "report", "title": "通道堵塞",
        "description": "杂物", "basis": [], "grade": "general", "suspected_major": False,
        "due_on": "2026-12-31",
    } | given  # fmt: skip


def value(inspection_id: str, field: str = "result", item: str = POSTED) -> Any:
    row = db.session.get(Answer, (inspection_id, "", item))
    return row.fields[field]["v"] if row else None


@pytest.mark.fault(56)
def test_an_answer_waits_for_the_inspection_on_a_colleagues_phone(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    lead, colleague = phone("inspector"), phone("expert")
    inspection = start(lead, world, actors.person("expert").id)
    first = colleague.answer(inspection, POSTED, result="pass")
    second = colleague.answer(inspection, POSTED, result="fail")
    colleague.sync()
    assert [colleague.verdicts[m]["status"] for m in (first, second)] == ["held", "held"]
    assert colleague.verdicts[first]["code"] == "sync-waiting"
    lead.sync()
    colleague.sync()
    assert value(inspection) == "fail"
    user = next(scope for scope in colleague.scopes if scope.startswith("user:"))
    assert colleague.row(user, "outcome", first) is None
    statuses = db.session.scalars(select(SyncMutation.status).where(SyncMutation.id == first))
    assert statuses.one() == "applied"


def test_sending_held_work_again_does_not_do_it_twice(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    lead, colleague = phone("inspector"), phone("expert")
    inspection = start(lead, world, actors.person("expert").id)
    colleague.answer(inspection, POSTED, result="pass")
    colleague.exchange(lose=True)
    lead.sync()
    colleague.sync()
    (verdict,) = colleague.verdicts.values()
    assert (verdict["status"], verdict["dup"]) == ("applied", True)
    assert db.session.get_one(Answer, (inspection, "", POSTED)).fields["result"]["rev"] == 1


@pytest.mark.fault(56)
def test_a_chain_of_waiting_work_is_released_in_order(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    lead, colleague = phone("inspector"), phone("expert")
    inspection = start(lead, world, actors.person("expert").id)
    found = hazard(
        world.hospital.id, source="inspection", inspection=inspection, target="", item=POSTED
    )
    colleague.write("hazard.open", found)
    colleague.write("hazard.comment", {"id": found["id"], "note": "还在", "photos": []})
    colleague.sync()
    assert {v["status"] for v in colleague.verdicts.values()} == {"held"}
    lead.sync()
    assert db.session.get(Hazard, found["id"]) is not None
    assert db.session.scalars(select(SyncProblem.state)).all() == ["handled", "handled"]


@pytest.mark.fault(56)
def test_what_never_comes_is_a_problem_after_five_days(
    phone: MakePhone, clock: FrozenClock
) -> None:
    mine = phone("inspector")
    sent = mine.answer(ids.new_id(), POSTED, result="pass")
    mine.sync()
    user = next(scope for scope in mine.scopes if scope.startswith("user:"))
    for days, status in ((4, "held"), (2, "rejected")):
        clock.move(days=days)
        db.session.remove()
        tidy.tidy()
        mine.sync()
        assert mine.row(user, "outcome", sent)["status"] == status
    assert mine.row(user, "outcome", sent)["code"] == "sync-never-came"


@pytest.mark.fault(54)
def test_work_on_something_refused_shares_its_fate(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine = phone("inspector")
    inspection = start(mine, world)
    mine.outbox[-1]["args"]["mode"] = "no-such-mode"
    cause = mine.outbox[-1]["id"]
    sent = mine.answer(inspection, POSTED, result="pass")
    mine.outbox[-1]["causes"] = [cause]
    mine.sync()
    assert mine.verdicts[cause]["code"] == "inspection-mode-unknown"
    assert mine.verdicts[sent]["code"] == "sync-cause-rejected"
    assert mine.verdicts[sent]["params"]["cause"] == cause


@pytest.mark.fault(83)
def test_parked_work_runs_after_the_upgrade(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, mine = visit().id, phone("inspector")
    sent = mine.answer(inspection, POSTED, result="pass")
    mine.outbox[-1]["v"] = 2
    mine.sync()
    assert mine.verdicts[sent]["status"] == "parked"
    monkeypatch.setitem(HANDLERS, "answer.set", replace(HANDLERS["answer.set"], v=2))
    db.session.remove()
    assert tidy.tidy().replayed == 1
    assert value(inspection) == "pass"


@pytest.mark.fault(48)
def test_pass_and_fail_in_either_order_end_as_fail_with_one_conflict(
    phone: MakePhone, visit: Visit
) -> None:
    for first, second in (("pass", "fail"), ("fail", "pass")):
        inspection = visit("inspector", "expert")
        one, two = phone("inspector"), phone("expert")
        one.sync()
        two.sync()
        one.answer(inspection.id, POSTED, result=first)
        sent = two.answer(inspection.id, POSTED, result=second)
        one.sync()
        two.sync()
        one.sync()
        assert two.verdicts[sent]["status"] == "merged"
        assert two.verdicts[sent]["fields"] == ["result"]
        assert value(inspection.id) == "fail"
        conflicts = [d for (etype, _), d in one.rows().items() if etype == "conflict"]
        assert [c["item_key"] for c in conflicts if c["inspection_id"] == inspection.id] == [POSTED]
        assert one.rows() | two.rows() == two.rows() | one.rows()


@pytest.mark.fault(49)
def test_the_same_value_twice_is_no_conflict(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    one, two = phone("inspector"), phone("expert")
    one.answer(inspection.id, POSTED, result="fail")
    sent = two.answer(inspection.id, POSTED, result="fail")
    one.sync()
    two.sync()
    assert two.verdicts[sent]["status"] == "applied"
    assert db.session.scalar(select(func.count()).select_from(AnswerConflict)) == 0


@pytest.mark.fault(47)
def test_different_fields_of_one_item_are_both_kept(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    one, two = phone("inspector"), phone("expert")
    one.answer(inspection.id, POSTED, result="pass")
    two.answer(inspection.id, POSTED, note="角落里")
    one.sync()
    two.sync()
    assert value(inspection.id) == "pass"
    assert value(inspection.id, "note") == "角落里"


def test_whoever_saw_both_words_settles_the_conflict(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    one, two = phone("inspector"), phone("expert")
    one.answer(inspection.id, POSTED, result="pass")
    two.answer(inspection.id, POSTED, result="fail")
    one.sync()
    two.sync()
    two.answer(inspection.id, POSTED, result="pass")
    two.sync()
    assert value(inspection.id) == "pass"
    assert db.session.scalars(select(AnswerConflict.state)).all() == ["resolved"]


@pytest.mark.fault(51)
def test_a_move_that_comes_too_late_leaves_its_evidence(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    office, unit = phone("bureau_office"), phone("safety_officer")
    found = hazard(world.hospital.id)
    office.write("hazard.open", found)
    office.sync()
    unit.sync()
    office.write(
        "hazard.move",
        {"id": found["id"], "action": "void", "expect": {"state": "open", "rev": 1},
         "note": "重复登记", "photos": []},
    )  # fmt: skip
    office.sync()
    sent = unit.write(
        "hazard.move",
        {"id": found["id"], "action": "submit_rectification",
         "expect": {"state": "assigned", "rev": 1}, "note": "已清理", "photos": []},
    )  # fmt: skip
    unit.sync()
    assert unit.verdicts[sent]["status"] == "rejected"
    assert unit.verdicts[sent]["kept"] == ["note"]
    steps = unit.rows()[("hazard", found["id"])]["steps"]
    assert [(s["action"], s["note"]) for s in steps][-1] == ("late", "已清理")


@pytest.mark.fault(52)
def test_the_same_move_by_two_is_done_once(phone: MakePhone, actors: Actors, world: World) -> None:
    office, second = phone("bureau_office"), phone("bureau_office")
    found = hazard(world.hospital.id)
    office.write("hazard.open", found)
    office.sync()
    second.sync()
    args = {"id": found["id"], "action": "void", "expect": {"state": "open", "rev": 1},
            "note": "重复", "photos": []}  # fmt: skip
    sent = [one.write("hazard.move", args) for one in (office, second)]
    office.sync()
    second.sync()
    assert office.verdicts[sent[0]]["status"] == "applied"
    assert second.verdicts[sent[1]]["status"] == "applied"


@pytest.mark.fault(86)
def test_a_wrong_clock_changes_no_order_and_no_deadline(
    phone: MakePhone, visit: Visit, clock: FrozenClock
) -> None:
    inspection, mine = visit(), phone("inspector")
    for at in (0, 253_402_300_799_999):
        mine.answer(inspection.id, POSTED, note=str(at))
        mine.outbox[-1]["at"] = at
    mine.sync()
    row = db.session.get_one(Answer, (inspection.id, "", POSTED))
    assert row.fields["note"]["v"] == "253402300799999"
    assert row.fields["note"]["at"] <= clock().timestamp() * 1000
