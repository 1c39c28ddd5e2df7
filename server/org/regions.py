"""The administrative tree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit import service as audit
from server.kernel.db import db
from server.kernel.errors import Conflict, Invalid, NotFound
from server.kernel.ids import new_id
from server.org.changes import apply_changes, flush_or, require_free_id, require_manages_place
from server.org.models import Region
from server.org.queries import get_region
from server.org.rules import require_name, require_rev

LEVELS = ("country", "province", "city", "county", "township", "village")
_CODE = re.compile(r"[0-9A-Z]{1,12}")


class BadRegion(Invalid):
    """A region with a code or a level that cannot stand there."""

    code = "org-bad-region"
    title = "A region needs a code of up to 12 characters and a level below its parent's."
    title_zh = "区域代码最多 12 位，级别应低于上级区域。"


class RegionCodeTaken(Conflict):
    """Another region has this code."""

    code = "org-region-code-taken"
    title = "Another region has this code."
    title_zh = "该区域代码已被使用。"


@dataclass(frozen=True)
class NewRegion:
    """A node of the administrative tree."""

    code: str
    name: str
    level: str
    parent_id: str | None = None
    id: str | None = None


def create_region(actor: Actor | None, new: NewRegion) -> Region:
    """Add a region below its parent; a root only as the system."""
    parent = _parent(actor, new.parent_id)
    region_id = require_free_id(Region, new.id) if new.id else new_id()
    region = Region(
        id=region_id,
        parent_id=parent.id if parent else None,
        name=require_name(new.name, 100),
        level=_level(new.level, parent),
        code=_free_code(new.code),
        path=f"{parent.path if parent else '/'}{region_id}/",
    )
    db.session.add(region)
    flush_or(RegionCodeTaken())
    audit.record(actor, "region.create", "region", region.id)
    return region


def patch_region(actor: Actor, region_id: str, rev: int, changes: Mapping[str, Any]) -> Region:
    """Rename a region or correct its code."""
    region = get_region(actor, region_id, for_update=True)
    require_manages_place(actor, None, region.id)
    require_rev(region.rev, rev)
    wanted = dict(changes)
    if "name" in wanted:
        wanted["name"] = require_name(wanted["name"], 100)
    if "code" in wanted:
        wanted["code"] = _free_code(wanted["code"], region.id)
    details = apply_changes(region, wanted)
    flush_or(RegionCodeTaken())
    audit.record(actor, "region.change", "region", region.id, details=details)
    return region


def _parent(actor: Actor | None, parent_id: str | None) -> Region | None:
    if actor is not None:
        if parent_id is None:
            raise BadRegion(reason="parent")
        parent = get_region(actor, parent_id)
        require_manages_place(actor, None, parent.id)
        return parent
    if parent_id is None:
        return None
    found = db.session.get(Region, parent_id)
    if found is None:
        raise NotFound()
    return found


def _level(level: str, parent: Region | None) -> str:
    if level not in LEVELS:
        raise BadRegion(reason="level")
    if parent is not None and LEVELS.index(level) <= LEVELS.index(parent.level):
        raise BadRegion(reason="level")
    return level


def _free_code(text: str, owner: str | None = None) -> str:
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadRegion(reason="code")
    taken = db.session.scalar(select(Region.id).where(Region.code == code))
    if taken is not None and taken != owner:
        raise RegionCodeTaken()
    return code
