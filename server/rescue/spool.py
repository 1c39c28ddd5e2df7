"""
The folder of one rescue file: slices as they arrive, then what was inside.

Everything inside is written beside and renamed at the end, so that an opened file is always whole.
"""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from server.evidence.storage import plainly
from server.kernel import turns
from server.kernel.ids import is_id
from server.kernel.line import PATIENCE_S
from server.rescue import archive, shell
from server.rescue.archive import Member, Sink
from server.rescue.rules import RescueDamaged, RescueOffset, RescueState

PIECE = 256 * 1024


class Spool:
    """One file's folder."""

    def __init__(self, root: Path, name: str) -> None:
        assert is_id(name)
        self.folder = root / name
        self.sealed = self.folder / "file.anxun"
        self.opened = self.folder / "opened"

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        try:
            return self.sealed.stat().st_size
        except FileNotFoundError:
            return 0

    def begin(self) -> None:
        """Make the folder."""
        with plainly():
            self.folder.mkdir(parents=True, mode=0o700)
            self.sealed.touch(mode=0o600)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one request at a time work on this file; raise Unavailable when another goes on."""
        try:
            handle = os.open(self.folder, os.O_RDONLY)
        except FileNotFoundError as exc:
            raise RescueState() from exc
        try:
            turns.take(handle, time.monotonic() + PATIENCE_S)
            yield
        finally:
            # Closing would do, but gevent puts off the closing of folders until its loop turns:
            # in an idle process that may be never, and the next request is often elsewhere.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)

    def append(self, offset: int, data: bytes) -> int:
        """Add a slice; return the new end. A slice that was added before changes nothing."""
        with self.locked(), plainly(), self.sealed.open("r+b") as handle:
            end = handle.seek(0, os.SEEK_END)
            if offset + len(data) == end:
                return end
            if offset != end:
                raise RescueOffset(offset=end)
            try:
                handle.write(data)
                handle.flush()
            except OSError:
                handle.truncate(offset)
                raise
            return offset + len(data)

    def sha256(self) -> str:
        """Hash the file as it arrived."""
        with self.sealed.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()

    def open(self, passphrase: str, private_key: shell.PrivateKeys) -> shell.Header:
        """Check every seal and every hash, and lay the members out; nothing stays of a bad file."""
        beside = self.folder / "opening"
        shutil.rmtree(beside, ignore_errors=True)
        with plainly(), self.sealed.open("rb") as handle:
            header, line = shell.read_header(handle)
            key = shell.unlock(header, passphrase, private_key)
            try:
                (beside / "photos").mkdir(parents=True)
                _lay_out(beside, shell.pieces(handle, line, key))
            except BaseException:
                shutil.rmtree(beside, ignore_errors=True)
                raise
            shutil.rmtree(self.opened, ignore_errors=True)
            beside.rename(self.opened)
        return header

    def remove(self) -> None:
        """Forget the bytes."""
        shutil.rmtree(self.folder, ignore_errors=True)


class _Writer:
    """Writes members, one after another, hashing photos on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.handle: BinaryIO | None = None
        self.promised: str | None = None
        self.digest = hashlib.sha256()

    def begin(self, member: Member) -> Sink:
        self.end()
        self.promised = member.photo
        self.handle = (self.folder / member.name).open("xb")
        return self.add

    def add(self, data: bytes) -> None:
        assert self.handle is not None
        self.handle.write(data)
        if self.promised:
            self.digest.update(data)

    def end(self) -> None:
        if self.handle is None:
            return
        self.handle.close()
        if self.promised and self.digest.hexdigest() != self.promised:
            raise RescueDamaged()
        self.handle, self.digest = None, hashlib.sha256()

    def close(self) -> None:
        if self.handle is not None:
            self.handle.close()


def _lay_out(folder: Path, source: Iterator[bytes]) -> None:
    writer = _Writer(folder)
    try:
        archive.members(source, writer.begin)
        writer.end()
    except FileExistsError as exc:
        raise RescueDamaged() from exc
    finally:
        writer.close()


def names(root: Path) -> list[str]:
    """Return which files have a folder."""
    with suppress(FileNotFoundError):
        return [path.name for path in root.iterdir() if is_id(path.name)]
    return []
