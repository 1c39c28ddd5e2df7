"""Photos that are real pictures of one exact size, brought to a visit as a phone brings them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.phones import BenchPhone
from bench.pictures import PHOTO, announced, picture, upload
from bench.wire import Connection, Refused
from server.kernel import ids

# At this quality a picture that is no finer has a little less than the wanted size.
SCALES, QUALITY = (8, 32, 128), 84
PATIENCE_S = 120.0


def photo(seed: int) -> bytes:
    """A picture of 1600 by 1200 in 300,000 bytes, and nothing else in its file."""
    data = picture(seed, SCALES, QUALITY)
    assert len(data) <= PHOTO, len(data)
    # The last marker of a JPEG may have any number of these before it.
    return data[:-2] + b"\xff" * (PHOTO - len(data)) + data[-2:]


@dataclass(frozen=True)
class Taken:
    """A photo that a phone has taken for an item."""

    name: str
    data: bytes
    item: str

    @property
    def path(self) -> str:
        """Where whoever may see it reads its bytes."""
        return f"/api/photos/{self.name}"

    def said(self, phone: BenchPhone, inspection: str) -> dict[str, Any]:
        """The command that announces it."""
        return announced(phone, self.name, self.data, inspection, self.item)


def taken(count: int, seed: int = 0) -> list[Taken]:
    """Different photos, each for an item of its own."""
    items = [f"g{number // 10}.q{number:02d}" for number in range(count)]
    return [Taken(ids.new_id(), photo(seed + n), item) for n, item in enumerate(items)]


def bring(phone: BenchPhone, photos: Sequence[Taken]) -> None:
    """Send the bytes of photos."""
    for one in photos:
        upload(one.data, one.name)(phone.connection)


def await_drawn(link: Connection, photos: Sequence[Taken]) -> None:
    """
    Wait until a colleague of the author gets the very bytes of each photo.

    Before a photo was looked at, the server gives others a drawn copy of it in place of its bytes.
    """
    latest = time.monotonic() + PATIENCE_S
    for one in photos:
        while link.ask("GET", one.path).body != one.data:
            if time.monotonic() > latest:
                raise Refused(f"{one.path}: other bytes than were brought")
            time.sleep(0.1)
