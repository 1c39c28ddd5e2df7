"""
A core for the page alone.

A phone has four cores or more. The machine that measures may have two, shared by the page's main
thread with the rest of the browser, the server and Lighthouse itself; what the main thread then
waits for its turn would be counted as its own slowness, and is more than what it works. So it gets
one core, and everything else that we started gets the others.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROUND_S = 0.02


@contextlib.contextmanager
def page_alone() -> Iterator[bool]:
    """
    While inside, keep one core for the main threads of pages.

    Yields False where that cannot be: with one core, or without Linux.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        yield False
        return
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(done, {cores[0]}, set(cores[1:])), daemon=True)
    keeper.start()
    try:
        yield True
    finally:
        done.set()
        keeper.join()
        os.sched_setaffinity(0, cores)


def _keep(done: threading.Event, alone: set[int], others: set[int]) -> None:
    while not done.is_set():
        for process in _ours():
            is_page = "--type=renderer" in _read(process / "cmdline")
            for thread in _threads(process):
                wanted = alone if is_page and thread == int(process.name) else others
                with contextlib.suppress(OSError):
                    if os.sched_getaffinity(thread) != wanted:
                        os.sched_setaffinity(thread, wanted)
        time.sleep(ROUND_S)


def _ours() -> list[Path]:
    """This process and all that descends from it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        words = _read(folder / "stat").rpartition(")")[2].split()
        if words:
            parents[int(folder.name)] = int(words[1])
    me = os.getpid()
    return [Path("/proc", str(pid)) for pid in parents if _descends(pid, me, parents)]


def _descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid not in (0, ancestor):
        pid = parents.get(pid, 0)
    return pid == ancestor


def _threads(process: Path) -> list[int]:
    try:
        return [int(name) for name in os.listdir(process / "task")]
    except OSError:
        return []


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
