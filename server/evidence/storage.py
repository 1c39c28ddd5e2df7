"""Where photo bytes lie: the port, and a content-addressed folder; objects.py has the other."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from server.evidence.rules import StoreFull
from server.kernel.aside import aside
from server.kernel.errors import Unavailable

CHUNK = 1024 * 1024
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# Read-only, failing, or out of handles: nothing is wrong with the request.
UNUSABLE = frozenset({errno.EROFS, errno.EIO, errno.EACCES, errno.EMFILE, errno.ENFILE})


class Store(Protocol):
    """What evidence needs of a store. Names are SHA-256 in lower-case hex."""

    def is_usable(self) -> bool:
        """Say whether bytes can be written now."""

    def open(self, sha256: str) -> BinaryIO:
        """Open stored bytes; FileNotFoundError when absent."""

    def has(self, sha256: str) -> bool:
        """Say whether the bytes are here."""

    def keep(self, part: Path, sha256: str) -> None:
        """Make a finished, synced part file the stored bytes of *sha256*, durably."""

    def parts(self) -> Path:
        """Return the folder of unfinished uploads."""

    def is_sound(self, sha256: str) -> bool:
        """Read the stored bytes again; False when they are absent or others."""

    def remove(self, sha256: str) -> None:
        """Delete stored bytes and what was made of them."""

    def trim(self) -> int:
        """Delete copies that need not lie on this disk; return how many."""

    def derived(self, sha256: str, name: str) -> Path:
        """Return where a picture made of stored bytes lies."""

    def room(self) -> int:
        """Return how many bytes are free."""


@contextmanager
def plainly() -> Iterator[None]:
    """Say what a disk refuses in words that a phone understands: later, nothing was lost."""
    try:
        yield
    except OSError as exc:
        if exc.errno in FULL:
            raise StoreFull(retry_after=60) from exc
        if exc.errno in UNUSABLE:
            raise Unavailable(retry_after=60) from exc
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FileStore:
    """
    Bytes in files: blobs/aa/<sha256>, written beside, synced, renamed, folder synced.

    Not deeper: 256 folders are soon all there, and a photo then costs one sync of a folder, not
    three.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lasting: set[Path] = set()

    def path(self, sha256: str) -> Path:
        """Return where the bytes of *sha256* lie."""
        return self.root / "blobs" / sha256[:2] / sha256

    def parts(self) -> Path:
        """Return the folder of unfinished uploads, made on first use."""
        folder = self.root / "parts"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def is_usable(self) -> bool:
        """Say whether the store can be written."""
        return os.access(self.parts(), os.W_OK)

    def has(self, sha256: str) -> bool:
        """Say whether the bytes are here."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """Open stored bytes."""
        return self.path(sha256).open("rb")

    def keep(self, part: Path, sha256: str) -> None:
        """Rename a finished part into place. The caller has synced the part itself."""
        aside(lambda: self._keep(part, sha256))

    def _keep(self, part: Path, sha256: str) -> None:
        target = self.path(sha256)
        self._make_lasting(target.parent)
        part.replace(target)
        _sync_folder(target.parent)

    def _make_lasting(self, folder: Path) -> None:
        """
        Make a folder that survives a power cut: its name lasts once its parent was synced.

        One that is here already is synced too, once: whoever made it may have died before that.
        """
        if folder in self._lasting and folder.is_dir():
            return
        if folder != self.root:
            self._make_lasting(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)
        self._lasting.add(folder)

    def is_sound(self, sha256: str) -> bool:
        """Read the stored bytes again; False when they are absent or others."""
        try:
            with self.open(sha256) as handle:
                return sha256_of(chunks_of(handle)) == sha256
        except OSError:
            return False

    def trim(self) -> int:
        """Nothing here is a copy."""
        return 0

    def shrink(self, most: int, may_go: Callable[[str], bool]) -> int:
        """Delete what was used longest ago until *most* bytes are left; return how many."""
        found = [(path.stat(), path) for path in (self.root / "blobs").glob("*/*")]
        found.sort(key=lambda one: max(one[0].st_atime, one[0].st_mtime))
        excess, gone = sum(stat.st_size for stat, _ in found) - most, 0
        for stat, path in found:
            if excess <= 0:
                break
            if may_go(path.name):
                path.unlink(missing_ok=True)
                excess, gone = excess - stat.st_size, gone + 1
        return gone

    def remove(self, sha256: str) -> None:
        """Delete stored bytes and what was made of them."""
        self.path(sha256).unlink(missing_ok=True)
        for derived in self.derived(sha256, "").parent.glob(f"{sha256}*"):
            derived.unlink(missing_ok=True)

    def derived(self, sha256: str, name: str) -> Path:
        """Return where a picture made of stored bytes lies; it can always be made again."""
        return self.root / "derivatives" / sha256[:2] / sha256[2:4] / f"{sha256}{name}"

    def room(self) -> int:
        """Return how many bytes are free."""
        return shutil.disk_usage(self.parts()).free


def sha256_of(chunks: Iterator[bytes]) -> str:
    """Hash a stream."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def chunks_of(handle: BinaryIO) -> Iterator[bytes]:
    """Read a file in pieces."""
    while chunk := handle.read(CHUNK):
        yield chunk
