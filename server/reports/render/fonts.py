"""
The fonts of all documents, and which characters they can show.

typst leaves out what no font can show, without a word: an inspector 张喆 would sign as 张. So every
text is compared with the fonts first, and what is missing is an error that names the characters.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import manimgx_fonts  # type: ignore[import-untyped]
import manimgx_fonts_cjk  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont

from server.kernel.aside import aside
from server.kernel.errors import Invalid

_CHINESE = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
_OTHERS = Path(manimgx_fonts.__file__).parent
_FACE = "Noto Sans CJK SC"
#: (family, file): asked one after the other for each character
_FALLBACKS = (
    ("Noto Sans", "NotoSans[wght].ttf"),
    ("Noto Sans Symbols", "NotoSansSymbols[wght].ttf"),
    ("Noto Emoji", "NotoEmoji[wght].ttf"),
    ("Noto Sans Arabic", "NotoSansArabic[wght].ttf"),
)
FAMILIES = (_FACE, *(family for family, _ in _FALLBACKS))
FOLDERS = (_CHINESE.parent, _OTHERS)


class MissingGlyph(Invalid):
    """A text holds characters that no font of ours can show; `characters` lists them."""

    code = "reports-missing-glyph"
    title = "The document holds characters that cannot be printed."
    title_zh = "文档中有无法打印的字符，请修改后再试。"


def _characters(font: TTFont) -> frozenset[int]:
    return frozenset(font.getBestCmap() or {})


def _chinese() -> frozenset[int]:
    with TTCollection(_CHINESE, lazy=True) as collection:
        names = [face["name"].getDebugName(1) for face in collection.fonts]
        return _characters(collection.fonts[names.index(_FACE)])


def _other(name: str) -> frozenset[int]:
    with TTFont(_OTHERS / name, lazy=True) as font:
        return _characters(font)


@cache
def coverage() -> frozenset[int]:
    """Return the characters that the fonts can show; read once a process."""
    return _chinese().union(*(_other(name) for _, name in _FALLBACKS))


def _needs_no_glyph(character: str) -> bool:
    """Blanks, controls and joiners act on their neighbours and show nothing themselves."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf")


def missing(texts: Iterable[str]) -> list[str]:
    """Return the characters that cannot be shown, in order."""
    shown = coverage()
    used = set().union(*texts)
    return sorted(c for c in used if ord(c) not in shown and not _needs_no_glyph(c))


def texts_of(data: Any) -> Iterator[str]:
    """Yield every text in *data*, however deep."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from texts_of(key)
            yield from texts_of(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from texts_of(value)


def require_glyphs(texts: Collection[str]) -> None:
    """Refuse texts with characters that would be left blank."""
    absent = aside(lambda: missing(texts))
    if absent:
        raise MissingGlyph(
            characters=[{"character": c, "code": f"U+{ord(c):04X}"} for c in absent[:50]]
        )
