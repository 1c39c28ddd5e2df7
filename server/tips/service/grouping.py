"""Putting reports of the same thing together. The machine suggests, a person decides."""

from server.access.rules import Actor
from server.kernel.db import db
from server.tips import rules
from server.tips.models import Tip
from server.tips.queries import get_tip, has_members
from server.tips.service import steps


def group_tip(actor: Actor, tip_id: str, *, rev: int, into: str) -> Tip:
    """Let another report stand for this one: its answer and its hazard hold for both."""
    first, second = sorted((tip_id, into))
    locked = {one: get_tip(actor, one, for_update=True) for one in (first, second)}
    tip, main = locked[tip_id], locked[into]
    steps.require_rev(tip, rev)
    steps.require_standing(tip)
    if main.same_as_id is not None:
        main = get_tip(actor, main.same_as_id, for_update=True)
    if main.id == tip.id or tip.hazard_id is not None or has_members(tip.id):
        raise rules.TipNotPossible()
    if main.audience == rules.BUREAU and tip.audience == rules.UNIT:
        raise rules.TipGroupUnfit()
    steps.change(actor, tip, "group", {"into": main.id}, same_as_id=main.id)
    db.session.flush()
    return tip
