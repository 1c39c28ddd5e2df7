"""What a desk says of an authority."""

from typing import Annotated

from pydantic import Field

from server.papers.queries import PaperFilter
from server.web.schemas import Asked, Body, Day, Id, Paging, Word


class PaperArguments(Paging):
    """What the list of papers may be narrowed by; days are those of the entry."""

    unit_id: Annotated[Id | None, Asked] = None
    layout: Annotated[Word | None, Asked] = None
    outcome: Annotated[Word | None, Asked] = None
    since: Annotated[Day | None, Asked, Field(alias="from")] = None
    until: Annotated[Day | None, Asked, Field(alias="to")] = None
    valid: Annotated[bool | None, Asked] = None

    def wanted(self) -> PaperFilter:
        """Return the filter that the queries understand."""
        return PaperFilter(
            unit_id=self.unit_id,
            layout=self.layout,
            outcome=self.outcome,
            since=self.since,
            until=self.until,
            valid=self.valid,
            q=self.q,
        )


class OfficeBody(Body):
    """The name and the short name of an authority."""

    name: Annotated[Word, Field(min_length=1, max_length=60)]
    short_name: Annotated[Word, Field(min_length=1, max_length=20)]
