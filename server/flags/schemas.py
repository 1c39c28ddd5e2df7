"""Bodies and arguments of the flags' endpoints."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.flags.queries import FlagFilter
from server.kernel import clock
from server.web.schemas import Asked, Body, Id, Millis, Paging, Several, Text, Word

State = Literal["open", "dismissed", "confirmed"]
Time = Annotated[Millis | None, Asked]
Reference = Annotated[Id | None, Asked]


class FlagArguments(Paging):
    """What the list may be narrowed by; `from` and `to` are moments in milliseconds."""

    state: Annotated[list[State], Several] = []
    kind: Annotated[list[Word], Several] = []
    unit_id: Reference = None
    region_id: Reference = None
    person_id: Reference = None
    inspection_id: Reference = None
    hazard_id: Reference = None
    raised_from: Annotated[Time, Field(alias="from")] = None
    raised_to: Annotated[Time, Field(alias="to")] = None

    def wanted(self) -> FlagFilter:
        """Return the filter that the queries understand."""
        given: dict[str, Any] = self.model_dump(exclude={"cursor", "limit"})
        for name in ("raised_from", "raised_to"):
            given[name] = None if given[name] is None else clock.from_ms(given[name])
        return FlagFilter(**given | {"state": tuple(self.state), "kind": tuple(self.kind)})


class FlagDecision(Body):
    """What somebody says of a flag; `open` looks at it anew."""

    state: State
    reason: Text
