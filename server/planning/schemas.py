"""Arguments of the planning desk's endpoints."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from server.campaigns.modes import MODES, known_mode, known_way
from server.campaigns.programme_rules import EVERY
from server.planning.rules import Slice
from server.web.schemas import Arguments, Asked, Day, Id, Several, Word

Ids = Annotated[list[Id], Several, Field(max_length=200)]
Mode = Annotated[str, AfterValidator(known_mode)]
Way = Annotated[str, AfterValidator(known_way)]
Every = Literal[EVERY]  # type: ignore[valid-type]


class BoardArguments(Arguments):
    """The days that are shown."""

    first: Day
    last: Day


class HintArguments(Arguments):
    """What somebody thinks of planning."""

    unit_ids: Ids
    person_ids: Ids = []
    on: Day
    mode: Annotated[Mode | None, Asked] = None


class CoverageArguments(Arguments):
    """How the period is cut, and whether only records for tasks of the campaign count."""

    every: Every = "phase"
    planned: bool = False


class SliceArguments(CoverageArguments):
    """Which part of the matrix is meant: a cell, a row, a column, or all of it."""

    unit_id: Annotated[Id | None, Asked] = None
    way: Annotated[Way | None, Asked] = None
    mode: Annotated[Mode | None, Asked] = None
    focus: Annotated[Word | None, Asked] = None
    window: Annotated[Word | None, Asked] = None
    led: bool = False

    def wanted(self) -> Slice:
        """Return the part of the matrix as the rules understand it."""
        return Slice(
            unit=self.unit_id,
            modes=self._modes(),
            focus=self.focus,
            window=self.window,
            planned=self.planned,
            led=self.led,
        )

    def _modes(self) -> frozenset[str] | None:
        """A kind and one of the four ways narrow each other."""
        if self.way is None and self.mode is None:
            return None
        found = {key for key, mode in MODES.items() if self.way in (None, mode.way)}
        return frozenset(found if self.mode is None else found & {self.mode})


class RecordArguments(SliceArguments):
    """Which records, and from where on."""

    cursor: Annotated[Id | None, Asked] = None
    limit: Annotated[int | None, Asked, Field(ge=1, le=200)] = None
    q: Annotated[Word | None, Asked] = None


class UnitArguments(SliceArguments):
    """Units that have records in a part of the matrix, or that have none."""

    visited: bool = False
