"""Refused work: one decision for what belongs together, by its author or by the region's lead."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.hazards.models import Hazard, HazardStep
from server.inspections.models import Answer, Inspection
from server.kernel import ids
from server.kernel.db import db
from server.org.models import Person, RoleGrant
from server.org.service import revoke_role
from server.sync import tidy
from server.sync.models import SyncMutation, SyncProblem
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through
from tests.sync.work import hazard, photo

MakePhone = Callable[..., Phone]
Visit = Callable[..., Inspection]
POSTED, DRILL = "ward.rules.posted", "ward.rules.drill"


def dismiss(actors: Actors, role: str) -> Person:
    """Take the person's roles away as the office does it."""
    person = actors.person(role)
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)):
        revoke_role(None, person.id, grant.id)
    region = actors.world.other_county
    db.session.add(RoleGrant(id=ids.new_id(), person_id=person.id, role=role, region_id=region.id))
    db.session.commit()
    return person


def strip(actors: Actors, role: str) -> Person:
    """Take away the last role."""
    person = dismiss(actors, role)
    grants = select(RoleGrant).where(RoleGrant.person_id == person.id)
    for grant in db.session.scalars(grants):
        db.session.delete(grant)
    db.session.commit()
    return person


def outcome(phone: Phone, mutation: str) -> Any:
    phone.sync()
    user = next(scope for scope in phone.scopes if scope.startswith("user:"))
    return phone.row(user, "outcome", mutation)


def handle(phone: Phone, mutation: str, act: str, reason: str | None = None) -> None:
    phone.write("problem.handle", {"id": mutation, "act": act, "reason": reason})
    phone.sync()


def office(actors: Actors, region: Any = None) -> Any:
    """A browser of the bureau's office."""
    person = make_person(role="bureau_office", region=region or actors.world.county, name="周局办")
    db.session.commit()
    return actors.login(person)


def decide(client: Any, case: str, act: str, reason: str = "情况属实") -> Any:
    return client.post(f"/api/problems/{case}/{act}", json={"reason": reason})


@pytest.fixture
def refused(phone: MakePhone, visit: Visit) -> tuple[Phone, list[str]]:
    """Two answers that came after the record was closed."""
    inspection = visit("inspector", "expert")
    late = phone("expert")
    late.sync()
    inspection.state = "submitted"
    db.session.commit()
    sent = [late.answer(inspection.id, item, result="fail") for item in (POSTED, DRILL)]
    late.sync()
    return late, sent


@pytest.mark.fault(54)
def test_what_fell_together_is_one_case(refused: tuple[Phone, list[str]]) -> None:
    late, (first, second) = refused
    assert (outcome(late, first)["head"], outcome(late, second)["head"]) == (None, first)
    handle(late, first, "discard", "重复")
    assert outcome(late, first) is None
    assert outcome(late, second) is None


@pytest.mark.fault(54)
def test_a_correction_takes_along_what_hung_on_the_mistake(phone: MakePhone, world: World) -> None:
    mine, found = phone("inspector"), hazard(world.hospital.id, due_on="2026-02-30")
    first = mine.write("hazard.open", found)
    said = {"id": found["id"], "note": "还在", "photos": []}
    second = mine.write("hazard.comment", said, causes=[first])
    mine.sync()
    assert [mine.verdicts[m]["code"] for m in (first, second)] == [
        "sync-bad-day", "sync-cause-rejected",
    ]  # fmt: skip
    assert outcome(mine, second)["head"] == first
    mine.write("hazard.open", found | {"due_on": "2026-12-31"}, causes=[first])
    handle(mine, first, "resent")
    notes = db.session.scalars(select(HazardStep.note).where(HazardStep.hazard_id == found["id"]))
    assert notes.all() == [None, "还在"]
    assert outcome(mine, first) is None
    assert outcome(mine, second) is None


