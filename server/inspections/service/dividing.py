"""Dividing an inspection among its team: who takes on which section, place or device."""

from collections.abc import Mapping

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.definitions.queries import definition
from server.inspections import rules
from server.inspections.models import Inspection, InspectionPart
from server.inspections.service.writing import writable_inspection
from server.kernel.db import db


def assign_parts(
    actor: Actor, inspection_id: str, parts: Mapping[str, str | None], *, said_at: int
) -> list[InspectionPart]:
    """
    Give parts to members, or back to nobody.

    Of two words on one part the later stands, whichever arrives first; of two of one moment, that
    of the person whose identifier is greater.
    """
    inspection = writable_inspection(actor, inspection_id)
    _require_fit(inspection, parts)
    known = _known(inspection.id, parts)
    changed = {}
    for part, person_id in parts.items():
        row = known.get(part)
        if row is not None and (row.said_at, row.said_by) >= (said_at, actor.user_id):
            continue
        if row is None:
            row = known[part] = _new(inspection.id, part)
            db.session.add(row)
        row.person_id, row.said_by, row.said_at = person_id, actor.user_id, said_at
        changed[part] = person_id
    if changed:
        record(
            actor,
            "inspection.divide",
            "inspection",
            inspection.id,
            unit_id=inspection.unit_id,
            details={"parts": changed},
        )
    return [known[part] for part in parts]


def _known(inspection_id: str, parts: Mapping[str, str | None]) -> dict[str, InspectionPart]:
    ids = [f"{inspection_id}|{part}" for part in parts]
    rows = db.session.scalars(select(InspectionPart).where(InspectionPart.id.in_(ids)))
    return {row.part: row for row in rows}


def _new(inspection_id: str, part: str) -> InspectionPart:
    return InspectionPart(id=f"{inspection_id}|{part}", inspection_id=inspection_id, part=part)


def _require_fit(inspection: Inspection, parts: Mapping[str, str | None]) -> None:
    sections = {section["key"] for section in definition(inspection.definition)["sections"]}
    targets = {target for ids in inspection.targets.values() for target in ids}
    known = {f"section:{key}" for key in sections} | {f"target:{each}" for each in targets}
    foreign = sorted(set(parts) - known)
    if foreign:
        raise rules.PartUnfit(parts=foreign)
    strangers = sorted({p for p in parts.values() if p and p not in inspection.member_ids})
    if strangers:
        raise rules.MemberUnfit(members=strangers)
