"""Where photo bytes lie: a content-addressed folder; the port that an object store will fill."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 1024 * 1024


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

    def remove(self, sha256: str) -> None:
        """Delete stored bytes and what was made of them."""

    def derived(self, sha256: str, name: str) -> Path:
        """Return where a picture made of stored bytes lies."""

    def room(self) -> int:
        """Return how many bytes are free."""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    """Make a folder so that it survives a power cut: a new name is durable once its parent is."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


class FileStore:
    """Bytes in files: blobs/aa/bb/<sha256>, written beside, synced, renamed, folder synced."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Return where the bytes of *sha256* lie."""
        return self.root / "blobs" / sha256[:2] / sha256[2:4] / sha256

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
        target = self.path(sha256)
        _make_folder(target.parent)
        part.replace(target)
        _sync_folder(target.parent)

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
