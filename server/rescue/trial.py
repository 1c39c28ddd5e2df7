"""
What importing would do, without doing it: everything is run as it will be, then rolled back.

The same code judges in both cases, so that the preview cannot promise what the import then refuses.
"""

from dataclasses import dataclass
from typing import Any

from server.access.rules import Actor
from server.kernel.db import transaction
from server.rescue.content import Content, Piece
from server.sync import held, ledger, witness
from server.sync.batch import Batch
from server.sync.ledger import Known
from server.sync.schemas import Envelope
from server.sync.verdicts import ID_REUSED, Verdict

TRIED_AT_ONCE = 2000
_LOOKED_UP = 500


class _Undo(Exception):
    """Ends the trial's transaction."""


@dataclass(frozen=True)
class Judged:
    """One mutation: `here` when the server has it already, with what became of it there."""

    piece: Piece
    here: bool
    verdict: Verdict | None


def known_of(found: Content) -> dict[str, Known]:
    """Return those of the file's mutations that the server has."""
    ids = [piece.envelope.id for piece in found.work]
    known: dict[str, Known] = {}
    for start in range(0, len(ids), _LOOKED_UP):
        known |= ledger.known(ids[start : start + _LOOKED_UP])
    return known


def same(envelope: Envelope, before: Known | None) -> bool:
    """Say whether the server's mutation of this id is this one."""
    return before is not None and before.sha256 == ledger.digest_of(envelope)


def judge(author: Actor, found: Content, clock_of_phone: int) -> list[Judged]:
    """Say of each mutation what is or would be its fate."""
    judged: list[Judged] = []
    try:
        with transaction():
            judged = _judge(author, found, clock_of_phone)
            raise _Undo
    except _Undo:
        return judged


def _judge(author: Actor, found: Content, clock_of_phone: int) -> list[Judged]:
    known = known_of(found)
    moments = witness.moments(clock_of_phone, [piece.envelope for piece in found.work])
    batch = Batch(author, found.manifest.client, moments, one_by_one=True)
    judged = []
    for number, piece in enumerate(found.work):
        verdict = _fate(batch, piece.envelope, known.get(piece.envelope.id), number)
        here = same(piece.envelope, known.get(piece.envelope.id))
        judged.append(Judged(piece, here, verdict))
    held.release(batch.made)
    return judged


def _fate(batch: Batch, envelope: Envelope, before: Known | None, number: int) -> Verdict | None:
    if before is not None and same(envelope, before):
        stored: dict[str, Any] = before.result or {}
        return Verdict(before.status, stored.get("code"), stored.get("params", {}))
    if before is not None:
        return Verdict("rejected", ID_REUSED.code, ID_REUSED.params())
    return batch.run([envelope])[0] if number < TRIED_AT_ONCE else None
