"""What the commands say about checklist files and their citations."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from server.definitions.load import DefinitionsBroken, Report, check
from server.definitions.rules.open_citations import OpenCitation, open_citations

TAGS = ("verified", "document-only", "recommended", "to-verify")
HEADINGS = (
    "checklist",
    "item",
    "law",
    "document",
    "edition in force",
    "read in",
    "clause state",
    "why",
    "to do",
)
_BYTE_ORDER_MARK = "\ufeff"


def counts(report: Report) -> Iterator[str]:
    """Say what was examined, and name the records that nothing cites."""
    yield f"{len(report.files)} files, {report.items} items, {report.facts} facts examined"
    editions = sum(len(record["editions"]) for record in report.records.values())
    yield f"{len(report.records)} records of the law, {editions} editions examined"
    told = ", ".join(f"{report.citations[tag]} {tag}" for tag in TAGS)
    yield f"{report.citations.total()} citations: {told}"
    if report.unused:
        yield f"records that nothing cites: {', '.join(report.unused)}"
    if report.unused_criteria:
        names = ", ".join(report.unused_criteria)
        yield f"lists of criteria that nothing points to: {names}"


def listed(folder: Path, day: date, *, as_csv: bool) -> Iterator[str]:
    """List the citations of a sound folder that are open on a day, one a line."""
    report = check(folder)
    if report.mistakes:
        raise DefinitionsBroken(report.mistakes)
    found = [one.definition for one in report.definitions]
    rows = open_citations(found, report.records, day.isoformat())
    if as_csv:
        # Spreadsheets take a file without the mark for another encoding.
        yield _BYTE_ORDER_MARK + _line(HEADINGS)
    for row in rows:
        cells = _cells(row)
        yield _line(cells) if as_csv else " | ".join(cell for cell in cells if cell)
    if not as_csv:
        yield f"{len(rows)} of {report.citations.total()} citations are open on {day}"


def _cells(row: OpenCitation) -> tuple[str, ...]:
    cited = row.cited
    return (
        row.checklist,
        row.item,
        cited["law"] or "",
        cited["doc"],
        cited["edition"] or "",
        cited["read_in"] or "",
        cited["tag"],
        cited["cause"] or "",
        row.todo["zh"],
    )


def _line(cells: tuple[str, ...]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="").writerow(map(_as_text, cells))
    return target.getvalue()


def _as_text(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
