"""A leader leads by being there (领导带队): what was signed on the leader's own phone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import Select, select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.campaigns.models import Assignment, Attendance
from server.campaigns.queries import get_assignment
from server.campaigns.rules import CANCELLED, AssignmentEnded
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.inspections.queries import get_inspection
from server.inspections.rules import MAX_POINTS, SignatureInvalid
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Conflict, Forbidden, Invalid
from server.kernel.text import one_line
from server.locations.models import Tag
from server.locations.rules import require_tag_code
from server.org.models import Unit

SELF_CHECK = "self-check"
EARTH_M = 6_371_000
MIN_POINTS = 2


class AttendanceIdTaken(Conflict):
    """Two different things claim one identifier."""

    code = "attendance-id-taken"
    title = "This identifier is already in use."
    title_zh = "该编号已被占用，请重新签到。"


class AttendanceNotOwn(Forbidden):
    """Nobody attends for somebody else."""

    code = "attendance-not-own"
    title = "Only the person who was there can say so."
    title_zh = "到场签到只能由本人在自己的手机上完成。"


class AttendanceSubject(Invalid):
    """It is for one task or for one inspection."""

    code = "attendance-subject"
    title = "A check-in belongs to one task or to one inspection."
    title_zh = "到场签到应当对应一项任务或一次检查。"


class AttendanceUnfit(Forbidden):
    """Who works in the unit leads its self-checks, and no inspection of it by others."""

    code = "attendance-unfit"
    title = "People of the unit can sign in for its self-checks only."
    title_zh = "单位人员只能为本单位的自查签到；上级检查由检查组成员或上级领导签到。"


@dataclass(frozen=True)
class Position:
    """Where the phone says it was, with its accuracy in metres."""

    lat: float
    lon: float
    accuracy: float | None


@dataclass(frozen=True)
class AttendanceDraft:
    """A check-in as signed on a phone."""

    id: str
    at: datetime
    device_at: datetime
    strokes: Sequence[Any]
    width: int
    height: int
    assignment_id: str | None = None
    inspection_id: str | None = None
    title: str = ""
    tag: str | None = None
    position: Position | None = None


def note_attendance(actor: Actor, draft: AttendanceDraft) -> Attendance:
    """Keep that the actor was there; the same one sent twice is one."""
    if actor.acting_for is not None:
        raise AttendanceNotOwn()
    existing = db.session.get(Attendance, draft.id)
    if existing is not None:
        if existing.person_id != actor.user_id:
            raise AttendanceIdTaken()
        return existing
    _require_signed(draft)
    unit = db.session.get_one(Unit, _subject(actor, draft).unit_id)
    row = Attendance(
        id=draft.id,
        assignment_id=draft.assignment_id,
        inspection_id=draft.inspection_id,
        unit_id=unit.id,
        region_id=unit.region_id,
        person_id=actor.user_id,
        title=one_line(draft.title)[:60],
        at=draft.at,
        device_at=draft.device_at,
        received_at=clock.now(),
        strokes=list(draft.strokes),
        width=draft.width,
        height=draft.height,
        **_proof(draft, unit),
    )
    db.session.add(row)
    db.session.flush()
    _log(actor, row)
    return row


def _log(actor: Actor, row: Attendance) -> None:
    kind = "assignment" if row.assignment_id else "inspection"
    subject = row.assignment_id or row.inspection_id or ""
    details = {"tag_fits": row.tag_fits, "distance": row.distance}
    record(actor, "attendance.note", kind, subject, unit_id=row.unit_id, details=details)


def _subject(actor: Actor, draft: AttendanceDraft) -> Assignment | Inspection:
    if (draft.assignment_id is None) == (draft.inspection_id is None):
        raise AttendanceSubject()
    if draft.assignment_id is None:
        visit = get_inspection(actor, draft.inspection_id or "")
        _require_fit(actor, visit)
        return visit
    task = get_assignment(actor, draft.assignment_id)
    if task.state == CANCELLED:
        raise AssignmentEnded(state=task.state)
    return task


def _require_fit(actor: Actor, visit: Inspection) -> None:
    """A unit that reads the record of a visit must not make it one that was led from above."""
    is_ours = visit.mode == SELF_CHECK or actor.user_id in visit.member_ids
    if not is_ours and not actor.may_in_region(Permission.INSPECTIONS_READ, visit.region_id):
        raise AttendanceUnfit()
    if visit.mode != SELF_CHECK and actor.unit_id == visit.unit_id:
        raise AttendanceUnfit()


def _require_signed(draft: AttendanceDraft) -> None:
    points = sum(len(stroke) for stroke in draft.strokes)
    if not MIN_POINTS <= points <= MAX_POINTS:
        raise SignatureInvalid(points=points)


def _proof(draft: AttendanceDraft, unit: Unit) -> dict[str, Any]:
    """Say what speaks for the place; what is missing speaks neither for nor against."""
    at = draft.position
    tag = require_tag_code(draft.tag) if draft.tag else None
    held = db.session.get(Tag, tag) if tag else None
    known = at is not None and unit.lat is not None and unit.lon is not None
    return {
        "tag": tag,
        "tag_fits": None if tag is None else held is not None and held.unit_id == unit.id,
        "lat": at.lat if at else None,
        "lon": at.lon if at else None,
        "accuracy": at.accuracy if at else None,
        "distance": metres(at.lat, at.lon, unit.lat, unit.lon) if at and known else None,
    }


def metres(lat: float, lon: float, to_lat: float | None, to_lon: float | None) -> int | None:
    """Return the way between two points over the ground; None when one is unknown."""
    if to_lat is None or to_lon is None:
        return None
    a, b = radians(lat), radians(to_lat)
    up, along = sin((b - a) / 2), sin(radians(to_lon - lon) / 2)
    return round(2 * EARTH_M * asin(min(1.0, sqrt(up * up + cos(a) * cos(b) * along * along))))


def visible_attendances(actor: Actor) -> Select[Attendance]:
    """Select the check-ins in the regions whose campaigns the actor may read."""
    regions = sorted(actor.regions_with(Permission.CAMPAIGNS_READ))
    return select(Attendance).where(Attendance.region_id.in_(regions))


def attendances_of(actor: Actor, campaign_id: str) -> list[Attendance]:
    """Return the check-ins for the tasks of a campaign, or for inspections made for them."""
    tasks = select(Assignment.id).where(Assignment.campaign_id == campaign_id)
    visits = select(Inspection.id).where(Inspection.assignment_id.in_(tasks))
    query = visible_attendances(actor).where(
        Attendance.assignment_id.in_(tasks) | Attendance.inspection_id.in_(visits)
    )
    return list(db.session.scalars(query.order_by(Attendance.at.desc(), Attendance.id)))


def held_that_day(rows: Sequence[Attendance]) -> dict[str, bool]:
    """Say of each check-in whether a visit it is for was begun on that day; nothing if none was."""
    tasks = {row.assignment_id for row in rows} - {None}
    visits = {row.inspection_id for row in rows} - {None}
    query = select(Inspection.id, Inspection.assignment_id, Inspection.started_at).where(
        Inspection.assignment_id.in_(tasks) | Inspection.id.in_(visits)
    )
    days: defaultdict[str, set[date]] = defaultdict(set)
    for visit, task, began in db.session.execute(query):
        for key in filter(None, (visit, task)):
            days[key].add(began.astimezone(ZONE).date())
    found = {row.id: days[row.assignment_id or row.inspection_id or ""] for row in rows}
    on = {row.id: row.at.astimezone(ZONE).date() for row in rows}
    return {key: on[key] in begun for key, begun in found.items() if begun}
