"""Scans and facts: noted, compared, and never in anybody's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.flags.service import raise_flag
from server.inspections.models import Inspection
from server.inspections.queries import locked
from server.inspections.rules import SUBMITTED, NotOfTheTeam, may_stand_in
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.kernel.ids import new_id
from server.kernel.text import one_line
from server.locations.models import Tag
from server.locations.queries import get_target
from server.locations.rules import is_tag_code, normal_code
from server.presence import rules, seals
from server.presence.judging import judge_inspection
from server.presence.models import PlaceFact, Scan

NONE, SAME, DIFFERS = "none", "same", "differs"


class FactInvalid(Invalid):
    """A fact without a question, or without an answer of its kind."""

    code = "presence-bad-fact"
    title = "A fact needs a question, and an answer of its kind."
    title_zh = "现场核对内容须有问题和相应的答案。"


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
    _compare(scan)
    db.session.flush()
    if tag is not None:
        _doubt_tag(scan, tag)
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
    return Scan(
        id=draft.id,
        inspection_id=draft.inspection_id,
        unit_id=inspection.unit_id if inspection else tag.unit_id if tag else None,
        region_id=inspection.region_id if inspection else tag.region_id if tag else None,
        code=normal_code(draft.code)[:8],
        target_kind=tag.target_kind if tag else None,
        target_id=tag.target_id if tag else None,
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
    """Compare an answer from the spot with what is known; the phone never learns the outcome."""
    fact = db.session.get(PlaceFact, scan.fact_id) if scan.fact_id and scan.answer else None
    if fact is None or fact.target_id != scan.target_id:
        return
    same = rules.agrees(fact.kind, fact.expected, scan.answer or "")
    scan.verdict = SAME if same else DIFFERS
    if not same:
        _flag(scan, "presence-fact", other=fact.id, details={"ask": fact.ask})


def _doubt_tag(scan: Scan, tag: Tag) -> None:
    if scan.mark == seals.OTHER:
        _flag(scan, "tag-seal", details={"code": tag.code})
    since = scan.at.timestamp() - rules.LIMITS["copied"]["seconds"]
    query = select(Scan).where(Scan.code == tag.code, Scan.id != scan.id)
    near = query.order_by(Scan.at.desc()).limit(50)
    others = [row for row in db.session.scalars(near) if row.position]
    steps = [step_of(row) for row in (scan, *others) if row.position]
    for doubt in rules.copies(steps):
        if scan.id in doubt.about:
            other = next((key for key in doubt.about if key != scan.id), "")
            _flag(scan, doubt.kind, other=other, details={**doubt.details, "since": int(since)})


def step_of(scan: Scan) -> rules.Step:
    """Return a scan as the rules read it, without the way to its place."""
    place = scan.position
    fix = rules.Fix(place["lat"], place["lon"], place.get("accuracy")) if place else None
    return rules.Step(
        scan.id, clock.to_ms(scan.at), scan.code, (), fix, scan.person_id, scan.client_id
    )


def _flag(scan: Scan, kind: str, *, other: str = "", details: dict[str, Any]) -> None:
    raise_flag(
        kind=kind,
        subject=("scan", scan.id),
        other=other,
        person_id=scan.person_id,
        inspection_id=scan.inspection_id,
        unit_id=scan.unit_id,
        region_id=scan.region_id,
        details=details,
    )


def make_fact(
    actor: Actor, target: tuple[str, str], kind: str, ask: str, given: Mapping[str, Any]
) -> PlaceFact:
    """Keep a question whose answer is only seen on the spot."""
    row = get_target(actor, *target)
    if not actor.may(Permission.ASSIGNMENTS_MANAGE, on=row):
        raise Forbidden(permission=Permission.ASSIGNMENTS_MANAGE.value)
    question, expected = one_line(ask)[:120], _expected(kind, given)
    if not question or expected is None:
        raise FactInvalid()
    fact = PlaceFact(
        id=new_id(),
        unit_id=row.unit_id,
        region_id=row.region_id,
        target_kind=target[0],
        target_id=target[1],
        kind=kind,
        ask=question,
        expected=expected,
        made_by=actor.user_id,
        made_at=clock.now(),
        active=True,
    )
    db.session.add(fact)
    db.session.flush()
    record(
        actor,
        "presence.fact",
        "place_fact",
        fact.id,
        unit_id=row.unit_id,
        details={"ask": question},
    )
    return fact


def _expected(kind: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
    if kind == "gauge":
        low, high = given.get("low"), given.get("high")
        fits = isinstance(low, int | float) and isinstance(high, int | float) and low <= high
        return {"low": low, "high": high} if fits else None
    text = one_line(str(given.get("text") or ""))[:120]
    enough = 4 if kind == "last4" else 2
    return {"text": text} if len(rules.plain(text)) >= enough else None


def retire_fact(actor: Actor, fact_id: str) -> None:
    """Ask a question no longer; what was answered to it stays."""
    fact = db.session.get(PlaceFact, fact_id)
    if fact is None or not actor.may(Permission.PLACES_READ, on=fact):
        raise NotFound()
    if not actor.may(Permission.ASSIGNMENTS_MANAGE, on=fact):
        raise Forbidden(permission=Permission.ASSIGNMENTS_MANAGE.value)
    fact.active = False
    db.session.flush()
    record(actor, "presence.fact-retired", "place_fact", fact.id, unit_id=fact.unit_id)
