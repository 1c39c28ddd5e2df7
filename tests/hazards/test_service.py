"""Opening, moving and commenting, against a real database."""

from datetime import date

import pytest

from server.audit.models import AuditEntry
from server.hazards import rules, wire, workflow
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.hazards.service import (
    Expected,
    comment_hazard,
    link_photo,
    move_hazard,
    open_hazard,
    salvage_evidence,
)
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.ids import new_id
from tests.factories.hazards import draft, hazard_in, make_hazard, make_photo, words_for
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clock import FrozenClock


def steps(hazard: Hazard) -> list[tuple[str, str | None]]:
    [data] = wire.hazard_data([hazard])
    return [(step["action"], step["note"]) for step in data["steps"]]


def test_a_hazard_gets_its_countys_next_number(actors: Actors, world: World) -> None:
    first = make_hazard(actors["inspector"], world.hospital)
    second = make_hazard(actors["inspector"], world.clinic)
    assert [first.number, second.number] == ["YH-339901-2026-00001", "YH-339901-2026-00002"]


def test_opening_twice_with_one_id_opens_once(actors: Actors, world: World) -> None:
    entry = draft(world.hospital)
    first = open_hazard(actors["inspector"], entry)
    again = open_hazard(actors["inspector"], entry)
    assert again is first
    assert db.session.query(HazardStep).filter_by(hazard_id=first.id).count() == 1


def test_nobody_can_take_the_id_of_anothers_hazard(actors: Actors, world: World) -> None:
    entry = draft(world.hospital)
    open_hazard(actors["inspector"], entry)
    with pytest.raises(rules.HazardIdTaken):
        open_hazard(actors["staff"], entry)


def test_a_hazard_is_never_opened_as_major_only_suspected(actors: Actors, world: World) -> None:
    hazard = make_hazard(actors["inspector"], world.hospital, grade="major")
    assert (hazard.grade, hazard.suspected_major) == ("general", True)
    assert hazard.due_on == date(2026, 11, 26)


def test_a_hazards_place_must_be_its_units(actors: Actors, world: World) -> None:
    elsewhere = make_location(world.clinic)
    with pytest.raises(rules.PlaceNotOfUnit):
        make_hazard(actors["inspector"], world.hospital, location_id=elsewhere.id)


def test_a_hazard_comes_from_a_known_source(actors: Actors, world: World) -> None:
    with pytest.raises(rules.SourceUnknown):
        make_hazard(actors["inspector"], world.hospital, source="rumour")


def test_hidden_units_are_absent(actors: Actors, world: World) -> None:
    with pytest.raises(NotFound):
        make_hazard(actors["inspector"], world.other_hospital)


def test_a_reader_may_not_report(actors: Actors, world: World) -> None:
    with pytest.raises(Forbidden):
        make_hazard(actors["read_only"], world.hospital)


def test_a_hazard_walks_the_whole_way_and_gets_one_closure_number(actors: Actors) -> None:
    hazard = hazard_in("closed", actors)
    assert hazard.closure_number == "XH-339901-2026-00001"
    assert [name for name, _ in steps(hazard)] == [
        "open", "assign", "submit_rectification", "accept", "close",
    ]  # fmt: skip
    db.session.commit()
    acts = db.session.query(AuditEntry.action).filter_by(subject_id=hazard.id)
    assert {name for (name,) in acts} >= {"hazard.open", "hazard.close"}


def test_a_rectifier_can_never_verify(actors: Actors, world: World) -> None:
    hazard = hazard_in("assigned", actors)
    head = actors["unit_head"]
    photo = make_photo(head.user_id)
    move_hazard(head, hazard.id, "submit_rectification", note="已改", photos=[photo.id])
    with pytest.raises(workflow.SelfVerification):
        move_hazard(head, hazard.id, "accept")


def test_whoever_added_evidence_to_a_rectification_cannot_verify_it(actors: Actors) -> None:
    hazard = hazard_in("rectified", actors)
    head = actors["unit_head"]
    photo = make_photo(head.user_id)
    again = move_hazard(head, hazard.id, "submit_rectification", note="补拍", photos=[photo.id])
    assert again.repeated
    with pytest.raises(workflow.SelfVerification):
        move_hazard(head, hazard.id, "accept")


def test_evidence_of_a_second_submission_is_kept(actors: Actors) -> None:
    hazard = hazard_in("rectified", actors)
    head = actors["unit_head"]
    photo = make_photo(head.user_id)
    move_hazard(head, hazard.id, "submit_rectification", note="补拍", photos=[photo.id])
    assert hazard.rectified_by == actors["safety_officer"].user_id
    assert steps(hazard)[-1] == ("submit_rectification", "补拍")
    assert (photo.in_unit, photo.unit_id) == (True, hazard.unit_id)


