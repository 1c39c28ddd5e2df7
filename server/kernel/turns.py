"""
One writer at a time on SQLite, in the order of coming, across green threads, threads and processes.

SQLite itself makes a second writer sleep inside the C library, ever longer, and with it every other
green thread of its process. Here writers wait outside: those of one process for a lock of the
process, the foremost of each process for two locks on files. Whoever waits for the second holds the
first, so that a busy process cannot overtake the one that has waited.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from server.kernel.errors import Unavailable

PATIENCE_S = 10.0
PAUSE_S = 0.0005
_process = threading.Lock()


@contextmanager
def turn(database: str) -> Iterator[None]:
    """Wait for the right to write to *database*; raise Unavailable when it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    if not _process.acquire(timeout=PATIENCE_S):
        raise Unavailable(retry_after=2)
    try:
        with _opened(f"{database}-writer") as writer:
            with _opened(f"{database}-queue") as queue:
                _take(queue, deadline)
                _take(writer, deadline)
            yield
    finally:
        _process.release()


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


def _take(handle: int, deadline: float) -> None:
    """Lock without blocking the process: under gevent the others go on while this one sleeps."""
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Unavailable(retry_after=2) from None
            time.sleep(PAUSE_S)
