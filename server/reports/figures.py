"""Numbered photos of a document: small pictures, and a word where one is not here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.evidence.drawing import PRINTED
from server.evidence.marks import digest
from server.evidence.models import Photo
from server.evidence.queries import standing
from server.evidence.rules import ImageUnreadable
from server.evidence.storage import Store
from server.evidence.thumbs import marked
from server.hazards.queries import ZONE

ABSENT: Mapping[str, str] = {"expected": "照片未到", "lost": "照片已丢失", "removed": "照片已撤回"}
ORIGINS: Mapping[str, str] = {
    "camera": "应用内拍摄",
    "file": "手机相机或文件",
    "gallery": "相册选取",
}
UNREADABLE = "照片无法显示"
Figure = dict[str, Any]


@dataclass(frozen=True)
class _Picture:
    """What is read once the transaction is over."""

    sha256: str
    mime: str
    drawn: Sequence[Any]

    @classmethod
    def of(cls, photo: Photo, drawn: Sequence[Any]) -> "_Picture":
        return cls(photo.sha256, photo.mime, drawn)

    @property
    def name(self) -> str:
        return f"p-{self.sha256[:32]}-{digest(self.drawn)}.jpg"

    def read(self, store: Store) -> bytes:
        return marked(store, self.sha256, self.mime, self.drawn, side=PRINTED).read_bytes()


@dataclass
class Figures:
    """Gives each photo one number, however often it is shown; draws the pictures later."""

    authors: Mapping[str, str]
    #: what is drawn on each photo, by its id
    drawn: Mapping[str, Sequence[Any]]
    _shown: list[tuple[Figure, _Picture]] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def show(self, photos: Iterable[Photo], about: str = "") -> list[Figure]:
        """Return what the document says of photos; marked copies stand for their originals."""
        return [self._figure(photo, about) for photo in standing(list(photos))]

    def _figure(self, photo: Photo, about: str) -> Figure:
        taken = photo.taken_at.astimezone(ZONE)
        figure: Figure = {
            "number": self._numbers.setdefault(photo.id, len(self._numbers) + 1),
            "caption": photo.caption or about,
            "facts": f"{taken:%Y-%m-%d %H:%M} {self.authors.get(photo.author_id, '')}".strip(),
            "origin": ORIGINS.get(photo.origin, ""),
            "code": photo.sha256[:8],
            "image": None,
            "absent": ABSENT.get(photo.state),
        }
        if photo.state == "stored":
            self._shown.append((figure, _Picture.of(photo, self.drawn.get(photo.id, ()))))
        return figure

    def draw(self, store: Store) -> dict[str, bytes]:
        """Read the pictures, outside of any transaction; say on the figure which are not here."""
        images: dict[str, bytes] = {}
        for figure, picture in self._shown:
            try:
                if picture.name not in images:
                    images[picture.name] = picture.read(store)
                figure["image"] = picture.name
            except FileNotFoundError:
                figure["absent"] = ABSENT["expected"]
            except ImageUnreadable:
                figure["absent"] = UNREADABLE
        return images
