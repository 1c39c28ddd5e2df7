"""Waiting for a browser to be gone for good."""

import time
from pathlib import Path

SECONDS = 20


def await_gone(profile: Path) -> None:
    """Return when no process holds the profile any more: only then it can be opened again."""
    wanted = f"--user-data-dir={profile}".encode()
    deadline = time.monotonic() + SECONDS
    while any(_runs_with(folder, wanted) for folder in Path("/proc").iterdir()):
        assert time.monotonic() < deadline, f"the browser of {profile} did not end"
        time.sleep(0.05)


def _runs_with(folder: Path, wanted: bytes) -> bool:
    if not folder.name.isdigit():
        return False
    try:
        return wanted in (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
