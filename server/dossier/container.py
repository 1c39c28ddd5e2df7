"""
A ZIP file in one form only.

Members are stored as they are, nothing in a header is free to vary: from names and contents follow
all other bytes. So the same state gives the same file, its length is known before it is sent, and
whoever checks it can make the headers again and compare (tools/verify.py does).
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.kernel.errors import Conflict

VERSION, DAY = 20, 0x21  # 1980-01-01: the time of packing says nothing
LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
MOST_BYTES, MOST_MEMBERS = 2**32 - 1, 2**16 - 1
Read = Callable[[], Iterable[bytes]]


class DossierTooLarge(Conflict):
    """The format ends at 4 GiB."""

    code = "dossier-too-large"
    title = "This inspection has more photos than an evidence package can hold (4 GiB)."
    title_zh = "本次检查的照片超出证据包的上限（4 GiB）。"


@dataclass(frozen=True)
class Member:
    """One file of the package; `read` gives its bytes, whenever it is asked."""

    name: str
    size: int
    crc: int
    sha256: str
    read: Read

    @property
    def facts(self) -> bytes:
        """What both headers say of it."""
        name = self.name.encode("ascii")
        fixed = (VERSION, 0, 0, 0, DAY, self.crc, self.size, self.size, len(name), 0)
        return struct.pack("<5H3I2H", *fixed)

    def local(self) -> bytes:
        """Return what stands before its bytes."""
        return LOCAL + self.facts + self.name.encode("ascii")

    def central(self, offset: int) -> bytes:
        """Return its line in the list at the end."""
        rest = struct.pack("<3H2I", 0, 0, 0, 0, offset)
        return CENTRAL + struct.pack("<H", VERSION) + self.facts + rest + self.name.encode("ascii")


def length_of(members: Sequence[Member]) -> int:
    """Return the size of the package; raise when the format cannot hold it."""
    heads = sum(len(m.local()) + len(m.central(0)) for m in members)
    length = heads + sum(m.size for m in members) + 22
    if length > MOST_BYTES or len(members) > MOST_MEMBERS:
        raise DossierTooLarge(bytes=length)
    return length


def packed(members: Sequence[Member]) -> Iterator[bytes]:
    """Give the package piece by piece."""
    offset, lines = 0, []
    for member in members:
        lines.append(member.central(offset))
        yield member.local()
        yield from member.read()
        offset += len(member.local()) + member.size
    listing = b"".join(lines)
    count = len(members)
    yield listing
    yield END + struct.pack("<4H2IH", 0, 0, count, count, len(listing), offset, 0)


def crc_of(parts: Iterable[bytes]) -> int:
    """Return the checksum that ZIP wants beside our own."""
    crc = 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    return crc
