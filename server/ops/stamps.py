"""Remembering what a piece of work was made from, so that it is not done twice.

A stamp lies inside the thing that it describes: whoever deletes the thing deletes the stamp.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from server.ops import paths


def content(files: Iterable[Path], *, salt: str = "") -> str:
    """One hash over the names and bytes of files."""
    digest = hashlib.sha256(salt.encode())
    for file in sorted(files):
        digest.update(f"\0{file.relative_to(paths.ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def tree(folder: Path, *, without: frozenset[str] = frozenset()) -> list[Path]:
    """Every file below a folder, leaving out direct children by name."""
    found: list[Path] = []
    for child in folder.iterdir() if folder.is_dir() else ():
        if child.name in without:
            continue
        found += [child] if child.is_file() else [f for f in child.rglob("*") if f.is_file()]
    return found


def fresh(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def remember(stamp: Path, value: str) -> None:
    stamp.write_text(value)
