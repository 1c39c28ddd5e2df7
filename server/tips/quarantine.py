"""Where pictures lie that nobody has looked into yet; nothing is ever shown from here."""

import os
import time
from pathlib import Path

from flask import current_app

from server.evidence.storage import plainly
from server.kernel.settings import Settings

_OLD_S = 86_400


def folder() -> Path:
    """Return the folder, made on first use and closed to everybody else."""
    settings: Settings = current_app.extensions["settings"]
    place = settings.store / "quarantine"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def put(name: str, data: bytes) -> None:
    """Lay bytes down."""
    with plainly():
        handle = os.open(path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def path(name: str) -> Path:
    """Return where the bytes of a picture lie."""
    return folder() / name


def drop(name: str) -> None:
    """Delete what came and what was being made of it."""
    for file in folder().glob(f"{name}*"):
        file.unlink(missing_ok=True)


def drop_stray(known: frozenset[str]) -> int:
    """Delete what a process left behind that died between file and row."""
    limit = time.time() - _OLD_S
    stray = [
        file
        for file in folder().iterdir()
        if file.name[:36] not in known and file.stat().st_mtime < limit
    ]
    for file in stray:
        file.unlink(missing_ok=True)
    return len(stray)
