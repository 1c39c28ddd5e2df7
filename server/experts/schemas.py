"""Bodies and arguments of the pool's endpoints."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.experts.opinions import Hand
from server.experts.queries import PoolFilter
from server.kernel.ids import new_id
from server.web.schemas import Arguments, Asked, Body, Day, Id, Paging, Patch, Text, Word

Kind = Literal["expert", "inspector"]
Keys = Annotated[list[Word], Field(max_length=40)]
Units = Annotated[list[Id], Field(max_length=2000)]
Line = Annotated[Word, Field(max_length=60)]
Fee = Annotated[int, Field(ge=0, le=10**12)]
Point = Annotated[float, Field(ge=-1000, le=2000)]
Spot = Annotated[list[Point], Field(min_length=2, max_length=2)]
Stroke = Annotated[list[Spot], Field(max_length=4000)]
HalfDays = Annotated[int, Field(ge=1, le=2000)]


class ExpertArguments(Paging):
    """What the list may be narrowed by."""

    kind: Annotated[Kind | None, Asked] = None
    field: Annotated[Word | None, Asked] = None
    company_id: Annotated[Id | None, Asked] = None
    region_id: Annotated[Id | None, Asked] = None
    certificate: Annotated[Word | None, Asked] = None
    active: Annotated[bool | None, Asked] = None

    def wanted(self) -> PoolFilter:
        """Return the filter that the queries understand."""
        return PoolFilter(
            kind=self.kind,
            fields=(self.field,) if self.field else (),
            region_id=self.region_id,
            company_id=self.company_id,
            certificates=(self.certificate,) if self.certificate else (),
            active=self.active,
            q=self.q,
        )


class ExpertBody(Body):
    """Somebody for the pool: `person_id` of a known one, or the name of a new one."""

    region_id: Id
    kind: Kind
    fields: Keys
    person_id: Id | None = None
    name: Line = ""
    title: Line = ""
    employer: Word = ""
    unit_id: Id | None = None
    company_id: Id | None = None
    shared: bool = False
    note: Text = ""


class ExpertPatch(Patch):
    """A change of what the pool knows."""

    kind: Kind = "expert"
    fields: Keys = []
    title: Line = ""
    employer: Word = ""
    company_id: Id | None = None
    shared: bool = False
    active: bool = True
    note: Text = ""


class CertificateBody(Body):
    """A paper."""

    id: Id = Field(default_factory=new_id)
    kind: Word
    number: Annotated[Word, Field(min_length=1, max_length=80)]
    issuer: Annotated[Word, Field(max_length=120)] = ""
    issued_on: Day | None = None
    expires_on: Day | None = None
    note: Text = ""


class CertificatePatch(Patch):
    """A paper put right."""

    number: Annotated[Word, Field(min_length=1, max_length=80)] = "-"
    issuer: Annotated[Word, Field(max_length=120)] = ""
    issued_on: Day | None = None
    expires_on: Day | None = None


class Revocation(Body):
    """Why a paper does not hold any more."""

    rev: int
    reason: Text


class ExpiryArguments(Arguments):
    """How far ahead to look, in days; what has run out is always among them."""

    days: Annotated[int | None, Asked, Field(ge=0, le=3650)] = None


class RecusalBody(Body):
    """What somebody stands aside from."""

    id: Id = Field(default_factory=new_id)
    kind: Word
    unit_id: Id | None = None
    region_id: Id | None = None
    company_id: Id | None = None
    since: Day | None = None
    until: Day | None = None
    note: Text = ""


class ReasonBody(Body):
    """Why something is taken back."""

    reason: Text


class EngagementBody(Body):
    """A piece of work; `source_id` names a visit that the program knows."""

    id: Id = Field(default_factory=new_id)
    kind: Word = "visit"
    title: Word = ""
    source_id: Id | None = None
    unit_id: Id | None = None
    begins_on: Day | None = None
    ends_on: Day | None = None
    half_days: HalfDays | None = None
    fee: Fee | None = None


class EngagementPatch(Patch):
    """An entry put right."""

    title: Word = ""
    half_days: HalfDays = 1
    fee: Fee | None = None


class RatingBody(Body):
    """One to five points for each side."""

    rating: dict[Word, int]
    note: Text = ""


class CompanyArguments(Paging):
    """What the list of companies may be narrowed by."""

    active: Annotated[bool | None, Asked] = None


class CompanyBody(Body):
    """A company."""

    region_id: Id
    name: Word
    uscc: Annotated[Word, Field(max_length=18)] = ""
    contact: Line = ""
    phone: Annotated[Word, Field(max_length=40)] = ""
    qualification: Text = ""
    note: Text = ""

    def more(self) -> dict[str, str]:
        """Return what is known besides the name."""
        given: dict[str, str] = self.model_dump(exclude={"region_id", "name"})
        return given


class CompanyPatch(Patch):
    """A changed company."""

    name: Word = ""
    uscc: Annotated[Word, Field(max_length=18)] = ""
    contact: Line = ""
    phone: Annotated[Word, Field(max_length=40)] = ""
    qualification: Text = ""
    note: Text = ""
    active: bool = True


class ContractBody(Body):
    """A contract as it was signed."""

    id: Id = Field(default_factory=new_id)
    title: Word
    starts_on: Day
    ends_on: Day
    number: Annotated[Word, Field(max_length=80)] = ""
    scope: Text = ""
    client_unit_id: Id | None = None
    fields: Keys = []
    unit_ids: Units = []
    fee: Fee | None = None


class ContractPatch(Patch):
    """A contract put right."""

    title: Annotated[Word, Field(min_length=1)] = "-"
    number: Annotated[Word, Field(max_length=80)] = ""
    scope: Text = ""
    fields: Keys = []
    unit_ids: Units = []
    starts_on: Day | None = None
    ends_on: Day | None = None
    fee: Fee | None = None

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent; a contract always has its days."""
        sent = super().changes()
        return {k: v for k, v in sent.items() if v is not None or k == "fee"}


