"""
The feed against the tables: does every synced row stand in exactly the scopes it says?

It finds writes that passed the commit hook by, and rows that left a scope without a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_

from server.inspections.models import Answer
from server.kernel.db import Base, db, transaction
from server.kernel.synced import Synced
from server.sync.models import SyncChange

Place = tuple[str, str, str]
AT_ONCE = 400
ANSWER = "answer"
# These have no row of their own: the user's card is the person's row once more.
WITHOUT_ROW = frozenset({"me"})


@dataclass
class Findings:
    """What is wrong, and how much was looked at."""

    rows: int = 0
    changes: int = 0
    unannounced: list[Place] = field(default_factory=list)
    stray: list[Place] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Say whether feed and tables agree."""
        return not self.unannounced and not self.stray


def synced_models() -> dict[str, Any]:
    """Return the models that travel, by the kind of row."""
    found = {
        mapper.class_.sync_type: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Synced)
    }
    return found | {ANSWER: Answer}


def _places(etype: str, row: Any) -> set[Place]:
    if etype == ANSWER:
        eid = f"{row.inspection_id}|{row.target_id}|{row.item_key}"
        return {(f"insp:{row.inspection_id}", etype, eid)}
    scopes = row.sync_scopes(lambda name: getattr(row, name))
    return {(scope, etype, getattr(row, row.sync_id)) for scope in scopes}


def check() -> Findings:
    """Compare everything, a few hundred rows at a time, in one snapshot."""
    findings = Findings()
    with transaction(write=False, snapshot=True):
        for etype, model in synced_models().items():
            for rows in _chunks(model):
                findings.rows += len(rows)
                findings.unannounced += _unannounced(etype, rows)
                db.session.expunge_all()
        for changes in _announced():
            findings.changes += len(changes)
            findings.stray += _stray(changes)
            db.session.expunge_all()
    return findings


def _chunks(model: Any) -> Iterator[Sequence[Any]]:
    """Read a table in the order of its key."""
    keys = list(model.__table__.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        query = select(model).order_by(*keys).limit(AT_ONCE)
        if last is not None:
            query = query.where(tuple_(*keys) > last)
        rows = db.session.scalars(query).all()
        if not rows:
            return
        yield rows
        last = tuple(getattr(rows[-1], key.key) for key in keys)


def _announced() -> Iterator[list[Place]]:
    """Read the feed's rows that are there, in the order of their key."""
    c = SyncChange
    last: Place | None = None
    while True:
        query = select(c.scope, c.etype, c.eid).where(c.op == "put")
        if last is not None:
            query = query.where(tuple_(c.scope, c.etype, c.eid) > last)
        ordered = query.order_by(c.scope, c.etype, c.eid).limit(AT_ONCE)
        places = [(row[0], row[1], row[2]) for row in db.session.execute(ordered)]
        if not places:
            return
        yield places
        last = places[-1]


def _unannounced(etype: str, rows: Sequence[Any]) -> list[Place]:
    """Return the places of rows that the feed does not name."""
    expected = set().union(*(_places(etype, row) for row in rows))
    c = SyncChange
    wanted = sorted(expected)
    known: set[Place] = set()
    for start in range(0, len(wanted), AT_ONCE):
        some = tuple_(c.scope, c.etype, c.eid).in_(wanted[start : start + AT_ONCE])
        query = select(c.scope, c.etype, c.eid).where(c.op == "put", some)
        known |= {(row[0], row[1], row[2]) for row in db.session.execute(query)}
    return sorted(expected - known)


def _stray(places: Sequence[Place]) -> list[Place]:
    """Return what the feed names but no row agrees with."""
    models = synced_models()
    wanted: dict[str, set[str]] = {}
    for _, etype, eid in places:
        wanted.setdefault(etype, set()).add(eid)
    real: set[Place] = set()
    for etype, eids in wanted.items():
        if etype in models:
            for row in _rows(etype, models[etype], eids):
                real |= _places(etype, row)
    return [p for p in places if p not in real and p[1] not in WITHOUT_ROW]


def _rows(etype: str, model: Any, eids: set[str]) -> Sequence[Any]:
    if etype == ANSWER:
        keys = [tuple(eid.split("|", 2)) for eid in sorted(eids)]
        columns = tuple_(Answer.inspection_id, Answer.target_id, Answer.item_key)
        return db.session.scalars(select(Answer).where(columns.in_(keys))).all()
    return db.session.scalars(
        select(model).where(getattr(model, model.sync_id).in_(sorted(eids)))
    ).all()
