"""SIGKILL to one of a browser's processes, and the proof that it died of it."""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["renderer", "storage", "browser", "all"]
KINDS: tuple[Kind, ...] = ("all", "renderer", "storage", "browser")
STORAGE = "--utility-sub-type=storage.mojom.StorageService"
GONE_MS = 20_000
#: what a shell says of a child that died of signal 9
KILLED = 128 + signal.SIGKILL


def witness(folder: Path, browser: str) -> Path:
    """A command that starts the browser and writes down how it ended."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "browser"
    command.write_text(f'#!/bin/sh\n{browser} "$@"\necho $? >> "{folder}/ended"\n')
    command.chmod(0o755)
    return command


def endings(folder: Path) -> list[int]:
    """How it ended each time, as a shell tells it."""
    said = folder / "ended"
    return [int(line) for line in said.read_text().split()] if said.exists() else []


@dataclass(frozen=True)
class Process:
    """One process of the browser."""

    pid: int
    parent: int
    words: tuple[bytes, ...]

    @property
    def kind(self) -> str:
        given = b" ".join(self.words)
        if b"--type=" not in given:
            return "browser"
        if b"--type=renderer" in given:
            return "renderer"
        return "storage" if STORAGE.encode() in given else "other"


def processes_of(profile: Path) -> list[Process]:
    """The browser that was started with this profile, and everything that it started."""
    every = {one.pid: one for one in _all()}
    root = f"--user-data-dir={profile}".encode()
    begun = {one.pid for one in every.values() if root in one.words and one.kind == "browser"}

    def belongs(one: Process) -> bool:
        while one.pid not in begun:
            if one.parent not in every:
                return False
            one = every[one.parent]
        return True

    return [one for one in every.values() if belongs(one) and one.words[0] != b"/bin/sh"]


def _all() -> Iterator[Process]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").split()
                stat = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                yield Process(int(folder.name), int(stat[1]), tuple(words) or (b"",))


class Kill:
    """Aimed beforehand, so that nothing but the signal happens at the chosen moment."""

    def __init__(self, profile: Path, kind: Kind) -> None:
        aimed = [one for one in processes_of(profile) if kind in ("all", one.kind)]
        assert aimed, f"no process to kill: {kind}"
        self.pids = [one.pid for one in aimed]
        self._handles = [os.pidfd_open(pid) for pid in self.pids]

    def __call__(self) -> None:
        for handle in self._handles:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handle, signal.SIGKILL)

    def await_gone(self) -> None:
        """Return when each of them has ended."""
        for handle in self._handles:
            ended, _, _ = select.select([handle], [], [], GONE_MS / 1000)
            assert ended, f"still alive after SIGKILL: one of {self.pids}"
            os.close(handle)
        self._handles = []
