"""Who stands after replacements: always the next in reserve, never anybody's choice. Pure."""

from collections.abc import Mapping, Sequence

from server.draws.rules.chance import Drawn
from server.draws.rules.problems import NotStanding, ReserveEmpty


def standing(
    result: Sequence[Drawn], most: int, gone: Sequence[tuple[str, str]]
) -> tuple[dict[str, list[str]], list[str]]:
    """
    Return who stands in each slot, and who came in for each of those who left, in order.

    *gone* names slot and person. In comes the next in that slot's reserve who is not drawn for
    *most* slots already; whoever was passed over then is not asked again.
    """
    stands = {one.slot: list(one.drawn) for one in result}
    waiting = {one.slot: list(one.reserve) for one in result}
    came = [_replace(stands, waiting, most, slot, out) for slot, out in gone]
    return stands, came


def _replace(
    stands: Mapping[str, list[str]],
    waiting: Mapping[str, list[str]],
    most: int,
    slot: str,
    out: str,
) -> str:
    if out not in stands.get(slot, ()):
        raise NotStanding()
    place = stands[slot].index(out)
    stands[slot].remove(out)
    while waiting[slot]:
        one = waiting[slot].pop(0)
        if sum(one in there for there in stands.values()) < most:
            stands[slot].insert(place, one)
            return one
    raise ReserveEmpty()
