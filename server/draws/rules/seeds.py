"""
Seeds of a week: all follow from one master, in two lanes of the same length. Pure.

    seed(lane, n)  = HMAC-SHA-256(master, "seed:" lane ":" n)
    hash           = SHA-256("anxun-draw-seed-1\\n" || seed)
    commitment     = SHA-256("anxun-draw-batch-1\\n" || master)
    code           = the first 60 bits of the hash in base 32, in groups of four

Open draws take the seeds of their lane one after the other: a gap shows. Sealed ones take theirs in
an order that the master hides until the week is settled: of a number nobody can tell how many were
taken before. Then the master is published, and whoever likes checks that none was skipped.
"""

import hashlib
import hmac
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

RHYTHM: dict[str, Any] = json.loads(
    Path(__file__).parent.with_name("rhythm.json").read_text(encoding="utf-8")
)
OPEN, SEALED = LANES = ("open", "sealed")
PER_WEEK = int(RHYTHM["seeds"]["per_week"])
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE, _GROUP, _BITS = 12, 4, 5


def commitment(master: bytes) -> str:
    """Return what is published of a master before."""
    return hashlib.sha256(b"anxun-draw-batch-1\n" + master).hexdigest()


def seed(master: bytes, lane: str, number: int) -> bytes:
    """Return one seed of the week."""
    return _from(master, f"seed:{lane}:{number}")


def seed_hash(value: bytes) -> str:
    """Return what is published of a seed before."""
    return hashlib.sha256(b"anxun-draw-seed-1\n" + value).hexdigest()


def hashes(master: bytes) -> dict[str, list[str]]:
    """Return everything that is published of a week's seeds."""
    return {
        lane: [seed_hash(seed(master, lane, number)) for number in range(1, PER_WEEK + 1)]
        for lane in LANES
    }


def order(master: bytes, lane: str, length: int) -> list[int]:
    """Return in which order a lane's seeds are taken."""
    numbers = range(1, length + 1)
    if lane == OPEN:
        return list(numbers)
    return sorted(numbers, key=lambda number: _from(master, f"order:{number}"))


def code(hashed: str) -> str:
    """Return the code of the draw to which a seed belongs: it names the seed."""
    bits = int(hashed, 16) >> (256 - _CODE * _BITS)
    letters = "".join(_LETTERS[bits >> _BITS * (_CODE - 1 - i) & 31] for i in range(_CODE))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _CODE, _GROUP))


def period(day: date) -> str:
    """Return the week of a day, as ISO writes it."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def periods_ahead(day: date) -> list[str]:
    """Return this week and those for which seeds must exist already."""
    weeks = range(int(RHYTHM["seeds"]["weeks_ahead"]) + 1)
    return [period(day + timedelta(weeks=week)) for week in weeks]


def last_day(name: str) -> date:
    """Return the Sunday of a week."""
    year, week = name.split("-W")
    return date.fromisocalendar(int(year), int(week), 7)


def _from(master: bytes, words: str) -> bytes:
    return hmac.digest(master, words.encode(), "sha256")
