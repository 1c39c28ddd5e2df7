"""Issuing papers: checked, numbered in the order of arrival, never changed afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.evidence.models import Photo
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.inspections.queries import locked
from server.inspections.rules import SUBMITTED, InspectionUnknown, may_stand_in
from server.inspections.service import doubt
from server.kernel import clock
from server.kernel.db import db, is_sqlite
from server.kernel.errors import Forbidden, NotFound
from server.kernel.text import one_line
from server.org.models import NumberSeries, Region
from server.org.numbers import county_code
from server.papers import layouts, rules
from server.papers.certificates import guests_among, out_of_place, without_certificate
from server.papers.hands import ask_officers
from server.papers.models import Paper, PaperOffice, PaperSheet
from server.papers.queries import office_of
from server.papers.shapes import Body, Signing


@dataclass(frozen=True)
class PaperDraft:
    """A paper as the phone sent it."""

    id: str
    inspection_id: str
    body: str
    signing: str
    made_at: datetime


@dataclass(frozen=True)
class _Read:
    body: Body
    signing: Signing
    layout: layouts.Layout


def issue_paper(actor: Actor, draft: PaperDraft) -> Paper:
    """Issue a paper of an inspection; sent again it is the same paper."""
    existing = db.session.get(Paper, draft.id)
    fingerprint = rules.fingerprint(draft.body, draft.signing)
    if existing is not None and existing.hash == fingerprint:
        return existing
    inspection = _inspection(actor, draft.inspection_id)
    read = _read(draft)
    if existing is not None or _is_taken(read.body.code):
        raise rules.PaperIdTaken()
    rules.require_fit(read.layout, read.body, read.signing, draft.body)
    _require_officers(actor, inspection, read, draft.made_at)
    _require_photos(inspection, read.signing)
    _require_track(inspection, read)
    before = _before(inspection, read)
    paper = _row(actor, draft, inspection, read, before)
    paper.hash = fingerprint
    db.session.add(paper)
    db.session.flush()
    if before is not None:
        before.replaced_by_id = paper.id
    sheet = PaperSheet(
        id=paper.id, inspection_id=inspection.id, body=draft.body, signing=draft.signing
    )
    db.session.add(sheet)
    db.session.flush()
    ask_officers(paper, sheet)
    doubt(inspection)
    _log(actor, paper)
    return paper


def release_papers(inspection_id: str) -> None:
    """Let the unit and its region see the papers of an inspection that was submitted."""
    query = select(Paper).where(Paper.inspection_id == inspection_id, Paper.released.is_(False))
    for paper in db.session.scalars(query):
        paper.released = True
    db.session.flush()


def name_office(actor: Actor, region_id: str, name: str, short_name: str) -> PaperOffice:
    """Say how the authority of a region is called on its papers."""
    if region_id not in actor.regions_with(Permission.ORG_READ):
        raise NotFound()
    if not actor.may_in_region(Permission.ORG_MANAGE, region_id):
        raise Forbidden(permission=Permission.ORG_MANAGE.value)
    office = db.session.get(PaperOffice, region_id)
    if office is None:
        office = PaperOffice(id=region_id)
        db.session.add(office)
    office.name, office.short_name = one_line(name), one_line(short_name)
    db.session.flush()
    details = {"name": office.name, "short_name": office.short_name}
    record(actor, "paper.office", "region", region_id, details=details)
    return office


def _inspection(actor: Actor, inspection_id: str) -> Inspection:
    """A paper may follow the submission: the notice is often written after the talk."""
    inspection = locked([inspection_id]).get(inspection_id)
    if inspection is None:
        raise InspectionUnknown()
    if actor.user_id not in inspection.member_ids and not may_stand_in(actor, inspection):
        raise rules.PaperForeign()
    if not actor.may(Permission.PAPERS_ISSUE, on=inspection):
        raise Forbidden(permission=Permission.PAPERS_ISSUE.value)
    if inspection.mode == rules.SELF_CHECK:
        raise rules.PaperForSelfCheck()
    return inspection


def _read(draft: PaperDraft) -> _Read:
    try:
        body = msgspec.json.decode(draft.body, type=Body)
        signing = msgspec.json.decode(draft.signing, type=Signing)
    except msgspec.DecodeError as exc:
        raise rules.PaperUnreadable() from exc
    layout = layouts.find(body.layout, body.version)
    if layout is None:
        raise rules.PaperLayoutUnknown()
    return _Read(body, signing, layout)


def _is_taken(code: str) -> bool:
    return db.session.scalar(select(Paper.id).where(Paper.code == code)) is not None


def _require_photos(inspection: Inspection, signing: Signing) -> None:
    """Photos of a refusal are this inspection's, and those whose hash was signed."""
    wanted = {photo.id: photo.sha256 for mark in signing.marks for photo in mark.photos}
    if not wanted:
        return
    query = select(Photo.id, Photo.sha256).where(
        Photo.id.in_(wanted), Photo.inspection_id == inspection.id, Photo.state != "removed"
    )
    if {row[0]: row[1] for row in db.session.execute(query)} != wanted:
        raise rules.PaperIncomplete(missing=["unit-photo"])