def test_the_bureau_cannot_rectify_for_the_unit(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    with pytest.raises(Forbidden):
        move_hazard(actors["bureau_office"], hazard.id, "submit_rectification", note="改")


def test_a_rectification_needs_a_usable_photo(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    officer = actors["safety_officer"]
    with pytest.raises(workflow.EvidenceMissing):
        move_hazard(officer, hazard.id, "submit_rectification", note="已改")
    foreign = make_photo(actors["inspector"].user_id)
    for photo in (foreign.id, make_photo(officer.user_id, state="removed").id, new_id()):
        with pytest.raises(rules.PhotoUnusable):
            move_hazard(officer, hazard.id, "submit_rectification", note="改", photos=[photo])


def test_the_assignee_must_be_of_the_unit(actors: Actors, world: World) -> None:
    hazard = hazard_in("open", actors)
    stranger = make_person(unit=world.clinic)
    with pytest.raises(rules.AssigneeNotOfUnit):
        move_hazard(actors["inspector"], hazard.id, "assign", assignee_id=stranger.id)


def test_a_repeated_step_changes_nothing(actors: Actors) -> None:
    hazard = hazard_in("open", actors)
    words = {**words_for("assign", actors, "inspector"), "step_id": new_id()}
    move_hazard(actors["inspector"], hazard.id, "assign", **words)
    before = steps(hazard)
    assert move_hazard(actors["inspector"], hazard.id, "assign", **words).repeated
    assert steps(hazard) == before


def test_a_legal_move_on_a_changed_hazard_is_flagged_as_merged(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    seen = Expected("open", 1)
    officer = actors["safety_officer"]
    words = words_for("submit_rectification", actors, "safety_officer")
    moved = move_hazard(officer, hazard.id, "submit_rectification", expect=seen, **words)
    assert (moved.merged, hazard.state) == (True, "rectified")


def test_ones_own_earlier_act_is_no_surprise(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    officer = actors["safety_officer"]
    db.session.flush()
    seen = Expected("assigned", hazard.rev)
    comment_hazard(officer, hazard.id, "正在处理")
    words = words_for("submit_rectification", actors, "safety_officer")
    assert not move_hazard(officer, hazard.id, "submit_rectification", expect=seen, **words).merged


def test_two_assignments_end_with_the_later_person_and_the_earlier_day(
    actors: Actors, world: World
) -> None:
    hazard = hazard_in("open", actors)
    first, second = make_person(unit=world.hospital), make_person(unit=world.hospital)
    seen = Expected("open", hazard.rev)
    early, late = date(2026, 11, 25), date(2026, 12, 20)
    move_hazard(
        actors["inspector"], hazard.id, "assign", expect=seen, assignee_id=first.id, due_on=early
    )
    moved = move_hazard(
        actors["bureau_office"],
        hazard.id,
        "assign",
        expect=seen,
        assignee_id=second.id,
        due_on=late,
    )
    assert moved.merged
    assert (hazard.assignee_id, hazard.due_on, hazard.state) == (second.id, early, "assigned")


def test_an_illegal_move_is_refused_and_its_evidence_salvaged(actors: Actors) -> None:
    hazard = hazard_in("closed", actors)
    officer = actors["safety_officer"]
    photo = make_photo(officer.user_id)
    with pytest.raises(workflow.TransitionNotAllowed):
        move_hazard(officer, hazard.id, "submit_rectification", note="迟到", photos=[photo.id])
    salvage_evidence(officer, hazard.id, "迟到", [photo.id])
    assert steps(hazard)[-1] == ("late", "迟到")
    assert hazard.state == "closed"


def test_sending_back_clears_who_rectified(actors: Actors) -> None:
    hazard = hazard_in("rectified", actors)
    move_hazard(actors["inspector"], hazard.id, "reject", note="没改好")
    assert (hazard.state, hazard.rectified_by) == ("assigned", None)


def test_a_photo_of_the_find_joins_the_opening(actors: Actors) -> None:
    hazard = hazard_in("open", actors)
    photo = make_photo(actors["inspector"].user_id, purpose="found")
    link_photo(actors["inspector"], hazard.id, photo)
    [data] = wire.hazard_data([hazard])
    assert data["steps"][0]["photo_ids"] == [photo.id]


def test_a_photo_that_came_first_joins_its_step_later(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    officer = actors["safety_officer"]
    photo = make_photo(officer.user_id)
    link_photo(officer, hazard.id, photo)
    move_hazard(officer, hazard.id, "submit_rectification", note="改", photos=[photo.id])
    link = db.session.get_one(HazardPhoto, (hazard.id, photo.id))
    assert link.step_id is not None


def test_a_comment_gives_the_hazard_a_new_revision(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    db.session.flush()
    before = hazard.rev
    comment_hazard(actors["staff"], hazard.id, "已联系维修")
    db.session.flush()
    assert hazard.rev == before + 1


def test_a_comment_needs_words_or_photos(actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    with pytest.raises(rules.WordsInvalid):
        comment_hazard(actors["staff"], hazard.id, "  ")


def test_the_series_starts_anew_each_year(actors: Actors, world: World, clock: FrozenClock) -> None:
    make_hazard(actors["inspector"], world.hospital)
    clock.move(days=60)
    assert make_hazard(actors["inspector"], world.hospital).number == "YH-339901-2027-00001"
