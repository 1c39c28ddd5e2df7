"""Bodies and arguments of the cases' endpoints."""

from typing import Annotated, Literal

from pydantic import Field

from server.sync.problems_queries import CaseFilter
from server.web.schemas import Arguments, Asked, Body, Id


class Decision(Body):
    """Why, or what the author should do."""

    reason: Annotated[str, Field(max_length=1000)]


class CaseArguments(Arguments):
    """What the list of cases takes."""

    list: Annotated[Literal["handed", "former", "stuck", "done"] | None, Asked] = None
    unit_id: Annotated[Id | None, Asked] = None
    person_id: Annotated[Id | None, Asked] = None
    cursor: Annotated[str | None, Asked] = None
    limit: Annotated[int | None, Asked, Field(ge=1, le=200)] = None

    def wanted(self) -> CaseFilter:
        """Return the filter."""
        return CaseFilter(self.list, self.unit_id, self.person_id)
