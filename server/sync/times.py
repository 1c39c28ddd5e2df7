"""How long work waits, is shown and is kept. The days are data: times.json."""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

Occasion = Literal["held", "unanswered", "photo", "news", "handled", "ledger", "feed"]


@cache
def _days() -> dict[str, int]:
    rows = json.loads(Path(__file__).with_name("times.json").read_text(encoding="utf-8"))["times"]
    return {row["occasion"]: row["days"] for row in rows}


def span(occasion: Occasion) -> timedelta:
    """Return how long an occasion lasts."""
    return timedelta(days=_days()[occasion])
