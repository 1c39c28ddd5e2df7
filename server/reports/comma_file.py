"""
A table as CSV that spreadsheets open as it is, handed out while it is being written.

The mark at the beginning tells Excel that it is UTF-8. A cell that a spreadsheet would take for a
formula gets an apostrophe before it, unless it is a number.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from server.reports.sheet import Cell

CSV = "text/csv; charset=utf-8"
_BOM = "\ufeff"
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PART = 64 * 1024


def guarded(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return cell if _NUMBER.fullmatch(cell) else f"'{cell}"


def written(lines: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Write the lines; memory does not grow with them."""
    target = io.StringIO()
    target.write(_BOM)
    writer = csv.writer(target)
    for line in lines:
        writer.writerow(
            [guarded(cell) if type(cell) is str and cell[:1] in _FORMULA else cell for cell in line]
        )
        if target.tell() > _PART:
            yield _taken(target)
    yield _taken(target)


def _taken(target: io.StringIO) -> bytes:
    part = target.getvalue().encode()
    target.seek(0)
    target.truncate()
    return part
