"""Where photo bytes lie: a content-addressed folder; the port that an object store will fill."""

import hashlib
import os
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


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
        for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
            _sync_folder(folder)


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
