"""
Batches of seeds: made ahead in a fixed rhythm, taken one by one, settled long afterwards.

How many there are and when they are made depends on the calendar alone, never on draws.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from server.custody import keys
from server.draws import vault
from server.draws.models import Draw, DrawBatch
from server.draws.rules import NoSeeds
from server.draws.rules import seeds as rules
from server.kernel import clock
from server.kernel.db import db, is_sqlite
from server.org.models import Region

_MASTER = 32


@dataclass(frozen=True)
class Taken:
    """A seed that belongs to one draw from now on."""

    period: str
    lane: str
    number: int
    hash: str
    value: bytes


def keep_ahead() -> int:
    """Make the batches that are due for every region; return how many were made."""
    wanted = rules.periods_ahead(clock.today())
    regions = list(db.session.scalars(select(Region.id).order_by(Region.id)))
    query = select(DrawBatch.region_id, DrawBatch.period).where(DrawBatch.period.in_(wanted))
    there = {(row[0], row[1]) for row in db.session.execute(query)}
    missing = [(r, p) for r in regions for p in wanted if (r, p) not in there]
    if missing:
        # The public list is signed while it is read, when no key could be made any more.
        keys.ensure()
    for region_id, period in missing:
        _make(region_id, period)
    return len(missing)


def take(region_id: str, lane: str) -> Taken:
    """Take the next seed of this week's batch, in the batch's own order."""
    period = rules.period(clock.today())
    query = select(DrawBatch).where(DrawBatch.region_id == region_id, DrawBatch.period == period)
    batch = db.session.scalars(query.with_for_update()).first()
    if batch is None:
        raise NoSeeds()
    used = db.session.scalar(
        select(func.count()).where(
            Draw.region_id == region_id, Draw.period == period, Draw.lane == lane
        )
    )
    master, published = _master(batch), batch.hashes[lane]
    if (used or 0) >= len(published):
        raise NoSeeds()
    number = rules.order(master, lane, len(published))[used or 0]
    value = rules.seed(master, lane, number)
    return Taken(period, lane, number, published[number - 1], value)


def value_of(draw: Draw) -> str:
    """Return the seed of a draw in clear; only what is published may show it."""
    batch = db.session.get_one(DrawBatch, (draw.region_id, draw.period))
    return rules.seed(_master(batch), draw.lane, draw.number).hex()


def batch_of(draw: Draw) -> DrawBatch:
    """Return the batch to which a draw's seed belongs."""
    return db.session.get_one(DrawBatch, (draw.region_id, draw.period))


def due_to_settle() -> list[DrawBatch]:
    """Return the batches whose last secrets are due to be told."""
    horizon = clock.today() - timedelta(days=int(rules.RHYTHM["settle_days"]))
    query = select(DrawBatch).where(DrawBatch.settled_at.is_(None)).order_by(DrawBatch.period)
    return [batch for batch in db.session.scalars(query) if rules.last_day(batch.period) < horizon]


def told(batches: Sequence[DrawBatch]) -> list[dict[str, Any]]:
    """Return batches as the public reads them; the master only once the week is settled."""
    return [
        {
            "period": batch.period,
            "made_at": clock.to_ms(batch.made_at),
            "commitment": batch.commitment,
            "open": batch.hashes[rules.OPEN],
            "sealed": batch.hashes[rules.SEALED],
            "master": _master(batch).hex() if batch.settled_at else None,
        }
        for batch in batches
    ]


def _make(region_id: str, period: str) -> None:
    master = secrets.token_bytes(_MASTER)
    name, box = vault.lock(master, f"{region_id} {period}")
    values = {
        "region_id": region_id,
        "period": period,
        "box": box,
        "vault": name,
        "commitment": rules.commitment(master),
        "hashes": rules.hashes(master),
        "made_at": clock.now(),
        "settled_at": None,
    }
    # Two starts at the same time make the same week once.
    insert = (sqlite if is_sqlite() else postgresql).insert(DrawBatch).values(values)
    db.session.execute(insert.on_conflict_do_nothing())


def _master(batch: DrawBatch) -> bytes:
    return vault.unlock(batch.vault, batch.box, f"{batch.region_id} {batch.period}")