def test_giving_up_can_be_undone_until_somebody_else_acts(
    refused: tuple[Phone, list[str]], actors: Actors
) -> None:
    late, (first, second) = refused
    handle(late, first, "discard", "点错了")
    handle(late, first, "undo")
    assert [outcome(late, m)["state"] for m in (first, second)] == ["open", "open"]
    handle(late, first, "handover", "请看")
    assert [outcome(late, m)["state"] for m in (first, second)] == ["handed", "handed"]
    assert decide(office(actors), first, "discard", "无法核实").status_code == 200
    handle(late, first, "undo")
    told = outcome(late, first)
    assert (told["state"], told["word"]["act"], told["word"]["note"]) == (
        "told", "discard", "无法核实",
    )  # fmt: skip
    handle(late, first, "seen")
    assert outcome(late, first) is None


@pytest.mark.fault(55)
def test_the_office_reopens_a_closed_record_and_accepts_what_came_late(
    refused: tuple[Phone, list[str]], actors: Actors
) -> None:
    late, (first, second) = refused
    handle(late, first, "handover", "现场补查的两项")
    desk = office(actors)
    [listed] = desk.get("/api/problems?list=handed").json["items"]
    assert (listed["id"], listed["pieces"], listed["author"]["name"]) == (first, 2, "吴专家")
    told = decide(desk, first, "accept").json
    assert (told["accepted"], told["left"], told["state"]) == (2, [], "told")
    answers = db.session.scalars(select(Answer).where(Answer.item_key.in_((POSTED, DRILL)))).all()
    assert len(answers) == 2
    for answer in answers:
        word = answer.fields["result"]
        assert (word["v"], word["of"]) == ("fail", actors.person("expert").id)
        assert word["by"] != word["of"]
    assert db.session.get_one(Inspection, answers[0].inspection_id).state == "draft"
    assert outcome(late, second)["word"]["by_name"] == "周局办"
    statuses = db.session.scalars(select(SyncMutation.status).where(SyncMutation.id == first))
    assert statuses.one() == "applied"
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_id == first).order_by(AuditEntry.seq)
    ).all()
    assert acts == ["problem.handover", "problem.accept"]


