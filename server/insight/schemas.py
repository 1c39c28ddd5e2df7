"""Arguments of the insight endpoints."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from server.campaigns.modes import MODES
from server.insight.gap import OTHERS, OWN
from server.insight.limits import LIMITS
from server.insight.queries import Wanted
from server.web.schemas import Arguments, Asked, Day, Id, Word

By = Literal["unit", "item", "checklist", "way", "unit-item"]
Way = Literal["expert", "industry", "region"]
Outcome = Literal["missed", "own", "both-fail", "both-pass", "left-out"]
Days = Annotated[int | None, Asked, Field(ge=1, le=LIMITS.most_days)]


class GapArguments(Arguments):
    """What the table may be narrowed by; without days, the last year and a month's distance."""

    by: By = "unit"
    unit_id: Annotated[Id | None, Asked] = None
    region_id: Annotated[Id | None, Asked] = None
    checklist_key: Annotated[Word | None, Asked] = None
    item_key: Annotated[Word | None, Asked] = None
    way: Annotated[Way | None, Asked] = None
    mode: Annotated[Word | None, Asked] = None
    days: Days = None
    since: Annotated[Day | None, Asked, Field(alias="from")] = None
    until: Annotated[Day | None, Asked, Field(alias="to")] = None

    def wanted(self, today: date) -> Wanted:
        """Return what the queries understand."""
        return Wanted(
            first_modes=OWN,
            second_modes=self._others(),
            days=self.days or LIMITS.days,
            since=self.since or today - timedelta(days=LIMITS.window_days),
            until=self.until or today,
            unit_ids=None if self.unit_id is None else (self.unit_id,),
            region_id=self.region_id,
            checklist_key=self.checklist_key,
            item_key=self.item_key,
            in_order=True,
        )

    def _others(self) -> tuple[str, ...]:
        if self.mode is not None:
            return tuple(key for key in OTHERS if key == self.mode)
        return tuple(key for key in OTHERS if self.way in (None, MODES[key].way))


class PairArguments(GapArguments):
    """Which of the pairs, and from which on."""

    outcome: Annotated[Outcome | None, Asked] = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
