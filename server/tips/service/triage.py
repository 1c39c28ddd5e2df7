"""Looking at reports, answering them, not taking them up, and taking that back."""

from server.access.rules import Actor
from server.kernel.db import db
from server.tips import budgets, rules
from server.tips.models import Tip, TipStep
from server.tips.queries import get_tip
from server.tips.rules import budget
from server.tips.service import steps

#: what can be taken back; a hazard is voided in its own ledger instead
UNDOABLE = frozenset({"answer", "decline", "group"})


def look_at_tip(actor: Actor, tip_id: str) -> Tip:
    """Note that somebody has looked; looking again changes nothing."""
    tip = get_tip(actor, tip_id, for_update=True)
    if tip.state == rules.RECEIVED and tip.same_as_id is None:
        steps.change(actor, tip, "look", {}, state=rules.SEEN)
        db.session.flush()
    return tip


def answer_tip(actor: Actor, tip_id: str, *, rev: int, words: str, done: bool) -> Tip:
    """Tell the reporter something; where a hazard was made of it, the hazard says how it goes."""
    tip = get_tip(actor, tip_id, for_update=True)
    steps.require_rev(tip, rev)
    steps.require_standing(tip)
    told = rules.text("answer", words, lines=True)
    if not told and not done:
        raise rules.TipWords(field="answer")
    state = rules.DONE if done and tip.hazard_id is None else rules.DOING
    details = {"answer": told, "state": state}
    values = {"answer": told or None, "state": state, "reason": None, "spam": False}
    steps.change(actor, tip, "answer", details, **values)
    db.session.flush()
    return tip


def decline_tip(actor: Actor, tip_id: str, *, rev: int, reason: str, words: str) -> Tip:
    """Not take a report up, for a reason that the reporter is told; spam costs its network."""
    tip = get_tip(actor, tip_id, for_update=True)
    steps.require_rev(tip, rev)
    steps.require_standing(tip)
    if tip.hazard_id is not None:
        raise rules.TipNotPossible()
    if reason not in rules.REASONS:
        raise rules.TipWords(field="reason")
    spam = bool(rules.REASONS[reason].get("spam"))
    told = rules.text("answer", words, lines=True)
    details = {"reason": reason, "answer": told}
    if spam and not tip.spam:
        _teach(tip, rules.RULES["spam_costs"])
    values = {"state": rules.DECLINED, "reason": reason, "answer": told or None, "spam": spam}
    steps.change(actor, tip, "decline", details, **values)
    db.session.flush()
    return tip


def undo_step(actor: Actor, tip_id: str, *, rev: int) -> Tip:
    """Take the last act back, if it is of a kind that can be."""
    tip = get_tip(actor, tip_id, for_update=True)
    steps.require_rev(tip, rev)
    step = steps.last_step(tip)
    if step is None or step.action not in UNDOABLE:
        raise rules.TipNotPossible()
    _take_back(actor, tip, step)
    db.session.flush()
    return tip


def _take_back(actor: Actor, tip: Tip, step: TipStep) -> None:
    before = steps.snapshot(tip)
    if tip.spam and not step.before["spam"]:
        _teach(tip, -rules.RULES["spam_costs"])
    step.undone = True
    steps.restore(tip, step.before)
    undo = steps.note(actor, tip, "undo", {"of": step.action}, before)
    undo.undone = True


def _teach(tip: Tip, cost: float) -> None:
    """Let the network from which it came send less for a while, as long as it is still known."""
    if tip.net_key is not None:
        budgets.charge({budget.NET: tip.net_key}, cost)
