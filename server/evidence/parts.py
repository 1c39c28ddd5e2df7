"""
Unfinished uploads as files. How far one has come is the length of its file.

Several requests, in several processes, may hold the same upload: a phone reconnects while the
server still waits for its dead connection. Each piece is therefore appended under a lock, and only
when the file ends where the writer believes; whoever finds it longer was overtaken and stops.
"""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from server.evidence.rules import UploadOffset

PIECE = 128 * 1024
_NAME = re.compile(r"[0-9A-Za-z_-]{24}")


class Stream(Protocol):
    """Where the bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to *size* bytes, none at the end."""


def new_name() -> str:
    """Return a name that nobody can guess."""
    return secrets.token_urlsafe(18)


def is_name(text: str) -> bool:
    """Say whether *text* could be the name of an upload; nothing else becomes a path."""
    return _NAME.fullmatch(text) is not None


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


class Part:
    """One unfinished upload."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        self.digest: Any = None

    @property
    def size(self) -> int:
        """How many bytes are here; none when there is no file."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, stream: Stream, offset: int, limit: int, check: Any = None) -> int:
        """
        Write what the stream brings, from *offset* on and up to *limit*; return the new end.

        What arrived before a connection broke is kept. *check* is a hash fed on the way.
        """
        self.digest = hashlib.sha256() if offset == 0 else None
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size != offset:
                raise UploadOffset(offset=os.fstat(handle).st_size)
            while offset < limit and (piece := stream.read(min(PIECE, limit - offset))):
                self._write(handle, piece, offset)
                offset += len(piece)
                if self.digest is not None:
                    self.digest.update(piece)
                if check is not None:
                    check.update(piece)
        finally:
            os.close(handle)
        return offset

    def _write(self, handle: int, piece: bytes, offset: int) -> None:
        with _locked(handle):
            end = os.fstat(handle).st_size
            if end != offset:
                raise UploadOffset(offset=end)
            try:
                written = 0
                while written < len(piece):
                    written += os.pwrite(handle, piece[written:], offset + written)
            except OSError:
                os.ftruncate(handle, offset)
                raise

    def cut(self, start: int, end: int) -> None:
        """Throw away what was written from *start* on, unless somebody has gone on since *end*."""
        handle = os.open(self.path, os.O_RDWR)
        try:
            with _locked(handle):
                if os.fstat(handle).st_size == end:
                    os.ftruncate(handle, start)
        finally:
            os.close(handle)

    def seal(self) -> str:
        """Make the bytes durable and return their hash."""
        with self.path.open("rb") as handle:
            os.fsync(handle.fileno())
            if self.digest is not None:
                return str(self.digest.hexdigest())
            return hashlib.file_digest(handle, "sha256").hexdigest()

    def remove(self) -> None:
        """Forget the bytes."""
        self.path.unlink(missing_ok=True)
