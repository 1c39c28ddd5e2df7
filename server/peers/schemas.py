"""Bodies and arguments of the endpoints of peer checks."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from server.kernel import clock
from server.kernel.ids import new_id
from server.peers.rules import APPEAL_DAYS, LIMITS
from server.web.schemas import Asked, Body, Day, Id, Millis, Paging, Patch, Text, Word

State = Literal["draft", "open", "closed"]
Name = Annotated[Word, Field(min_length=1)]
Document = Annotated[Word, Field(max_length=100)]
Regions = Annotated[list[Id], Field(min_length=1, max_length=60)]
Keys = Annotated[list[Word], Field(min_length=1, max_length=30)]
Cycle = Annotated[int, Field(ge=0, le=20)]
Days = Annotated[int, Field(ge=1, le=LIMITS["appeal_days_most"])]
People = Annotated[list[Id], Field(max_length=30)]
Units = Annotated[list[Id], Field(max_length=60)]
Photos = Annotated[list[Id], Field(max_length=30)]


class RoundArguments(Paging):
    """What the list may be narrowed by."""

    state: Annotated[State | None, Asked] = None


class RoundBody(Body):
    """A new round."""

    id: Id = Field(default_factory=new_id)
    region_id: Id
    name: Name
    starts_on: Day
    ends_on: Day
    region_ids: Regions
    checklist_keys: Keys
    document: Document = ""
    announced: bool = True
    cycle: Cycle = 0
    appeal_days: Days = APPEAL_DAYS
    note: Text = ""


class RoundPatch(Body):
    """A changed round."""

    name: Name = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    region_ids: Regions = []
    checklist_keys: Keys = []
    document: Document = ""
    cycle: Cycle = 0
    appeal_days: Days = APPEAL_DAYS
    note: Text = ""

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return self.model_dump(exclude_unset=True)


class PairBody(Body):
    """A new matrix; `seed` repeats an earlier one."""

    seed: Annotated[str | None, Field(pattern=r"^[0-9a-f]{8,64}$")] = None


class PairingPatch(Patch):
    """The team, the units and the window of a pairing."""

    lead_id: Id | None = None
    member_ids: People = []
    unit_ids: Units = []
    draw_id: Id | None = None
    starts_at: Millis | None = None
    ends_at: Millis | None = None

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent; moments as moments."""
        given = super().changes()
        return given | {name: _moment(given[name]) for name in _MOMENTS if name in given}


_MOMENTS = ("starts_at", "ends_at")


def _moment(told: int | None) -> datetime | None:
    return None if told is None else clock.from_ms(told)


class HandOverBody(Body):
    """What the guests say to all of it."""

    note: Text = ""


class VerdictBody(Body):
    """What the home region says to a finding."""

    verdict: Literal["accepted", "appealed"]
    reason: Text = ""
    photo_ids: Photos = []


class RulingBody(Body):
    """What the arbiter says to an appeal."""

    ruling: Literal["upheld", "lifted"]
    reason: Text


class ReplyBody(Body):
    """The reply as a document."""

    document: Document = ""
    words: Text = ""


class LeaveBody(Body):
    """Who leaves a team, why, and who leads from now on."""

    person_id: Id
    reason: Text
    lead_id: Id | None = None


class ReturnBody(Body):
    """A return visit: an open one by a day, or a sealed one from a moment to another."""

    id: Id = Field(default_factory=new_id)
    unit_id: Id
    checklist_keys: Keys
    due_on: Day | None = None
    opens_at: Millis | None = None
    ends_at: Millis | None = None
    inspector_ids: Annotated[list[Id], Field(min_length=1, max_length=30)]
    lead_id: Id
    note: Text = ""
    recusal_reason: Text = ""

    def values(self) -> dict[str, Any]:
        """Return what was sent; moments as moments."""
        given = self.model_dump()
        return given | {"opens_at": _moment(self.opens_at), "ends_at": _moment(self.ends_at)}
