"""Bodies and arguments of the ledger's endpoints."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.hazards.queries import HazardFilter
from server.hazards.rules import Expected
from server.hazards.workflow import HazardAction, HazardState
from server.kernel.ids import new_id
from server.web.schemas import Asked, Body, Day, Id, Paging, Several, Text, Word

States = frozenset(state.value for state in HazardState)
Photos = Annotated[list[Id], Field(max_length=50)]
Grade = Literal["general", "major"]


class Basis(Body):
    """A citation."""

    doc: Word
    tag: Literal["verified", "document-only", "to-verify", "recommended"]
    clause: Word | None = None
    note: dict[str, Text] | None = None


class HazardOpen(Body):
    """A hazard reported at the desk; those of an inspection come from its phone."""

    id: Id = Field(default_factory=new_id)
    unit_id: Id
    source: Literal["report", "self"] = "report"
    title: Word
    description: Text = ""
    location_id: Id | None = None
    asset_id: Id | None = None
    item_key: Word | None = None
    checklist_key: Word | None = None
    suggestion: Text | None = None
    basis: Annotated[list[Basis], Field(max_length=50)] = []
    category: Word | None = None
    grade: Grade = "general"
    suspected_major: bool = False
    criterion: Text | None = None
    criteria: Annotated[list[Word], Field(max_length=20)] = []
    due_on: Day | None = None
    assignee_id: Id | None = None
    photos: Photos = []


class Expect(Body):
    """How the sender saw the hazard."""

    state: Word
    rev: int
    decisions: Annotated[int, Field(ge=0)] = 0


class HazardMove(Body):
    """One act."""

    action: Annotated[HazardAction, Field(strict=False)]
    note: Text = ""
    photos: Photos = []
    assignee_id: Id | None = None
    due_on: Day | None = None
    criterion: Word | None = None
    criteria_hash: Word | None = None
    decided_on: Day | None = None
    expect: Expect | None = None

    def as_arguments(self) -> dict[str, Any]:
        """Return what the command takes besides the action."""
        given = self.model_dump(exclude={"action", "expect"})
        return given | {"expect": Expected(**self.expect.model_dump()) if self.expect else None}


class HazardMerge(Body):
    """Which entry stands for this one, and why they are the same."""

    into: Id
    note: Text


class HazardComment(Body):
    """Words and photos."""

    note: Text = ""
    photos: Photos = []


class HazardArguments(Paging):
    """What the ledger may be narrowed by."""

    unit_id: Annotated[str | None, Asked] = None
    region_id: Annotated[str | None, Asked] = None
    location_id: Annotated[str | None, Asked] = None
    asset_id: Annotated[str | None, Asked] = None
    inspection_id: Annotated[str | None, Asked] = None
    state: Annotated[list[Annotated[HazardState, Field(strict=False)]], Several] = []
    grade: Annotated[Grade | None, Asked] = None
    suspected_major: Annotated[bool | None, Asked] = None
    to_decide: Annotated[bool | None, Asked] = None
    category: Annotated[Word | None, Asked] = None
    checklist_key: Annotated[Word | None, Asked] = None
    assignee_id: Annotated[str | None, Asked] = None
    overdue: Annotated[bool | None, Asked] = None
    due_before: Annotated[Day | None, Asked] = None
    open: Annotated[bool | None, Asked] = None
    opened_from: Annotated[Day | None, Asked, Field(alias="from")] = None
    opened_to: Annotated[Day | None, Asked, Field(alias="to")] = None
    order: Literal["due", "newest"] = "due"

    def wanted(self) -> HazardFilter:
        """Return the filter that the queries understand."""
        given = self.model_dump(exclude={"cursor", "limit", "order"})
        return HazardFilter(**given | {"state": tuple(state.value for state in self.state)})
