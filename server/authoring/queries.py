"""Reading drafts and the history of checklists."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select

from server.access.rules import Actor, Permission
from server.authoring.models import OPEN, ChecklistDraft
from server.definitions import queries as definitions
from server.definitions.models import DefinitionPublication
from server.definitions.queries import CHECKLIST, Use
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.models import Region, Unit

AUTHOR, REVIEW = Permission.DEFINITIONS_AUTHOR, Permission.DEFINITIONS_REVIEW
Data = dict[str, Any]


def visible_drafts(actor: Actor) -> Select[ChecklistDraft]:
    """Drafts for everybody, and those for the regions on which the actor writes or reviews."""
    if not (actor.may(AUTHOR) or actor.may(REVIEW)):
        raise NotFound()
    regions = actor.regions_with(AUTHOR) | actor.regions_with(REVIEW)
    return select(ChecklistDraft).where(
        or_(ChecklistDraft.region_id.is_(None), ChecklistDraft.region_id.in_(sorted(regions)))
    )


def get_draft(actor: Actor, draft_id: str, *, for_update: bool = False) -> ChecklistDraft:
    """Return a draft that the actor sees, locked when it is about to change."""
    query = visible_drafts(actor).where(ChecklistDraft.id == draft_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = db.session.scalars(query).first()
    if draft is None:
        raise NotFound()
    return draft


def open_drafts(actor: Actor, key: str | None = None) -> Sequence[ChecklistDraft]:
    """Return the drafts that are being worked on, the latest change first."""
    if not (actor.may(AUTHOR) or actor.may(REVIEW)):
        return []
    query = visible_drafts(actor).where(ChecklistDraft.state.in_(OPEN))
    if key is not None:
        query = query.where(ChecklistDraft.key == key)
    return db.session.scalars(
        query.order_by(ChecklistDraft.changed_at.desc(), ChecklistDraft.id)
    ).all()


def covers(actor: Actor, permission: Permission, region_id: str | None) -> bool:
    """
    Say whether the actor holds a permission where a checklist applies.

    One for everybody applies wherever there is a unit: no county writes for its neighbour.
    """
    if region_id is not None:
        return actor.may_in_region(permission, region_id)
    regions = actor.regions_with(permission)
    outside = select(Unit.id).where(Unit.region_id.not_in(sorted(regions))).limit(1)
    return bool(regions) and db.session.scalar(outside) is None


def holding(key: str | None = None, today: date | None = None) -> list[Use]:
    """Return the acts of publication that hold now, everybody's and the regions'."""
    return definitions.current_uses(today or clock.today(), key)


def in_use(key: str, region_id: str | None) -> Use | None:
    """Return what holds for everybody, or for exactly this region."""
    return next((use for use in holding(key) if use.act.region_id == region_id), None)


def every_hash(key: str, region_id: str | None) -> list[str]:
    """Return every version ever in use for everybody or in the region, oldest first."""
    acts = select(DefinitionPublication.hash, DefinitionPublication.seq).where(
        DefinitionPublication.kind == CHECKLIST,
        DefinitionPublication.key == key,
        or_(
            DefinitionPublication.region_id.is_(None), DefinitionPublication.region_id == region_id
        ),
    )
    rows = db.session.execute(acts.order_by(DefinitionPublication.seq))
    return list(dict.fromkeys(row.hash for row in rows))


def last_overlay(key: str, region_id: str) -> DefinitionPublication | None:
    """Return the latest act of a region on a checklist."""
    acts = select(DefinitionPublication).where(
        DefinitionPublication.kind == CHECKLIST,
        and_(DefinitionPublication.key == key, DefinitionPublication.region_id == region_id),
    )
    return db.session.scalars(acts.order_by(DefinitionPublication.seq.desc()).limit(1)).first()


def history(key: str) -> list[Use]:
    """Return every act on a checklist, the latest first, or raise NotFound."""
    uses = definitions.uses(CHECKLIST, key)
    if not uses:
        raise NotFound()
    return uses


def region_codes() -> Sequence[str]:
    """Return the codes of all regions."""
    return db.session.scalars(select(Region.code)).all()


def region_names() -> dict[str, str]:
    """Return the names of all regions by id; they are public."""
    return {row.id: row.name for row in db.session.execute(select(Region.id, Region.name))}
