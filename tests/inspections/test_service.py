"""Starting, answering, signing, submitting and opening again, against a real database."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from server.campaigns.models import Assignment
from server.definitions.queries import DefinitionUnknown
from server.hazards.service import HazardDraft
from server.inspections import rules
from server.inspections.models import Answer, AnswerConflict, Inspection, InspectionMember
from server.inspections.queries import signatures_of
from server.inspections.service import (
    Decision,
    open_finding,
    reopen_inspection,
    require_writable,
    resolve_conflict,
    start_inspection,
    submit_inspection,
    writable_inspection,
)
from server.inspections.service.findings import FindingForeign
from server.inspections.wire import load_answers
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.ids import new_id
from tests.factories.campaigns import make_assignment
from tests.factories.definitions import WARD, make_definition
from tests.factories.hazards import make_photo
from tests.factories.inspections import (
    answer_all,
    make_answer,
    make_inspection,
    sign,
    starting,
)
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World


def ready(actors: Actors, world: World, **given: Any) -> Inspection:
    inspection = make_inspection(actors["inspector"], world.hospital, **given)
    answer_all(inspection)
    return inspection


def submit(actors: Actors, inspection: Inspection, role: str = "inspector") -> Inspection:
    return submit_inspection(actors[role], inspection.id, submitted_at=clock.now())


def test_an_inspection_keeps_its_team_and_its_definition(actors: Actors, world: World) -> None:
    expert = actors["expert"].user_id
    inspection = make_inspection(actors["inspector"], world.hospital, member_ids=[expert])
    assert inspection.member_ids == [actors["inspector"].user_id, expert]
    assert inspection.lead_id == actors["inspector"].user_id
    assert db.session.query(InspectionMember).filter_by(inspection_id=inspection.id).count() == 2


def test_starting_twice_with_one_id_starts_once(actors: Actors, world: World) -> None:
    start = starting(world.hospital)
    first = start_inspection(actors["inspector"], start)
    assert start_inspection(actors["inspector"], start) is first
    with pytest.raises(rules.InspectionIdTaken):
        start_inspection(actors["expert"], start)


def test_only_a_published_version_can_be_used(actors: Actors, world: World) -> None:
    for given in ({"definition": "0" * 64}, {"checklist_key": "fire"}):
        with pytest.raises(DefinitionUnknown):
            make_inspection(actors["inspector"], world.hospital, **given)


def test_an_older_version_stays_usable(actors: Actors, world: World) -> None:
    old = make_definition().hash
    make_definition(minutes=20)
    inspection = make_inspection(actors["inspector"], world.hospital, definition=old)
    assert inspection.definition == old


def test_places_must_be_the_units(actors: Actors, world: World) -> None:
    elsewhere = make_location(world.clinic).id
    for given in (
        {"targets": {"location": [elsewhere]}},
        {"targets": {"room": []}},
        {"location_id": elsewhere},
    ):
        with pytest.raises(rules.TargetNotOfUnit):
            make_inspection(actors["inspector"], world.hospital, **given)


def test_everybody_in_the_team_may_inspect_the_unit(actors: Actors, world: World) -> None:
    stranger = make_person(role="inspector", region=world.other_county)
    with pytest.raises(rules.MemberUnfit):
        make_inspection(actors["inspector"], world.hospital, member_ids=[stranger.id])


def test_a_mode_must_be_known(actors: Actors, world: World) -> None:
    with pytest.raises(rules.ModeUnknown):
        make_inspection(actors["inspector"], world.hospital, mode="moonlight")


def test_who_may_not_inspect_cannot_start(actors: Actors, world: World) -> None:
    with pytest.raises(Forbidden):
        make_inspection(actors["staff"], world.hospital)
    with pytest.raises(NotFound):
        make_inspection(actors["inspector"], world.other_hospital)


def test_writing_is_judged_for_each_inspection(actors: Actors, world: World) -> None:
    mine = make_inspection(actors["inspector"], world.hospital).id
    theirs = make_inspection(actors["expert"], world.hospital).id
    done = ready(actors, world)
    submit(actors, done)
    absent = new_id()
    found = require_writable(actors["inspector"], [mine, theirs, done.id, absent])
    kinds = {key: type(value) for key, value in found.items()}
    assert kinds == {
        mine: Inspection,
        theirs: rules.NotOfTheTeam,
        done.id: rules.InspectionLocked,
        absent: rules.InspectionUnknown,
    }


def test_who_left_the_region_no_longer_writes(actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)
    inspection.member_ids = [*inspection.member_ids, actors["staff"].user_id]
    with pytest.raises(Forbidden):
        writable_inspection(actors["staff"], inspection.id)


def test_submitting_numbers_scores_and_counts(actors: Actors, world: World) -> None:
    inspection = submit(actors, ready(actors, world))
    assert (inspection.state, inspection.number) == ("submitted", "JC-339901-2026-00001")
    assert inspection.counts == {
        "lines": 3, "passed": 3, "failed": 0, "na": 0, "unable": 0, "open": 0, "photos": 0,
        "rest": 0, "quick": 0,
    }  # fmt: skip
    assert inspection.score is not None
    assert inspection.score["total"] == 100


def test_submitting_twice_submits_once(actors: Actors, world: World) -> None:
    inspection = submit(actors, ready(actors, world))
    first = (inspection.number, inspection.submitted_at)
    again = submit(actors, inspection)
    assert (again.number, again.submitted_at) == first


def test_an_incomplete_inspection_is_refused_with_what_is_missing(
    actors: Actors, world: World
) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)
    make_answer(inspection, "ward.rules.posted", result="fail")
    with pytest.raises(rules.InspectionIncomplete) as refused:
        submit(actors, inspection)
    named = [(gap["item"], gap["what"]) for gap in refused.value.extras["missing"]]
    assert named == [
        ("ward.rules.posted", "photo"),
        ("ward.rules.drill", "answer"),
        ("ward.room.exit", "answer"),
        ("ward.room.exit", "reading"),
    ]


def test_removed_photos_prove_nothing(actors: Actors, world: World) -> None:
    inspection = ready(actors, world)
    make_photo_of(actors, inspection, state="removed")
    make_photo_of(actors, inspection, state="lost")
    make_photo_of(actors, inspection, purpose="comment")
    inspection_fails(inspection)
    with pytest.raises(rules.InspectionIncomplete):
        submit(actors, inspection)
    make_photo_of(actors, inspection, purpose="found")
    assert submit(actors, inspection).counts is not None


def make_photo_of(actors: Actors, inspection: Inspection, **given: Any) -> None:
    values = {
        "purpose": "answer",
        "inspection_id": inspection.id,
        "in_inspection": True,
        "item_key": "ward.rules.posted",
    }
    make_photo(actors["inspector"].user_id, **values | given)


def inspection_fails(inspection: Inspection) -> None:
    answer = db.session.get_one(Answer, (inspection.id, "", "ward.rules.posted"))
    answer.fields = {"result": {**answer.fields["result"], "v": "fail"}}
    db.session.flush()


def test_a_repeated_section_is_asked_at_every_place(actors: Actors, world: World) -> None:
    rooms = [make_location(world.hospital).id for _ in range(2)]
    inspection = make_inspection(actors["inspector"], world.hospital, targets={"location": rooms})
    answer_all(inspection)
    with pytest.raises(rules.InspectionIncomplete) as refused:
        submit(actors, inspection)
    assert {gap["target"] for gap in refused.value.extras["missing"]} == set(rooms)


def test_a_surprise_visit_needs_both_parties_signatures(actors: Actors, world: World) -> None:
    inspection = ready(actors, world, mode="surprise")
    with pytest.raises(rules.SignatureMissing) as refused:
        submit(actors, inspection)
    assert refused.value.extras["missing"] == ["inspector", "unit"]
    sign(actors["inspector"], inspection)
    sign(actors["inspector"], inspection, "unit", name="陈院长")
    assert submit(actors, inspection).state == "submitted"


def test_a_refusal_stands_for_the_units_signature(actors: Actors, world: World) -> None:
    inspection = ready(actors, world, mode="spot")
    sign(actors["inspector"], inspection)
    refusal = {"name": "陈院长", "refused": True, "strokes": [], "reason": "对第二项有异议"}
    with pytest.raises(rules.SignatureInvalid):
        sign(actors["inspector"], inspection, "unit", **refusal)
    sign(actors["inspector"], inspection, "unit", witness="赵见证", **refusal)
    assert submit(actors, inspection).state == "submitted"


def test_a_signature_that_answers_an_item_is_none_under_the_record(
    actors: Actors, world: World
) -> None:
    inspection = ready(actors, world, mode="spot")
    for party in ("inspector", "unit"):
        sign(actors["inspector"], inspection, party, target_id="", item_key="ward.rules.drill")
        named = new_id()
        sign(actors["inspector"], inspection, party, id=named)
        make_answer(inspection, f"ward.named.{party}", v=named)
    assert len(signatures_of(inspection.id)) == 4
    with pytest.raises(rules.SignatureMissing) as refused:
        submit(actors, inspection)
    assert refused.value.extras["missing"] == ["inspector", "unit"]
    sign(actors["inspector"], inspection)
    sign(actors["inspector"], inspection, "unit", name="陈院长")
    assert submit(actors, inspection).state == "submitted"


def test_only_the_team_submits(actors: Actors, world: World) -> None:
    with pytest.raises(rules.NotOfTheTeam):
        submit(actors, ready(actors, world), "bureau_office")


def test_only_the_lead_or_the_office_opens_again_and_says_why(actors: Actors, world: World) -> None:
    inspection = submit(actors, ready(actors, world))
    with pytest.raises(rules.ReasonMissing):
        reopen_inspection(actors["bureau_office"], inspection.id, "  ")
    with pytest.raises(Forbidden):
        reopen_inspection(actors["read_only"], inspection.id, "想改")
    reopen_inspection(actors["bureau_office"], inspection.id, "补登漏项")
    assert (inspection.state, inspection.number) == ("draft", "JC-339901-2026-00001")
    assert submit(actors, inspection).number == "JC-339901-2026-00001"


def test_a_device_cannot_date_its_submission_ahead(actors: Actors, world: World) -> None:
    inspection = ready(actors, world)
    later = clock.now() + timedelta(days=30)
    submit_inspection(actors["inspector"], inspection.id, submitted_at=later)
    assert inspection.device_submitted_at == clock.now()


def make_conflict(inspection: Inspection) -> AnswerConflict:
    answer = make_answer(inspection, "ward.rules.posted", result="fail")
    values = [{"v": v, "by": inspection.lead_id, "at": 1} for v in ("pass", "fail")]
    row = AnswerConflict(
        id=new_id(),
        inspection_id=inspection.id,
        target_id=answer.target_id,
        item_key=answer.item_key,
        field="result",
        values=values,
        state="open",
    )
    db.session.add(row)
    db.session.flush()
    return row


def saying(value: Any) -> Decision:
    return Decision(value, "现场复看")


def test_the_lead_decides_between_two_answers(actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)
    conflict = make_conflict(inspection)
    with pytest.raises(rules.ResolutionForeign):
        resolve_conflict(actors["inspector"], inspection.id, conflict.id, saying("na"))
    resolve_conflict(actors["inspector"], inspection.id, conflict.id, saying("pass"))
    eid = f"{inspection.id}||ward.rules.posted"
    _, data = load_answers([eid])[eid]
    result = orjson.loads(orjson.dumps(data))["fields"]["result"]
    assert (result["v"], result["rev"]) == ("pass", 2)
    again = resolve_conflict(actors["inspector"], inspection.id, conflict.id, saying("pass"))
    assert again == (conflict, True)
    other = resolve_conflict(actors["inspector"], inspection.id, conflict.id, saying("fail"))
    assert other == (conflict, False)
    assert result["v"] == "pass"


def test_a_decision_does_not_reach_into_a_submitted_record(actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)
    conflict = make_conflict(inspection)
    inspection.state = "submitted"
    with pytest.raises(rules.InspectionLocked):
        resolve_conflict(actors["inspector"], inspection.id, conflict.id, saying("pass"))


def test_a_finding_fits_its_inspection(actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)

    def found(**given: Any) -> HazardDraft:
        values = {
            "id": new_id(),
            "unit_id": world.hospital.id,
            "source": "inspection",
            "title": "制度未上墙",
            "inspection_id": inspection.id,
            "item_key": "ward.rules.posted",
        }
        return HazardDraft(**values | given)

    assert open_finding(actors["inspector"], found()).checklist_key == "ward"
    refusals: list[tuple[type[Problem], str, dict[str, Any]]] = [
        (FindingForeign, "inspector", {"item_key": "fire.exit"}),
        (FindingForeign, "inspector", {"unit_id": world.clinic.id}),
        (rules.NotOfTheTeam, "expert", {}),
        (rules.InspectionUnknown, "inspector", {"inspection_id": new_id()}),
    ]
    for kind, role, given in refusals:
        with pytest.raises(kind):
            open_finding(actors[role], found(**given))


def test_an_assignment_follows_its_inspections(actors: Actors, world: World) -> None:
    make_definition(WARD, key="kitchen")
    task = make_assignment(actors, checklist_keys=["ward", "kitchen"])
    first = ready(actors, world, assignment_id=task.id)
    assert state_of(task) == "started"
    submit(actors, first)
    assert state_of(task) == "started"
    kitchen = make_definition(WARD, key="kitchen").hash
    second = ready(
        actors, world, assignment_id=task.id, checklist_key="kitchen", definition=kitchen
    )
    submit(actors, second)
    assert state_of(task) == "done"
    reopen_inspection(actors["inspector"], second.id, "漏了一项")
    assert state_of(task) == "started"


def state_of(task: Assignment) -> str:
    db.session.flush()
    return db.session.get_one(Assignment, task.id).state


def test_an_assignment_is_for_its_own_team_unit_and_checklist(actors: Actors, world: World) -> None:
    make_definition()
    task = make_assignment(actors)
    for role, unit in (("expert", world.hospital), ("inspector", world.clinic)):
        with pytest.raises(rules.AssignmentUnfit):
            make_inspection(actors[role], unit, assignment_id=task.id)
