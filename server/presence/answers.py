"""What is asked on the spot, and whether an answer is what is known of it. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.presence.rules import LIMITS

KINDS = ("code", "last4", "gauge")
#: what people say instead of an answer; a mark without any word or number says the same
_UNSEEN = frozenset({"看不到", "看不清", "看不见", "没看到", "无法查看", "CANN0TBESEEN"})
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
#: as a Chinese keyboard writes a decimal point and a minus sign
_POINTS = str.maketrans({"。": ".", "．": ".", "·": ".", "、": ".", "−": "-", "–": "-"})


def chosen(inspection_id: str, target_id: str, fact_ids: Iterable[str]) -> str | None:
    """
    Return the question that is asked at a place in an inspection, or None for none.

    Nobody picks: inspection and place decide. pwa/src/presence/choose.ts is the twin.
    """
    ids = sorted(fact_ids)
    drawn = hashlib.sha256(f"anxun-ask-1\n{inspection_id}\n{target_id}\n".encode()).digest()
    if not ids or drawn[0] >= LIMITS["ask"]["below"]:
        return None
    return ids[int.from_bytes(drawn[1:5]) % len(ids)]


def plain(answer: str) -> str:
    """Return an answer without what people write differently."""
    text = unicodedata.normalize("NFKC", answer).upper()
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", text).translate(str.maketrans("IOL", "101"))


def is_unseen(answer: str) -> bool:
    """Say whether somebody told that there was nothing to read: an answer, and no wrong one."""
    text = plain(answer)
    return text == "" or text in _UNSEEN


def agrees(kind: str, expected: Mapping[str, Any], answer: str) -> bool:
    """Say whether an answer given on the spot is what is known of it."""
    if kind == "gauge":
        low, high = float(expected["low"]), float(expected["high"])
        slack = max(abs(low), abs(high)) * 0.02
        return any(low - slack <= value <= high + slack for value in _figures(answer))
    wanted, given = plain(str(expected["text"])), plain(answer)
    if kind == "last4":
        return len(given) >= 4 and wanted[-4:] == given[-4:]
    return bool(wanted) and (given == wanted or (len(given) >= 4 and wanted.endswith(given)))


def _figures(answer: str) -> Sequence[float]:
    """Return what may be meant by the first two numbers: a gauge has its own number at times."""
    text = unicodedata.normalize("NFKC", answer.translate(_POINTS)).translate(_POINTS)
    found = _NUMBER.findall(text)[:2]
    meant = {part.replace(",", ".") for part in found} | {part.replace(",", "") for part in found}
    return [float(part) for part in sorted(meant)]


def tells(known: str, expected: Mapping[str, Any]) -> bool:
    """Say whether words that every phone holds give an answer away."""
    wanted, held = plain(str(expected.get("text") or "")), plain(known)
    return wanted[-4:] in held if len(wanted) >= 4 else wanted != "" and wanted == held
