"""Arguments of the commands that speak of sealed visits."""

from typing import Annotated, Literal

from msgspec import Meta

from server.sync.args import Args, Line, Position
from server.sync.schemas import Id, Ms, Sha, Word


class VisitOpen(Args):
    """visit.open; `check` proves that the key of the package was there"""

    id: Id
    opened_at: Ms
    how: Literal["time", "member-code"] = "time"
    check: Sha | None = None


class Statement(Args):
    """What inspectors state together where neither a tag nor a position can be had."""

    inspector_ids: Annotated[list[Id], Meta(min_length=2, max_length=30)]
    photo_id: Id | None = None


class Proof(Args):
    """By what an arrival is believed; the part that its kind names must be there."""

    kind: Literal["tag", "position", "statement"]
    tag: Annotated[str, Meta(min_length=1, max_length=8)] | None = None
    position: Position | None = None
    statement: Statement | None = None


class Met(Args):
    """Somebody of the unit."""

    name: Word
    title: Line = ""


class VisitArrive(Args):
    """visit.arrive"""

    id: Id
    assignment_id: Id
    arrived_at: Ms
    proof: Proof
    met: Annotated[list[Met], Meta(max_length=50)]
    escort: bool | None = None
