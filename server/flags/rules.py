"""Which flags there are, and what may be said about one. Pure; the words are in kinds.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.kernel.errors import Conflict, Forbidden, Invalid

KINDS: Mapping[str, Mapping[str, Any]] = {
    kind["key"]: kind
    for kind in json.loads(Path(__file__).with_name("kinds.json").read_text(encoding="utf-8"))
}
OPEN, DISMISSED, CONFIRMED = STATES = ("open", "dismissed", "confirmed")


class FlagDecided(Conflict):
    """Somebody else has decided on this flag in the meantime."""

    code = "flag-decided"
    title = "Someone has already decided on this."
    title_zh = "这条疑点已有人作出判断，请刷新查看。"


class FlagOwnWork(Forbidden):
    """Whoever made what a flag is about does not decide on it."""

    code = "flag-own-work"
    title = "This is about your own work; somebody else decides."
    title_zh = "这条疑点涉及您本人的记录，请由其他人判断。"


class FlagReason(Invalid):
    """A decision without its reason."""

    code = "flag-reason"
    title = "Please write down the reason."
    title_zh = "请写明理由。"


def require_decidable(now: str, wanted: str) -> None:
    """Allow a decision on what is open, and to open again what was decided; nothing else."""
    if (now == OPEN) == (wanted == OPEN):
        raise FlagDecided(state=now)


def as_data() -> list[Mapping[str, Any]]:
    """Return the kinds as the desk reads them."""
    return list(KINDS.values())
