"""Bodies and arguments of the assignments' endpoints."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from server.campaigns.modes import known_mode
from server.campaigns.queries import AssignmentFilter
from server.kernel.ids import new_id
from server.web.schemas import Asked, Body, Day, Id, Paging, Several, Text, Word

State = Literal["planned", "started", "done", "cancelled"]
Mode = Annotated[str, AfterValidator(known_mode)]
Title = Annotated[Word, Field(min_length=1)]
Keys = Annotated[list[Word], Field(min_length=1, max_length=30)]
People = Annotated[list[Id], Field(min_length=1, max_length=30)]
Places = Annotated[list[Id], Field(max_length=500)]


class AssignmentBody(Body):
    """A new task."""

    id: Id = Field(default_factory=new_id)
    title: Title
    unit_id: Id
    checklist_keys: Keys
    mode: Mode
    due_on: Day
    inspector_ids: People
    lead_id: Id
    location_ids: Places = []
    note: Text = ""
    campaign_id: Id | None = None
    leader_id: Id | None = None


class AssignmentPatch(Body):
    """A changed task, or one that is called off: `state` can only become cancelled."""

    rev: int
    title: Title = ""
    checklist_keys: Keys = []
    mode: Mode = "spot"
    due_on: Day | None = None
    inspector_ids: People = []
    lead_id: Id = ""
    location_ids: Places = []
    note: Text = ""
    campaign_id: Id | None = None
    leader_id: Id | None = None
    state: State | None = None

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"rev"})


class AssignmentArguments(Paging):
    """What the list may be narrowed by."""

    state: Annotated[list[State], Several] = []
    unit_id: Annotated[str | None, Asked] = None
    inspector_id: Annotated[str | None, Asked] = None
    campaign_id: Annotated[str | None, Asked] = None

    def wanted(self) -> AssignmentFilter:
        """Return the filter that the queries understand."""
        given = self.model_dump(exclude={"cursor", "limit"})
        return AssignmentFilter(**given | {"state": tuple(self.state)})
