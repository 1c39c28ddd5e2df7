"""Scans: noted, compared, and never in anybody's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.flags.models import Flag
from server.flags.service import raise_flag
from server.inspections.models import Inspection
from server.inspections.queries import locked
from server.inspections.rules import SUBMITTED, NotOfTheTeam, may_stand_in
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import one_line
from server.locations.models import Asset, Tag
from server.locations.rules import is_tag_code, normal_code
from server.presence import rules, seals
from server.presence.facts import verdict
from server.presence.judging import judge_inspection
from server.presence.models import PlaceFact, Scan
from server.presence.paths import told_steps

NONE, DIFFERS = "none", "differs"
#: scans of one tag that are looked at before and after a new one
_NEAR = 20


@dataclass(frozen=True)
class ScanDraft:
    """A scan as a phone tells it."""

    id: str
    code: str
    at: datetime
    how: str
    client_id: str
    inspection_id: str | None = None
    seal: Mapping[str, str] | None = None
    position: Mapping[str, Any] | None = None
    fact_id: str | None = None
    answer: str | None = None


def note_scan(actor: Actor, draft: ScanDraft) -> Scan:
    """Keep a scan of a visit; what is odd about it becomes a flag, never a refusal."""
    existing = db.session.get(Scan, draft.id)
    if existing is not None:
        return existing
    inspection = _inspection(actor, draft.inspection_id)
    code = normal_code(draft.code)
    tag = db.session.get(Tag, code) if is_tag_code(code) else None
    scan = _row(actor, draft, inspection, tag)
    db.session.add(scan)
    db.session.flush()
    _compare(scan)
    if tag is not None:
        _doubt_tag(scan, tag, draft.seal)
    if inspection is not None and inspection.state == SUBMITTED:
        judge_inspection(inspection.id)
    return scan


def _inspection(actor: Actor, inspection_id: str | None) -> Inspection | None:
    if inspection_id is None:
        return None
    inspection = locked([inspection_id]).get(inspection_id)
    if inspection is None:
        return None
    if actor.user_id not in inspection.member_ids and not may_stand_in(actor, inspection):
        raise NotOfTheTeam()
    return inspection


def _row(actor: Actor, draft: ScanDraft, inspection: Inspection | None, tag: Tag | None) -> Scan:
    stray = inspection is not None and tag is not None and tag.unit_id != inspection.unit_id
    place = seals.heir_of(tag) if tag and not stray else None
    return Scan(
        id=draft.id,
        inspection_id=draft.inspection_id,
        unit_id=inspection.unit_id if inspection else tag.unit_id if tag else None,
        region_id=inspection.region_id if inspection else tag.region_id if tag else None,
        code=normal_code(draft.code)[:8],
        target_kind=place.target_kind if place else None,
        target_id=place.target_id if place else None,
        person_id=actor.user_id,
        client_id=draft.client_id,
        how=draft.how,
        mark=seals.judge(tag, draft.seal) if tag else seals.UNSIGNED,
        position=dict(draft.position) if draft.position else None,
        fact_id=draft.fact_id,
        answer=one_line(draft.answer or "")[:120] or None,
        verdict=NONE,
        at=draft.at,
        received_at=clock.now(),
    )


def _compare(scan: Scan) -> None:
    """
    Compare an answer from the spot with what is known; the phone never learns the outcome.

    A question that was changed or switched off meanwhile is not held against anybody, and whoever
    could see nothing has not answered wrongly.
    """
    fact = db.session.get(PlaceFact, scan.fact_id) if scan.fact_id and scan.answer else None
    if fact is None or not fact.active or not _stands_there(fact, scan):
        return
    told = verdict(fact.kind, fact.expected, scan.answer or "")
    if told == "unseen":
        return
    scan.verdict = told
    if told == DIFFERS:
        details = {"why": "answer", "ask": fact.ask, "answer": scan.answer}
        _flag(scan, "presence-fact", other=fact.id, details=details)


def _stands_there(fact: PlaceFact, scan: Scan) -> bool:
    """Say whether a question is one of what was scanned: a place, or a thing standing in it."""
    if fact.target_id == scan.target_id:
        return True
    inside = select(Asset.location_id).where(Asset.id == fact.target_id)
    return fact.target_kind == "asset" and db.session.scalar(inside) == scan.target_id


def _doubt_tag(scan: Scan, tag: Tag, seal: Mapping[str, str] | None) -> None:
    why = _misfit(scan, tag, seal)
    if why is not None:
        _flag(scan, "tag-seal", other=tag.code, details={"why": why})
    _doubt_copy(scan)


def _misfit(scan: Scan, tag: Tag, seal: Mapping[str, str] | None) -> str | None:
    """
    Return why a square does not belong where it was scanned, or None.

    What was changed at the desk after the scan is no news from the scan.
    """
    if scan.unit_id is not None and tag.unit_id not in (None, scan.unit_id):
        return "unit"
    if tag.ended_at is not None:
        return "ended" if tag.ended_at < scan.at else None
    if scan.mark == seals.UNKNOWN_KEY:
        return "key"
    if scan.mark != seals.OTHER:
        return None
    if not seals.is_older_print(tag, seal):
        return "place"
    return "print" if tag.printed_at is not None and tag.printed_at < scan.at else None


def _doubt_copy(scan: Scan) -> None:
    """Look at the scans of the same tag just before and just after; the nearest one is named."""
    if rules.fix_of(scan.position) is None:
        return
    near = {row.id: row for row in _neighbours(scan) if rules.fix_of(row.position) is not None}
    found = rules.copies([step_of(scan), *map(step_of, near.values())])
    others = {key: doubt for doubt in found for key in doubt.about if scan.id in doubt.about}
    others.pop(scan.id, None)
    if others:
        other = min(others, key=lambda key: abs(near[key].at - scan.at))
        _flag(scan, "tag-copied", other=other, details=dict(others[other].details))


def _neighbours(scan: Scan) -> list[Scan]:
    query = select(Scan).where(Scan.code == scan.code, Scan.id != scan.id)
    before = query.where(Scan.at <= scan.at).order_by(Scan.at.desc(), Scan.id.desc())
    after = query.where(Scan.at > scan.at).order_by(Scan.at, Scan.id)
    return [row for found in (before, after) for row in db.session.scalars(found.limit(_NEAR))]


def step_of(scan: Scan) -> rules.Step:
    """Return a scan as the rules read it, without the way to its place."""
    at, fix = clock.to_ms(scan.at), rules.fix_of(scan.position)
    return rules.Step(scan.id, at, scan.code, (), fix, scan.person_id, scan.client_id)


def _flag(scan: Scan, kind: str, *, other: str, details: dict[str, Any]) -> None:
    """Raise a doubt once for each visit and what it is about, however often somebody scans."""
    if scan.inspection_id is not None and _is_raised(scan.inspection_id, kind, other):
        return
    about = [other] if kind == "tag-copied" else []
    raise_flag(
        kind=kind,
        subject=("scan", scan.id),
        other=other,
        person_id=scan.person_id,
        inspection_id=scan.inspection_id,
        unit_id=scan.unit_id,
        region_id=scan.region_id,
        details={**details, "steps": told_steps([scan.id, *about])},
    )


def _is_raised(inspection_id: str, kind: str, other: str) -> bool:
    same = (Flag.inspection_id == inspection_id, Flag.kind == kind, Flag.other_id == other)
    return db.session.scalar(select(Flag.id).where(*same).limit(1)) is not None
