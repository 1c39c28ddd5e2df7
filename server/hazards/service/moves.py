"""What one act on a hazard is, as the actor meant it, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.hazards.models import Hazard
from server.hazards.rules import Expected
from server.hazards.workflow import HazardAction


@dataclass(frozen=True)
class Moved:
    """What became of a move: `merged` when somebody else had acted since it was seen."""

    hazard: Hazard
    merged: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Move:
    """One act; `criterion` and what follows belong to decisions."""

    action: HazardAction
    expect: Expected | None = None
    note: str = ""
    photos: Sequence[str] = ()
    assignee_id: str | None = None
    due_on: date | None = None
    criterion: str | None = None
    criteria_hash: str | None = None
    decided_on: date | None = None
    step_id: str | None = None
    device_at: datetime | None = None
