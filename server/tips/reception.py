"""
The counter at which reports arrive: look first, without a write; enter what is admitted.

A flood that is refused costs a reading each and no place in the line of writers, so that phones of
the staff do not wait behind it.
"""

from dataclasses import dataclass
from typing import Any

from server.kernel import clock
from server.kernel.db import transaction
from server.tips import budgets, keys, rules
from server.tips.models import Tip
from server.tips.queries import pictures_of
from server.tips.rules import budget, proof, receipts
from server.tips.service import Submission, find_repeated, receive_tip
from server.tips.tags import spot


@dataclass(frozen=True)
class Proof:
    """A challenge and its answer."""

    challenge: str
    nonce: str


def receive(given: Submission, solved: Proof | None, address: str) -> dict[str, Any]:
    """Take a report in, or say why not now; the same report again gets the same receipt."""
    with transaction(write=False):
        known = find_repeated(given)
        if known is not None:
            return _receipt(given, known)
        used = _keys(given, address)
        _admit(given, solved, budgets.levels(used))
    with transaction():
        levels = budgets.levels(used, for_update=True)
        known = find_repeated(given)
        if known is not None:
            return _receipt(given, known)
        _admit(given, solved, levels)
        tip = receive_tip(given, net_key=used[budget.NET])
        budgets.charge(used)
        return _receipt(given, tip)


def net_key(address: str) -> str:
    """Name the network of an address for today."""
    return budget.bucket_key(keys.day_salt(), budget.NET, budget.network(address))


def _keys(given: Submission, address: str) -> dict[str, str]:
    code = spot(given.tag).code or "none"
    return {
        budget.TAG: budget.bucket_key(keys.receipt_key(), budget.TAG, code),
        budget.NET: net_key(address),
        budget.ALL: budget.ALL,
    }


def _admit(given: Submission, solved: Proof | None, levels: dict[str, float]) -> None:
    for kind, level in levels.items():
        if not budget.has_room(kind, level):
            raise rules.TipTooMany(retry_after=budget.wait_s(kind, level))
    bits = budget.bits_for(max(budget.heat(kind, level) for kind, level in levels.items()))
    if bits and not _is_solved(given, solved, bits):
        ends = clock.now_ms() + rules.RULES["proof"]["minutes"] * 60_000
        words = proof.challenge(keys.receipt_key(), given.client_hash, bits=bits, ends_at_ms=ends)
        raise rules.TipProofNeeded(challenge=words, bits=bits, retry_after=1)


def _is_solved(given: Submission, solved: Proof | None, bits: int) -> bool:
    """Half a step harder by the time the answer comes is no fault of the phone's."""
    return solved is not None and proof.solves(
        keys.receipt_key(),
        given.client_hash,
        solved.challenge,
        solved.nonce,
        bits=bits - 2,
        now_ms=clock.now_ms(),
    )


def _receipt(given: Submission, tip: Tip) -> dict[str, Any]:
    here = [row.place_no for row in pictures_of([tip.id])[tip.id]]
    return {
        "receipt": receipts.receipt_for(keys.receipt_key(), given.client_id),
        "pictures": here,
    }