class ReviewBody(Body):
    """Which contract to look at, and how many findings."""

    contract_id: Id
    size: Annotated[int, Field(ge=1, le=200)] | None = None


class Verdict(Body):
    """What the second look found of one finding."""

    hazard_id: Id
    verdict: Word
    note: Text = ""


class VerdictsBody(Body):
    """Several at once; `rev` names the version they were made on."""

    rev: int
    verdicts: Annotated[list[Verdict], Field(max_length=200)]


class FinishBody(Body):
    """Score and reasons."""

    rev: int
    score: Annotated[int, Field(ge=0, le=100)]
    reasons: Text


class OpinionArguments(Paging):
    """What opinions may be narrowed by."""

    subject_id: Annotated[Id | None, Asked] = None
    mine: Annotated[bool | None, Asked] = None


class OpinionBody(Body):
    """A new opinion."""

    id: Id = Field(default_factory=new_id)
    subject_type: Literal["inspection", "hazard"]
    subject_id: Id
    facts: Text = ""
    judgement: Text = ""
    advice: Text = ""

    def words(self) -> dict[str, str]:
        """Return what was written."""
        return {"facts": self.facts, "judgement": self.judgement, "advice": self.advice}


class OpinionPatch(Patch):
    """What was written since."""

    facts: Text = ""
    judgement: Text = ""
    advice: Text = ""


class RevBody(Body):
    """Which version is meant."""

    rev: int


class SignBody(RevBody):
    """The author's hand: strokes in a box of a thousand by a thousand, or none by keyboard."""

    how: Literal["signed", "typed"] = "signed"
    strokes: Annotated[list[Stroke], Field(max_length=200)] = []
    width: Annotated[float, Field(gt=0, le=10_000)] = 1000
    height: Annotated[float, Field(gt=0, le=10_000)] = 1000

    def hand(self) -> Hand:
        """Return the hand that the service understands."""
        return Hand(self.how, self.strokes, self.width, self.height)
