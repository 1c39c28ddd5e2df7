"""
Rows for apps that are older than this server.

A phone names the shape of rows that it knows (`schema`). Whoever changes a row so that an older app
would misread it raises CURRENT and adds the step back here. Apps further behind than REACH still
bring their work in; they only get no rows until they are updated. Nothing was released before 1.
"""

from collections.abc import Callable, Mapping
from typing import Any

from server.kernel.errors import Invalid

Data = dict[str, Any]
CURRENT = 1
REACH = 2
# Shape n → by kind of row, how a row of shape n + 1 is written in shape n.
STEPS: Mapping[int, Mapping[str, Callable[[Data], Data]]] = {}


class UpdateNeeded(Invalid):
    """The app cannot read this server's rows; answered with 426, and only where rows are asked."""

    code = "update-needed"
    title = "Please update the app. Your work is safe and is still sent."
    title_zh = "请更新应用。您的内容没有丢，仍会照常发送。"


def require_readable(schema: int) -> None:
    """Raise when no row can be written as this app reads it; 0 is an app that does not say."""
    if 0 < schema < CURRENT - REACH:
        raise UpdateNeeded(schema=schema)


def lower(etype: str, data: Data, schema: int) -> Data:
    """Return a row in an older shape."""
    for shape in range(CURRENT - 1, max(schema, 1) - 1, -1):
        step = STEPS.get(shape, {}).get(etype)
        data = step(data) if step else data
    return data
