"""Reading the change feed: where scopes stand, what changed since, what there is at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.kernel import driver


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


_STANDING = """
    SELECT s.id, s.version, c.tag, s.horizon FROM sync_scope s
    JOIN sync_commit c ON c.scope = s.id AND c.version = s.version
    WHERE s.id IN @ids
"""
_TAG = "SELECT tag FROM sync_commit WHERE scope = :scope AND version = :version"
_SINCE = """
    SELECT etype, eid, version, op FROM sync_change
    WHERE scope = :scope AND version > :version ORDER BY version LIMIT :count
"""
_PRESENT = """
    SELECT eid FROM sync_change
    WHERE scope = :scope AND etype = :etype AND eid > :after AND op = 'put'
    ORDER BY eid LIMIT :count
"""
_PRESENT_IN = """
    SELECT scope, etype, eid FROM sync_change
    WHERE scope IN @scopes AND op = 'put' ORDER BY scope, etype, eid LIMIT :count
"""


def standings(scopes: Sequence[str]) -> dict[str, Standing]:
    """Return where scopes stand; one that nothing was ever written to stands at zero."""
    found = {row[0]: Standing(*row[1:]) for row in driver.rows(_STANDING, ids=list(scopes))}
    return {scope: found.get(scope, Standing()) for scope in scopes}


def tags(versions: dict[str, int]) -> dict[str, str]:
    """Return the tags that these versions of scopes carry; a version never made has none."""
    known = {scope: "" for scope, version in versions.items() if version == 0}
    for scope, version in versions.items():
        if version > 0 and (found := driver.rows(_TAG, scope=scope, version=version)):
            known[scope] = found[0][0]
    return known


def changes_since(scope: str, version: int, count: int) -> list[Change]:
    """Return the first changes after a version, in the order in which they were committed."""
    found = driver.rows(_SINCE, scope=scope, version=version, count=count)
    return [Change(*row) for row in found]


def present(scope: str, etype: str, after: str, count: int) -> list[str]:
    """Return the ids of rows that are in a scope, in their order."""
    found = driver.rows(_PRESENT, scope=scope, etype=etype, after=after, count=count)
    return [row[0] for row in found]


def present_in(scopes: Sequence[str], count: int) -> dict[str, list[tuple[str, str]]]:
    """Return everything in those of *scopes* that together hold fewer than *count* rows."""
    found = driver.rows(_PRESENT_IN, scopes=list(scopes), count=count)
    is_cut = len(found) == count
    keys: dict[str, list[tuple[str, str]]] = {} if is_cut else {scope: [] for scope in scopes}
    for scope, etype, eid in found:
        keys.setdefault(scope, []).append((etype, eid))
    if is_cut:
        del keys[found[-1][0]]
    return keys