def _require_officers(actor: Actor, inspection: Inspection, read: _Read, made_at: datetime) -> None:
    """Inspectors are the team's; under an enforcement paper each holds what lets them enforce."""
    officers = read.body.officers
    strangers = out_of_place(officers, inspection)
    if strangers and not may_stand_in(actor, inspection):
        raise rules.PaperOfficers(people=strangers)
    if not rules.is_enforcement(read.layout):
        return
    lacking = without_certificate(officers, _day_of(made_at, inspection))
    if lacking:
        raise rules.PaperNeedsCertificates(people=lacking)
    guests = guests_among(officers, inspection)
    if guests:
        raise rules.PaperGuestEnforces(people=guests)


def _day_of(made_at: datetime, inspection: Inspection) -> date:
    """Return the day on which a certificate had to be good: the paper's, within the visit."""
    moment = min(max(made_at, inspection.started_at), clock.now())
    return moment.astimezone(ZONE).date()


def _require_track(inspection: Inspection, read: _Read) -> None:
    others = select(Paper.track).where(Paper.inspection_id == inspection.id).distinct()
    rules.require_track(read.body.track, set(db.session.scalars(others)))


def _before(inspection: Inspection, read: _Read) -> Paper | None:
    """Return the paper that is corrected, locked."""
    if read.body.replaces is None:
        if read.body.edition != 1:
            raise rules.PaperReplaced()
        return None
    query = select(Paper).where(Paper.id == read.body.replaces.id).with_for_update()
    before = db.session.scalars(query).first()
    fits = (
        before is not None
        and before.inspection_id == inspection.id
        and before.layout == read.body.layout
        and before.replaced_by_id is None
        and before.edition + 1 == read.body.edition
        and read.body.replaces.number in (before.number, before.code)
    )
    if before is None or not fits:
        raise rules.PaperReplaced()
    return before


def _row(
    actor: Actor, draft: PaperDraft, inspection: Inspection, read: _Read, before: Paper | None
) -> Paper:
    body = read.body
    unit_mark = next(mark for mark in read.signing.marks if mark.party == "unit")
    return Paper(
        id=draft.id,
        inspection_id=inspection.id,
        unit_id=inspection.unit_id,
        region_id=inspection.region_id,
        layout=body.layout,
        version=body.version,
        track=body.track,
        code=body.code,
        office=body.office.name,
        number=before.number if before else _take_number(inspection, body, read.layout["mark"]),
        edition=body.edition,
        replaces_id=before.id if before else None,
        reason=body.replaces.reason if body.replaces else None,
        outcome=unit_mark.how,
        issued_by=actor.user_id,
        issued_at=clock.now(),
        made_at=draft.made_at,
        released=inspection.state == SUBMITTED,
    )


def _take_number(inspection: Inspection, body: Body, mark: str) -> str:
    """Give the next number of the authority named on the paper, of this kind and year."""
    office = office_of(inspection.region_id, wanted=body.office.id)
    year = clock.today().year
    home = office.id if office else county_code(inspection.region_id)
    short = office.short_name if office else _county_name(inspection.region_id)
    insert = (sqlite if is_sqlite() else postgresql).insert(NumberSeries)
    taken = insert.values(key=f"paper/{home}/{mark}/{year}", last=1).on_conflict_do_update(
        index_elements=[NumberSeries.key], set_={"last": NumberSeries.last + 1}
    )
    last = db.session.execute(taken.returning(NumberSeries.last)).scalar_one()
    return rules.number_of(short, mark, year, last)


def _county_name(region_id: str) -> str:
    """Where nobody has named the authority yet, its numbers begin with the county's name."""
    code = county_code(region_id)
    wanted = select(Region.name).where(
        or_(Region.code == code, func.substr(Region.code, 1, 6) == code)
    )
    name: Any = db.session.scalar(wanted.order_by(func.length(Region.code)).limit(1))
    return str(name or "").split("（")[0]


def _log(actor: Actor, paper: Paper) -> None:
    details = {"number": paper.number, "layout": paper.layout, "edition": paper.edition}
    details |= {"inspection": paper.inspection_id, "hash": paper.hash, "outcome": paper.outcome}
    record(actor, "paper.issue", "paper", paper.id, unit_id=paper.unit_id, details=details)


__all__: Sequence[str] = ["PaperDraft", "issue_paper", "name_office", "release_papers"]
