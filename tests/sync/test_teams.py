"""Teams from their phones: dividing, joining, leaving, leading, and deciding."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.inspections.models import Inspection, InspectionPart
from server.kernel import clock as time
from server.kernel import ids
from server.kernel.db import db
from tests.factories.campaigns import make_assignment
from tests.factories.definitions import make_definition
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.sync.phone import Phone, through

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
POSTED = "ward.rules.posted"


def header(phone: Phone, inspection: str) -> Any:
    return phone.row(f"insp:{inspection}", "inspection", inspection)


def divide(phone: Phone, inspection: str, **parts: str | None) -> str:
    named = {name.replace("_", ":", 1): person for name, person in parts.items()}
    return phone.write("part.assign", {"inspection": inspection, "parts": named})


def taken(inspection: str) -> dict[str, str | None]:
    db.session.expire_all()
    rows = db.session.scalars(
        select(InspectionPart).where(InspectionPart.inspection_id == inspection)
    )
    return {row.part: row.person_id for row in rows}


def acts(inspection: str) -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.subject_id == inspection)
    return list(db.session.scalars(query.order_by(AuditEntry.seq)))


def test_the_lead_divides_and_everybody_sees_who_does_what(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert").id
    lead, other = phone("inspector"), phone("expert")
    one, two = actors["inspector"].user_id, actors["expert"].user_id
    divide(lead, inspection, section_rules=one, section_rooms=two)
    lead.sync()
    other.sync()
    parts = {d["part"]: d["person_id"] for (t, _), d in other.rows().items() if t == "part"}
    assert parts == {"section:rules": one, "section:rooms": two}
    assert acts(inspection) == ["inspection.start", "inspection.divide"]


def test_of_two_words_on_one_part_the_later_stands_in_either_order(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    one, two = actors["inspector"].user_id, actors["expert"].user_id
    for late_first in (True, False):
        inspection = visit("inspector", "expert").id
        lead, other = phone("inspector"), phone("expert")
        divide(lead, inspection, section_rules=one)
        lead.outbox[-1]["at"] -= 60_000
        divide(other, inspection, section_rules=two)
        for each in (other, lead) if late_first else (lead, other):
            each.sync()
        assert taken(inspection) == {"section:rules": two}
        assert {v["status"] for v in lead.verdicts.values()} == {"applied"}


def test_a_part_that_is_not_there_and_a_stranger_are_refused(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector").id
    lead = phone("inspector")
    foreign = divide(lead, inspection, section_nothing=actors["inspector"].user_id)
    stranger = divide(lead, inspection, section_rules=actors["expert"].user_id)
    outside = phone("expert")
    alien = divide(outside, inspection, section_rules=None)
    for each in (lead, outside):
        each.sync()
    assert lead.verdicts[foreign]["code"] == "inspection-part-unfit"
    assert lead.verdicts[stranger]["code"] == "inspection-member-unfit"
    assert outside.verdicts[alien]["code"] == "inspection-not-of-the-team"


def test_a_late_joiner_gets_everything_and_writes(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector").id
    lead, late = phone("inspector"), phone("expert")
    lead.answer(inspection, POSTED, result="fail")
    refused = late.answer(inspection, "ward.rules.drill", result="pass")
    lead.sync()
    late.sync()
    assert late.verdicts[refused]["code"] == "inspection-not-of-the-team"
    lead.write("team.add", {"inspection": inspection, "person": actors["expert"].user_id})
    lead.sync()
    sent = late.answer(inspection, "ward.rules.drill", result="pass")
    late.sync()
    assert late.verdicts[sent]["status"] == "applied"
    assert late.row(f"insp:{inspection}", "answer", f"{inspection}||{POSTED}") is not None
    assert header(late, inspection)["member_ids"] == [
        actors["inspector"].user_id,
        actors["expert"].user_id,
    ]


def test_only_who_may_inspect_the_unit_joins(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector").id
    lead, self_invited = phone("inspector"), phone("expert")
    unfit = lead.write(
        "team.add", {"inspection": inspection, "person": actors["read_only"].user_id}
    )
    alone = self_invited.write(
        "team.add", {"inspection": inspection, "person": actors["expert"].user_id}
    )
    for each in (lead, self_invited):
        each.sync()
    assert lead.verdicts[unfit]["code"] == "inspection-member-unfit"
    assert self_invited.verdicts[alone]["code"] == "inspection-not-of-the-team"


@pytest.mark.fault(57)
def test_who_leaves_keeps_what_was_found_and_gives_back_what_was_taken_on(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert").id
    lead, other = phone("inspector"), phone("expert")
    gone = actors["expert"].user_id
    divide(other, inspection, section_rules=gone)
    other.answer(inspection, POSTED, result="fail")
    other.sync()
    other.write("team.leave", {"inspection": inspection, "person": gone, "reason": "另有任务"})
    other.sync()
    lead.sync()
    assert taken(inspection) == {"section:rules": None}
    assert header(lead, inspection)["member_ids"] == [actors["inspector"].user_id]
    row = lead.row(f"insp:{inspection}", "answer", f"{inspection}||{POSTED}")
    assert row["fields"]["result"]["by"] == gone
    assert f"insp:{inspection}" not in other.scopes
    late = other.answer(inspection, POSTED, result="pass")
    other.sync()
    assert other.verdicts[late]["code"] == "inspection-not-of-the-team"


def test_the_lead_hands_over_before_leaving(phone: MakePhone, visit: Visit, actors: Actors) -> None:
    inspection = visit("inspector", "expert").id
    lead = phone("inspector")
    one, two = actors["inspector"].user_id, actors["expert"].user_id
    early = lead.write("team.leave", {"inspection": inspection, "person": one})
    lead.write("team.lead", {"inspection": inspection, "person": two, "reason": "我先回局里"})
    after = lead.write("team.leave", {"inspection": inspection, "person": one})
    lead.sync()
    assert lead.verdicts[early]["code"] == "inspection-lead-leaves"
    assert lead.verdicts[after]["status"] == "applied"
    row = db.session.get_one(Inspection, inspection)
    assert (row.lead_id, row.member_ids) == (two, [two])
    assert acts(inspection) == ["inspection.start", "inspection.lead", "inspection.leave"]


def team_of_four(actors: Actors, visit: Visit) -> tuple[str, dict[str, str]]:
    extra = make_person(role="inspector", region=actors.world.county, name="孙检查")
    people = {name: actors[name].user_id for name in ("inspector", "expert", "guest")}
    people["extra"] = extra.id
    inspection = visit("inspector", "expert", "guest").id
    return inspection, people


def test_when_the_leads_phone_dies_the_others_agree_on_a_new_lead(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection, people = team_of_four(actors, visit)
    expert, guest = phone("expert"), phone("guest")
    lead = {"inspection": inspection, "person": people["expert"], "reason": "组长手机没电"}
    expert.write("team.lead", lead)
    expert.write("team.lead", lead)
    expert.sync()
    row = db.session.get_one(Inspection, inspection)
    assert row.lead_id == people["inspector"]
    assert row.lead_claims == {people["expert"]: [people["expert"]]}
    guest.sync()
    assert header(guest, inspection)["lead_claims"] == row.lead_claims
    guest.write("team.lead", lead)
    guest.sync()
    db.session.expire_all()
    assert (row.lead_id, row.lead_claims) == (people["expert"], {})
    assert acts(inspection)[1:] == ["inspection.lead-wanted"] * 2 + ["inspection.lead"]


def test_one_person_alone_does_not_become_the_lead(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert").id
    other = phone("expert")
    me = actors["expert"].user_id
    other.write("team.lead", {"inspection": inspection, "person": me, "reason": "我来"})
    other.sync()
    assert db.session.get_one(Inspection, inspection).lead_id == actors["inspector"].user_id


def test_the_bureau_names_a_new_lead_of_a_visit_that_it_does_not_read(
    visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert").id
    office = actors.login("bureau_office")
    assert office.get(f"/api/inspections/{inspection}").status_code == 404
    listed = office.get("/api/inspections/running").get_json()["items"]
    assert [row["id"] for row in listed] == [inspection]
    assert actors.login("expert").get("/api/inspections/running").status_code == 403
    body = {"person_id": actors["expert"].user_id, "reason": "组长手机损坏"}
    answer = office.post(f"/api/inspections/{inspection}/lead", json=body)
    assert answer.get_json()["lead_id"] == actors["expert"].user_id
    assert acts(inspection)[-1] == "inspection.lead"
    stranger = actors.login("unit_head").post(f"/api/inspections/{inspection}/lead", json=body)
    assert stranger.status_code == 403
    added = office.post(
        f"/api/inspections/{inspection}/members", json={"person_id": actors["guest"].user_id}
    )
    assert actors["guest"].user_id in added.get_json()["member_ids"]


def begin(phone: Phone, world: World, assignment: str, **given: Any) -> str:
    inspection = str(given.pop("id"))
    phone.write(
        "inspection.start",
        {
            "id": inspection, "assignment_id": assignment, "unit_id": world.hospital.id,
            "checklist_key": "ward", "definition": make_definition().hash, "mode": "spot",
            "targets": {}, "started_at": time.now_ms(), "member_ids": [],
        } | given,
    )  # fmt: skip
    return inspection


def test_people_of_one_task_begin_one_record_without_a_signal(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    one, two = actors["inspector"].user_id, actors["expert"].user_id
    third = make_location(world.hospital, name="3层").id
    fourth = make_location(world.hospital, name="4层").id
    task = make_assignment(actors, inspector_ids=[one, two]).id
    db.session.commit()
    inspection, ends = ids.new_id(), []
    first, second = phone("inspector"), phone("expert")
    begin(first, world, task, id=inspection, targets={"location": [third]})
    begin(second, world, task, id=inspection, targets={"location": [fourth]})
    first.answer(inspection, "ward.room.exit", third, result="pass")
    second.answer(inspection, "ward.room.exit", fourth, result="fail")
    for each in (second, first):
        each.sync()
    second.sync()
    row = db.session.get_one(Inspection, inspection)
    assert set(row.member_ids) == {one, two}
    assert set(row.targets["location"]) == {third, fourth}
    ends = [{k: v for k, v in p.rows().items() if k[0] == "answer"} for p in (first, second)]
    assert ends[0] == ends[1]
    assert len(ends[0]) == 2


def test_a_stranger_does_not_join_by_an_id(phone: MakePhone, actors: Actors, world: World) -> None:
    one = actors["inspector"].user_id
    task = make_assignment(actors, inspector_ids=[one]).id
    db.session.commit()
    first, second = phone("inspector"), phone("expert")
    inspection = begin(first, world, task, id=ids.new_id())
    first.sync()
    begin(second, world, task, id=inspection)
    second.sync()
    assert [v["code"] for v in second.verdicts.values()] == ["inspection-id-taken"]


@pytest.mark.fault(56)
def test_team_work_waits_for_an_inspection_on_another_phone(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    one, two = actors["inspector"].user_id, actors["expert"].user_id
    task = make_assignment(actors, inspector_ids=[one, two]).id
    db.session.commit()
    lead, other = phone("inspector"), phone("expert")
    inspection = ids.new_id()
    sent = divide(other, inspection, section_rules=two)
    other.sync()
    assert other.verdicts[sent]["status"] == "held"
    begin(lead, world, task, id=inspection, member_ids=[two])
    lead.sync()
    assert taken(inspection) == {"section:rules": two}


def test_a_phone_of_somebody_without_a_grant_sees_no_team(actors: Actors, visit: Visit) -> None:
    inspection = visit("inspector").id
    stranger = Phone(through(actors.login("unit_head")))
    stranger.sync()
    assert f"insp:{inspection}" not in stranger.scopes
