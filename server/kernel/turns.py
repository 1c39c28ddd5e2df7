"""
One writer at a time on SQLite, in the order of coming, across green threads, threads and processes.

SQLite itself makes a second writer sleep inside the C library, ever longer, and with it every other
green thread of its process. Here writers wait outside: those of one process in a line of their own,
the foremost of each process for two locks on files. Whoever waits for the second holds the first,
so that a busy process cannot overtake the one that has waited.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from server.kernel.aside import aside, real_sleep
from server.kernel.errors import Unavailable
from server.kernel.line import PATIENCE_S, Line

SHORTEST_PAUSE_S = 0.000_05
LONGEST_PAUSE_S = 0.002


_process = Line()


@contextmanager
def turn(database: str) -> Iterator[None]:
    """Wait for the right to write to *database*; raise Unavailable when it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    with _process.place(), _opened(f"{database}-writer") as writer:
        with _opened(f"{database}-queue") as queue:
            take(queue, deadline)
            take(writer, deadline)
        yield


@contextmanager
def turn_of_process(database: str) -> Iterator[None]:
    """
    Wait in the queue of processes alone, for a real thread that nobody waits for.

    It stands apart from the line of its process, which belongs to green threads.
    """
    with _opened(f"{database}-writer") as writer:
        with _opened(f"{database}-queue") as queue:
            fcntl.flock(queue, fcntl.LOCK_EX)
            fcntl.flock(writer, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(path: str) -> Iterator[int]:
    """Open a lock file; closing it gives its lock back, also when the process dies."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:  # the disk is full or read-only
        raise Unavailable(retry_after=10) from exc
    try:
        yield handle
    finally:
        os.close(handle)


def take(handle: int, deadline: float) -> None:
    """
    Lock an open file without holding up the process: under gevent a real thread does the waiting.

    *deadline* is a moment of time.monotonic(); raises Unavailable when it passes.
    """
    if not _try(handle) and not aside(lambda: _wait(handle, deadline)):
        raise Unavailable(retry_after=2)


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(handle: int, deadline: float) -> bool:
    """Look again and again: a writer is done within milliseconds, and a blocked lock has no end."""
    pause = SHORTEST_PAUSE_S
    while not _try(handle):
        if time.monotonic() > deadline:
            return False
        real_sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_S)
    return True
