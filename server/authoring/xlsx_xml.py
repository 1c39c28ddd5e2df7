"""XML piece by piece, without document types: no entity can grow, nothing outside is fetched."""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from server.authoring.xlsx_package import FileRefused

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]


def walk(pieces: Iterable[bytes], start: Start, end: End, text: Callable[[str], None]) -> None:
    """Call back for every element, by its name without prefix, and for text."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 16 * 1024
    parser.StartElementHandler = lambda name, found: start(_local(name), found)
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise FileRefused(
            "文件内部已损坏，请用表格软件打开后重新保存",
            "the inside is damaged; open and save it again",
        ) from None


def elements(pieces: Iterable[bytes]) -> list[tuple[str, Attributes]]:
    """List the elements of a small part."""
    found: list[tuple[str, Attributes]] = []
    walk(pieces, lambda n, a: found.append((n, a)), lambda _n: None, lambda _t: None)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise FileRefused(
        "文件里有不该出现的 XML 定义，已拒绝读取", "it holds XML definitions that no workbook needs"
    )


def attribute(found: Attributes, name: str) -> str | None:
    """Return an attribute whatever its prefix."""
    return next((value for key, value in found.items() if _local(key) == name), None)
