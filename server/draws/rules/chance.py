"""
Chance that anybody can repeat: canonical JSON, the mixed seed, a stream of numbers, the draw.

    snapshot hash = SHA-256("anxun-draw-snapshot-1\\n" || canonical(snapshot))
    mixed seed    = SHA-256("anxun-draw-1\\n" || seed || field(witness words) || snapshot hash)
    block(i)      = SHA-256(mixed seed || i as 8 bytes), four numbers of 8 bytes each

Numbers are whole everywhere. A number below n is the next of the stream, modulo n; those at or
above the greatest multiple of n are passed over, so that every remainder is equally likely.
docs/draws.md says the same in words.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SNAPSHOT = b"anxun-draw-snapshot-1\n"
MIX = b"anxun-draw-1\n"
_WORD, _RANGE = 8, 1 << 64


@dataclass(frozen=True)
class Candidate:
    """Who or what may be drawn; `barred` names the slots for which it may not be."""

    id: str
    weight: int
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Slot:
    """One place to fill: how many are drawn for it, and how many stand by."""

    key: str
    count: int
    reserve: int


@dataclass(frozen=True)
class Drawn:
    """What chance said of one slot, in order."""

    slot: str
    drawn: tuple[str, ...]
    reserve: tuple[str, ...]


def canonical(value: Any) -> bytes:
    """Write JSON in its one form: sorted keys, no blanks, plain characters."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """Hash everything that was fixed before chance had its say."""
    return hashlib.sha256(SNAPSHOT + canonical(snapshot)).hexdigest()


def mixed(seed: str, words: str, snapshot: str) -> bytes:
    """Mix the committed seed with what the witness said and with the snapshot's hash."""
    said = words.encode()
    field = b"%d:%b," % (len(said), said)
    return hashlib.sha256(MIX + bytes.fromhex(seed) + field + bytes.fromhex(snapshot)).digest()


class Stream:
    """Numbers that follow from a mixed seed alone."""

    def __init__(self, seed: bytes) -> None:
        self._numbers = _numbers(seed)

    def below(self, bound: int) -> int:
        """Return a number from 0 up to, not including, *bound*; each is equally likely."""
        if not 0 < bound <= _RANGE:
            raise ValueError("chance needs weights, and their sum below 2**64")
        limit = _RANGE - _RANGE % bound
        while (number := next(self._numbers)) >= limit:
            pass
        return number % bound


def _numbers(seed: bytes) -> Iterator[int]:
    block = 0
    while True:
        digest = hashlib.sha256(seed + block.to_bytes(_WORD, "big")).digest()
        for start in range(0, len(digest), _WORD):
            yield int.from_bytes(digest[start : start + _WORD], "big")
        block += 1


def draw(
    candidates: Sequence[Candidate], slots: Sequence[Slot], most: int, seed: bytes
) -> list[Drawn]:
    """
    Fill the slots in their order, weighted and without putting anybody back.

    Nobody is drawn for more than *most* slots; standing by does not count. A slot for which too
    few are left stays short.
    """
    stream, load, told = Stream(seed), dict.fromkeys((c.id for c in candidates), 0), []
    ordered = sorted(candidates, key=lambda candidate: candidate.id)
    for slot in slots:
        free = [c for c in ordered if slot.key not in c.barred and load[c.id] < most]
        taken = [pick(free, stream) for _ in range(min(slot.count + slot.reserve, len(free)))]
        drawn, reserve = tuple(taken[: slot.count]), tuple(taken[slot.count :])
        for one in drawn:
            load[one] += 1
        told.append(Drawn(slot.key, drawn, reserve))
    return told


def pick(free: list[Candidate], stream: Stream) -> str:
    """Take one out of *free*, each as likely as its weight says."""
    point = stream.below(sum(candidate.weight for candidate in free))
    for index, candidate in enumerate(free):
        point -= candidate.weight
        if point < 0:
            return free.pop(index).id
    raise AssertionError("the point lies below the sum of all weights")
