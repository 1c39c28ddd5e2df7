"""The arguments of every mutation, version 1. Types bound the depth; unknown fields are refused."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from server.sync.schemas import Decimal, Id, Ms, Sha, Whole, Word

Text = Annotated[str, Meta(max_length=4000)]
Line = Annotated[str, Meta(max_length=300)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Number = Whole | Decimal
Scalar = Text | Whole | Decimal | bool | None
Value = Text | Whole | Decimal | bool | Annotated[list[Line], Meta(max_length=100)] | None
Key = Annotated[str, Meta(max_length=120)]
Target = Annotated[str, Meta(pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]
Words = Annotated[list[Word], Meta(max_length=100)]
Ids = Annotated[list[Id], Meta(max_length=100)]
Side = Annotated[int, Meta(ge=0, le=100_000)]


class Args(Struct, forbid_unknown_fields=True, gc=False):
    """What all arguments share."""


class AnswerSet(Args):
    """answer.set"""

    inspection: Id
    target: Target
    item: Key
    set: Annotated[dict[Word, Value], Meta(min_length=1, max_length=60)]
    base: dict[Word, Annotated[int, Meta(ge=0, le=2**31)]] = {}
    how: Literal["tap", "rest", "quick"] | None = None


class InspectionStart(Args):
    """inspection.start"""

    id: Id
    unit_id: Id
    checklist_key: Word
    definition: Sha
    mode: Word
    targets: Annotated[dict[Key, Annotated[list[Id], Meta(max_length=2000)]], Meta(max_length=500)]
    started_at: Ms
    member_ids: Ids
    assignment_id: Id | None = None
    location_id: Id | None = None
    tag: Annotated[str, Meta(max_length=8)] | None = None
    style: Literal["full", "quick"] = "full"
    sections: Annotated[list[Word], Meta(max_length=200)] | None = None
    deep_items: Annotated[list[Key], Meta(max_length=1000)] | None = None


class InspectionSubmit(Args):
    """inspection.submit"""

    inspection: Id
    submitted_at: Ms
    summary: Text | None = None


class Position(Args):
    """Where a photo was taken."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    accuracy: Annotated[float, Meta(ge=0, le=1e7)] | None = None


class OwnWords(Args):
    """What a file said of itself before the phone wrote the picture anew."""

    at: Ms | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None


class PhotoAdd(Args):
    """photo.add"""

    id: Id
    sha256: Sha
    size: Annotated[int, Meta(ge=1, le=25 * 1024 * 1024)]
    mime: Word
    w: Side
    h: Side
    taken_at: Ms
    origin: Literal["camera", "gallery", "file"]
    purpose: Literal["answer", "found", "rectified", "comment", "refusal", "place"]
    annotations: Annotated[
        list[dict[Word, Scalar | Annotated[list[Number | list[Number]], Meta(max_length=2000)]]],
        Meta(max_length=200),
    ]
    position: Position | None = None
    inspection: Id | None = None
    target: Target | None = None
    item: Key | None = None
    hazard: Id | None = None
    original: Id | None = None
    caption: Line | None = None
    added_at: Ms | None = None
    own: OwnWords | None = None


class PhotoRemove(Args):
    """photo.remove"""

    id: Id
    reason: Line


class SignatureAdd(Args):
    """signature.add"""

    id: Id
    inspection: Id
    party: Literal["inspector", "unit"]
    name: Word
    refused: bool
    strokes: Annotated[
        list[Annotated[list[tuple[Number, Number]], Meta(max_length=5000)]], Meta(max_length=500)
    ]
    width: Number
    height: Number
    signed_at: Ms
    photo_ids: Ids
    person_id: Id | None = None
    title: Word | None = None
    reason: Text | None = None
    witness: Word | None = None
    target: Target | None = None
    item: Key | None = None


class Basis(Args):
    """A citation."""

    doc: Line
    tag: Word
    clause: Line | None = None
    note: dict[Word, Text] | None = None


class HazardOpen(Args):
    """hazard.open"""

    id: Id
    unit_id: Id
    source: Word
    title: Line
    description: Text
    basis: Annotated[list[Basis], Meta(max_length=50)]
    grade: Word
    suspected_major: bool
    due_on: Day
    # Where days were chosen, and not a day of the calendar: how many.
    due_days: Annotated[int, Meta(ge=0, le=366)] | None = None
    location_id: Id | None = None
    asset_id: Id | None = None
    inspection: Id | None = None
    target: Target | None = None
    item: Key | None = None
    checklist_key: Word | None = None
    suggestion: Text | None = None
    category: Word | None = None
    criterion: Text | None = None
    criteria: Annotated[list[Key], Meta(max_length=20)] = []
    assignee_id: Id | None = None
    photos: Ids = []


class Expect(Args):
    """How the phone saw the hazard."""

    state: Word
    rev: Annotated[int, Meta(ge=0, le=2**31)]
    decisions: Annotated[int, Meta(ge=0, le=10_000)] = 0


class HazardMove(Args):
    """hazard.move"""

    id: Id
    action: Word
    expect: Expect
    photos: Ids
    note: Text | None = None
    assignee_id: Id | None = None
    due_on: Day | None = None
    criterion: Key | None = None
    criteria_hash: Key | None = None
    decided_on: Day | None = None


class HazardComment(Args):
    """hazard.comment"""

    id: Id
    note: Text
    photos: Ids


class TagClaim(Args):
    """tag.claim"""

    code: Annotated[str, Meta(min_length=1, max_length=8)]
    target_kind: Literal["location", "asset"]
    target_id: Id


class LocationAdd(Args):
    """location.add"""

    id: Id
    unit_id: Id
    kind: Word
    name: Line
    attributes: Words
    parent_id: Id | None = None
    code: Word | None = None


class Due(Args):
    """One due date of an asset."""

    kind: Word
    name: Line
    due_on: Day | None = None


class AssetAdd(Args):
    """asset.add"""

    id: Id
    unit_id: Id
    kind: Word
    name: Line
    due: Annotated[list[Due], Meta(max_length=50)]
    location_id: Id | None = None
    model: Line | None = None
    serial: Line | None = None


class PartAssign(Args):
    """part.assign: "section:…" or "target:…" and who takes it on, null for nobody"""

    inspection: Id
    parts: Annotated[
        dict[Annotated[str, Meta(max_length=140)], Id | None], Meta(min_length=1, max_length=500)
    ]


class TeamAdd(Args):
    """team.add"""

    inspection: Id
    person: Id


class TeamLeave(Args):
    """team.leave"""

    inspection: Id
    person: Id
    reason: Line | None = None


class TeamLead(Args):
    """team.lead"""

    inspection: Id
    person: Id
    reason: Line


class ConflictResolve(Args):
    """conflict.resolve; `base` is the revision of the field that was decided about"""

    id: Id
    inspection: Id
    target: Target
    item: Key
    field: Word
    value: Value
    base: Annotated[int, Meta(ge=0, le=2**31)]
    reason: Annotated[str, Meta(min_length=1, max_length=1000)]


class ProblemHandle(Args):
    """problem.handle"""

    id: Id
    act: Literal["discard", "handover", "resent", "undo", "seen"]
    reason: Line | None = None
