"""Printed tags: made in batches, claimed by whoever sticks them, taken out of use."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.audit import service as audit
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.kernel.ids import new_id
from server.locations import wire
from server.locations.models import Asset, Location, Tag
from server.locations.queries import get_target, is_within, manageable_tag, visible_tags
from server.locations.rules import (
    Inactive,
    TagAlreadyBound,
    TagOfAnotherPool,
    TagVoid,
    new_tag_code,
    require_count,
    require_tag_code,
)
from server.org.queries import get_region, get_unit
from server.org.rules import holds

BOUND, UNCLAIMED, VOID = "bound", "unclaimed", "void"


class PoolMissing(Invalid):
    """Labels are printed for a unit or for a region."""

    code = "tag-pool-missing"
    title = "Choose the unit or the region for which the labels are."
    title_zh = "请选择标签所属的单位或区域。"


def issue_tags(
    actor: Actor, count: int, *, unit_id: str | None = None, region_id: str | None = None
) -> tuple[str, list[Tag]]:
    """Make a batch of unclaimed tags for a unit, or for a region's pool; return (batch, tags)."""
    require_count(count)
    if unit_id is not None:
        region_id = get_unit(actor, unit_id).region_id
    elif region_id is not None:
        get_region(actor, region_id)
    else:
        raise PoolMissing()
    _require(actor, Permission.TAGS_PRINT, unit_id, region_id)
    batch = new_id()
    tags = [
        Tag(
            code=code,
            region_id=region_id,
            unit_id=unit_id,
            state=UNCLAIMED,
            batch=batch,
            issue=1,
            printed_at=clock.now(),
        )
        for code in _fresh_codes(count)
    ]
    db.session.add_all(tags)
    db.session.flush()
    details = {"count": count, "region_id": region_id}
    audit.record(actor, "tag.issue", "batch", batch, unit_id=unit_id, details=details)
    return batch, tags


def claim_tag(actor: Actor, code: str, target_kind: str, target_id: str) -> Tag:
    """
    Bind a label to the place or thing on which it was stuck.

    Whoever claims holds the label in the hand, so a label that is bound elsewhere is answered as
    such even where that place is hidden; only its name is kept back then.
    """
    wanted = select(Tag).where(Tag.code == require_tag_code(code)).with_for_update()
    tag = db.session.scalars(wanted).one_or_none()
    target = get_target(actor, target_kind, target_id)
    if tag is None:
        raise NotFound()
    _require(actor, Permission.TAGS_CLAIM, target.unit_id, target.region_id)
    if tag.state == VOID:
        raise TagVoid()
    if tag.state == BOUND:
        return _bound_already(actor, tag, target)
    if not target.active:
        raise Inactive()
    _require_pool(tag, target)
    _bind(actor, tag, target)
    return tag


def _bind(actor: Actor, tag: Tag, target: Location | Asset) -> None:
    tag.state = BOUND
    tag.unit_id, tag.region_id = target.unit_id, target.region_id
    tag.target_kind, tag.target_id = target.sync_type, target.id
    tag.claimed_at, tag.claimed_by = clock.now(), actor.user_id
    db.session.flush()
    details = {"target_kind": tag.target_kind, "target_id": tag.target_id}
    audit.record(actor, "tag.claim", "tag", tag.code, unit_id=tag.unit_id, details=details)


def _bound_already(actor: Actor, tag: Tag, target: Location | Asset) -> Tag:
    if (tag.target_kind, tag.target_id) == (target.sync_type, target.id):
        return tag
    seen = visible_tags(actor).where(Tag.code == tag.code)
    if db.session.scalars(seen).one_or_none() is None:
        raise TagAlreadyBound()
    place = wire.place_names([tag]).get((tag.target_kind or "", tag.target_id or ""))
    raise TagAlreadyBound(place=place)


def _require_pool(tag: Tag, target: Location | Asset) -> None:
    if tag.unit_id is not None:
        fits = tag.unit_id == target.unit_id
    else:
        fits = is_within(target.region_id, tag.region_id)
    if not fits:
        raise TagOfAnotherPool()


def void_tag(actor: Actor, code: str, why: str = "removed", replaced_by: str | None = None) -> Tag:
    """
    Take a label out of use, for ever: it was removed, lost, or replaced by another.

    The code is never given to another place: whoever finds the old label is told that it is void.
    """
    tag = manageable_tag(actor, require_tag_code(code))
    _require(actor, Permission.PLACES_MANAGE, tag.unit_id, tag.region_id)
    if tag.state == VOID:
        return tag
    details = {"target_kind": tag.target_kind, "target_id": tag.target_id, "why": why}
    if replaced_by is not None:
        tag.replaced_by = _successor(actor, tag, replaced_by).code
    tag.state, tag.target_kind, tag.target_id = VOID, None, None
    tag.ended_at, tag.ended_why = clock.now(), "replaced" if replaced_by else why
    db.session.flush()
    audit.record(actor, "tag.void", "tag", tag.code, unit_id=tag.unit_id, details=details)
    return tag


def _successor(actor: Actor, tag: Tag, code: str) -> Tag:
    """Return the new label; an unclaimed one is bound to where the old one was."""
    new = manageable_tag(actor, require_tag_code(code))
    if new.code == tag.code or new.state == VOID:
        raise TagVoid()
    if tag.target_kind and tag.target_id:
        return claim_tag(actor, new.code, tag.target_kind, tag.target_id)
    return new


def reprint_tag(actor: Actor, code: str) -> Tag:
    """Print a label anew: what its square signs is the newest print, older ones are told apart."""
    tag = manageable_tag(actor, require_tag_code(code))
    _require(actor, Permission.TAGS_PRINT, tag.unit_id, tag.region_id)
    if tag.state == VOID:
        raise TagVoid()
    tag.issue += 1
    tag.printed_at = clock.now()
    db.session.flush()
    details = {"issue": tag.issue}
    audit.record(actor, "tag.reprint", "tag", tag.code, unit_id=tag.unit_id, details=details)
    return tag


def _require(actor: Actor, permission: Permission, unit_id: str | None, region_id: str) -> None:
    if not holds(actor, permission, unit_id, region_id):
        raise Forbidden(permission=permission.value)


def _fresh_codes(count: int) -> Sequence[str]:
    """Draw codes that no tag carries."""
    codes: set[str] = set()
    while len(codes) < count:
        drawn = {new_tag_code(secrets.choice) for _ in range(count - len(codes))}
        codes |= drawn - set(db.session.scalars(select(Tag.code).where(Tag.code.in_(drawn))))
    return sorted(codes)
