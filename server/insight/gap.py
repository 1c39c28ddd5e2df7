"""The detection gap: what units found themselves of what others found, grouped, with its names."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.campaigns.modes import MODES, WAYS
from server.definitions.models import DefinitionVersion
from server.definitions.queries import definition
from server.insight.limits import LIMITS
from server.insight.matching import Pair
from server.insight.queries import Wanted, pairs
from server.insight.rules import Gap, gap
from server.inspections.models import Inspection
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.models import Unit

OWN = tuple(key for key, mode in MODES.items() if mode.way == "self")
OTHERS = tuple(key for key, mode in MODES.items() if mode.way != "self")
Data = dict[str, Any]
#: how pairs are put together; the key is what the address asks for
GROUPS: dict[str, Callable[[Pair], str]] = {
    "unit": lambda pair: pair.unit_id,
    "item": lambda pair: f"{pair.checklist_key}|{pair.item_key}",
    "checklist": lambda pair: pair.checklist_key,
    "way": lambda pair: MODES[pair.second.mode].way,
    "unit-item": lambda pair: f"{pair.unit_id}|{pair.checklist_key}|{pair.item_key}",
}


@dataclass(frozen=True)
class Line:
    """One line of the table; `gap` is None where there are too few to say."""

    key: str
    unit_id: str | None
    checklist_key: str | None
    item_key: str | None
    way: str | None
    left_out: int
    found: Gap

    @property
    def worth(self) -> tuple[int, int, str]:
        """Order lines: what was missed most often first, what cannot be told last."""
        return (0 if self.found.enough else 1, -self.found.missed, self.key)


def gap_pairs(actor: Actor, wanted: Wanted) -> list[Pair]:
    """Return what units checked themselves and others checked after them, near in time."""
    return pairs(actor, wanted)


def lines(found: Sequence[Pair], by: str) -> list[Line]:
    """Group pairs, the widest gaps first."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        groups[GROUPS[by](pair)].append(pair)
    return sorted((_line(key, by, own) for key, own in groups.items()), key=lambda one: one.worth)


def total(found: Sequence[Pair]) -> Gap:
    """Return the gap over all pairs."""
    return gap([pair.results for pair in found if pair.compares], LIMITS.told)


def _line(key: str, by: str, own: Sequence[Pair]) -> Line:
    one = own[0]
    figures = total(own)
    return Line(
        key=key,
        unit_id=one.unit_id if by in ("unit", "unit-item") else None,
        checklist_key=one.checklist_key if by in ("item", "checklist", "unit-item") else None,
        item_key=one.item_key if by in ("item", "unit-item") else None,
        way=key if by == "way" else None,
        left_out=len(own) - figures.pairs,
        found=figures,
    )


class Words:
    """Names of what pairs are about, looked up once for all of them."""

    def __init__(self, found: Sequence[Pair], shown: Sequence[Pair] = ()) -> None:
        units = {pair.unit_id for pair in found}
        self.units = _names(Unit, Unit.name, units)
        places = {pair.target_id for pair in shown} - {""}
        self.places = _names(Location, Location.path, places) | _names(Asset, Asset.name, places)
        visits = {side.inspection_id for p in shown for side in (p.first, p.second)}
        self.numbers = _names(Inspection, Inspection.number, visits)
        self.checklists, self.asks = _asked({pair.checklist_key for pair in found})

    def line(self, line: Line) -> Data:
        """Return a line as the desk reads it: no figure where there are too few to say."""
        return {
            "key": line.key,
            "unit_id": line.unit_id,
            "unit_name": self.units.get(line.unit_id or ""),
            "checklist_key": line.checklist_key,
            "checklist": self.checklists.get(line.checklist_key or ""),
            "item_key": line.item_key,
            "ask": self.asks.get(line.item_key or ""),
            "way": line.way,
            "way_name": WAYS.get(line.way or ""),
            "left_out": line.left_out,
            **gap_data(line.found),
        }

    def pair(self, pair: Pair) -> Data:
        """Return a pair with links to both visits."""
        visits = (pair.first.inspection_id, pair.second.inspection_id)
        return {
            "id": "|".join((*visits, pair.target_id, pair.item_key)),
            "unit_id": pair.unit_id,
            "unit_name": self.units.get(pair.unit_id),
            "place": self.places.get(pair.target_id, ""),
            "checklist": self.checklists.get(pair.checklist_key),
            "ask": self.asks.get(pair.item_key),
            "outcome": pair.outcome,
            **{
                name: {
                    "inspection_id": side.inspection_id,
                    "number": self.numbers.get(side.inspection_id),
                    "mode": side.mode,
                    "mode_name": {"zh": MODES[side.mode].zh, "en": MODES[side.mode].en},
                    "at": side.at,
                    "result": side.result,
                }
                for name, side in (("first", pair.first), ("second", pair.second))
            },
        }


def gap_data(found: Gap) -> Data:
    """Return the figures; below the limits only how many pairs there are."""
    if not found.enough:
        return {"pairs": found.pairs, "enough": False, "figures": None}
    figures = {
        "outside": found.outside,
        "own": found.own,
        "both": found.both,
        "missed": found.missed,
        "seen": found.seen.as_data(),
        "agreement": found.agreement.as_data(),
    }
    return {"pairs": found.pairs, "enough": True, "figures": figures}


def _names(model: Any, name: Any, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(model.id, name).where(model.id.in_(sorted(ids))))
    return {key: text for key, text in rows}  # noqa: C416  (rows are no pairs to mypy)


def _asked(checklists: set[str]) -> tuple[dict[str, Data], dict[str, Data]]:
    """Return titles and questions in the newest words of each checklist, older words below."""
    query = (
        select(DefinitionVersion.key, DefinitionVersion.hash)
        .where(DefinitionVersion.key.in_(sorted(checklists)), DefinitionVersion.kind == "checklist")
        .order_by(DefinitionVersion.published_at, DefinitionVersion.hash)
    )
    titles: dict[str, Data] = {}
    asks: dict[str, Data] = {}
    for key, digest in db.session.execute(query):
        content = definition(digest)
        titles[key] = dict(content["title"])
        for section in content["sections"]:
            asks |= {item["key"]: dict(item["ask"]) for item in section["items"]}
    return titles, asks
