"""检查结果表 as a workbook and as CSV, and the entry in the audit log that says who took it."""

from collections.abc import Generator, Iterator, Sequence
from itertools import count
from typing import IO

from sqlalchemy import func

from server.kernel.db import db, transaction
from server.reports.comma_file import written
from server.reports.hazard_ledger import TooManyRows
from server.reports.inspection_table import HEAD, TITLE, Frame, TableOrder, frame_of, rows_of, said
from server.reports.sheet import Cell, Column, Table, write

#: As many as the hazard ledger has at most: a worker must not write one file for minutes.
MOST_CELLS = 520_000
_QUESTION_WIDTH = 24
_PAGE_WIDTH = 220


def comma_parts(order: TableOrder) -> Generator[bytes]:
    """
    Write the table as CSV, part by part, all of it as of one moment.

    The last line says how many inspections there are: a file without it was cut off on its way.
    """
    with transaction(write=False, snapshot=True):
        frame = frame_of(order)
        yield from written(_lines(order, frame))


def _lines(order: TableOrder, frame: Frame) -> Iterator[Sequence[Cell]]:
    yield frame.headings
    number = 0
    for number, row in zip(count(1), rows_of(order, frame), strict=False):  # noqa: B007
        yield row
    yield (order.signed(number), f"筛选条件：{said(order, frame)}")


def write_table(order: TableOrder, target: IO[bytes]) -> int:
    """Write the table as a workbook; return how many inspections it has."""
    with transaction(write=False, snapshot=True):
        number = db.session.scalar(order.query().with_only_columns(func.count())) or 0
        frame = frame_of(order)
        columns = [*HEAD, *(Column(q, _QUESTION_WIDTH) for q in frame.questions.values())]
        limit = MOST_CELLS // len(columns)
        if number > limit:
            raise TooManyRows(count=number, limit=limit)
        stamp = order.signed(number)
        write(
            Table(
                title=TITLE,
                note=stamp,
                filters=said(order, frame),
                columns=columns,
                rows=rows_of(order, frame),
                count=number,
                repeat=3,
                pages_wide=-(-sum(column.width for column in columns) // _PAGE_WIDTH),
                footer=f"安巡 · {TITLE} · {stamp}",
            ),
            target,
        )
    return number
