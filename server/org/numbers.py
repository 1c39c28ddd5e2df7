"""Numbers for papers: one series a county, a year and a kind, without gaps or repeats."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from server.kernel.db import db, is_sqlite
from server.org.models import NumberSeries, Region

_COUNTY_LEVELS = ("county", "district")


def county_code(region_id: str) -> str:
    """Return the six digits of the county that a region lies in, or of the region itself."""
    path = db.session.scalar(select(Region.path).where(Region.id == region_id)) or ""
    ids = [part for part in path.split("/") if part] or [region_id]
    rows = {row.id: row for row in db.session.scalars(select(Region).where(Region.id.in_(ids)))}
    chain = [rows[part] for part in reversed(ids) if part in rows]
    chosen = next((row for row in chain if row.level in _COUNTY_LEVELS), chain[0])
    return chosen.code[:6]


def take_number(prefix: str, region_id: str, year: int) -> str:
    """Give out the next number of a series, for example YH-330199-2026-00012."""
    key = f"{prefix}-{county_code(region_id)}-{year}"
    insert = (sqlite if is_sqlite() else postgresql).insert(NumberSeries)
    statement = insert.values(key=key, last=1).on_conflict_do_update(
        index_elements=[NumberSeries.key], set_={"last": NumberSeries.last + 1}
    )
    last = db.session.execute(statement.returning(NumberSeries.last)).scalar_one()
    return f"{key}-{last:05d}"
