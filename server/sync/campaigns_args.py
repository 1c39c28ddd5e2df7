"""The arguments of a leader's check-in."""

from typing import Annotated

from msgspec import Meta

from server.sync.args import Args, Number, Position
from server.sync.schemas import Id, Ms, Word


class AttendanceNote(Args):
    """attendance.note"""

    id: Id
    at: Ms
    strokes: Annotated[
        list[Annotated[list[tuple[Number, Number]], Meta(max_length=5000)]], Meta(max_length=500)
    ]
    width: Number
    height: Number
    assignment: Id | None = None
    inspection: Id | None = None
    title: Word | None = None
    tag: Annotated[str, Meta(max_length=8)] | None = None
    position: Position | None = None
