"""Pages of a pull: a delta cut between versions, or a part of a snapshot in the order of keys."""

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import orjson

from server.access.rules import Actor
from server.evidence.queries import own_photos_at
from server.org.ended import closed_units
from server.sync import downcasts, feed, rows
from server.sync.feed import Standing
from server.sync.schemas import Cursor

Key = tuple[str, str]
Loaded = dict[Key, tuple[int, Any]]
LATER = "~"
TASKS = ("assignment", "inspection")
OWN = {"hazard": "opened_by", "photo": "author_id", "person": "id"}


@dataclass
class Budget:
    """How much more the phone can take in this answer."""

    rows: int
    size: int
    untouched: bool = True

    def take(self, rows: int, size: int) -> None:
        """Note what was used."""
        self.rows -= rows
        self.size -= size
        self.untouched = False

    @property
    def spent(self) -> bool:
        """Say whether nothing more fits."""
        return self.rows <= 0 or self.size <= 0


class Resume(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """
    Where a snapshot goes on: what it began at and for whom, and the last row that was sent.

    `seen` is where the scope stood when that row was read, which may be later than the beginning.
    """

    scope: str
    version: int
    tag: str
    seen: int
    seen_tag: str
    mark: str
    gen: str
    etype: str
    eid: str

    def pack(self) -> str:
        """Write it as one opaque word."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def unpack(text: str | None) -> Resume | None:
    """Read a word that pack() wrote; anything else starts anew."""
    if text is None:
        return None
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return msgspec.json.decode(data, type=Resume)
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        return None


@dataclass(frozen=True)
class View:
    """One scope as one actor may read it."""

    actor: Actor
    scope: str
    hidden: frozenset[str]
    mark: str
    schema: int = downcasts.CURRENT

    @property
    def me(self) -> tuple[str, str] | None:
        """The user's own card: it has no row of its own, so that the feed cannot name it alone."""
        kind, _, name = self.scope.partition(":")
        return ("me", name) if kind == "user" else None

    @cached_property
    def closed(self) -> frozenset[str]:
        """The units that an ended pass had opened: what was done there is no longer read."""
        return closed_units(self.actor) if self.me else frozenset()

    @cached_property
    def _belongs(self) -> Callable[[str, Any], bool]:
        return rows.belonging(self.scope)

    @cached_property
    def _closed_photos(self) -> frozenset[str]:
        return own_photos_at(self.actor, self.closed) if self.closed else frozenset()

    def _is_closed(self, etype: str, data: Any) -> bool:
        if etype == "photo":
            return data["id"] in self._closed_photos
        return etype in TASKS and data["unit_id"] in self.closed

    def versions(self, keys: Iterable[Key]) -> dict[tuple[str, str], int]:
        """Return the versions of the rows that may be seen."""
        return {
            (etype, eid): rv
            for (etype, eid), (rv, data) in rows.load(keys).items()
            if self._visible(etype, data)
        }

    def encode(self, keys: Iterable[Key], loaded: Loaded | None = None) -> dict[Key, bytes]:
        """Write rows as they travel; rows that must not be seen are absent."""
        loaded = rows.load(keys) if loaded is None else loaded
        return {
            key: orjson.dumps([*key, rv, self._told(key[0], data)])
            for key, (rv, data) in loaded.items()
            if self._visible(key[0], data)
        }

    def _told(self, etype: str, data: Any) -> Any:
        seen = rows.as_seen_by(self.actor.user_id, etype, data)
        if self.schema == downcasts.CURRENT:
            return seen
        return downcasts.lower(etype, seen, self.schema)

    def _visible(self, etype: str, data: Any) -> bool:
        if etype in self.hidden and data.get(OWN.get(etype, "")) != self.actor.user_id:
            return False
        if self.closed and self._is_closed(etype, data):
            return False
        return self._belongs(etype, data)


def stand(version: int, tag: str, mark: str, standing: Standing) -> list[Any]:
    """
    Return the cursor of a phone that has read up to a version.

    Rows are read as they are now. When the scope stands further already, the cursor says so: should
    a backup take that away again, what the phone has seen of it is known to be no longer true.
    """
    ahead = f"{LATER}{standing.version}.{standing.tag}" if version != standing.version else ""
    return [version, f"{tag}{mark}{ahead}"]


def _fragments(encoded: Iterable[bytes]) -> list[orjson.Fragment]:
    return [orjson.Fragment(row) for row in encoded]


def delta(view: View, standing: Standing, cursor: Cursor, budget: Budget) -> dict[str, Any] | None:
    """Return what changed since the cursor, as far as it fits; None when one version is too big."""
    changes = feed.changes_since(view.scope, cursor.version, budget.rows + 1)
    if len(changes) > budget.rows:
        changes = [change for change in changes if change.version < changes[-1].version]
    if not changes:
        return None
    keys = {(c.etype, c.eid) for c in changes if c.op == "put"}
    me = view.me
    if me and ("person", me[1]) in keys:
        keys.add(me)
    encoded = view.encode(keys)
    end = _fitting(changes, encoded, budget.size)
    taken = [change for change in changes if change.version <= end]
    put = [(c.etype, c.eid) for c in taken if (c.etype, c.eid) in encoded]
    put += [me] if me and me in encoded and me not in put else []
    put.sort(key=lambda key: rows.RANK[key[0]])
    gone = [[c.etype, c.eid] for c in taken if (c.etype, c.eid) not in encoded]
    budget.take(len(taken), sum(len(encoded[key]) for key in put))
    to = stand(end, feed.tags({view.scope: end})[view.scope], view.mark, standing)
    entry: dict[str, Any] = {"scope": view.scope, "mode": "delta", "to": to}
    return entry | {"put": _fragments(encoded[key] for key in put), "del": gone}


def _fitting(changes: list[feed.Change], encoded: dict[Key, bytes], size: int) -> int:
    """Return the last version that still fits; the first one always does."""
    end, used = changes[0].version, 0
    for change in changes:
        used += len(encoded.get((change.etype, change.eid), b""))
        if used > size and change.version > end:
            return end
        end = change.version
    return end


@dataclass
class Ahead:
    """Small scopes read together: a new phone gets hundreds of visits, each of some dozen rows."""

    keys: dict[str, list[Key]]
    loaded: Loaded

    def take(self, scope: str) -> tuple[list[Key], Loaded] | None:
        """Return a scope's keys in the order of a snapshot, and its rows."""
        keys = self.keys.get(scope)
        if keys is None:
            return None
        kinds = rows.KINDS[scope.partition(":")[0]]
        keys = [key for key in keys if key[0] in kinds]
        keys.sort(key=lambda key: (rows.RANK[key[0]], key[1]))
        return keys, {key: self.loaded[key] for key in keys if key in self.loaded}


def read_ahead(scopes: Sequence[str], budget: Budget) -> Ahead:
    """Read those of *scopes* that fit into the budget together."""
    keys = feed.present_in(scopes, budget.rows + 1)
    return Ahead(keys, rows.load(key for own in keys.values() for key in own))


def small_snapshot(
    view: View, standing: Standing, ahead: Ahead, budget: Budget
) -> dict[str, Any] | None:
    """Return all that is in a scope which was read ahead, if it fits."""
    found = ahead.take(view.scope)
    if found is None or view.me or view.hidden:
        return None
    keys, loaded = found
    encoded = view.encode(keys, loaded)
    size = sum(len(row) for row in encoded.values())
    if len(keys) > budget.rows or size > budget.size:
        return None
    budget.take(len(encoded), size)
    at = stand(standing.version, standing.tag, view.mark, standing)
    entry = {"scope": view.scope, "mode": "snapshot", "gen": secrets.token_hex(4), "at": at}
    return entry | {"put": _fragments(encoded[key] for key in keys if key in encoded)}


def snapshot(
    view: View, standing: Standing, resume: Resume | None, budget: Budget
) -> dict[str, Any]:
    """Return one part of all that is in a scope; the first part fixes where the snapshot stands."""
    now = (standing.version, standing.tag)
    if resume is None:
        start = Resume(view.scope, *now, *now, view.mark, secrets.token_hex(4), "", "")
    else:
        start = msgspec.structs.replace(resume, seen=now[0], seen_tag=now[1])
    keys = _next_keys(view, start, budget.rows)
    put, last = _fill(keys[: budget.rows], view, budget)
    at = stand(start.version, start.tag, start.mark, standing)
    entry: dict[str, Any] = {"scope": view.scope, "mode": "snapshot", "gen": start.gen, "at": at}
    entry["put"] = _fragments(put)
    if keys and last != keys[-1]:
        etype, eid = last
        entry["more"] = msgspec.structs.replace(start, etype=etype, eid=eid).pack()
    return entry


def _fill(keys: list[Key], view: View, budget: Budget) -> tuple[list[bytes], tuple[str, str]]:
    """Take rows as long as they fit, at least one; return them and the last key dealt with."""
    encoded = view.encode(keys)
    put: list[bytes] = []
    used, last = 0, ("", "")
    for key in keys:
        row = encoded.get(key, b"")
        if put and used + len(row) > budget.size:
            break
        if row:
            put.append(row)
            used += len(row)
        last = key
    budget.take(len(put), used)
    return put, last


def _next_keys(view: View, start: Resume, count: int) -> list[Key]:
    """Return one key more than asked for, so that the caller sees whether it was the last page."""
    keys: list[Key] = []
    if view.me and not start.etype:
        keys.append(view.me)
    begin = rows.RANK.get(start.etype, -1)
    for etype in rows.KINDS[view.scope.partition(":")[0]]:
        if rows.RANK[etype] < begin or (etype in view.hidden and etype not in OWN):
            continue
        after = start.eid if etype == start.etype else ""
        found = feed.present(view.scope, etype, after, count + 1 - len(keys))
        keys += [(etype, eid) for eid in found]
        if len(keys) > count:
            break
    return keys
