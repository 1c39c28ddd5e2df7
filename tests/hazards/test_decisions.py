"""Whether a hazard is major: decided by a person with the right, never lost, never by accident."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from server.access.rules import Actor, Grant, Permission
from server.audit.models import AuditEntry
from server.hazards import queries, rules, wire, workflow
from server.hazards.decision_times import decide_by, decision_times
from server.hazards.models import Hazard
from server.hazards.queries import HazardFilter
from server.hazards.service import (
    Expected,
    comment_hazard,
    deciding,
    move_hazard,
    open_hazard,
    salvage_evidence,
)
from server.hazards.workflow import TRANSITIONS, HazardAction
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, Problem
from tests.factories.criteria import make_criteria
from tests.factories.hazards import draft, hazard_in, make_hazard, words_for
from tests.factories.org import make_person
from tests.support.actors import NAMES, Actors, World
from tests.support.clock import FrozenClock

MAJOR, GENERAL, EXPERTS = "decide_major", "decide_general", "ask_experts"
GROUNDS: dict[str, Any] = {"note": "现场核实", "criterion": "trial.1"}


@pytest.fixture
def suspected(actors: Actors, world: World) -> Hazard:
    """A hazard that may be major, just opened."""
    make_criteria()
    return make_hazard(
        actors["inspector"], world.hospital, suspected_major=True, criteria=["trial.1", "trial.1"]
    )


def second_office(actors: Actors) -> Actor:
    return actors.of(make_person(role="bureau_office", region=actors.world.county))


def seen(hazard: Hazard, decisions: int) -> Expected:
    db.session.flush()
    return Expected(hazard.state, hazard.rev, decisions)


def steps(hazard: Hazard) -> list[dict[str, Any]]:
    [data] = wire.hazard_data([hazard])
    return list(data["steps"])


def test_what_may_be_major_waits_with_a_day_and_its_candidates(suspected: Hazard) -> None:
    assert (suspected.decision, suspected.criteria) == (None, ["trial.1"])
    assert suspected.decide_by == date(2026, 11, 26)
    [data] = wire.hazard_data([suspected])
    assert (data["criteria"], data["decision"], data["decide_by"]) == (
        ["trial.1"], None, "2026-11-26",
    )  # fmt: skip


def test_what_is_plainly_general_waits_for_nobody(actors: Actors, world: World) -> None:
    hazard = make_hazard(actors["inspector"], world.hospital)
    assert hazard.decide_by is None


def test_a_candidate_is_a_reference(actors: Actors, world: World) -> None:
    with pytest.raises(rules.WordsInvalid):
        make_hazard(actors["inspector"], world.hospital, criteria=["第一项"])


def test_the_decision_is_a_step_with_who_when_why_and_by_which_edition(
    actors: Actors, suspected: Hazard
) -> None:
    office = actors["bureau_office"]
    move_hazard(office, suspected.id, MAJOR, decided_on=date(2026, 11, 23), **GROUNDS)
    assert (suspected.grade, suspected.suspected_major, suspected.decision) == (
        "major", True, "major",
    )  # fmt: skip
    assert (suspected.state, suspected.decide_by) == ("open", None)
    step = steps(suspected)[-1]
    assert (step["action"], step["by"], step["note"]) == (MAJOR, office.user_id, "现场核实")
    assert step["decision"]["criterion"]["edition"] == "试〔2026〕1号"
    assert step["decision"]["criterion"]["text"]["zh"] == "情形1"
    assert step["decision"]["criterion"]["complete"] is False
    assert step["decision"]["decided_on"] == "2026-11-23"
    db.session.commit()
    [entry] = db.session.query(AuditEntry).filter_by(action=f"hazard.{MAJOR}")
    assert entry.details["decision"]["criterion"]["ref"] == "trial.1"
    assert (entry.actor_id, entry.unit_id) == (office.user_id, suspected.unit_id)


def test_the_criterion_stays_as_it_was_read(actors: Actors, suspected: Hazard) -> None:
    old = make_criteria().hash
    changed = make_criteria(edition="试〔2026〕2号", effective_from="2026-02-01").hash
    move_hazard(actors["bureau_office"], suspected.id, MAJOR, criteria_hash=old, **GROUNDS)
    assert steps(suspected)[-1]["decision"]["criterion"]["edition"] == "试〔2026〕1号"
    other = make_hazard(actors["inspector"], actors.world.hospital)
    move_hazard(actors["bureau_office"], other.id, MAJOR, **GROUNDS)
    assert steps(other)[-1]["decision"]["criterion"]["hash"] == changed


def test_only_who_has_the_right_decides(actors: Actors, suspected: Hazard) -> None:
    may = [r for r in NAMES if actors[r].may(Permission.HAZARDS_DECIDE_MAJOR)]
    assert may == ["bureau_office"]
    for role in {"inspector", "expert", "unit_head", "safety_officer", "read_only"}:
        with pytest.raises(Forbidden):
            move_hazard(actors[role], suspected.id, MAJOR, **GROUNDS)
    assert suspected.grade == "general"


def rights(unit_id: str | None = None, region_id: str | None = None) -> Grant:
    regions = frozenset([region_id] if region_id else [])
    return Grant("x", frozenset(Permission), unit_id, region_id, regions)


def test_nobody_of_the_unit_decides_on_its_own_hazard(
    actors: Actors, world: World, suspected: Hazard
) -> None:
    county = rights(region_id=world.county.id)
    officer = make_person(unit=world.hospital).id
    employed = Actor(officer, "甲", (county,), unit_id=world.hospital.id)
    granted = Actor(officer, "乙", (county, rights(unit_id=world.hospital.id)))
    for insider in (employed, granted):
        with pytest.raises(rules.OwnUnitDecision):
            move_hazard(insider, suspected.id, GENERAL, note="没问题")
    move_hazard(actors["inspector"], suspected.id, "assign", assignee_id=officer)
    with pytest.raises(rules.OwnUnitDecision):
        move_hazard(Actor(officer, "丙", (county,)), suspected.id, GENERAL, note="没问题")


@pytest.mark.parametrize(
    ("action", "words", "refusal"),
    [
        (MAJOR, {"criterion": "trial.1"}, workflow.NoteMissing),
        (MAJOR, {"note": "重大"}, workflow.CriterionMissing),
        (GENERAL, {}, workflow.NoteMissing),
        (EXPERTS, {"note": "  "}, workflow.NoteMissing),
        (MAJOR, {"note": "重大", "criterion": "trial.9"}, deciding.CriterionUnknown),
        (MAJOR, {"note": "重大", "criterion": "gone.1"}, deciding.CriterionUnknown),
        (MAJOR, GROUNDS | {"criteria_hash": "0" * 64}, deciding.CriterionUnknown),
        (MAJOR, {"note": "重大", "criterion": "serious.1"}, deciding.CriterionUnfit),
        (MAJOR, {"note": "重大", "criterion": "past.1"}, deciding.CriterionUnfit),
        (MAJOR, {"note": "重大", "criterion": "elsewhere.1"}, deciding.CriterionUnfit),
        (MAJOR, GROUNDS | {"decided_on": date(2026, 11, 24)}, deciding.DecisionDayUnfit),
        (MAJOR, GROUNDS | {"decided_on": date(2026, 11, 22)}, deciding.DecisionDayUnfit),
    ],
)
def test_a_decision_without_ground_is_refused(
    actors: Actors, suspected: Hazard, action: str, words: dict[str, Any], refusal: type[Problem]
) -> None:
    make_criteria(key="serious", concept="serious")
    make_criteria(key="past", effective_to="2026-10-01")
    make_criteria(key="elsewhere", region="440000")
    with pytest.raises(refusal):
        move_hazard(actors["bureau_office"], suspected.id, action, **words)
    assert (suspected.grade, suspected.decision) == ("general", None)


def test_a_local_list_holds_in_its_region(actors: Actors, suspected: Hazard) -> None:
    make_criteria(key="local", region="339900")
    move_hazard(
        actors["bureau_office"], suspected.id, MAJOR, note="按本市清单", criterion="local.2"
    )
    assert suspected.grade == "major"


def test_a_later_decision_is_added_with_its_reason(actors: Actors, suspected: Hazard) -> None:
    office = actors["bureau_office"]
    move_hazard(office, suspected.id, MAJOR, **GROUNDS)
    with pytest.raises(workflow.NoteMissing):
        move_hazard(office, suspected.id, GENERAL)
    assert suspected.grade == "major"
    move_hazard(office, suspected.id, GENERAL, note="专家复核：设备已拆除")
    assert (suspected.grade, suspected.suspected_major) == ("general", False)
    told = [s["decision"] for s in steps(suspected) if s["decision"]]
    assert [one["outcome"] for one in told] == ["major", "general"]
    assert [one["previous"] for one in told] == [None, "major"]


def test_experts_leave_the_matter_open(actors: Actors, suspected: Hazard) -> None:
    office = actors["bureau_office"]
    move_hazard(office, suspected.id, EXPERTS, note="请专家组论证")
    assert (suspected.grade, suspected.decision) == ("general", "experts")
    assert suspected.decide_by == date(2026, 12, 8)
    move_hazard(office, suspected.id, MAJOR, **GROUNDS)
    move_hazard(office, suspected.id, EXPERTS, note="单位有异议，再论证")
    assert (suspected.grade, suspected.suspected_major) == ("major", True)


def test_nothing_is_closed_before_it_is_decided(actors: Actors) -> None:
    make_criteria()
    hazard = hazard_in("verified", actors, suspected_major=True)
    with pytest.raises(workflow.DecisionWaiting):
        move_hazard(actors["bureau_office"], hazard.id, "close")
    move_hazard(actors["bureau_office"], hazard.id, MAJOR, **GROUNDS)
    move_hazard(actors["bureau_office"], hazard.id, "close")
    assert (hazard.state, hazard.grade) == ("closed", "major")
    with pytest.raises(workflow.TransitionNotAllowed):
        move_hazard(actors["bureau_office"], hazard.id, GENERAL, note="太晚")


def test_of_two_who_decide_unknowingly_the_first_stands_and_both_words_are_kept(
    actors: Actors, suspected: Hazard
) -> None:
    first, second = actors["bureau_office"], second_office(actors)
    expect = seen(suspected, 0)
    move_hazard(first, suspected.id, MAJOR, expect=expect, **GROUNDS)
    with pytest.raises(rules.DecisionOvertaken) as refused:
        move_hazard(second, suspected.id, GENERAL, expect=expect, note="不够重大")
    assert refused.value.extras["by"] == first.user_id
    salvage_evidence(second, suspected.id, "不够重大", action=GENERAL)
    assert (suspected.grade, suspected.decision) == ("major", "major")
    last = steps(suspected)[-1]
    assert (last["action"], last["note"], last["by"]) == ("late", "不够重大", second.user_id)
    assert last["decision"] == {"outcome": "general", "refused": True, "wanted": None}
    assert len(deciding.decisions_of(suspected.id)) == 1


def test_two_who_agree_unknowingly_are_both_heard(actors: Actors, suspected: Hazard) -> None:
    second = second_office(actors)
    expect = seen(suspected, 0)
    move_hazard(actors["bureau_office"], suspected.id, MAJOR, expect=expect, **GROUNDS)
    moved = move_hazard(second, suspected.id, MAJOR, expect=expect, **GROUNDS | {"note": "同意"})
    assert moved.repeated
    assert [s["note"] for s in steps(suspected) if s["action"] == MAJOR] == ["现场核实", "同意"]


def test_remarks_and_moves_in_between_are_no_conflict(actors: Actors, suspected: Hazard) -> None:
    expect = seen(suspected, 0)
    comment_hazard(actors["staff"], suspected.id, "已报修")
    words = words_for("assign", actors, "inspector")
    move_hazard(actors["inspector"], suspected.id, "assign", **words)
    move_hazard(actors["bureau_office"], suspected.id, MAJOR, expect=expect, **GROUNDS)
    assert (suspected.grade, suspected.state) == ("major", "assigned")


def test_ones_own_earlier_decision_is_no_conflict(actors: Actors, suspected: Hazard) -> None:
    office, expect = actors["bureau_office"], seen(suspected, 0)
    move_hazard(office, suspected.id, EXPERTS, expect=expect, note="请专家")
    move_hazard(office, suspected.id, MAJOR, expect=expect, **GROUNDS)
    assert suspected.decision == "major"


def test_no_way_leads_to_major_but_a_decision(
    actors: Actors, world: World, clock: FrozenClock
) -> None:
    """Random acts by everybody: the grade is always that of the last valid conclusion."""
    make_criteria()
    random, tried, majors = Random(7), 0, 0
    people = {role: actors[role] for role in NAMES}
    for _ in range(25):
        given = {
            "suspected_major": random.random() < 0.5,
            "grade": random.choice(["general", "major"]),
        }
        hazard = open_hazard(people["inspector"], draft(world.hospital, **given))
        standing, kept = "general", 0
        for _ in range(14):
            action, role = random.choice(list(HazardAction)), random.choice(list(people))
            words = words_for(action, actors, role)
            expect = Expected(hazard.state, hazard.rev, random.randint(0, kept))
            clock.move(minutes=1)
            tried += 1
            before = kept
            try:
                with db.session.begin_nested():
                    moved = move_hazard(people[role], hazard.id, action, expect=expect, **words)
            except Problem:
                db.session.refresh(hazard)
            else:
                rule = TRANSITIONS[action]
                if rule.outcome is not None:
                    assert role == "bureau_office"
                    kept += 1
                    if not moved.repeated and rule.outcome != "experts":
                        standing = rule.outcome.value
            assert hazard.grade == standing
            assert len(deciding.decisions_of(hazard.id)) == kept >= before
        majors += standing == "major"
    assert tried == 350
    assert majors >= 3


@pytest.mark.parametrize(("asked", "count"), [(True, 2), (False, 3), (None, 5)])
def test_what_waits_for_a_decision_can_be_listed(
    actors: Actors, world: World, asked: bool | None, count: int
) -> None:
    make_criteria()
    office = actors["bureau_office"]
    for action in (None, EXPERTS, MAJOR, GENERAL):
        hazard = make_hazard(actors["inspector"], world.hospital, suspected_major=True)
        if action:
            move_hazard(office, hazard.id, action, **GROUNDS)
    voided = make_hazard(actors["inspector"], world.hospital, suspected_major=True)
    move_hazard(office, voided.id, "void", note="重复")
    wanted = HazardFilter(to_decide=asked)
    assert queries.list_hazards(office, wanted, clock.today()).total == count


ROWS: Any = [
    {"occasion": "suspected", "region": "national", "effective_from": "2026-01-01", "days": 3},
    {"occasion": "suspected", "region": "330000", "effective_from": "2026-01-01", "days": 2},
    {"occasion": "suspected", "region": "330100", "effective_from": "2026-06-01", "days": 1},
    {"occasion": "suspected", "region": "national", "effective_from": "2027-01-01", "days": 9},
]


@pytest.mark.parametrize(
    ("code", "day", "days"),
    [
        ("110101", date(2026, 5, 1), 3),
        ("330200", date(2026, 5, 1), 2),
        ("330102", date(2026, 5, 1), 2),
        ("330102", date(2026, 6, 1), 1),
        ("110101", date(2027, 1, 1), 9),
    ],
)
def test_the_nearest_rule_in_force_gives_the_days(code: str, day: date, days: int) -> None:
    assert decide_by("suspected", code, day, ROWS) == day + timedelta(days=days)


def test_without_a_rule_there_is_no_day() -> None:
    assert decide_by("suspected", "110101", date(2020, 1, 1), ROWS) is None


def test_our_times_say_where_they_come_from() -> None:
    rows = decision_times()
    assert {row["occasion"] for row in rows} == {"suspected", "experts"}
    for row in rows:
        assert row["days"] > 0
        assert row["source"] is not None or "产品默认值，不是法定期限" in row["note"]["zh"]
