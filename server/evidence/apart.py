"""Giving orders to the drawing child: what crashes or runs away there is one photo, not we."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.evidence import drawing

HEIF = frozenset({"image/heic", "image/heif"})


@dataclass(frozen=True)
class Order:
    """A picture to be drawn."""

    source: Path
    mime: str
    targets: Mapping[int, Path]

    def line(self) -> str:
        """Return what the child reads."""
        targets = {str(side): str(path) for side, path in self.targets.items()}
        order = {"source": str(self.source), "heif": self.mime in HEIF, "targets": targets}
        return json.dumps(order) + "\n"


@dataclass(frozen=True)
class Drawn:
    """What came of an order: facts, a refusal for good, or a disk that took nothing."""

    found: Mapping[str, Any]

    @property
    def refused(self) -> str | None:
        """Why the picture cannot be shown."""
        return self.found.get("refused")

    @property
    def unwritten(self) -> bool:
        """Say whether the picture was good and the disk was not."""
        return bool(self.found.get("unwritten"))


def draw(orders: Sequence[Order]) -> list[Drawn | None]:
    """
    Carry orders out in one child; None for those without an answer.

    The first of these is the one that ended the child, the rest were not begun. Under gevent other
    requests go on meanwhile; it must not be called aside(), where gevent watches no children.
    """
    limit = drawing.EFFORT["seconds"] * len(orders)
    words = "".join(order.line() for order in orders)
    command = [sys.executable, "-I", drawing.__file__]
    try:
        done = subprocess.run(
            command, input=words, timeout=limit, capture_output=True, check=False, text=True
        )
        said = done.stdout
    except subprocess.TimeoutExpired as exc:
        said = (exc.stdout or b"").decode()
    answers = [Drawn(json.loads(line)) for line in said.splitlines()[: len(orders)]]
    return [*answers, *[None] * (len(orders) - len(answers))]
