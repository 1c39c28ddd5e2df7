"""Photos on their way in: the facts are evidence's, what they prove is its owner's."""

from sqlalchemy import ColumnElement, and_

from server.access.rules import Actor, Permission
from server.evidence import service as evidence
from server.evidence.models import Photo
from server.evidence.queries import add_viewer
from server.evidence.rules import PhotoInUse, PhotoOfRefusal
from server.hazards import service as hazards
from server.hazards.models import Hazard
from server.inspections import service as inspections
from server.inspections.models import AnswerPhoto, Inspection
from server.inspections.queries import proves_refusal, visible_inspections
from server.inspections.rules import InspectionLocked
from server.kernel import clock
from server.kernel.db import db
from server.papers.queries import is_on_paper
from server.sync.args import OwnWords, PhotoAdd, PhotoRemove
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


def _facts(work: Work, args: PhotoAdd) -> evidence.PhotoFacts:
    place = args.position
    return evidence.PhotoFacts(
        id=args.id,
        sha256=args.sha256,
        size=args.size,
        mime=args.mime,
        w=args.w,
        h=args.h,
        taken_at=work.put_right(args.taken_at),
        origin=args.origin,
        purpose=args.purpose,
        position=(
            {"lat": place.lat, "lon": place.lon, "accuracy": place.accuracy} if place else None
        ),
        annotations=args.annotations,
        inspection_id=args.inspection,
        target_id=args.target,
        item_key=args.item,
        hazard_id=args.hazard,
        original_id=args.original,
        caption=args.caption,
        added_at=None if args.added_at is None else clock.from_ms(args.added_at),
        own=_own(args.own),
    )


def _own(words: OwnWords | None) -> dict[str, float] | None:
    """Keep what the file said; half a position is none."""
    if words is None:
        return None
    place = {"lat": words.lat, "lon": words.lon} if None not in (words.lat, words.lon) else {}
    said = {"at": words.at} | place
    return {name: value for name, value in said.items() if value is not None} or None


def add_photo(work: Work, args: PhotoAdd) -> Verdict:
    """Note the photo, then let each owner of what it proves tie it."""
    photo = evidence.add_photo(work.actor, _facts(work, args))
    if args.inspection is not None and not photo.in_inspection:
        _tie(work.actor, args, photo)
    if args.hazard is not None and not _is_tied_later(args.hazard, args):
        hazards.link_photo(work.actor, args.hazard, photo)
    return APPLIED


def salvage_photo(work: Work, args: PhotoAdd) -> list[str]:
    """Keep a photo that nothing may show: its author and whoever decides the case see it."""
    evidence.add_photo(work.actor, _facts(work, args))
    return ["photo"]


def _is_tied_later(hazard: str, args: PhotoAdd) -> bool:
    """
    Say whether another command ties the photo.

    One of a rectification or remark is named by its step; one of a find that comes before the
    report is written is named by hazard.open.
    """
    if args.purpose in ("rectified", "comment"):
        return True
    return args.purpose == "found" and db.session.get(Hazard, hazard) is None


def _tie(actor: Actor, args: PhotoAdd, photo: Photo) -> None:
    assert args.inspection is not None
    try:
        inspection = inspections.writable_inspection(actor, args.inspection)
    except InspectionLocked:
        # A paper may follow the submission: its photos are the paper's and leave the record alone.
        if args.purpose == "refusal":
            return
        raise
    photo.in_inspection = True
    photo.unit_id, photo.region_id = inspection.unit_id, inspection.region_id
    if args.item is not None and args.purpose == "answer":
        db.session.add(
            AnswerPhoto(
                photo_id=photo.id,
                inspection_id=inspection.id,
                target_id=args.target or "",
                item_key=args.item,
            )
        )


def remove_photo(work: Work, args: PhotoRemove) -> Verdict:
    """Take a photo back, as long as no closed record and no hazard rests on it."""
    photo = evidence.remove_photo(work.actor, args.id, args.reason)
    if photo.in_unit:
        raise PhotoInUse(photo=photo.id)
    if photo.inspection_id is not None and (
        proves_refusal(photo.inspection_id, photo.id) or is_on_paper(photo.inspection_id, photo.id)
    ):
        raise PhotoOfRefusal(photo=photo.id)
    if photo.in_inspection and photo.inspection_id is not None:
        inspections.writable_inspection(work.actor, photo.inspection_id)
    return APPLIED


def of_visits(actor: Actor) -> ColumnElement[bool]:
    """Photos of the actor's own inspections, and of submitted ones that the actor may read."""
    if not actor.may(Permission.INSPECTIONS_CONDUCT) and not actor.may(Permission.INSPECTIONS_READ):
        return Photo.id.is_(None)
    seen = visible_inspections(actor).with_only_columns(Inspection.id)
    return and_(Photo.in_inspection, Photo.inspection_id.in_(seen))


add_viewer(of_visits)
