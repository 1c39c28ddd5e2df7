"""From how many on a figure is told, how near in time is near, how much is read at once: data."""

import json
from dataclasses import dataclass
from pathlib import Path

from server.insight.rules import Limits


@dataclass(frozen=True)
class Settings:
    """The contents of limits.json."""

    min_pairs: int
    min_found: int
    days: int
    most_days: int
    window_days: int
    most_answers: int

    @property
    def told(self) -> Limits:
        """Return from how many on a figure is told."""
        return Limits(self.min_pairs, self.min_found)


LIMITS = Settings(**json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8")))
