"""
Places that somebody may have to stand aside from.

Names of public institutions and of regions are no secret, and one may have to stand aside exactly
where one holds no right: names alone are found here, by at least two characters.
"""

from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.kernel.db import db
from server.org.models import Region, Unit
from server.org.queries import searched

_MOST = 20


def find(_actor: Actor, q: str | None) -> list[dict[str, Any]]:
    """Return units and regions whose names hold the words."""
    words = (q or "").strip()
    if len(words) < 2:
        return []
    units = searched(select(Unit).where(Unit.active), words, Unit.name, Unit.short_name)
    regions = searched(select(Region), words, Region.name)
    by_region = db.session.scalars(regions.order_by(Region.name, Region.id))
    by_unit = db.session.scalars(units.order_by(Unit.name, Unit.id))
    found = [{"kind": "region", "id": row.id, "name": row.name} for row in by_region]
    found += [{"kind": "unit", "id": row.id, "name": row.name} for row in by_unit]
    return found[:_MOST]
