"""
Whatever planner, leader, member and outsiders do, in whatever order and at whatever time.

Nobody outside the knowers sees anything before release, no count moves, every reading stands in the
log, and the log holds.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from server.access.rules import Actor, Permission
from server.audit.models import AuditEntry
from server.audit.sealing import pending
from server.audit.service import record
from server.campaigns.models import Assignment
from server.custody import sealing
from server.kernel import clock as kernel_clock
from server.kernel.db import db, savepoint
from server.kernel.errors import NotFound, Problem
from server.kernel.ids import new_id
from server.org.models import NumberSeries, Person
from server.visits import queries, rules, service, views
from server.visits.models import Visit, VisitPackage
from server.visits.schemas import VisitBody
from server.visits.service import knowledge
from tests.factories.org import make_person
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene

OUTSIDERS = ("bureau_office", "administrator", "unit_head", "safety_officer", "read_only", "expert")
TEAM = st.sampled_from(["leader", "member"])
ANYBODY = st.sampled_from(["leader", "member", "successor", "outsider", "stranger"])


class Course(RuleBasedStateMachine):
    """One visit and everybody around it."""

    scene: Scene
    frozen: FrozenClock
    people: dict[str, Person]

    @initialize(hours=st.integers(1, 30), online=st.booleans())
    def plan(self, hours: int, online: bool) -> None:
        opens = kernel_clock.now_ms() + hours * 3_600_000
        body = self.scene.body(
            id=new_id(),
            opens_at=opens,
            ends_at=opens + 6 * 3_600_000,
            leader_id=self.people["leader"].id,
            member_ids=[self.people["member"].id],
            key_release="online" if online else "offline",
        )
        self.reads: Counter[tuple[str, str]] = Counter()
        self.told: set[str] = set()
        self.counted = self.counts()
        self.visit_id = service.plan_visit(
            self.actor("planner"), VisitBody.model_validate(body).draft()
        ).id
        db.session.flush()

    def actor(self, name: str) -> Actor:
        return self.scene.actors.of(self.people[name])

    @property
    def visit(self) -> Visit:
        return db.session.get_one(Visit, self.visit_id)

    def do(self, act: Any) -> bool:
        with suppress(Problem), savepoint():
            act()
            db.session.flush()
            return True
        return False

    @rule(minutes=st.integers(1, 600))
    def wait(self, minutes: int) -> None:
        self.frozen.move(minutes=minutes)

    @rule(who=st.sampled_from(["planner", "second", "leader", "member", "outsider"]))
    def look(self, who: str) -> None:
        seen: list[Any] = []
        sealed = self.visit.released_at is None
        done = self.do(lambda: seen.append(views.read_visit(self.actor(who), self.visit_id)))
        if done and "plan" in seen[0] and sealed:
            self.reads[self.people[who].id, "viewed"] += 1

    @rule(who=st.sampled_from(["planner", "second"]), swap=st.booleans())
    def change(self, who: str, swap: bool) -> None:
        other = self.people["successor" if swap else "leader"].id
        changes = {"leader_id": other, "note": "改"}
        self.do(
            lambda: service.change_visit(self.actor(who), self.visit_id, self.visit.rev, changes)
        )

    @rule(who=st.sampled_from(["planner", "outsider"]))
    def cancel(self, who: str) -> None:
        self.do(lambda: service.cancel_visit(self.actor(who), self.visit_id, "x"))

    @rule(who=st.sampled_from(["planner", "second"]))
    def tell(self, who: str) -> None:
        second = self.people["second"].id
        if self.do(lambda: service.tell_knower(self.actor(who), self.visit_id, second)):
            self.told.add(second)

    @rule(who=st.sampled_from(["planner", "second", "leader"]), really=st.integers(0, 5))
    def release(self, who: str, really: int) -> None:
        if really == 0:
            self.do(lambda: service.release_visit(self.actor(who), self.visit_id, "x"))

    @rule()
    def due(self) -> None:
        service.release_due()

    @rule(who=ANYBODY)
    def fetch(self, who: str) -> None:
        self.do(lambda: service.hand_over(self.actor(who), self.visit_id, None))

    @rule(who=ANYBODY, minutes=st.integers(-600, 60), proves=st.booleans())
    def open(self, who: str, minutes: int, proves: bool) -> None:
        at = kernel_clock.now() + timedelta(minutes=minutes)
        package = db.session.get_one(VisitPackage, self.visit_id)
        check = sealing.fingerprint(package.content_key, self.visit_id) if proves else None
        opening = service.Opening(self.visit_id, at, "time", check)
        if self.do(lambda: service.open_visit(self.actor(who), opening)):
            assert not rules.is_early(min(at, kernel_clock.now()), self.visit.opens_at)
        else:
            self.do(lambda: service.note_early(self.actor(who), opening))

    @rule(who=ANYBODY, minutes=st.integers(-600, 60))
    def arrive(self, who: str, minutes: int) -> None:
        at = kernel_clock.now() + timedelta(minutes=minutes)
        proof = service.Proof("tag", tag="QZ7K2M")
        arrival = service.Arrival(self.visit_id, self.visit.assignment_id, at, proof)
        opened = self.visit.opened_at is not None
        if self.do(lambda: service.arrive(self.actor(who), arrival)):
            assert opened
            assert self.visit.state == rules.ARRIVED

    @invariant()
    def nobody_else_sees_anything(self) -> None:
        if not hasattr(self, "visit_id") or self.visit.released_at is not None:
            return
        outside = [*OUTSIDERS, "stranger", "successor", "outsider", "second"]
        for name in outside:
            person = self.people[name]
            if person.id in (*self.told, self.visit.leader_id):
                continue
            actor = self.scene.actors.of(person)
            assert queries.known_ids(actor, [self.visit_id]) == set()
            try:
                queries.get_visit(actor, self.visit_id)
            except NotFound:
                continue
            raise AssertionError(name)
        assert self.counts() == self.counted

    def counts(self) -> tuple[Any, ...]:
        """What would tell of this visit."""
        mine = getattr(self, "visit_id", "-")
        entries = select(func.count()).select_from(AuditEntry)
        tasks = select(func.count()).select_from(Assignment).join(
            Visit, Visit.assignment_id == Assignment.id
        )  # fmt: skip
        return (
            db.session.scalar(entries.where(AuditEntry.subject_id == mine)),
            [act for act in pending(db.session()) if act.subject_id == mine],
            db.session.scalar(tasks.where(Visit.id == mine)),
            sorted(tuple(row) for row in db.session.execute(select(Person.id, Person.rev))),
        )

    @invariant()
    def numbers_are_given_at_release(self) -> None:
        given = db.session.scalar(select(func.sum(NumberSeries.last))) or 0
        released = select(func.count()).select_from(Visit).where(Visit.released_at.is_not(None))
        assert given == db.session.scalar(released)

    @invariant()
    def the_team_knows_nothing_before_the_opening(self) -> None:
        if not hasattr(self, "visit_id"):
            return
        visit = self.visit
        if not rules.knows_plan(visit.opened_at, visit.released_at):
            for name in ("leader", "member", "successor"):
                assert queries.known_ids(self.actor(name), [visit.id]) == set()

    @invariant()
    def the_log_is_whole(self) -> None:
        if not hasattr(self, "visit_id"):
            return
        lines = service.lines_of(self.visit_id)
        assert service.is_sound(lines, self.visit_id)
        seen = Counter((line.person_id or "", line.how) for line in lines)
        assert all(seen[key] == count for key, count in self.reads.items())
        hows = [line.how for line in lines]
        assert hows[0] == "planned"
        assert hows.count("released") == (1 if self.visit.released_at else 0)
        assert ("opened" in hows) or self.visit.opened_at is None
        assert ("arrived" in hows) == (self.visit.arrived_at is not None)
        for person in self.told:
            assert seen[person, "told"] >= 1


def run(scene: Scene, clock: FrozenClock, examples: int = 12, is_fixed: bool = False) -> None:
    county, other = scene.world.county, scene.world.other_county
    scene.tag()
    made = {
        "second": make_person(role="visit_planner", region=county),
        "outsider": make_person(role="visit_planner", region=county),
        "successor": make_person(role="inspector", region=county),
        "stranger": make_person(role="inspector", region=other),
    }
    known = {
        "planner": scene.actors.person("visit_planner"),
        "leader": scene.actors.person("inspector"),
        "member": scene.guest,
    }
    outside = {role: scene.actors.person(role) for role in OUTSIDERS}
    assert scene.definition

    class Here(Course):
        pass

    Here.scene, Here.frozen = scene, clock
    Here.people = made | known | outside
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            derandomize=is_fixed,
            stateful_step_count=14,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_course_of_a_visit(scene: Scene, clock: FrozenClock) -> None:
    run(scene, clock)


def readers_too_early(actor: Actor) -> Any:
    """Who may read inspections sees visits before they are released."""
    regions = sorted(actor.regions_with(Permission.INSPECTIONS_READ))
    return Visit.region_id.in_(regions)


PLANTED: dict[str, tuple[object, str, object]] = {
    "readers see too early": (queries, "_read_by", readers_too_early),
    "readings are not written down": (knowledge, "note_reading", lambda *_, **__: None),
    "an entry at once": (
        knowledge, "note", lambda visit, *_, **__: record(None, "x", "visit", visit.id),
    ),
}  # fmt: skip


@pytest.mark.parametrize("leak", sorted(PLANTED))
def test_a_planted_leak_is_found(
    scene: Scene, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    target, name, instead = PLANTED[leak]
    monkeypatch.setattr(target, name, instead)
    with pytest.raises((AssertionError, IndexError)):
        run(scene, clock, examples=60, is_fixed=True)
