"""Cursor pages: keyset over ordered columns, one maximum size."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Date, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from server.kernel.clock import to_ms
from server.kernel.db import Moment, db
from server.kernel.errors import Invalid

MAX_LIMIT = 250
DEFAULT_LIMIT = 50


class BadCursor(Invalid):
    """The page mark in the address was cut or edited."""

    code = "bad-cursor"
    title = "This page mark is not valid. Start again from the first page."
    title_zh = "分页标记无效，请从第一页重新查看。"


@dataclass(frozen=True)
class Order:
    """One ordering column; the last one of an ordering must be unique."""

    column: InstrumentedAttribute[Any]
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """Rows of one page, the mark of the next one, and how many there are in all."""

    items: Sequence[Any]
    next: str | None
    total: int


def encode_cursor(values: Sequence[Any]) -> str:
    """Pack the ordering values of the last row shown; moments travel as milliseconds."""
    plain = [to_ms(value) if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode(plain)).decode().rstrip("=")


def decode_cursor(text: str, orders: Sequence[Order]) -> list[Any]:
    """Unpack a mark; raise BadCursor when it is not one of ours."""
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return [_bound(o, value) for o, value in zip(orders, values, strict=True)]
    except (binascii.Error, TypeError, ValueError) as exc:
        raise BadCursor() from exc


def _bound(order: Order, value: Any) -> Any:
    """Give a value back the type of its column: what is not of that type is not from us."""
    kind = order.column.type
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    expected = int if isinstance(kind, Moment) else kind.python_type
    if type(value) is not expected or (isinstance(value, str) and "\0" in value):
        raise TypeError(type(value).__name__)
    return value


def _after(orders: Sequence[Order], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows that come after *values* in the ordering."""
    steps: list[ColumnElement[bool]] = []
    for index, order in enumerate(orders):
        equal = [o.column == v for o, v in zip(orders[:index], values, strict=False)]
        beyond = order.column < values[index] if order.descending else order.column > values[index]
        steps.append(and_(*equal, beyond))
    return or_(false(), *steps)


def page(
    query: Select[Any], orders: Sequence[Order], *, cursor: str | None, limit: int | None
) -> Page:
    """Run *query* for one page; `query` selects a single entity."""
    size = min(max(limit or DEFAULT_LIMIT, 1), MAX_LIMIT)
    total = (
        db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )
    if cursor:
        query = query.where(_after(orders, decode_cursor(cursor, orders)))
    ordering = [o.column.desc() if o.descending else o.column.asc() for o in orders]
    # Sort keys alone, then read one page of rows: sorting whole rows costs a hundred times more.
    key = orders[-1].column
    chosen = query.with_only_columns(key).order_by(*ordering).limit(size + 1)
    rows = list(db.session.scalars(query.where(key.in_(chosen)).order_by(*ordering)))
    more = len(rows) > size
    rows = rows[:size]
    last = encode_cursor([getattr(rows[-1], o.column.key) for o in orders]) if more else None
    return Page(items=rows, next=last, total=total)
