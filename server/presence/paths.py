"""Where scans were made, and by what names that is told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.presence import rules
from server.presence.models import Scan

Way = tuple[tuple[str, str], ...]


def scans_of(inspection_id: str) -> list[Scan]:
    """Return the scans of an inspection in the order of their times."""
    query = select(Scan).where(Scan.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Scan.at, Scan.id)))


def steps_of(scans: Sequence[Scan]) -> list[rules.Step]:
    """Return scans with the way to their places."""
    ways = _ways(scans)
    found = []
    for scan in scans:
        fix = rules.fix_of(scan.position)
        step = rules.Step(
            scan.id, clock.to_ms(scan.at), scan.code, (), fix, scan.person_id, scan.client_id
        )
        found.append(replace(step, way=ways.get(scan.target_id or "", ())))
    return found


def _ways(scans: Iterable[Scan]) -> dict[str, Way]:
    targets = {scan.target_id for scan in scans if scan.target_id}
    stands = select(Asset.id, Asset.location_id).where(Asset.id.in_(targets))
    inside = {row[0]: row[1] for row in db.session.execute(stands)}
    wanted = (targets | {place for place in inside.values() if place}) - inside.keys()
    units = select(Location.unit_id).where(Location.id.in_(wanted)).distinct()
    rows = db.session.scalars(select(Location).where(Location.unit_id.in_(units)))
    known = {row.id: row for row in rows}
    return {key: _way(known, inside.get(key) or key) for key in targets}


def _way(known: dict[str, Location], place_id: str) -> Way:
    way: list[tuple[str, str]] = []
    row = known.get(place_id)
    while row is not None and len(way) < 10:
        way.append((row.kind, row.id))
        if row.kind == "floor":
            way.append(("floor-name", row.name))
        row = known.get(row.parent_id or "")
    return tuple(reversed(way))


def place_names(ids: Iterable[str]) -> dict[str, str]:
    """Return what places and things are called."""
    wanted = sorted(set(ids))
    places = select(Location.id, Location.path).where(Location.id.in_(wanted))
    things = select(Asset.id, Asset.name).where(Asset.id.in_(wanted))
    rows = [*db.session.execute(places), *db.session.execute(things)]
    return {row[0]: row[1] for row in rows}


def told_steps(scan_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return scans as a doubt names them: which tag, where, when. Kept, as places change names."""
    rows = db.session.scalars(select(Scan).where(Scan.id.in_(scan_ids)).order_by(Scan.at, Scan.id))
    found = list(rows)
    names = place_names(row.target_id for row in found if row.target_id)
    return [
        {"code": row.code, "place": names.get(row.target_id or ""), "at": clock.to_ms(row.at)}
        for row in found
    ]
