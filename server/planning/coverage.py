"""What a campaign's units were checked for: facts for the matrix, the quotas and the goals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from server.access.rules import Actor
from server.campaigns.models import Assignment, Attendance, Campaign, GoalMark
from server.campaigns.programmes import marks_of, target_units
from server.campaigns.queries import visible_assignments
from server.hazards.models import Hazard
from server.hazards.queries import ALIVE, ZONE, in_sight
from server.hazards.workflow import HazardState
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Unit
from server.planning import rules
from server.planning.attendance import SELF_CHECK
from server.planning.rules import Figures, Visit, Window

Data = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """A campaign as one actor may see it."""

    campaign: Campaign
    units: Sequence[Unit]
    visits: Sequence[Visit]

    @property
    def unit_ids(self) -> list[str]:
        """Return the units' ids in their order."""
        return [unit.id for unit in self.units]


def facts_of(actor: Actor, campaign: Campaign) -> Facts:
    """Gather units and submitted records of the campaign's period that the actor may see."""
    units = target_units(actor, campaign)
    inside = _within(Inspection.started_at, campaign.starts_on, campaign.ends_on)
    query = _records(actor, campaign).where(inside)
    known = {unit.id for unit in units}
    focus = set(campaign.focus_keys)
    visits = [
        visit
        for visit in (_visit(row, campaign.id) for row in db.session.execute(query))
        if visit.unit in known and (not focus or visit.focus in focus)
    ]
    return Facts(campaign, units, visits)


def _records(actor: Actor, campaign: Campaign) -> Select[*tuple[Any, ...]]:
    attended = (
        select(Attendance.id)
        .where(
            or_(
                Attendance.inspection_id == Inspection.id,
                Attendance.assignment_id == Inspection.assignment_id,
            )
        )
        .exists()
    )
    query = visible_inspections(actor).outerjoin(
        Assignment, Assignment.id == Inspection.assignment_id
    )
    return (
        query.where(Inspection.state == SUBMITTED)
        .with_only_columns(
            Inspection.id,
            Inspection.unit_id,
            Inspection.mode,
            Inspection.checklist_key,
            Inspection.started_at,
            attended,
            Assignment.campaign_id,
        )
        .order_by(Inspection.started_at, Inspection.id)
    )


def _visit(row: Any, campaign_id: str) -> Visit:
    on = row[4].astimezone(ZONE).date()
    led = bool(row[5]) and row[2] != SELF_CHECK  # a unit's own head leads no visit from above
    return Visit(row[0], row[1], row[2], row[3], on, led, row[6] == campaign_id)


def _within(column: Any, first: date, last: date) -> ColumnElement[bool]:
    return and_(column >= clock.midnight(first), column < clock.midnight(clock.shifted(last, 1)))


def coverage(actor: Actor, campaign: Campaign, *, every: str, planned: bool) -> Data:
    """
    Return the matrix of units, modes, focus areas and stretches, and who was never visited.

    Cells are [unit, mode, focus, stretch, records] by index; empty ones are left out.
    """
    facts = facts_of(actor, campaign)
    visits = [one for one in facts.visits if one.planned or not planned]
    stretches = rules.windows(campaign.starts_on, campaign.ends_on, every, campaign.phases)
    cells = rules.matrix(visits, stretches)
    modes = sorted({*campaign.mode_keys, *(key[1] for key in cells)})
    focus = sorted({*campaign.focus_keys, *(key[2] for key in cells)})
    outside = any(key[3] == "-" for key in cells)
    keys = [*(one.key for one in stretches), *(["-"] if outside else [])]
    places = [
        {key: n for n, key in enumerate(axis)} for axis in (facts.unit_ids, modes, focus, keys)
    ]
    return {
        "as_of": clock.now_ms(),
        "units": [_unit(unit) for unit in facts.units],
        "modes": modes,
        "focus": focus,
        "windows": [_window(one, campaign.phases) for one in stretches]
        + ([{"key": "-", "first": None, "last": None, "name": None}] if outside else []),
        "cells": sorted(
            [*(at[name] for at, name in zip(places, key, strict=True)), count]
            for key, count in cells.items()
        ),
        "never": rules.never_visited(facts.unit_ids, visits),
        "records": len(visits),
    }


def _unit(unit: Unit) -> Data:
    return {"id": unit.id, "name": unit.name, "tier": unit.tier, "region_id": unit.region_id}


