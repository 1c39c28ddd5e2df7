"""Bodies and arguments of the inspections' endpoints."""

from typing import Annotated, Literal

from pydantic import Field

from server.inspections.queries import InspectionFilter
from server.web.schemas import Asked, Body, Day, Paging, Text, Word

Value = str | int | float | bool | list[str] | None


class Reopening(Body):
    """Why a submitted record is opened again."""

    reason: Text


class Resolution(Body):
    """The value that stands, why, and the revision of the field as it was read."""

    value: Value
    reason: Text
    base: Annotated[int, Field(ge=0, le=2**31)] | None = None


class LeadHandover(Body):
    """Who is to lead, and why."""

    person_id: Word
    reason: Text


class TeamChange(Body):
    """Somebody who joins or leaves."""

    person_id: Word
    reason: Text | None = None


class InspectionArguments(Paging):
    """What the list may be narrowed by."""

    unit_id: Annotated[str | None, Asked] = None
    checklist_key: Annotated[Word | None, Asked] = None
    state: Annotated[Literal["draft", "submitted"] | None, Asked] = None
    mode: Annotated[Word | None, Asked] = None
    assignment_id: Annotated[str | None, Asked] = None
    member_id: Annotated[str | None, Asked] = None
    started_from: Annotated[Day | None, Asked, Field(alias="from")] = None
    started_to: Annotated[Day | None, Asked, Field(alias="to")] = None

    def wanted(self) -> InspectionFilter:
        """Return the filter that the queries understand."""
        return InspectionFilter(**self.model_dump(exclude={"cursor", "limit"}))