@pytest.mark.fault(64)
def test_work_of_a_former_member_is_accepted_under_the_leads_name(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine, found = phone("inspector"), hazard(world.hospital.id)
    mine.sync()
    shown = photo(hazard=found["id"])
    found["photos"] = [shown["id"]]
    mine.write("photo.add", shown)
    sent = mine.write("hazard.open", found)
    author = dismiss(actors, "inspector")
    mine.sync()
    assert mine.verdicts[sent]["status"] == "rejected"
    assert not [
        s for s in mine.scopes if s.startswith(("region:", "unit:")) and world.county.id in s
    ]
    desk = office(actors)
    cases = desk.get("/api/problems?list=former").json["items"]
    assert sent in [case["id"] for case in cases]
    assert [p["id"] for p in desk.get(f"/api/problems/{sent}").json["pictures"]] == [shown["id"]]
    assert decide(desk, sent, "accept").status_code == 200
    opened = db.session.get_one(Hazard, found["id"])
    step = db.session.scalars(select(HazardStep).where(HazardStep.hazard_id == opened.id)).one()
    assert (step.received_from, step.by) == (author.id, opened.opened_by)
    assert opened.opened_by != author.id


@pytest.mark.fault(64)
def test_who_has_no_role_left_still_hands_in_and_keeps_nothing_of_others(
    phone: MakePhone, visit: Visit, actors: Actors, world: World
) -> None:
    inspection, mine = visit("inspector", "expert"), phone("expert")
    mine.sync()
    assert f"insp:{inspection.id}" in mine.scopes
    shown = photo(inspection=inspection.id, item=POSTED, purpose="answer")
    sent = [mine.write("photo.add", shown), mine.answer(inspection.id, POSTED, result="fail")]
    person = strip(actors, "expert")
    mine.sync()
    assert [mine.verdicts[m]["status"] for m in sent] == ["rejected", "rejected"]
    assert set(mine.scopes) == {f"user:{person.id}"}
    desk = office(actors)
    [case] = desk.get("/api/problems?list=former").json["items"]
    assert (case["author"]["id"], case["pieces"]) == (person.id, 2)
    assert decide(desk, case["id"], "accept").json["left"] == []
    answer = db.session.get_one(Answer, (inspection.id, "", POSTED))
    assert answer.fields["result"]["of"] == person.id
    assert outcome(mine, case["id"])["word"]["act"] == "accept"


@pytest.mark.fault(64, 70)
def test_other_regions_see_and_decide_nothing(
    refused: tuple[Phone, list[str]], phone: MakePhone, actors: Actors, world: World
) -> None:
    late, (first, _) = refused
    handle(late, first, "handover", "请看")
    stranger = office(actors, world.other_county)
    assert stranger.get("/api/problems").json["items"] == []
    assert stranger.get(f"/api/problems/{first}").status_code == 404
    for act in ("accept", "return", "discard", "retry"):
        assert decide(stranger, first, act).status_code == 404
    inspector = actors.login("inspector")
    assert inspector.get("/api/problems").status_code == 403
    assert inspector.get(f"/api/problems/{first}").status_code == 404
    assert actors.login("expert").get(f"/api/problems/{first}").status_code == 200


def test_naming_a_foreign_place_puts_nothing_on_a_foreign_desk(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine = phone("inspector")
    sent = mine.write("hazard.open", hazard(world.other_hospital.id))
    mine.sync()
    handle(mine, sent, "handover", "请看")
    assert office(actors, world.other_county).get("/api/problems").json["items"] == []
    assert [c["id"] for c in office(actors).get("/api/problems").json["items"]] == [sent]


@pytest.mark.fault(102)
def test_a_photo_refused_with_its_record_stays_in_reach(
    phone: MakePhone, visit: Visit, actors: Actors, world: World
) -> None:
    inspection = visit("inspector", "expert")
    inspection.state = "submitted"
    db.session.commit()
    mine, shown = phone("expert"), photo(inspection=inspection.id, item=POSTED, purpose="answer")
    sent = mine.write("photo.add", shown)
    mine.sync()
    told = mine.verdicts[sent]
    assert (told["code"], told["kept"]) == ("inspection-locked", ["photo"])
    user = next(scope for scope in mine.scopes if scope.startswith("user:"))
    assert mine.row(user, "photo", shown["id"])["state"] == "expected"
    assert "photo" not in {e for s, held in mine.scopes.items() if s != user for e, _ in held.rows}
    handle(mine, sent, "handover", "请收下照片")
    desk = office(actors)
    [picture] = desk.get(f"/api/problems/{sent}").json["pictures"]
    assert (picture["id"], picture["state"]) == (shown["id"], "expected")
    assert decide(desk, sent, "accept").json["accepted"] == 1
    mine.sync()
    assert mine.row(f"insp:{inspection.id}", "photo", shown["id"])["author_id"] == (
        actors.person("expert").id
    )


@pytest.mark.fault(102)
def test_a_case_shows_no_photo_but_its_authors(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    theirs, mine = Phone(through(actors.login(_stranger(actors)))), phone("inspector")
    secret = photo()
    theirs.write("photo.add", secret)
    theirs.sync()
    sent = mine.write(
        "hazard.open", hazard(world.hospital.id, photos=[secret["id"]], due_on="2026-02-30")
    )
    mine.sync()
    handle(mine, sent, "handover", "请看")
    desk = office(actors)
    [picture] = desk.get(f"/api/problems/{sent}").json["pictures"]
    assert picture["state"] == "absent"
    assert desk.get(f"/api/photos/{secret['id']}").status_code == 404


def _stranger(actors: Actors) -> Person:
    return make_person(role="inspector", region=actors.world.other_county)


def test_returned_with_a_word_it_is_the_authors_again(
    refused: tuple[Phone, list[str]], actors: Actors
) -> None:
    late, (first, second) = refused
    handle(late, first, "handover", "请看")
    desk = office(actors)
    assert decide(desk, first, "return", "请写清楚是哪间病房").status_code == 200
    for mutation in (first, second):
        told = outcome(late, mutation)
        assert (told["state"], told["word"]["note"]) == ("open", "请写清楚是哪间病房")
    assert decide(desk, first, "discard").status_code == 404


def test_what_still_cannot_be_done_is_not_half_done(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine = phone("inspector")
    sent = mine.write("hazard.open", hazard(world.hospital.id, due_on="2026-02-30"))
    mine.sync()
    handle(mine, sent, "handover", "请看")
    desk = office(actors)
    answer = decide(desk, sent, "accept")
    assert answer.json["code"] == "problem-not-acceptable"
    assert answer.json["reason"] == "sync-bad-day"
    assert outcome(mine, sent)["state"] == "handed"
    assert decide(desk, sent, "accept", " ").json["code"] == "problem-reason-missing"
    assert decide(desk, sent, "discard").status_code == 200
    assert decide(desk, sent, "discard").json["code"] == "problem-decided"


def test_nobody_returns_work_to_somebody_who_cannot_read_it(
    refused: tuple[Phone, list[str]], actors: Actors
) -> None:
    late, (first, _) = refused
    handle(late, first, "handover", "请看")
    desk = office(actors)
    actors.person("expert").active = False
    db.session.commit()
    assert decide(desk, first, "return").json["code"] == "problem-author-gone"
    assert decide(desk, first, "accept").status_code == 200


def test_what_nobody_answers_reaches_the_office_and_is_never_cleared_away(
    refused: tuple[Phone, list[str]], actors: Actors, clock: FrozenClock
) -> None:
    _, (first, second) = refused
    desk = office(actors)
    assert desk.get("/api/problems").json["items"] == []
    clock.move(days=8)
    assert [c["id"] for c in desk.get("/api/problems?list=stuck").json["items"]] == [first]
    clock.move(days=900)
    db.session.remove()
    tidy.tidy()
    for mutation in (first, second):
        assert db.session.get_one(SyncProblem, mutation).state == "open"


def test_dealt_with_it_is_kept_for_400_days(
    refused: tuple[Phone, list[str]], clock: FrozenClock
) -> None:
    late, (first, _) = refused
    handle(late, first, "discard", "重复")
    for days, kept in ((399, True), (2, False)):
        clock.move(days=days)
        db.session.remove()
        tidy.tidy()
        assert (db.session.get(SyncProblem, first) is not None) is kept


@pytest.mark.fault(83, 84)
def test_the_office_tries_parked_work_again(
    phone: MakePhone, visit: Visit, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from server.sync.handlers import HANDLERS

    inspection, mine = visit().id, phone("inspector")
    sent = mine.answer(inspection, POSTED, result="pass")
    mine.outbox[-1]["v"] = 2
    mine.sync()
    desk = office(actors)
    [listed] = desk.get("/api/problems?list=stuck").json["items"]
    assert (listed["id"], listed["kind"]) == (sent, "parked")
    assert decide(desk, sent, "retry").json["done"] == 0
    monkeypatch.setitem(HANDLERS, "answer.set", replace(HANDLERS["answer.set"], v=2))
    assert decide(desk, sent, "retry").json["done"] == 1
    assert outcome(mine, sent) is None


@pytest.mark.fault(56)
def test_accepting_what_others_wait_for_releases_them(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine, colleague = phone("inspector"), phone("expert")
    found = hazard(world.hospital.id, due_on="2026-12-31")
    mine.sync()
    sent = mine.write("hazard.open", found)
    waiting = colleague.write("hazard.comment", {"id": found["id"], "note": "看见", "photos": []})
    colleague.sync()
    dismiss(actors, "inspector")
    mine.sync()
    assert colleague.verdicts[waiting]["status"] == "held"
    assert decide(office(actors), sent, "accept").status_code == 200
    assert outcome(colleague, waiting) is None
    notes = db.session.scalars(select(HazardStep.note).where(HazardStep.hazard_id == found["id"]))
    assert "看见" in notes.all()
