"""What a phone says on a paper and how it was signed; both are kept as the text that was sent."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

Line = Annotated[str, Meta(max_length=400)]
Name = Annotated[str, Meta(max_length=60)]
Text = Annotated[str, Meta(max_length=6000)]
Id = Annotated[str, Meta(max_length=36)]
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
#: a finger may leave the box of a thousand by a thousand, but not by much
Place = Annotated[float, Meta(ge=-1000, le=2000)]
Point = tuple[Place, Place]
Side = Annotated[float, Meta(ge=0, le=20_000)]
Moment = Annotated[int, Meta(ge=0, lt=2**53)]
Stroke = Annotated[list[Point], Meta(max_length=2000)]


class Part(Struct, forbid_unknown_fields=True, gc=False):
    """What all parts share."""


class Office(Part):
    """The authority in whose name the paper is made; `id` is its region, when it is known."""

    name: Name
    id: Id | None = None


class Officer(Part):
    """One of those who checked, and how the certificate's number is known."""

    name: Name
    number: Name = ""
    source: Literal["register", "typed", ""] = ""
    person_id: Id | None = None
    shown: Line = ""


class Recusal(Part):
    """The two questions and what was answered."""

    certificates: Literal["yes", "no", "silent"]
    recusal: Literal["no", "asked", "silent"]
    by: Name
    about: Line = ""
    grounds: Line = ""


class Finding(Part):
    """One problem, as it is printed."""

    title: Line
    text: Text = ""
    place: Line = ""
    grade: Name = ""
    basis: Annotated[list[Line], Meta(max_length=20)] = []
    suggest: Text = ""
    due: Name = ""
    hazard: Id | None = None


class Replaces(Part):
    """The paper that this one corrects, and why."""

    id: Id
    number: Line
    reason: Line


class Body(Part):
    """What is signed."""

    v: Literal[1]
    layout: Name
    version: int
    track: Literal["supervision", "enforcement"]
    code: Annotated[str, Meta(pattern=r"^[0-9A-Z]{12}$")]
    edition: Annotated[int, Meta(ge=1, le=99)]
    office: Office
    date: Name
    fields: dict[
        Literal[
            "unit", "uscc", "phone", "address", "head", "head_title", "places", "begun", "ended",
            "companions", "met", "overview", "handling", "opinion",
        ],
        Text,
    ]  # fmt: skip
    officers: Annotated[list[Officer], Meta(max_length=12)]
    findings: Annotated[list[Finding], Meta(max_length=300)]
    recusal: Recusal | None = None
    replaces: Replaces | None = None


class Proof(Part):
    """A photo that belongs to a mark, and the hash of its bytes."""

    id: Id
    sha256: Sha


class Mark(Part):
    """A signature, or what is noted in its place."""

    party: Literal["officer", "unit", "recusal", "witness"]
    how: Literal["signed", "typed", "delegated", "refused", "absent"]
    name: Name
    at: Moment
    when: Name
    title: Name = ""
    person_id: Id | None = None
    strokes: Annotated[list[Stroke], Meta(max_length=500)] = []
    width: Side = 1000
    height: Side = 1000
    reason: Line = ""
    witness: Line = ""
    on_behalf: Name = msgspec.field(name="for", default="")
    photos: Annotated[list[Proof], Meta(max_length=20)] = []


class Signing(Part):
    """All marks, and the SHA-256 of the very text over which they were made."""

    v: Literal[1]
    over: Sha
    marks: Annotated[list[Mark], Meta(max_length=40)]
