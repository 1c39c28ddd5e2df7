"""How far home inspectors and guests agree on the same items, for a round of peer checks."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from server.access.rules import Actor, Permission
from server.campaigns.modes import MODES
from server.definitions.queries import definition
from server.insight.limits import LIMITS
from server.insight.queries import Pair, Wanted, pairs
from server.insight.rules import kappa
from server.kernel.errors import NotFound
from server.peers import queries
from server.peers.models import PeerRound
from server.web.api import ApiBlueprint

bp = ApiBlueprint("peer-agreement", __name__, url_prefix="/api/peers")
Data = dict[str, Any]
#: what the unit says of itself is no inspector's word, and a guest is not compared with guests
_GUEST_WAYS = ("self", "region")
_COMPARED = ("pass", "fail")


@bp.get("/rounds/<round_id>/agreement", permission=Permission.PEERS_MANAGE)
def get_agreement(actor: Actor, round_id: str) -> Data:
    """Return the agreement over all, by focus area and by item; never without its count."""
    one = queries.get_round(actor, round_id)
    if not queries.plans(actor, one):
        raise NotFound()
    found = [pair for pair in _pairs(actor, one) if set(pair.results) <= set(_COMPARED)]
    areas: dict[str, list[Pair]] = defaultdict(list)
    items: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in found:
        areas[pair.checklist_key].append(pair)
        items[pair.checklist_key, pair.item_key].append(pair)
    names = _Names(one)
    return {
        "days": LIMITS.days,
        "enough": LIMITS.min_pairs,
        "total": _said(found),
        "areas": [
            {"key": key, "title": names.area(key)} | _said(own)
            for key, own in sorted(areas.items())
        ],
        "items": [
            {"checklist_key": key, "key": item, "ask": names.item(key, item)} | _said(own)
            for (key, item), own in sorted(items.items())
        ],
    }


def _said(found: list[Pair]) -> Data:
    return kappa(pair.results for pair in found).as_data()


def _pairs(actor: Actor, one: PeerRound) -> list[Pair]:
    pairings = queries.pairings_of(actor, one.id)
    targets = queries.targets_of([row.id for row in pairings])
    tasks = [target.assignment_id for target in targets if target.assignment_id]
    # Of another version the items may not be the same; the pairing shows both.
    guests = [
        visit.id
        for visit in queries.inspections_of(tasks)
        if one.definitions.get(visit.checklist_key) == visit.definition
    ]
    if not guests:
        return []
    home = [key for key, mode in MODES.items() if mode.way not in _GUEST_WAYS]
    near = timedelta(days=LIMITS.days)
    wanted = Wanted(
        first_modes=home,
        second_modes=[key for key, mode in MODES.items() if mode.way == "region"],
        second_ids=guests,
        unit_ids=sorted({target.unit_id for target in targets}),
        since=one.starts_on - near,
        until=one.ends_on + near,
    )
    return pairs(actor, wanted)


class _Names:
    """The words of the versions that the round has pinned."""

    def __init__(self, one: PeerRound) -> None:
        self._definitions = {key: definition(digest) for key, digest in one.definitions.items()}

    def area(self, key: str) -> Any:
        """Return the title of a checklist."""
        found = self._definitions.get(key)
        return found["title"] if found else {"zh": key}

    def item(self, key: str, item_key: str) -> Any:
        """Return the question of an item."""
        found = self._definitions.get(key)
        sections = found["sections"] if found else []
        asks = (i["ask"] for s in sections for i in s["items"] if i["key"] == item_key)
        return next(asks, {"zh": item_key})
