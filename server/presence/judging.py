"""The path of a visit: what supports that somebody was there, and what a person should look at."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from server.flags.service import raise_flag
from server.inspections.models import Answer, Inspection
from server.kernel import clock
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.models import Unit
from server.presence import rules
from server.presence.models import Scan

Way = tuple[tuple[str, str], ...]


def scans_of(inspection_id: str) -> list[Scan]:
    """Return the scans of an inspection in the order of their times."""
    query = select(Scan).where(Scan.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Scan.at, Scan.id)))


def steps_of(scans: Sequence[Scan]) -> list[rules.Step]:
    """Return scans with the way to their places."""
    ways = _ways(scans)
    found = []
    for scan in scans:
        place = scan.position
        fix = rules.Fix(place["lat"], place["lon"], place.get("accuracy")) if place else None
        step = rules.Step(
            scan.id, clock.to_ms(scan.at), scan.code, (), fix, scan.person_id, scan.client_id
        )
        found.append(replace(step, way=ways.get(scan.target_id or "", ())))
    return found


def _ways(scans: Iterable[Scan]) -> dict[str, Way]:
    targets = {scan.target_id for scan in scans if scan.target_id}
    stands = select(Asset.id, Asset.location_id).where(Asset.id.in_(targets))
    inside = {row[0]: row[1] for row in db.session.execute(stands)}
    wanted = (targets | {place for place in inside.values() if place}) - inside.keys()
    units = select(Location.unit_id).where(Location.id.in_(wanted)).distinct()
    rows = db.session.scalars(select(Location).where(Location.unit_id.in_(units)))
    known = {row.id: row for row in rows}
    return {key: _way(known, inside.get(key) or key) for key in targets}


def _way(known: dict[str, Location], place_id: str) -> Way:
    way: list[tuple[str, str]] = []
    row = known.get(place_id)
    while row is not None and len(way) < 10:
        way.append((row.kind, row.id))
        if row.kind == "floor":
            way.append(("floor-name", row.name))
        row = known.get(row.parent_id or "")
    return tuple(reversed(way))


def judge_inspection(inspection_id: str) -> list[rules.Doubt]:
    """Look at the whole path of a visit and raise what a person should look at."""
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None:
        return []
    steps = steps_of(scans_of(inspection_id))
    unit = db.session.get_one(Unit, inspection.unit_id)
    home = rules.Fix(unit.lat, unit.lon) if unit.lat is not None and unit.lon is not None else None
    doubts = [
        *rules.too_fast(steps),
        *rules.many_at_once(steps),
        *rules.odd_positions(steps, home),
        *_hurried(inspection_id),
    ]
    for doubt in doubts:
        _raise(inspection, steps, doubt)
    return doubts


def _hurried(inspection_id: str) -> list[rules.Doubt]:
    """Answers tapped one by one, person by person; those passed together say so themselves."""
    moments: dict[str, list[int]] = {}
    fields = select(Answer.fields).where(Answer.inspection_id == inspection_id)
    for each in db.session.scalars(fields):
        said = each.get("result")
        if said and said.get("how") == "tap":
            moments.setdefault(said["by"], []).append(said["at"])
    found = []
    for person, at in sorted(moments.items()):
        pace = rules.hurried(at)
        if pace is not None:
            found.append(rules.Doubt("presence-pace", (), {"person": person, **pace}))
    return found


def _raise(inspection: Inspection, steps: Sequence[rules.Step], doubt: rules.Doubt) -> None:
    people = {step.id: step.person for step in steps}
    about = [*doubt.about, "", ""]
    person: Any = doubt.details.get("person") or people.get(about[0]) or inspection.lead_id
    subject = ("scan", about[0]) if about[0] else ("inspection", inspection.id)
    raise_flag(
        kind=doubt.kind,
        subject=subject,
        other=about[1] or (str(person) if not about[0] else ""),
        person_id=person,
        inspection_id=inspection.id,
        unit_id=inspection.unit_id,
        region_id=inspection.region_id,
        details=dict(doubt.details),
    )
