"""
Two words on one field. Nothing that somebody said is lost without somebody deciding.

A field keeps every word that no later word has answered. A new word replaces those its author had
seen (their revision is not above its base) and the author's own earlier ones from the same phone;
beside the others it stands as a second word until a person resolves them. Which words remain does
not depend on the order in which they arrive.
"""

from typing import Literal, cast

from server.checklists.rules.shapes import Candidate, Conflict, FieldState, Incoming, Merged
from server.definitions.rules.shapes import Value
from server.definitions.rules.values import is_text, same

# The worse result stands, so that a slip of one thumb cannot hide what another person saw.
SEVERITY: dict[Value, int] = {"pass": 1, "na": 2, "unable": 3, "fail": 4}
TEXTS = ("note", "reason")


def merge_field(field: str, current: FieldState | None, incoming: Incoming) -> Merged:
    """Add a word to a field; apply the result's `state`, and show its `conflict` to people."""
    if current is None:
        first = cast(FieldState, _candidate(incoming, 1))
        return {"outcome": "applied", "state": first, "conflict": None}
    words = _words(current)
    others = [w for w in words if w["rev"] > incoming["base"] and not _same_phone(w, incoming)]
    mine = _candidate(incoming, current["rev"] + 1)
    state = _state(field, [*others, mine], mine["rev"])
    conflict = _conflict(field, [*others, mine])
    return {
        "outcome": _outcome(others, mine, is_as_before=_stands_as_before(current, state)),
        "state": state,
        "conflict": conflict,
    }


def _stands_as_before(current: FieldState, state: FieldState) -> bool:
    return same(current["v"], state["v"])


def _words(current: FieldState) -> list[Candidate]:
    return current.get("candidates") or [current]


def _same_phone(word: Candidate, incoming: Incoming) -> bool:
    # A phone's words arrive in the order they were said, so its newer one answers its older.
    return "client" in word and word["client"] == incoming.get("client")


def _candidate(incoming: Incoming, rev: int) -> Candidate:
    word: Candidate = {"v": incoming["v"], "rev": rev, "by": incoming["by"], "at": incoming["at"]}
    if "client" in incoming:
        word["client"] = incoming["client"]
    if "how" in incoming:
        word["how"] = incoming["how"]
    if "of" in incoming:
        word["of"] = incoming["of"]
    return word


def _outcome(
    others: list[Candidate], mine: Candidate, *, is_as_before: bool
) -> Literal["applied", "noop", "merged"]:
    if any(not same(w["v"], mine["v"]) for w in others):
        return "merged"
    return "noop" if others and is_as_before else "applied"


def _state(field: str, words: list[Candidate], rev: int) -> FieldState:
    standing = _standing(field, words)
    state: FieldState = {**standing, "rev": rev}  # type: ignore[typeddict-item]
    if field in TEXTS:
        state["v"] = _joined(words)
    if len(words) > 1:
        state["candidates"] = words
    return state


def _standing(field: str, words: list[Candidate]) -> Candidate:
    if field == "result":
        return min(words, key=lambda w: (-_severity(w["v"]), *_origin(w)))
    if field in TEXTS:
        return min(words, key=_newest_first)
    return max(words, key=lambda w: w["rev"])


def _severity(value: Value) -> int:
    return SEVERITY.get(value, 0) if isinstance(value, str) else 0


def _origin(word: Candidate) -> tuple[str, str, int]:
    return word["by"], word.get("client", ""), word["at"]


def _newest_first(word: Candidate) -> tuple[int, str, str]:
    return -word["at"], word["by"], word.get("client", "")


def _joined(words: list[Candidate]) -> Value:
    """Keep both notes: the newest first, each text once."""
    ordered = sorted(words, key=_newest_first)
    texts = dict.fromkeys(w["v"] for w in ordered if isinstance(w["v"], str) and is_text(w["v"]))
    return "\n".join(texts) if texts else ordered[0]["v"]


def _conflict(field: str, words: list[Candidate]) -> Conflict | None:
    if field in TEXTS or all(same(w["v"], words[0]["v"]) for w in words):
        return None
    ordered = sorted(words, key=_origin)
    return {
        "values": [{"v": w["v"], "by": w["by"], "at": w["at"]} for w in ordered],
        "audience": "team" if len({w["by"] for w in words}) > 1 else "author",
    }
