"""The path of a visit: what supports that somebody was there, and what a person should look at."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from server.flags.service import raise_flag
from server.inspections.models import Answer, Inspection
from server.kernel.db import db
from server.org.models import Unit
from server.presence import rules
from server.presence.answers import is_unseen
from server.presence.paths import scans_of, steps_of, told_steps


def judge_inspection(inspection_id: str) -> list[rules.Doubt]:
    """Look at the whole path of a visit and raise what a person should look at."""
    inspection = db.session.get(Inspection, inspection_id)
    if inspection is None:
        return []
    steps = steps_of(scans_of(inspection_id))
    unit = db.session.get_one(Unit, inspection.unit_id)
    known = unit.lat is not None and unit.lon is not None
    home = rules.fix_of({"lat": unit.lat, "lon": unit.lon, "accuracy": 0}) if known else None
    doubts = [
        *rules.too_fast(steps),
        *rules.many_at_once(steps),
        *rules.odd_positions(steps, home),
        *_hurried(inspection_id),
        *_unseen(inspection_id),
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


def _unseen(inspection_id: str) -> list[rules.Doubt]:
    """Who could see nothing at several places is asked about it; once or twice is a closed door."""
    silent: dict[str, dict[str, str]] = {}
    for scan in scans_of(inspection_id):
        if scan.fact_id and scan.answer and is_unseen(scan.answer):
            silent.setdefault(scan.person_id, {}).setdefault(scan.fact_id, scan.id)
    enough = rules.LIMITS["unseen"]["questions"]
    return [
        rules.Doubt("presence-fact", (), {"why": "unseen", "person": person, "count": len(found)})
        for person, found in sorted(silent.items())
        if len(found) >= enough
    ]


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
        details={**doubt.details, "steps": told_steps(doubt.about)},
    )
