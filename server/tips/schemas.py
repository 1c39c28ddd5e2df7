"""Bodies and arguments of reports."""

from typing import Annotated, Literal

from pydantic import Field

from server.tips.queries import TipFilter
from server.tips.rules import MOST_PICTURES
from server.web.schemas import Arguments, Asked, Body, Day, Id, Paging, Several, Text, Word

State = Literal["received", "seen", "doing", "done", "declined"]


class ProofBody(Body):
    """An answered challenge."""

    challenge: Word
    nonce: Word


class TipBody(Body):
    """What somebody without an account sends."""

    id: Id
    tag: Word | None = None
    place: Text | None = None
    topics: Annotated[list[Word], Field(max_length=20)] = []
    words: Text | None = None
    audience: Literal["unit", "bureau"] = "unit"
    contact: Text | None = None
    pictures: Annotated[int, Field(ge=0, le=MOST_PICTURES)] = 0
    proof: ProofBody | None = None


class ReceiptBody(Body):
    """A receipt, as typed or as scanned."""

    receipt: Word


class WhereArguments(Arguments):
    """A label's code."""

    tag: Annotated[Word | None, Asked] = None


class TipArguments(Paging):
    """What the inbox may be narrowed by."""

    state: Annotated[list[State], Several] = []
    open: Annotated[bool | None, Asked] = None
    spam: Annotated[bool | None, Asked] = None
    grouped: Annotated[bool | None, Asked] = None
    unit_id: Annotated[Id | None, Asked] = None
    hazard_id: Annotated[Id | None, Asked] = None

    def wanted(self) -> TipFilter:
        """Return the filter that the queries understand."""
        given = self.model_dump(exclude={"cursor", "limit"})
        return TipFilter(**given | {"state": tuple(self.state)})


class PictureArguments(Arguments):
    """How much of a picture is shown."""

    size: Literal["veiled", "small", "large"] = "veiled"


class RevBody(Body):
    """An act on a report as it was seen."""

    rev: int


class AnswerBody(RevBody):
    """What the reporter is told."""

    answer: Text = ""
    done: bool = False


class DeclineBody(RevBody):
    """Why a report is not taken up."""

    reason: Word
    answer: Text = ""


class GroupBody(RevBody):
    """Which report stands for this one."""

    into: Id


class ReasonBody(Body):
    """Why something is read or removed."""

    reason: Text


class HazardBody(RevBody):
    """What the ledger is to say."""

    id: Id
    title: Word
    description: Text = ""
    unit_id: Id | None = None
    location_id: Id | None = None
    category: Word | None = None
    suspected_major: bool = False
    due_on: Day | None = None
    pictures: Annotated[list[Id], Field(max_length=MOST_PICTURES)] = []
