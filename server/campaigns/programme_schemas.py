"""Bodies and arguments of the campaigns' endpoints."""

from typing import Annotated, Literal

from pydantic import Field

from server.campaigns.programme_rules import COUNTED, EVERY
from server.campaigns.programmes import CampaignFilter
from server.campaigns.schemas import Mode, Title
from server.kernel.ids import new_id
from server.org.models import TIERS
from server.web.schemas import Body, Day, Id, Paging, Patch, Several, Text, Word

State = Literal["draft", "active", "closed"]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,58}$")]
Tier = Literal[TIERS]  # type: ignore[valid-type]
Modes = Annotated[list[Mode], Field(max_length=40)]
Focus = Annotated[list[Word], Field(max_length=60)]
Whole = Annotated[int, Field(ge=0, le=100_000)]


class Both(Body):
    """Words in both languages; English may be missing."""

    zh: Annotated[Word, Field(min_length=1)]
    en: Word = ""


class Origin(Body):
    """Where something is said, and how sure that is."""

    text: Annotated[str, Field(max_length=400)]
    url: Annotated[str, Field(max_length=400)] | None = None
    tag: Literal["verified", "secondary-copy", "seed", "unverified", "own", "to-verify"] = "own"


class Count(Body):
    """A goal that is counted: what, and how much of it."""

    what: Literal[COUNTED]  # type: ignore[valid-type]
    at_least: Whole | None = None
    at_most: Whole | None = None


class Goal(Body):
    """A goal of a phase; without `count` people tick it."""

    key: Key
    text: Both
    source: Origin | None = None
    count: Count | None = None


class Phase(Body):
    """A phase with its days and goals."""

    key: Key
    name: Both
    starts_on: Day
    ends_on: Day
    goals: Annotated[list[Goal], Field(max_length=40)] = []
    source: Origin | None = None


class Targets(Body):
    """Which units: a list, or all of a region that have these tiers and attributes."""

    unit_ids: Annotated[list[Id], Field(max_length=2000)] = []
    region_id: Id | None = None
    tiers: Annotated[list[Tier], Field(max_length=10)] = []
    attributes: Annotated[list[Word], Field(max_length=40)] = []


class Quota(Body):
    """How often each unit (of these tiers) is to be visited (in one of these modes)."""

    key: Key
    modes: Modes = []
    focus: Focus = []
    tiers: Annotated[list[Tier], Field(max_length=10)] = []
    every: Literal[EVERY]  # type: ignore[valid-type]
    at_least: Annotated[int, Field(ge=1, le=400)]
    led: bool = False


class CampaignBody(Body):
    """A new campaign."""

    id: Id = Field(default_factory=new_id)
    region_id: Id
    name: Title
    document: Annotated[Word, Field(max_length=100)] = ""
    issuer: Annotated[Word, Field(max_length=100)] = ""
    preset: Key | None = None
    starts_on: Day
    ends_on: Day
    phases: Annotated[list[Phase], Field(max_length=20)] = []
    focus_keys: Focus = []
    mode_keys: Modes = []
    targets: Targets = Targets()
    quotas: Annotated[list[Quota], Field(max_length=20)] = []
    note: Text = ""


class CampaignPatch(Patch):
    """A changed campaign; what is left out stays."""

    name: Title = ""
    document: Annotated[Word, Field(max_length=100)] = ""
    issuer: Annotated[Word, Field(max_length=100)] = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    phases: Annotated[list[Phase], Field(max_length=20)] = []
    focus_keys: Focus = []
    mode_keys: Modes = []
    targets: Targets = Targets()
    quotas: Annotated[list[Quota], Field(max_length=20)] = []
    note: Text = ""
    state: State | None = None


class MarkBody(Body):
    """A goal is reached, or not after all, and what shows it."""

    id: Id = Field(default_factory=new_id)
    reached: bool
    evidence: Annotated[Text, Field(max_length=2000)]


class CampaignArguments(Paging):
    """What the list may be narrowed by."""

    state: Annotated[list[State], Several] = []

    def wanted(self) -> CampaignFilter:
        """Return the filter that the queries understand."""
        return CampaignFilter(state=tuple(self.state), q=self.q)
