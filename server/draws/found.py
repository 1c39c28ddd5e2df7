"""A candidate as it was found: facts to weigh, and why it may not be drawn."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Found:
    """Who or what may be drawn; `out` bars it altogether, `barred` from single slots."""

    id: str
    name: str
    facts: dict[str, Any]
    out: list[dict[str, str]] = field(default_factory=list)
    barred: dict[str, list[str]] = field(default_factory=dict)

    def bar(self, slot: str, why: str) -> None:
        """Note that it may not be drawn for a slot; each reason once."""
        reasons = self.barred.setdefault(slot, [])
        if why not in reasons:
            reasons.append(why)
