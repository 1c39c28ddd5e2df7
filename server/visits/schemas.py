"""Bodies and arguments of the sealed visits' endpoints."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.kernel import clock
from server.kernel.ids import new_id
from server.visits.drafts import VisitDraft
from server.visits.queries import VisitFilter
from server.web.schemas import Arguments, Asked, Body, Id, Millis, Paging, Several, Text, Word

State = Literal["sealed", "opened", "arrived", "ended", "cancelled"]
Keys = Annotated[list[Word], Field(min_length=1, max_length=30)]
People = Annotated[list[Id], Field(max_length=30)]
Places = Annotated[list[Id], Field(max_length=500)]
Release = Literal["offline", "online"]
Name = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Entry = Text | Annotated[list[Word], Field(max_length=500)] | None
Reason = Annotated[Text, Field(min_length=1, max_length=1000)]
_TIMES = ("opens_at", "ends_at")


class VisitBody(Body):
    """A visit as planned."""

    id: Id = Field(default_factory=new_id)
    unit_id: Id
    mode: Word = "surprise"
    title: Word = ""
    checklist_keys: Keys
    location_ids: Places = []
    note: Text = ""
    leader_id: Id
    member_ids: People = []
    opens_at: Millis
    ends_at: Millis
    key_release: Release = "offline"
    campaign_id: Id | None = None
    draw_id: Id | None = None
    recusal_reason: Text = ""
    from_unsent: bool = False

    def draft(self) -> VisitDraft:
        """Return what the service takes."""
        return VisitDraft(**_with_moments(self.model_dump()))


class VisitPatch(Body):
    """A changed plan; `rev` names the version it was made on."""

    rev: int
    mode: Word = "surprise"
    title: Word = ""
    checklist_keys: Keys = []
    location_ids: Places = []
    note: Text = ""
    leader_id: Id = ""
    member_ids: People = []
    opens_at: Millis = 0
    ends_at: Millis = 0
    key_release: Release = "offline"
    campaign_id: Id | None = None
    recusal_reason: Text = ""

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        apart = {"rev", "recusal_reason"}
        return _with_moments(self.model_dump(exclude_unset=True, exclude=apart))


class Chosen(Body):
    """Whom a planner thinks of sending where."""

    unit_id: Id
    mode: Word = "surprise"
    person_ids: Annotated[list[Id], Field(min_length=1, max_length=31)]


class Unsent(Body):
    """A form as it stands, by the names of its fields."""

    content: Annotated[dict[Name, Entry], Field(max_length=20)]


class Why(Body):
    """A reason."""

    reason: Reason


class Told(Body):
    """Who is told."""

    person_id: Id


class SealingKeyIn(Body):
    """A client and its public key: SubjectPublicKeyInfo, DER, base64."""

    client: Id
    public_key: Annotated[str, Field(max_length=400)]


class PackageArguments(Arguments):
    """Which package is meant; without it the present one."""

    sha256: Annotated[str | None, Asked] = None


class VisitArguments(Paging):
    """What the list may be narrowed by."""

    state: Annotated[list[State], Several] = []
    unit_id: Annotated[str | None, Asked] = None
    campaign_id: Annotated[str | None, Asked] = None
    assignment_id: Annotated[str | None, Asked] = None

    def wanted(self) -> VisitFilter:
        """Return the filter that the queries understand."""
        given = self.model_dump(exclude={"cursor", "limit"})
        return VisitFilter(**given | {"state": tuple(self.state)})


def _with_moments(given: dict[str, Any]) -> dict[str, Any]:
    moments = {name: clock.from_ms(given[name]) for name in _TIMES if name in given}
    return given | moments
