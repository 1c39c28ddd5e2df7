"""Numbered photos of a document: small pictures, and a word where one is not here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.evidence.models import Photo
from server.evidence.rules import ImageUnreadable
from server.evidence.storage import Store
from server.evidence.thumbs import thumbnail
from server.hazards.queries import ZONE

SIDE = 640
ABSENT: Mapping[str, str] = {"expected": "照片未到", "lost": "照片已丢失", "removed": "照片已撤回"}
UNREADABLE = "照片无法显示"
Figure = dict[str, Any]


@dataclass
class Figures:
    """Gives each photo one number, however often it is shown; draws the pictures later."""

    authors: Mapping[str, str]
    _shown: list[tuple[Figure, str, str]] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def show(self, photos: Iterable[Photo], about: str = "") -> list[Figure]:
        """Return what the document says of photos; marked copies stand for their originals."""
        listed = list(photos)
        originals = {photo.original_id for photo in listed}
        return [self._figure(photo, about) for photo in listed if photo.id not in originals]

    def _figure(self, photo: Photo, about: str) -> Figure:
        taken = photo.taken_at.astimezone(ZONE)
        figure: Figure = {
            "number": self._numbers.setdefault(photo.id, len(self._numbers) + 1),
            "caption": photo.caption or about,
            "facts": f"{taken:%Y-%m-%d %H:%M} {self.authors.get(photo.author_id, '')}".strip(),
            "code": photo.sha256[:8],
            "image": None,
            "absent": ABSENT.get(photo.state),
        }
        if photo.state == "stored":
            self._shown.append((figure, photo.sha256, photo.mime))
        return figure

    def draw(self, store: Store) -> dict[str, bytes]:
        """Read the pictures, outside of any transaction; say on the figure which are not here."""
        images: dict[str, bytes] = {}
        for figure, sha256, mime in self._shown:
            name = f"p-{sha256[:32]}.jpg"
            try:
                if name not in images:
                    images[name] = thumbnail(store, sha256, mime, side=SIDE).read_bytes()
                figure["image"] = name
            except FileNotFoundError:
                figure["absent"] = ABSENT["expected"]
            except ImageUnreadable:
                figure["absent"] = UNREADABLE
        return images
