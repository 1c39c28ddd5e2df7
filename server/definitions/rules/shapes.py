"""The shape of a checklist file. Files are checked before they get here."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

Scalar = str | float | int | bool
Value = Scalar | Sequence[str] | None


class Text(TypedDict):
    """One text in both languages."""

    zh: str
    en: str


Condition = TypedDict(
    "Condition",
    {
        "equals": NotRequired[tuple[str, Scalar]],
        "in": NotRequired[tuple[str, list[Scalar]]],
        "all": NotRequired[list["Condition"]],
        "any": NotRequired[list["Condition"]],
        "not": NotRequired["Condition"],
        "compare": NotRequired[tuple[str, str, float]],
    },
)


class Basis(TypedDict):
    """A citation and how far it was verified: of a record (`law`), or of a paper without one."""

    law: NotRequired[str]
    edition: NotRequired[str]
    doc: NotRequired[str]
    clause: NotRequired[str]
    note: NotRequired[Text]
    tag: str


class Option(TypedDict):
    """One choice and, where it decides, its result."""

    key: str
    label: Text
    result: NotRequired[Literal["pass", "fail"]]


class Expiry(TypedDict):
    """When a date runs out."""

    valid_days: NotRequired[int]
    valid_years: NotRequired[int]
    is_expiry: NotRequired[bool]
    warn_days: NotRequired[int]
    advisory: NotRequired[bool]


class Spec(TypedDict):
    """How a value is given: the common part of answers and readings."""

    type: str
    unit: NotRequired[Text]
    min: NotRequired[float]
    max: NotRequired[float]
    warn_min: NotRequired[float]
    warn_max: NotRequired[float]
    step: NotRequired[float]
    options: NotRequired[list[Option]]
    max_length: NotRequired[int]
    expiry: NotRequired[Expiry]
    accepts: NotRequired[str]
    min_count: NotRequired[int]
    note: NotRequired[Text]


class AnswerSpec(Spec):
    """The answer itself."""

    allow_na: NotRequired[bool]


class Reading(Spec):
    """A value noted beside the answer."""

    key: str
    label: Text
    optional: NotRequired[bool]
    when: NotRequired[Condition]


class Repeat(TypedDict):
    """Asked once for each place or asset of these kinds."""

    over: Literal["location", "asset"]
    kinds: NotRequired[list[str]]


class PhotoRule(TypedDict):
    """When a photo is needed."""

    rule: Literal["always", "on-fail", "optional", "never"]
    hint: NotRequired[Text]


class HazardDefaults(TypedDict):
    """What a failing item proposes for the hazard."""

    title: Text
    grade: Literal["general", "suspect-major"]
    criterion: NotRequired[Text]  # only in versions published before criteria were data
    criteria: NotRequired[list[str]]
    note: NotRequired[Text]
    category: str
    due_days: int
    stop_use: NotRequired[bool]
    suggest: Text


class OnFail(TypedDict):
    """What a fail leads to."""

    hazard: HazardDefaults


class Item(TypedDict):
    """One thing to check."""

    key: str
    facts: list[str]
    ask: Text
    method: Text
    basis: list[Basis]
    answer: AnswerSpec
    readings: NotRequired[list[Reading]]
    tiers: NotRequired[list[str]]
    when: NotRequired[Condition]
    repeat: NotRequired[Repeat]
    photo: PhotoRule
    risk: NotRequired[Text]
    on_fail: NotRequired[OnFail]
    weight: int
    mandatory: NotRequired[bool]
    depth: NotRequired[Literal["always", "deep"]]
    seconds: NotRequired[int]


class Section(TypedDict):
    """Items under one heading."""

    key: str
    title: Text
    repeat: NotRequired[Repeat]
    when: NotRequired[Condition]
    items: list[Item]


class Omission(TypedDict):
    """Facts that no item carries, and why."""

    facts: list[str]
    why: Text


class Header(TypedDict):
    """What the file answers for."""

    facts: list[str]
    note: Text
    omitted: list[Omission]


class Rotation(TypedDict):
    """How the deep items take turns."""

    per_visit: int


class Scoring(TypedDict):
    """What the score does besides weighing."""

    mandatory_cap: int


class CandidateRule(TypedDict):
    """Answers that together may meet a criterion of a major hazard."""

    criteria: list[str]
    when: Condition
    note: NotRequired[Text]


class Definition(TypedDict):
    """A checklist file."""

    key: str
    title: Text
    header: Header
    effective_from: str
    minutes: int
    rotation: NotRequired[Rotation]
    scoring: NotRequired[Scoring]
    sections: list[Section]
    candidates: NotRequired[list[CandidateRule]]
