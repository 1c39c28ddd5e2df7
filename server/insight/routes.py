"""What checks say about checks, over HTTP."""

from typing import Any

from server.access.rules import Actor, Permission
from server.insight import gap
from server.insight.limits import LIMITS
from server.insight.schemas import GapArguments, PairArguments
from server.kernel import clock
from server.web.api import ApiBlueprint, query

bp = ApiBlueprint("insight", __name__, url_prefix="/api/insight")
Data = dict[str, Any]
_AT_ONCE = 100


@bp.get("/gap", permission=Permission.INSIGHT_READ)
def get_gap(actor: Actor) -> Data:
    """Return what units found themselves of what others found, grouped."""
    args = query(GapArguments)
    wanted = args.wanted(clock.today())
    found = gap.gap_pairs(actor, wanted)
    words = gap.Words(found)
    return {
        "as_of": clock.now_ms(),
        "from": wanted.since,
        "to": wanted.until,
        "days": wanted.days,
        "limits": {"pairs": LIMITS.min_pairs, "found": LIMITS.min_found},
        "total": gap.gap_data(gap.total(found)),
        "lines": [words.line(line) for line in gap.lines(found, args.by)],
    }


@bp.get("/gap/pairs", permission=Permission.INSIGHT_READ)
def get_pairs(actor: Actor) -> Data:
    """Return the very pairs behind a figure, with both visits."""
    args = query(PairArguments)
    found = gap.gap_pairs(actor, args.wanted(clock.today()))
    asked = [pair for pair in found if args.outcome in (None, pair.outcome)]
    asked.sort(key=lambda pair: (-pair.second.at, pair.unit_id, pair.item_key, pair.target_id))
    shown = asked[args.offset : args.offset + _AT_ONCE]
    words = gap.Words(shown, shown)
    rest = args.offset + len(shown)
    return {
        "items": [words.pair(pair) for pair in shown],
        "next": rest if rest < len(asked) else None,
        "total": len(asked),
    }