def _window(one: Window, phases: Sequence[Mapping[str, Any]]) -> Data:
    name = next((phase["name"] for phase in phases if phase["key"] == one.key), None)
    days = {"first": one.first.isoformat(), "last": one.last.isoformat()}
    return {"key": one.key, "name": name, **days}


def progress(actor: Actor, campaign: Campaign, today: date) -> Data:
    """Return every phase with its goals, every quota with who lacks visits, and the led ones."""
    facts = facts_of(actor, campaign)
    latest = {mark.goal_key: mark for mark in marks_of(campaign.id)}
    return {
        "as_of": clock.now_ms(),
        "today": today.isoformat(),
        "units": len(facts.units),
        "visited": len({visit.unit for visit in facts.visits}),
        "records": len(facts.visits),
        "planned": sum(visit.planned for visit in facts.visits),
        "tasks": _tasks(actor, campaign),
        "phases": [_phase(actor, facts, phase, latest, today) for phase in campaign.phases],
        "quotas": [_quota(facts, quota, today) for quota in campaign.quotas],
        "led": _led(facts),
    }


def _tasks(actor: Actor, campaign: Campaign) -> dict[str, int]:
    query = (
        visible_assignments(actor)
        .where(Assignment.campaign_id == campaign.id)
        .with_only_columns(Assignment.state, func.count())
        .group_by(Assignment.state)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _phase(
    actor: Actor,
    facts: Facts,
    phase: Mapping[str, Any],
    marks: Mapping[str, GoalMark],
    today: date,
) -> Data:
    first, last = date.fromisoformat(phase["starts_on"]), date.fromisoformat(phase["ends_on"])
    counted = any(goal.get("count") for goal in phase["goals"])
    figures = _figures(actor, facts, first, last) if counted else None
    goals = [_goal(goal, marks.get(goal["key"]), figures) for goal in phase["goals"]]
    return {
        "key": phase["key"],
        "state": rules.phase_state(first, last, today),
        "goals": goals,
        "reached": sum(goal["reached"] for goal in goals),
        "visits": sum(first <= visit.on <= last for visit in facts.visits),
    }


def _goal(goal: Mapping[str, Any], mark: GoalMark | None, figures: Figures | None) -> Data:
    told: Data = {"key": goal["key"], "value": None, "of": None, "reached": False}
    if goal.get("count") and figures is not None:
        return told | asdict(rules.judge_goal(goal["count"], figures))
    if mark is None:
        return told
    said = {"evidence": mark.evidence, "at": clock.to_ms(mark.marked_at)}
    return told | {"reached": mark.reached, "mark": said}


def _figures(actor: Actor, facts: Facts, first: date, last: date) -> Figures:
    inside = [visit for visit in facts.visits if first <= visit.on <= last]
    ours = and_(in_sight(actor), Hazard.unit_id.in_(facts.unit_ids))
    opened = _within(Hazard.opened_at, first, last)
    major = or_(Hazard.grade == "major", Hazard.suspected_major.is_(True))
    row = db.session.execute(
        select(
            func.count().filter(and_(opened, Hazard.state != HazardState.VOID)),
            func.count().filter(and_(opened, Hazard.state == HazardState.CLOSED)),
            func.count().filter(and_(major, Hazard.state.in_(ALIVE))),
        ).where(ours)
    ).one()
    return Figures(
        units=len(facts.units),
        visited=len({visit.unit for visit in inside}),
        visits=len({(visit.unit, visit.on) for visit in inside}),
        led=len({(visit.unit, visit.on) for visit in inside if visit.led}),
        opened=row[0],
        closed=row[1],
        major_open=row[2],
    )


def _quota(facts: Facts, quota: Mapping[str, Any], today: date) -> Data:
    campaign = facts.campaign
    stretches = rules.windows(campaign.starts_on, campaign.ends_on, quota["every"], campaign.phases)
    tiers = {unit.id: unit.tier for unit in facts.units}
    met = rules.judge_quota(quota, tiers, facts.visits, stretches, today)
    return {
        "key": met.key,
        "asked": met.asked,
        "met": met.met,
        "lacks": [[lack.unit, lack.window, lack.have, lack.over] for lack in met.lacks],
    }


def _led(facts: Facts) -> Data:
    led = {(visit.unit, visit.on) for visit in facts.visits if visit.led}
    return {"visits": len(led), "units": len({unit for unit, _ in led})}
