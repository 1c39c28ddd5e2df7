"""
The inside of a rescue file: a ZIP of stored members, read as it streams by.

Only what the app writes is accepted: stored, never compressed (so nothing can swell), known names,
known order, no gaps, and at the end exactly the directory that these members must have.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from server.rescue.rules import (
    MAX_MANIFEST,
    MAX_PHOTO,
    MAX_PHOTOS,
    MAX_WORK,
    RescueCut,
    RescueDamaged,
    RescueForeign,
)

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_SIGNS = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")
_DAY = 0x21
_UTF8 = 0x0800
_PHOTO = re.compile(r"photos/([0-9a-f]{64})")
FIRST = ("manifest.json", "envelopes.jsonl", "drafts.json")
LIMITS = {"manifest.json": MAX_MANIFEST, "envelopes.jsonl": MAX_WORK, "drafts.json": MAX_MANIFEST}
Sink = Callable[[bytes], None]


@dataclass(frozen=True)
class Member:
    """One file inside."""

    name: str
    crc: int
    size: int
    offset: int

    @property
    def photo(self) -> str | None:
        """The SHA-256 that a photo's name promises."""
        found = _PHOTO.fullmatch(self.name)
        return found[1] if found else None


@dataclass
class Stream:
    """Bytes by number, from pieces of any size."""

    source: Iterator[bytes]
    offset: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def some(self, most: int) -> bytes:
        """Return at least one and at most *most* bytes; none at the end."""
        if not self._rest:
            self._rest = next(self.source, b"")
        found, self._rest = self._rest[:most], self._rest[most:]
        self.offset += len(found)
        return found

    def exactly(self, size: int) -> bytes:
        """Return *size* bytes, or raise."""
        found = bytearray()
        while len(found) < size:
            more = self.some(size - len(found))
            if not more:
                raise RescueCut()
            found += more
        return bytes(found)


def members(source: Iterator[bytes], sink_of: Callable[[Member], Sink]) -> list[Member]:
    """Pass each member's bytes to its sink; return them all once the directory was checked."""
    stream = Stream(source)
    found: list[Member] = []
    while (sign := stream.exactly(4)) == _SIGNS[0]:
        member = _member(stream, len(found))
        _copy(stream, member, sink_of(member))
        found.append(member)
    _require_directory(stream, sign, found)
    names = [member.name for member in found]
    if names[:3] != list(FIRST) or len(set(names)) < len(names):
        raise RescueForeign()
    return found


def _member(stream: Stream, number: int) -> Member:
    start = stream.offset - 4
    fields = _LOCAL.unpack(_SIGNS[0] + stream.exactly(_LOCAL.size - 4))
    _, needed, flags, method, time, day, crc, packed, size, name_size, extra = fields
    if (needed, flags, method, time, day, extra) != (20, _UTF8, 0, 0, _DAY, 0) or packed != size:
        raise RescueForeign()
    if name_size > 80 or number > MAX_PHOTOS + len(FIRST):
        raise RescueForeign()
    name = stream.exactly(name_size).decode("ascii", "replace")
    member = Member(name, crc, size, start)
    if size > (MAX_PHOTO if member.photo else LIMITS.get(name, -1)):
        raise RescueForeign()
    return member


def _copy(stream: Stream, member: Member, sink: Sink) -> None:
    left, crc = member.size, 0
    while left:
        some = stream.some(left)
        if not some:
            raise RescueCut()
        crc = zlib.crc32(some, crc)
        sink(some)
        left -= len(some)
    if crc != member.crc:
        raise RescueDamaged()


def _require_directory(stream: Stream, sign: bytes, found: list[Member]) -> None:
    """What follows the members must be their directory, to the last byte."""
    start = stream.offset - 4
    expected = directory(found, start)
    if sign + stream.exactly(len(expected) - 4) != expected or stream.some(1):
        raise RescueForeign()


def local(member: Member) -> bytes:
    """Return what stands before a member's bytes."""
    name = member.name.encode()
    size = member.size
    head = (_SIGNS[0], 20, _UTF8, 0, 0, _DAY, member.crc, size, size, len(name), 0)
    return _LOCAL.pack(*head) + name


def directory(found: list[Member], start: int) -> bytes:
    """Return the ZIP's directory of these members, which begins at *start*."""
    entries = b"".join(_entry(member) for member in found)
    count = len(found)
    return entries + _END.pack(_SIGNS[2], 0, 0, count, count, len(entries), start, 0)


def _entry(member: Member) -> bytes:
    name = member.name.encode()
    size = member.size
    head = (_SIGNS[1], 20, 20, _UTF8, 0, 0, _DAY, member.crc, size, size, len(name))
    return _ENTRY.pack(*head, 0, 0, 0, 0, 0, member.offset) + name
