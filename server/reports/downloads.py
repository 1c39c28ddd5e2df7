"""Files that are handed out once they are finished."""

from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PART = 64 * 1024


def download(file: IO[bytes], mime: str, name: str) -> Response:
    """Stream a finished file; it disappears with the response."""
    size = file.seek(0, 2)
    file.seek(0)
    response = Response(_parts(file), mimetype=mime)
    response.content_length = size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(file.close)
    return response


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while part := file.read(_PART):
            yield part
