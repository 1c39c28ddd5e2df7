"""Everything that is fixed before chance has its say, as one piece of JSON."""

from collections.abc import Sequence
from typing import Any

from server.access.rules import Actor
from server.draws import rules
from server.draws.choice import UNITS, Choice
from server.draws.found import Found
from server.draws.people import find_people, slots_of
from server.draws.units import find_units
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import one_line
from server.org.models import Region

FORMAT = "anxun-draw-snapshot-1"
Snapshot = dict[str, Any]


def build(actor: Actor, choice: Choice, after: str | None) -> Snapshot:
    """Return the snapshot of a choice as things are now; *after* is the code of an earlier draw."""
    formula = rules.formula(choice.kind, choice.formula)
    slots, found = _find(actor, choice)
    _exclude(found, choice)
    region = db.session.get_one(Region, choice.region_id)
    return {
        "format": FORMAT,
        "kind": choice.kind,
        "region": {"id": region.id, "name": region.name},
        "on": clock.today().isoformat(),
        "after": after,
        "filter": choice.told(),
        "formula": formula,
        "percent": dict(choice.percent),
        "most": choice.most,
        "slots": slots,
        "candidates": [_candidate(one, choice, formula) for one in found],
    }


def _find(actor: Actor, choice: Choice) -> tuple[list[Snapshot], list[Found]]:
    wanted = {"count": choice.count, "reserve": choice.reserve}
    if choice.kind == UNITS:
        return [{"key": "units", "name": None, **wanted}], find_units(actor, choice)
    units = slots_of(actor, choice)
    slots = [{"key": unit.id, "name": unit.name, **wanted} for unit in units]
    whole = [{"key": "people", "name": None, **wanted}]
    return slots or whole, find_people(actor, choice, units)


def _exclude(found: Sequence[Found], choice: Choice) -> None:
    by_id = {one.id: one for one in found}
    for exclusion in choice.exclusions:
        reason = one_line(exclusion.reason)
        if not reason:
            raise rules.DrawReason()
        if exclusion.id in by_id:
            by_id[exclusion.id].out.append({"kind": "excluded", "note": reason})


def _candidate(one: Found, choice: Choice, formula: Any) -> Snapshot:
    terms, weight = rules.weigh(formula, choice.percent, one.facts)
    return {
        "id": one.id,
        "name": one.name,
        "facts": one.facts,
        "terms": terms,
        "weight": weight,
        "out": one.out,
        "barred": {slot: sorted(why) for slot, why in sorted(one.barred.items())},
    }


def eligible(snapshot: Snapshot) -> dict[str, int]:
    """Return how many may be drawn for each slot."""
    inside = [one for one in snapshot["candidates"] if not one["out"]]
    return {
        slot["key"]: sum(slot["key"] not in one["barred"] for one in inside)
        for slot in snapshot["slots"]
    }


def require_enough(snapshot: Snapshot) -> None:
    """Refuse a draw that cannot fill its slots, whatever chance says."""
    there = eligible(snapshot)
    short = [slot["key"] for slot in snapshot["slots"] if there[slot["key"]] < slot["count"]]
    wanted = sum(slot["count"] for slot in snapshot["slots"])
    inside = sum(not one["out"] for one in snapshot["candidates"])
    if short or wanted > inside * snapshot["most"]:
        raise rules.TooFewCandidates(slots=short)


def run(snapshot: Snapshot, seed: bytes) -> list[rules.Drawn]:
    """Let chance have its say over a snapshot."""
    candidates = [
        rules.Candidate(one["id"], one["weight"], frozenset(one["barred"]))
        for one in snapshot["candidates"]
        if not one["out"]
    ]
    slots = [rules.Slot(one["key"], one["count"], one["reserve"]) for one in snapshot["slots"]]
    return rules.draw(candidates, slots, snapshot["most"], seed)
