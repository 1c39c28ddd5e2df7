"""Rows as they travel: every feature's loaders, parents before children, visibility once more."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from server.campaigns import wire as campaigns
from server.custody import wire as custody
from server.evidence import wire as evidence
from server.hazards import wire as hazards
from server.inspections import wire as inspections
from server.locations import wire as locations
from server.org import wire as org
from server.papers import wire as papers
from server.peers import wire as peers
from server.presence import wire as presence
from server.sync import wire as own
from server.visits import wire as visits

Loader = Callable[[Sequence[str]], dict[str, tuple[int, Any]]]
LOADERS: dict[str, Loader] = {
    **org.LOADERS,
    **locations.LOADERS,
    **campaigns.LOADERS,
    **inspections.LOADERS,
    **hazards.LOADERS,
    **evidence.LOADERS,
    **custody.LOADERS,
    **papers.LOADERS,
    **presence.LOADERS,
    **peers.LOADERS,
    **visits.LOADERS,
    **own.LOADERS,
}
ORDER = (
    "me",
    "region",
    "unit",
    "department",
    "person",
    "location",
    "asset",
    "tag",
    "ask",
    "visit",
    "assignment",
    "peer",
    "attendance",
    "inspection",
    "part",
    "joint",
    "answer",
    "photo",
    "signature",
    "hand",
    "conflict",
    "hazard",
    "receipt",
    "office",
    "paper",
    "sheet",
    "outcome",
)
KINDS: dict[str, tuple[str, ...]] = {
    "user": (
        "person", "assignment", "peer", "attendance", "inspection", "photo", "hand", "conflict",
        "receipt", "outcome",
    ),
    "visit": ("visit",),
    "insp": (
        "inspection", "part", "joint", "answer", "photo", "signature", "conflict", "receipt",
        "paper", "sheet",
    ),
    "unit": (
        "unit", "department", "person", "location", "asset", "tag", "inspection", "photo", "hazard",
        "paper", "ask",
    ),
    "region": (
        "region", "unit", "department", "person", "location", "asset", "tag", "inspection", "photo",
        "hazard", "office", "paper", "ask",
    ),
}  # fmt: skip
RANK = {etype: rank for rank, etype in enumerate(ORDER)}
_AT_ONCE = 500
_SUBMITTED = "submitted"


def _in_user(name: str, etype: str, data: Any) -> bool:
    if etype == "assignment":
        return name in data["inspector_ids"] or name == data["leader_id"]
    if etype in ("inspection", "peer"):
        return name in data["member_ids"]
    if etype == "photo":
        return bool(data["author_id"] == name)
    if etype == "conflict":
        return all(value["by"] == name for value in data["values"])
    if etype in ("receipt", "attendance", "hand"):
        return bool(data["person_id"] == name)
    return etype == "outcome" or bool(data["id"] == name)


def _in_visit(name: str, etype: str, data: Any) -> bool:
    return bool(data["id" if etype == "inspection" else "inspection_id"] == name)


def _in_unit(name: str, etype: str, data: Any) -> bool:
    if (etype == "inspection" and data["state"] != _SUBMITTED) or _is_held_back(etype, data):
        return False
    return etype == "photo" or bool(data["id" if etype == "unit" else "unit_id"] == name)


def _is_held_back(etype: str, data: Any) -> bool:
    """A paper is the team's until its inspection was submitted."""
    return etype == "paper" and not data["released"]


def _in_region(name: str, etype: str, data: Any) -> bool:
    if etype == "inspection":
        return bool(data["state"] == _SUBMITTED)
    if etype == "paper":
        return not _is_held_back(etype, data)
    if etype in ("region", "office"):
        return bool(data["id"] == name)
    return etype not in ("unit", "tag") or bool(data["region_id"] == name)


def _in_sealed(name: str, etype: str, data: Any) -> bool:
    return bool(data["id"] == name)


_BELONGS: dict[str, Callable[[str, str, Any], bool]] = {
    "user": _in_user,
    "visit": _in_sealed,
    "insp": _in_visit,
    "unit": _in_unit,
    "region": _in_region,
}


def belonging(scope: str) -> Callable[[str, Any], bool]:
    """
    Return what says whether a row's own content agrees that it is in the scope.

    The change feed says so already; should it ever be wrong, nothing leaks.
    """
    kind, _, name = scope.partition(":")
    return partial(_BELONGS[kind], name)


def as_seen_by(person_id: str, etype: str, data: Any) -> Any:
    """Take out of a row what is for one of its readers only."""
    return visits.as_seen_by(person_id, data) if etype == "visit" else data


def load(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, Any]]:
    """Load rows of any kinds; what no longer exists is absent from the result."""
    wanted: dict[str, list[str]] = {}
    for etype, eid in keys:
        wanted.setdefault(etype, []).append(eid)
    found: dict[tuple[str, str], tuple[int, Any]] = {}
    for etype, eids in wanted.items():
        for start in range(0, len(eids), _AT_ONCE):
            loaded = LOADERS[etype](eids[start : start + _AT_ONCE])
            found |= {(etype, eid): row for eid, row in loaded.items()}
    return found
