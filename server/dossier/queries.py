"""What belongs to one inspection: who may take it out, and the rows that it speaks of."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import false, or_, select

from server.access.rules import Actor, Permission
from server.audit.models import AuditEntry
from server.dossier.papers import Issued, papers_of, photos_of
from server.evidence.models import Photo
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.inspections import queries as inspections
from server.inspections.models import Inspection
from server.inspections.rules import SUBMITTED
from server.kernel.db import db
from server.kernel.errors import Conflict, Forbidden
from server.sync.models import SyncClient

AT_ONCE = 500


class DossierOfDraft(Conflict):
    """A package is taken of what was submitted; a draft still changes under the hands."""

    code = "dossier-of-draft"
    title = "The inspection has not been submitted; there is no evidence package of it yet."
    title_zh = "检查尚未提交，暂不能导出证据包。"


@dataclass(frozen=True)
class Matter:
    """An inspection with everything that is about it."""

    inspection: Inspection
    hazards: list[Hazard]
    photos: list[Photo]
    hazard_photos: list[Photo]
    signature_ids: list[str]
    conflict_ids: list[str]
    mark_ids: list[str]
    papers: list[Issued]
    paper_photos: list[Photo]

    @property
    def ids(self) -> set[str]:
        """Name every row that a mutation or an entry of the log may be about."""
        photos = (photo.id for photo in self.all_photos)
        hazards = (hazard.id for hazard in self.hazards)
        papers = (paper.head.id for paper in self.papers)
        own = (*self.signature_ids, *self.conflict_ids, *self.mark_ids)
        return {self.inspection.id, *hazards, *photos, *papers, *own}

    @property
    def all_photos(self) -> list[Photo]:
        """Photos of the record, of its hazards, of its papers."""
        return [*self.photos, *self.hazard_photos, *self.paper_photos]


def takeable(actor: Actor, inspection_id: str) -> Inspection:
    """
    Return an inspection whose evidence the actor may take out: the office, or its own lead.

    Who may only read it is told so; for anybody else it does not exist.
    """
    regions = actor.regions_with(Permission.DOSSIER_EXPORT)
    units = actor.units_with(Permission.DOSSIER_EXPORT)
    mine = or_(
        Inspection.lead_id == actor.user_id,
        Inspection.region_id.in_(sorted(regions)) if regions else false(),
        Inspection.unit_id.in_(sorted(units)) if units else false(),
    )
    found = db.session.scalars(
        select(Inspection).where(Inspection.id == inspection_id, mine)
    ).first()
    if found is None:
        inspections.get_inspection(actor, inspection_id)
        raise Forbidden(permission=Permission.DOSSIER_EXPORT.value)
    if found.state != SUBMITTED:
        raise DossierOfDraft()
    return found


def matter_of(inspection: Inspection) -> Matter:
    """Gather what the inspection found, and how that went on."""
    hazards = list(
        db.session.scalars(
            select(Hazard).where(Hazard.inspection_id == inspection.id).order_by(Hazard.id)
        )
    )
    photos = inspections.photos_of(inspection.id)
    own = {photo.id for photo in photos}
    shown = select(HazardPhoto.photo_id).where(HazardPhoto.hazard_id.in_([h.id for h in hazards]))
    query = select(Photo).where(Photo.id.in_(shown), Photo.state != "removed").order_by(Photo.id)
    of_hazards = [photo for photo in db.session.scalars(query) if photo.id not in own]
    known = own | {photo.id for photo in of_hazards}
    papers = papers_of(inspection.id)
    return Matter(
        inspection=inspection,
        hazards=hazards,
        photos=sorted(photos, key=lambda photo: photo.id),
        hazard_photos=of_hazards,
        signature_ids=[row.id for row in inspections.signatures_of(inspection.id)],
        conflict_ids=[row.id for row in inspections.conflicts_of(inspection.id)],
        mark_ids=inspections.marks_elsewhere(inspection.id),
        papers=papers,
        paper_photos=[p for p in photos_of(papers, inspection.id) if p.id not in known],
    )


def clients_of(matter: Matter) -> dict[str, str]:
    """Return the phones that may have spoken of it, and whose they are."""
    query = select(SyncClient.id, SyncClient.person_id).where(
        SyncClient.person_id.in_(sorted(_people_of(matter)))
    )
    return {row[0]: row[1] for row in db.session.execute(query.order_by(SyncClient.id))}


def _people_of(matter: Matter) -> set[str]:
    """Team and authors; who left the team stands in the log."""
    visit = matter.inspection
    people = {visit.lead_id, visit.submitted_by, *visit.member_ids}
    people |= {photo.author_id for photo in matter.all_photos}
    people |= {paper.head.issued_by for paper in matter.papers}
    steps = select(HazardStep.by).where(HazardStep.hazard_id.in_([h.id for h in matter.hazards]))
    people |= set(db.session.scalars(steps))
    for some in pieces(sorted(matter.ids)):
        logged = select(AuditEntry.actor_id).where(
            AuditEntry.subject_type.in_(SUBJECTS), AuditEntry.subject_id.in_(some)
        )
        people |= set(db.session.scalars(logged.distinct()))
    return {person for person in people if person is not None}


SUBJECTS = ("inspection", "hazard", "photo", "signature", "conflict", "paper")


def pieces(ids: list[str]) -> Iterable[list[str]]:
    """Cut a long list, because databases take so many values and no more."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
