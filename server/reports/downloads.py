"""
Files that are handed out once they are finished, or while they are being written.

What is read from the database while it goes out holds one reading of the database open, and a
reader on a bad line would hold it for hours. So a slow one gets what is left from a file, and one
who takes nothing at all is let go.
"""

import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from contextvars import copy_context
from typing import IO, Any
from urllib.parse import quote

from flask import Flask, Response, current_app, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PART = 64 * 1024
#: Seconds that a reader may keep the database waiting in all, and in which a part must be taken.
PATIENCE_S = 3.0
STALLED_S = 60.0


def download(file: IO[bytes], mime: str, name: str) -> Response:
    """Stream a finished file; it disappears with the response."""
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(_parts(file), mimetype=mime)
    response.content_length = size
    response.call_on_close(file.close)
    return _named(response, name)


def hand_out(parts: Generator[bytes], mime: str, name: str) -> Response:
    """
    Stream a file that is being written.

    Its first part is ready before anything is sent: what goes wrong by then is told as a problem.
    Later the connection breaks off, so that nobody takes half a file for a whole one.
    """
    own = _apart(parts)
    sent = _patiently(next(own), own, request.environ.get("gunicorn.socket"))
    return _named(Response(sent, content_type=mime), name)


def _apart(parts: Generator[bytes]) -> Generator[bytes]:
    """
    Run a generator in a context and with a database session of its own.

    Those of the request end before the second part is asked for.
    """
    context = copy_context()
    inside = _inside(current_app._get_current_object(), parts)  # type: ignore[attr-defined]
    try:
        while part := context.run(next, inside, b""):
            yield part
    finally:
        context.run(inside.close)


def _inside(app: Flask, parts: Generator[bytes]) -> Generator[bytes]:
    with app.app_context(), closing(parts):
        yield from parts


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _patiently(first: bytes, parts: Generator[bytes], line: Any) -> Generator[bytes]:
    with _no_stalling(line), closing(parts):
        waited = yield from _timed(first)
        for part in parts:
            waited += yield from _timed(part)
            if waited > PATIENCE_S:
                break
        else:
            return
        with tempfile.TemporaryFile() as rest:
            rest.writelines(parts)
            rest.seek(0)
            yield from _parts(rest)


def _timed(part: bytes) -> Generator[bytes, None, float]:
    """Hand one part over; return how long that took. Others have their turn in between."""
    begun = time.monotonic()
    yield part
    waited = time.monotonic() - begun
    time.sleep(0)
    return waited


@contextmanager
def _no_stalling(line: Any) -> Iterator[None]:
    """Break the connection off when nothing is taken for a long time; there is none in tests."""
    if line is None:
        yield
        return
    before = line.gettimeout()
    line.settimeout(STALLED_S)
    try:
        yield
    finally:
        line.settimeout(before)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_PART):
            yield part
