"""
What people did and have to do, as far as the one who asks may see it.

Features above say what they know of somebody's work (add_source); each counts only what the asking
actor could list, so that no figure ever tells of a visit that is kept secret from them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.experts.models import Engagement
from server.experts.words import words
from server.kernel.db import db


@dataclass(frozen=True)
class Service:
    """One piece of work of a person: a visit that is over, or a task that is planned."""

    person_id: str
    source_id: str
    done: bool
    title: str
    unit_id: str
    on: date


@dataclass(frozen=True)
class Workload:
    """How much somebody did in the time that counts, and has before them."""

    visits: int = 0
    planned: int = 0
    entries: int = 0
    half_days: int = 0
    last_on: date | None = None


Source = Callable[[Actor, Sequence[str], date, date], list[Service]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let a feature above tell of work that it knows."""
    if source not in _sources:
        _sources.append(source)


def services(actor: Actor, person_ids: Sequence[str], since: date, until: date) -> list[Service]:
    """Return the work in a period that the actor may see, the newest first."""
    found = [one for source in _sources for one in source(actor, person_ids, since, until)]
    return sorted(found, key=lambda one: (one.on, one.source_id), reverse=True)


def entries(actor: Actor, person_ids: Sequence[str], since: date, until: date) -> list[Engagement]:
    """Return what was noted by hand in a period, in regions whose pool the actor may read."""
    regions = sorted(actor.regions_with(Permission.EXPERTS_READ))
    query = select(Engagement).where(
        Engagement.person_id.in_(person_ids),
        Engagement.region_id.in_(regions),
        Engagement.begins_on <= until,
        Engagement.ends_on >= since,
    )
    ordered = query.order_by(Engagement.begins_on.desc(), Engagement.id.desc())
    return list(db.session.scalars(ordered))


def period(today: date) -> tuple[date, date]:
    """Return the days that count for a workload."""
    return today - timedelta(days=words()["workload_days"]), today


def workloads(actor: Actor, person_ids: Sequence[str], today: date) -> dict[str, Workload]:
    """Return the workload of each person, in a few statements however many they are."""
    since, until = period(today)
    known = services(actor, person_ids, since, until)
    noted = [e for e in entries(actor, person_ids, since, until) if e.source_id is None]
    return {
        person: _workload(
            [one for one in known if one.person_id == person],
            [entry for entry in noted if entry.person_id == person],
        )
        for person in person_ids
    }


def _workload(known: Sequence[Service], noted: Sequence[Engagement]) -> Workload:
    done = [one for one in known if one.done]
    days = [one.on for one in done] + [entry.begins_on for entry in noted]
    return Workload(
        visits=len(done),
        planned=len(known) - len(done),
        entries=len(noted),
        half_days=sum(entry.half_days for entry in noted),
        last_on=max(days, default=None),
    )
