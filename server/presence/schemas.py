"""Requests about questions from the spot."""

from typing import Annotated, Literal

from pydantic import Field

from server.presence.facts import MOST, Wanted
from server.web.schemas import Asked, Body, Id, Paging, Word

Said = Annotated[Word, Field(min_length=1, max_length=MOST)]


class AnswerBody(Body):
    """What is expected: words, or a range."""

    kind: Literal["code", "last4", "gauge"]
    text: Annotated[Word | None, Field(max_length=MOST)] = None
    low: Annotated[float | None, Field(ge=-1e9, le=1e9)] = None
    high: Annotated[float | None, Field(ge=-1e9, le=1e9)] = None


class ChangeBody(AnswerBody):
    """A question and its answer."""

    ask: Said

    def wanted(self) -> Wanted:
        """Return it as the service reads it."""
        return Wanted(self.kind, self.ask, self.text, self.low, self.high)


class FactBody(ChangeBody):
    """A question of a place or a thing."""

    target_kind: Literal["location", "asset"]
    target_id: Id


class TrialBody(AnswerBody):
    """An answer tried before the question is kept."""

    answer: Said

    def wanted(self) -> Wanted:
        """Return the answer that is expected."""
        return Wanted(self.kind, "", self.text, self.low, self.high)


class TryBody(Body):
    """An answer tried on a question that is kept."""

    answer: Said


class FactFilter(Paging):
    """Arguments of the list of questions."""

    unit_id: Annotated[Word | None, Asked] = None
    target_id: Annotated[Word | None, Asked] = None
    active: Annotated[Literal["yes", "no"] | None, Asked] = None
