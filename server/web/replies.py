"""What a view returns, as bytes."""

from typing import Any

import orjson
from flask import Response
from pydantic import BaseModel

from server.kernel.paging import Page


def _default(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Page):
        return {"items": value.items, "next": value.next, "total": value.total}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(type(value).__name__)


def json_bytes(value: Any) -> bytes:
    """Serialise; NaN becomes null, so that no browser ever meets it."""
    return orjson.dumps(value, default=_default)


def reply(value: Any) -> Response:
    """Turn a view's result into a response: None is 204, a Response stays as it is."""
    if isinstance(value, Response):
        return value
    if value is None:
        return Response(status=204)
    response = Response(json_bytes(value), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
