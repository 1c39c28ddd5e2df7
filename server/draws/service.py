"""Making a draw, and all that may happen to it afterwards. Nothing is ever undone unseen."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.draws import log, release, rules, seeds, snapshot, standing_aside
from server.draws.choice import PEOPLE, Choice, Order, Witness
from server.draws.models import Draw, DrawKnower, DrawPair
from server.draws.publish import drawn_of, publish, standing
from server.draws.queries import get_draw
from server.draws.release import add_holder, add_teller, is_secret, visits_over
from server.draws.rules.seeds import OPEN, SEALED, code
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.kernel.text import clean, fold, is_visible, one_line
from server.org.models import Person
from server.org.queries import actor_of, get_region

__all__ = ["add_holder", "add_teller", "is_secret", "visits_over"]
DRAWN, SPOILED = "drawn", "spoiled"
MIN_WORDS = 4


def require_region(actor: Actor, region_id: str) -> None:
    """Demand that the actor may draw in a whole region; hidden is absent."""
    get_region(actor, region_id)
    if not actor.may_in_region(Permission.DRAWS_RUN, region_id):
        raise Forbidden(permission=Permission.DRAWS_RUN.value)


def look(actor: Actor, choice: Choice) -> dict[str, Any]:
    """Return the snapshot of a choice: who would be drawn from, with weights and reasons."""
    require_region(actor, choice.region_id)
    return snapshot.build(actor, choice, _after(actor, choice))


def make_draw(actor: Actor, order: Order) -> Draw:
    """Use up one seed for one draw: from here on it is on record, whatever it says."""
    existing = db.session.get(Draw, order.id)
    if existing is not None:
        if existing.operator_id != actor.user_id:
            raise rules.DrawIdTaken()
        return existing
    witness = _witness(actor, order.witness)
    fixed = look(actor, order.choice)
    digest = rules.snapshot_hash(fixed)
    if digest != order.expected:
        raise rules.CandidatesChanged()
    snapshot.require_enough(fixed)
    taken = seeds.take(order.choice.region_id, SEALED if order.choice.sealed else OPEN)
    result = snapshot.run(fixed, rules.mixed(taken.value.hex(), witness.words, digest))
    draw = _asked(actor, order, witness)
    _settle(draw, taken, fixed, result)
    _begin(actor, draw)
    return draw


def _asked(actor: Actor, order: Order, witness: Witness) -> Draw:
    """Return a draw as far as people decide it."""
    return Draw(
        id=order.id,
        region_id=order.choice.region_id,
        kind=order.choice.kind,
        sealed=order.choice.sealed,
        after_id=order.choice.after_id,
        state=DRAWN,
        purpose=one_line(order.purpose),
        operator_id=actor.user_id,
        operator_name=actor.name,
        witness_name=witness.name,
        witness_words=witness.words,
        replacements=[],
        drawn_at=clock.now(),
    )


def _settle(
    draw: Draw, taken: seeds.Taken, fixed: snapshot.Snapshot, result: Sequence[rules.Drawn]
) -> None:
    """Write down what was fixed before, and what chance said."""
    draw.code = code(taken.hash)
    draw.period, draw.lane, draw.number = taken.period, taken.lane, taken.number
    draw.seed_hash = taken.hash
    draw.snapshot, draw.snapshot_hash = fixed, rules.snapshot_hash(fixed)
    draw.result = [
        {"slot": one.slot, "drawn": list(one.drawn), "reserve": list(one.reserve)} for one in result
    ]


def replace(actor: Actor, draw_id: str, slot: str, out: str, reason: str) -> Draw:
    """Let the next in reserve come in for somebody; the reason stays for everybody to read."""
    draw = _own(actor, draw_id)
    words = _reason(reason)
    came = _next_in(actor, draw, slot, out, words)
    # Who had to stand aside only after the draw comes in for nobody: that is seen in the file too.
    while why := standing_aside.reasons(draw, [slot], [came]).get((slot, came)):
        came = _next_in(actor, draw, slot, came, standing_aside.told(why))
    _index_pairs(draw)
    return draw


def _next_in(actor: Actor, draw: Draw, slot: str, out: str, reason: str) -> str:
    """Put one replacement on record; return who came in."""
    gone = [(one["slot"], one["out"]) for one in draw.replacements] + [(slot, out)]
    _, came = rules.standing(drawn_of(draw), draw.snapshot["most"], gone)
    said = {
        "slot": slot,
        "out": out,
        "in": came[-1],
        "reason": reason,
        "at": clock.now_ms(),
        "by": actor.name,
    }
    draw.replacements = [*draw.replacements, said]
    _tell(actor, draw, "replaced", {"slot": slot, "out": out, "in": came[-1]})
    return came[-1]


def spoil(actor: Actor, draw_id: str, reason: str) -> Draw:
    """Declare a draw void. It stays on record, and its seed stays used."""
    draw = _own(actor, draw_id)
    draw.spoiled = {"reason": _reason(reason), "at": clock.now_ms(), "by": actor.name}
    draw.state = SPOILED
    _index_pairs(draw)
    _tell(actor, draw, "spoiled")
    return draw


def publish_draw(actor: Actor, draw_id: str) -> Draw:
    """Make an open draw public."""
    draw = _own(actor, draw_id, spoiled=True)
    if draw.sealed and draw.released_at is None:
        raise rules.DrawSealed()
    if draw.published_at is None:
        draw.published_at = clock.now()
        _tell(actor, draw, "published")
    return draw


def release_draw(actor: Actor, draw_id: str) -> Draw:
    """End the secrecy of a sealed draw and make it public; refused while visits depend on it."""
    draw = _own(actor, draw_id, spoiled=True)
    if draw.sealed and draw.released_at is None:
        if release.is_held(draw):
            raise rules.DrawSealed()
        release.let_go(actor, draw)
    return draw


def add_knower(actor: Actor, draw_id: str, person_id: str) -> Draw:
    """Tell somebody of a sealed draw; only who could have made it can be told."""
    draw = _own(actor, draw_id, spoiled=True)
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise rules.KnowerUnfit()
    if not actor_of(person).may_in_region(Permission.DRAWS_RUN, draw.region_id):
        raise rules.KnowerUnfit()
    if db.session.get(DrawKnower, (draw.id, person_id)) is None:
        _admit(draw, person_id, actor)
        log.note(actor, draw, "told", {"person": person_id})
    return draw


def note_viewed(actor: Actor, draw_id: str) -> None:
    """Remember that somebody looked at a sealed draw for the first time."""
    draw = get_draw(actor, draw_id, for_update=True)
    if is_secret(draw) and not log.is_known_to(draw.id, actor.user_id):
        log.note(actor, draw, "viewed")


def note_printed(actor: Actor, draw_id: str) -> None:
    """Remember that the paper of a sealed draw was set."""
    draw = get_draw(actor, draw_id, for_update=True)
    if is_secret(draw):
        log.note(actor, draw, "printed")


def _after(actor: Actor, choice: Choice) -> str | None:
    if choice.after_id is None:
        return None
    before = get_draw(actor, choice.after_id)
    if is_secret(before) and not choice.sealed:
        raise rules.DrawSealed()
    return before.code


def _witness(actor: Actor, given: Witness) -> Witness:
    name, words = one_line(given.name), one_line(given.words)
    if not is_visible(name) or len(words) < MIN_WORDS:
        raise rules.WitnessWords()
    if _bare(name) == _bare(actor.name):
        raise rules.WitnessIsOperator()
    return Witness(name, words)


def _bare(name: str) -> str:
    """Return a name without blanks, width and case: these make nobody somebody else."""
    return "".join(fold(name).split())


def _reason(text: str) -> str:
    words = clean(text)
    if not words:
        raise rules.DrawReason()
    return words


def _own(actor: Actor, draw_id: str, *, spoiled: bool = False) -> Draw:
    draw = get_draw(actor, draw_id, for_update=True)
    if draw.operator_id != actor.user_id:
        raise rules.DrawNotYours()
    if draw.state == SPOILED and not spoiled:
        raise rules.DrawSpoiled()
    return draw


def _begin(actor: Actor, draw: Draw) -> None:
    db.session.add(draw)
    db.session.flush()
    _admit(draw, actor.user_id, actor)
    _index_pairs(draw)
    log.note(actor, draw, "drew", {"snapshot": draw.snapshot_hash, "seed": draw.seed_hash})
    if not draw.sealed:
        about = {"code": draw.code, "kind": draw.kind}
        record(actor, "draw.make", "draw", draw.id, details=about)


def _admit(draw: Draw, person_id: str, actor: Actor) -> None:
    db.session.add(
        DrawKnower(
            draw_id=draw.id, person_id=person_id, added_by=actor.user_id, added_at=clock.now()
        )
    )
    db.session.flush()


def _tell(actor: Actor, draw: Draw, what: str, details: dict[str, Any] | None = None) -> None:
    """Note what happened: in the draw's own log, in the audit log unless sealed, in the file."""
    log.note(actor, draw, what, details)
    if not is_secret(draw):
        about = {"code": draw.code, **(details or {})}
        record(actor, f"draw.{what}", "draw", draw.id, details=about)
    if draw.published_at is not None:
        publish(draw)


def _index_pairs(draw: Draw) -> None:
    """Keep who goes where, for later draws; a spoiled one sends nobody anywhere."""
    db.session.execute(delete(DrawPair).where(DrawPair.draw_id == draw.id))
    if draw.kind != PEOPLE or draw.state == SPOILED:
        return
    named = {slot["key"] for slot in draw.snapshot["slots"] if slot["name"] is not None}
    db.session.add_all(
        DrawPair(draw_id=draw.id, person_id=person, unit_id=one["slot"], at=draw.drawn_at)
        for one in standing(draw)
        if one["slot"] in named
        for person in one["ids"]
    )
    db.session.flush()
