"""Reading the change feed: where scopes stand, what changed since, what there is at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select, tuple_

from server.kernel.db import db
from server.sync.models import SyncChange, SyncCommit, SyncScope

_SCOPES: Table = SyncScope.__table__  # type: ignore[assignment]
_COMMITS: Table = SyncCommit.__table__  # type: ignore[assignment]
_CHANGES: Table = SyncChange.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Standing:
    """Where a scope stands: its version, that version's tag, and how far back deltas reach."""

    version: int = 0
    tag: str = ""
    horizon: int = 0


@dataclass(frozen=True)
class Change:
    """The newest change of a row in a scope."""

    etype: str
    eid: str
    version: int
    op: str


_STANDING = (
    select(_SCOPES.c.id, _SCOPES.c.version, _COMMITS.c.tag, _SCOPES.c.horizon)
    .join(
        _COMMITS,
        (_COMMITS.c.scope == _SCOPES.c.id) & (_COMMITS.c.version == _SCOPES.c.version),
    )
    .where(_SCOPES.c.id.in_(bindparam("ids", expanding=True)))
)
_SINCE = (
    select(_CHANGES.c.etype, _CHANGES.c.eid, _CHANGES.c.version, _CHANGES.c.op)
    .where(_CHANGES.c.scope == bindparam("scope"), _CHANGES.c.version > bindparam("version"))
    .order_by(_CHANGES.c.version)
    .limit(bindparam("count"))
)
_PRESENT = (
    select(_CHANGES.c.eid)
    .where(
        _CHANGES.c.scope == bindparam("scope"),
        _CHANGES.c.etype == bindparam("etype"),
        _CHANGES.c.eid > bindparam("after"),
        _CHANGES.c.op == "put",
    )
    .order_by(_CHANGES.c.eid)
    .limit(bindparam("count"))
)


def standings(scopes: Sequence[str]) -> dict[str, Standing]:
    """Return where scopes stand; one that nothing was ever written to stands at zero."""
    found = {row[0]: Standing(*row[1:]) for row in db.session.execute(_STANDING, {"ids": scopes})}
    return {scope: found.get(scope, Standing()) for scope in scopes}


def tags(versions: dict[str, int]) -> dict[str, str]:
    """Return the tags that these versions of scopes carry; a version never made has none."""
    wanted = [(scope, version) for scope, version in versions.items() if version > 0]
    known = {scope: "" for scope, version in versions.items() if version == 0}
    if wanted:
        query = select(_COMMITS.c.scope, _COMMITS.c.tag).where(
            tuple_(_COMMITS.c.scope, _COMMITS.c.version).in_(wanted)
        )
        known |= {row[0]: row[1] for row in db.session.execute(query)}
    return known


def changes_since(scope: str, version: int, count: int) -> list[Change]:
    """Return the first changes after a version, in the order in which they were committed."""
    values = {"scope": scope, "version": version, "count": count}
    return [Change(*row) for row in db.session.execute(_SINCE, values)]


def present(scope: str, etype: str, after: str, count: int) -> list[str]:
    """Return the ids of rows that are in a scope, in their order."""
    values = {"scope": scope, "etype": etype, "after": after, "count": count}
    return list(db.session.scalars(_PRESENT, values))
