"""Deciding, scope by scope, what a phone gets: nothing, a delta, or a snapshot."""

from dataclasses import dataclass, field
from typing import Any

import structlog

from server.access.rules import Actor
from server.sync import feed, pages, scopes
from server.sync.downcasts import CURRENT
from server.sync.feed import Standing
from server.sync.pages import Ahead, Budget, Resume, View
from server.sync.schemas import Cursor, Pull

log = structlog.get_logger()
MAX_ROWS = 5000
TOGETHER = 64
MAX_BYTES = 2 * 1024 * 1024


@dataclass
class Pulled:
    """The pull section of an answer."""

    scopes: list[str]
    data: list[dict[str, Any]] = field(default_factory=list)
    more: bool = False


def pull(actor: Actor, request: Pull, schema: int = CURRENT) -> Pulled:
    """Read everything in the caller's one snapshot, as far as it fits."""
    result = Pulled(scopes.scopes(actor))
    standings = feed.standings(result.scopes)
    resume = _valid(pages.unpack(request.resume), standings)
    budget = Budget(min(request.max_rows, MAX_ROWS), min(request.max_bytes, MAX_BYTES))
    cursors = {
        scope: founded
        for scope, cursor in request.scopes.items()
        if cursor and scope in standings
        if (founded := _founded(scope, cursor, standings[scope]))
    }
    unread = _Unread([s for s in result.scopes if s.startswith("insp:") and s not in cursors])
    moved = {s: c.version for s, c in cursors.items() if c.version != standings[s].version}
    known = feed.tags(moved)
    # A snapshot under way goes first: half a scope is of no use to anybody.
    first = [resume.scope] if resume else []
    for scope in first + [scope for scope in result.scopes if scope not in first]:
        kinds = scopes.hidden(actor, scope)
        view = View(actor, scope, kinds, scopes.mark(actor, scope, kinds), schema)
        here = resume if resume and (resume.scope, resume.mark) == (scope, view.mark) else None
        cursor = cursors.get(scope)
        standing = standings[scope]
        if here is None and cursor is not None and _is_current(cursor, standing, view.mark):
            continue
        if budget.spent:
            result.more = True
            break
        reach = here is None and cursor is not None and _reaches(cursor, standing, known, view)
        whole = None if here or reach else unread.whole(view, standing, budget)
        if whole is not None:
            result.data.append(whole)
        else:
            _add(result, view, standing, here, cursor if reach else None, budget)
    return result


class _Unread:
    """Visits of which the phone has nothing yet; they are read many at a time."""

    def __init__(self, scopes: list[str]) -> None:
        self._scopes = scopes
        self._ahead = Ahead({}, {})

    def whole(self, view: View, standing: Standing, budget: Budget) -> dict[str, Any] | None:
        """Return all of a visit in one entry; None when it has to be read on its own."""
        if view.scope not in self._scopes:
            return None
        if view.scope not in self._ahead.keys:
            start = self._scopes.index(view.scope)
            self._ahead = pages.read_ahead(self._scopes[start : start + TOGETHER], budget)
        return pages.small_snapshot(view, standing, self._ahead, budget)


def _add(
    result: Pulled,
    view: View,
    standing: Standing,
    resume: Resume | None,
    cursor: Cursor | None,
    budget: Budget,
) -> None:
    entry = None
    if cursor is not None:
        entry = pages.delta(view, standing, cursor, budget)
        if entry is None and not budget.untouched:
            result.more = True
            return
    if entry is None:
        entry = pages.snapshot(view, standing, resume, budget)
    result.data.append(entry)
    stand = entry.get("to") or entry["at"]
    result.more |= "more" in entry or stand[0] < standing.version


def _is_current(cursor: Cursor, standing: Standing, mark: str) -> bool:
    return cursor.version == standing.version and cursor.tag == standing.tag + mark


def _reaches(cursor: Cursor, standing: Standing, known: dict[str, str], view: View) -> bool:
    """Say whether a delta from the cursor is possible: same history, and not too long ago."""
    if cursor.version > standing.version:
        log.warning("cursor_from_the_future", scope=view.scope, cursor=cursor.version)
        return False
    if cursor.version < standing.horizon or cursor.version == standing.version:
        return False
    tag = known.get(view.scope)
    return tag is not None and cursor.tag == tag + view.mark


def _founded(scope: str, cursor: Cursor, standing: Standing) -> Cursor | None:
    """Return the plain cursor, or None when the phone saw rows of a version that is gone."""
    tag, later, seen = cursor.tag.partition(pages.LATER)
    if not later:
        return cursor
    version, _, seen_tag = seen.partition(".")
    if not version.isdecimal() or not _stood(scope, int(version), seen_tag, standing):
        return None
    return Cursor(cursor.version, tag)


def _stood(scope: str, version: int, tag: str, standing: Standing) -> bool:
    """Say whether a scope once stood at a version with that tag."""
    return version <= standing.version and feed.tags({scope: version}).get(scope) == tag


def _valid(resume: Resume | None, standings: dict[str, Standing]) -> Resume | None:
    """Accept a resume only while a delta from its beginning will still be possible."""
    if resume is None or resume.scope not in standings:
        return None
    standing = standings[resume.scope]
    if resume.version < standing.horizon:
        return None
    read = ((resume.version, resume.tag), (resume.seen, resume.seen_tag))
    return resume if all(_stood(resume.scope, *one, standing) for one in set(read)) else None
