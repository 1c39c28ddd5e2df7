"""Answers, their context, and what the rules return."""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from server.definitions.rules.shapes import Basis, Text, Value

Values = Mapping[str, Value]
Answers = Mapping[str, Values]
Result = Literal["pass", "fail", "na", "unable"] | None


class UnitFacts(TypedDict):
    """What conditions may ask about the unit."""

    tier: str
    attributes: Sequence[str]
    beds: int | None


class Place(TypedDict):
    """What conditions may ask about a place or asset."""

    kind: str
    attributes: Sequence[str]
    name: NotRequired[str]


class Targets(TypedDict):
    """The places and assets chosen for the inspection, in walking order."""

    location: Sequence[str]
    asset: Sequence[str]


class Context(TypedDict):
    """All that a rule may know besides the definition and the answers."""

    unit: UnitFacts
    places: Mapping[str, Place]
    targets: Targets
    today: str
    sections: NotRequired[Sequence[str] | None]
    """The sections that this visit takes on; all when absent."""
    deep_items: NotRequired[Sequence[str] | None]
    """The deep items drawn for this visit; all when absent."""


class Line(TypedDict):
    """One visible row of the walk."""

    section: str
    target: str
    item: str


class Judgement(TypedDict):
    """What an answer means; the lists name fields in the item's order."""

    result: Result
    out: list[str]
    warn: list[str]
    expiring: list[str]


class Missing(TypedDict):
    """Something that still has to be given; `field` names the reading."""

    target: str
    item: str
    what: Literal["answer", "reading", "photo", "note", "reason"]
    field: str | None


class HazardProposal(TypedDict):
    """A hazard as the item proposes it; a person decides."""

    title: Text
    grade: Literal["general"]
    suspected_major: bool
    criterion: Text | None
    note: Text | None
    category: str
    due_days: int
    due_on: str
    stop_use: bool
    suggest: Text
    risk: Text | None
    basis: list[Basis]


class Finding(TypedDict):
    """A line that failed."""

    section: str
    target: str
    item: str
    out: list[str]
    hazard: HazardProposal | None


class Tally(TypedDict):
    """Counted lines, the weights behind the score, the score itself, and the answered share."""

    passed: int
    failed: int
    na: int
    unable: int
    open: int
    earned: int
    judged: int
    score: float | None
    coverage: float | None


class Reason(TypedDict):
    """A line and the fields of it that led to a candidate."""

    target: str
    item: str
    fields: list[str]


class MajorCandidate(TypedDict):
    """A criterion that may be met, and the answers that led there; a person decides."""

    criterion: str
    because: list[Reason]
    note: Text | None


class SectionScore(Tally):
    """What one section came to."""

    key: str


class PlaceScore(Tally):
    """What one place or device came to."""

    target: str


class MandatoryScore(TypedDict):
    """What became of the mandatory lines; `unchecked` are open or could not be checked."""

    asked: int
    unchecked: int
    failed: list[Line]


class Score(TypedDict):
    """
    Scores by section, by place and over all.

    `weighted` is earned out of judged; `cap` is the limit that failing mandatory items set, when it
    lowered the total; coverage is the answered share of the lines.
    """

    sections: list[SectionScore]
    places: list[PlaceScore]
    mandatory: MandatoryScore
    earned: int
    judged: int
    weighted: float | None
    cap: int | None
    total: float | None
    coverage: float | None


class Exceptions(TypedDict):
    """Lines that a quick visit may pass unless something is said, and those that need a word."""

    passed: list[Line]
    asked: list[Line]


class Estimate(TypedDict):
    """How long a visit may take; `measured` counts the lines whose time is known from visits."""

    lines: int
    measured: int
    seconds: int


class Candidate(TypedDict):
    """One person's word on one field; `of` names who said it when `by` accepted it later."""

    v: Value
    rev: int
    by: str
    at: int
    client: NotRequired[str]
    how: NotRequired[str]
    of: NotRequired[str]


class FieldState(Candidate):
    """A field as stored: the standing word and, while they disagree, all words."""

    candidates: NotRequired[list[Candidate]]


class Incoming(TypedDict):
    """A word as it arrives, with the revision its author had seen."""

    v: Value
    base: int
    by: str
    at: int
    client: NotRequired[str]
    how: NotRequired[str]
    of: NotRequired[str]


class ConflictValue(TypedDict):
    """One side of a conflict."""

    v: Value
    by: str
    at: int


class Conflict(TypedDict):
    """Words that disagree; `audience` says whether the team or only their author must look."""

    values: list[ConflictValue]
    audience: Literal["team", "author"]


class Merged(TypedDict):
    """The field after the merge."""

    outcome: Literal["applied", "noop", "merged"]
    state: FieldState
    conflict: Conflict | None


def answer_key(target: str, item: str) -> str:
    """Name the answer to an item at a target; the target is empty for what is asked once."""
    return f"{target}|{item}"
