"""Arguments of the planning desk's endpoints."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from server.campaigns.modes import known_mode
from server.campaigns.programme_rules import EVERY
from server.web.schemas import Arguments, Asked, Day, Id, Several

Ids = Annotated[list[Id], Several, Field(max_length=200)]
Mode = Annotated[str, AfterValidator(known_mode)]
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
