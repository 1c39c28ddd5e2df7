"""Bodies and arguments of the draws' endpoints."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from server.draws.choice import Choice, Exclusion, Order, Witness
from server.draws.queries import DrawFilter
from server.draws.rules import FORMULAS
from server.draws.rules.seeds import RHYTHM
from server.org.models import TIERS
from server.web.schemas import Arguments, Asked, Body, Id, Paging, Text, Word

Kind = Literal["units", "people"]
Tier = Literal[TIERS]  # type: ignore[valid-type]
Library = Literal["expert", "inspector"]
Percent = Annotated[int, Field(ge=0, le=300)]
Ids = Annotated[list[Id], Field(max_length=500)]
Words = Annotated[list[Word], Field(max_length=50)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ExclusionBody(Body):
    """Somebody who is left out, and why."""

    id: Id
    reason: Text


class ChoiceBody(Body):
    """From what is drawn, and how."""

    kind: Kind
    region_id: Id
    sealed: bool = False
    formula: Word
    percent: dict[Word, Percent] = {}
    count: Annotated[int, Field(ge=1, le=500)]
    reserve: Annotated[int, Field(ge=0, le=500)] = 0
    most: Annotated[int, Field(ge=1, le=100)] = 1
    exclusions: Annotated[list[ExclusionBody], Field(max_length=500)] = []
    region_ids: Ids = []
    tiers: list[Tier] = []
    attributes: Words = []
    rested_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    libraries: list[Library] = []
    fields: Words = []
    certificates: Words = []
    unit_ids: Ids = []
    after_id: Id | None = None
    cycle_pairs: int = RHYTHM["cycles"]["person_unit"]["days"]
    cycle_regions: int = RHYTHM["cycles"]["regions"]["days"]
    own_region: bool = False

    @model_validator(mode="after")
    def _known(self) -> Self:
        formulas = FORMULAS["formulas"][self.kind]
        if self.formula not in formulas:
            raise ValueError("no such formula")
        terms = {term["key"] for term in formulas[self.formula]["terms"]}
        if not set(self.percent) <= terms:
            raise ValueError("no such term in this formula")
        if self.cycle_pairs not in RHYTHM["cycles"]["person_unit"]["choices"]:
            raise ValueError("no such cycle")
        if self.cycle_regions not in RHYTHM["cycles"]["regions"]["choices"]:
            raise ValueError("no such cycle")
        return self

    def wanted(self) -> Choice:
        """Return the choice that the service understands."""
        given: dict[str, Any] = self.model_dump(
            exclude={"exclusions", "id", "purpose", "witness", "snapshot_hash"}
        )
        left = tuple(Exclusion(one.id, one.reason) for one in self.exclusions)
        listed = {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
        return Choice(**given | listed | {"exclusions": left})


class WitnessBody(Body):
    """Who looks on, and words of their own."""

    name: Word
    words: Word


class DrawBody(ChoiceBody):
    """A draw; `snapshot_hash` says what was looked at before."""

    id: Id
    purpose: Annotated[Word, Field(min_length=1)]
    witness: WitnessBody
    snapshot_hash: Digest

    def order(self) -> Order:
        """Return the order that the service understands."""
        witness = Witness(self.witness.name, self.witness.words)
        return Order(self.id, self.purpose, witness, self.snapshot_hash, self.wanted())


class ReplacementBody(Body):
    """Who leaves, and why; who comes in is not for anybody to choose."""

    slot: Word
    out: Id
    reason: Text


class ReasonBody(Body):
    """Why."""

    reason: Text


class KnowerBody(Body):
    """Who is told."""

    person_id: Id


class DrawArguments(Paging):
    """What the list may be narrowed by."""

    kind: Annotated[Kind | None, Asked] = None
    state: Annotated[Literal["drawn", "spoiled"] | None, Asked] = None

    def wanted(self) -> DrawFilter:
        """Return the filter that the queries understand."""
        return DrawFilter(kind=self.kind, state=self.state, q=self.q)


class PublicArguments(Arguments):
    """A page of what is public."""

    cursor: Annotated[str | None, Asked] = None
    limit: Annotated[int | None, Asked, Field(ge=1, le=200)] = None


class SeedArguments(Arguments):
    """Which seeds: a region by its code, a week as ISO writes it."""

    region: Annotated[Word | None, Asked] = None
    period: Annotated[str | None, Asked, Field(pattern=r"^\d{4}-W\d{2}$")] = None
