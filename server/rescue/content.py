"""What an opened file holds, read back from its folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import msgspec
import orjson
from msgspec import Meta, Raw, Struct

from server.evidence.rules import MIMES
from server.kernel.errors import Problem
from server.rescue.rules import MAX_PHOTO, MAX_PHOTOS, RescueForeign
from server.sync.intake import require_unambiguous
from server.sync.schemas import Envelope, Id, Ms, Sha

MAX_WORK = 20_000
MAX_ARGS = 256 * 1024
STATES = ("queued", "held", "parked", "refused")
Line = Annotated[str, Meta(max_length=300)]


class Author(Struct, forbid_unknown_fields=True):
    """Whose work it is."""

    id: Id
    username: Line = ""
    name: Line = ""


class PhotoFact(Struct, forbid_unknown_fields=True):
    """
    A photo that belongs to the work.

    `here`: the phone had its bytes; those that then read back wrong are not in the file either.
    """

    id: Id
    sha256: Sha
    mime: Annotated[str, Meta(max_length=60)]
    size: Annotated[int, Meta(ge=0, le=MAX_PHOTO)]
    here: bool


class Manifest(Struct, forbid_unknown_fields=True):
    """What the phone says about the file."""

    v: Annotated[int, Meta(ge=1, le=1)]
    file: Id
    person: Author
    client: Id
    made_at: Ms
    whole: bool
    photos: Annotated[list[PhotoFact], Meta(max_length=MAX_PHOTOS)]
    tz: Annotated[int, Meta(ge=-1440, le=1440)] = 0
    app: Annotated[str, Meta(max_length=40)] = ""
    device: Line = ""


class _Line(Struct, forbid_unknown_fields=True):
    state: Annotated[str, Meta(max_length=10)]
    envelope: Raw


@dataclass(frozen=True)
class Piece:
    """One mutation of the file and what it was on the phone."""

    state: str
    envelope: Envelope

    @property
    def args(self) -> Mapping[str, Any]:
        """The arguments as data; none when they are no object."""
        found = orjson.loads(bytes(self.envelope.args))
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Content:
    """An opened file."""

    folder: Path
    manifest: Manifest
    work: list[Piece]

    def photo(self, sha256: str) -> Path:
        """Return where the bytes of a photo lie."""
        return self.folder / "photos" / sha256

    def photos(self) -> dict[str, PhotoFact]:
        """Return the photos whose bytes are in the file, by their hash."""
        facts = {fact.sha256: fact for fact in self.manifest.photos if fact.here}
        return {sha256: facts[sha256] for sha256 in facts if self.photo(sha256).is_file()}

    def drafts(self) -> Any:
        """Return what was half-written on the phone, as it lay there."""
        return orjson.loads((self.folder / "drafts.json").read_bytes())


def read(folder: Path) -> Content:
    """Read an opened file; raise RescueForeign when it is not what the app writes."""
    try:
        data = (folder / "manifest.json").read_bytes()
        require_unambiguous(data)
        manifest = msgspec.json.decode(data, type=Manifest)
        work = list(_work(folder))
        orjson.loads((folder / "drafts.json").read_bytes())
    except (msgspec.MsgspecError, ValueError, RecursionError, Problem) as exc:
        raise RescueForeign() from exc
    content = Content(folder, manifest, work)
    _require_sound(content)
    return content


def _work(folder: Path) -> Iterator[Piece]:
    with (folder / "envelopes.jsonl").open("rb") as lines:
        for line in lines:
            require_unambiguous(line.rstrip(b"\n"))
            found = msgspec.json.decode(line, type=_Line)
            envelope = msgspec.json.decode(found.envelope, type=Envelope)
            if len(bytes(envelope.args)) > MAX_ARGS:
                raise RescueForeign()
            yield Piece(found.state, envelope)


def _require_sound(content: Content) -> None:
    work, photos = content.work, content.photos()
    lying = {path.name for path in (content.folder / "photos").glob("*")}
    ids = {piece.envelope.id for piece in work}
    ordered = all(a.envelope.mid < b.envelope.mid for a, b in pairwise(work))
    named = {fact.sha256 for fact in photos.values() if fact.mime in MIMES}
    known = all(piece.state in STATES for piece in work)
    if not (ordered and known and len(ids) == len(work) <= MAX_WORK and named == lying):
        raise RescueForeign()
    for sha256, fact in photos.items():
        if content.photo(sha256).stat().st_size != fact.size:
            raise RescueForeign()
