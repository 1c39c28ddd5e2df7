"""
Moving SQLite's write-ahead log into the database, off the path of requests.

Left alone, every thousandth page makes one unlucky request copy and sync four megabytes. Here a
thread does it when the log has grown; requests do it themselves only when that thread has failed
to keep up.

The log file never shrinks: its length says that it has grown once, not that it is full now. And a
checkpoint beside busy writers never reaches the log's end, so that the log would grow for ever. The
thread therefore copies first beside the writers, then takes their turn for the little that is left:
the next writer begins the log anew.
"""

import os
import sys
import threading
import time
from collections.abc import Callable

from pysqlite3 import dbapi2 as sqlite

from server.kernel import turns

GROWN = 4 * 1024 * 1024
# Pages: requests step in at 64 MiB.
BACKSTOP = 16_384
PAUSE_S = 1.0
_running = False
_not_before = 0.0


def after_commit(database: str) -> None:
    """Start a checkpoint when the log has grown and none was under way lately in this process."""
    global _running
    if _running or time.monotonic() < _not_before:
        return
    try:
        grown = os.stat(f"{database}-wal").st_size >= GROWN
    except FileNotFoundError:
        return
    if grown:
        _running = True
        _aside(lambda: _run(database))


def _run(database: str) -> None:
    global _running, _not_before
    try:
        run(database)
    except (sqlite.OperationalError, OSError):
        pass  # another process is at it, or the disk is full: requests see that themselves
    finally:
        _not_before = time.monotonic() + PAUSE_S
        _running = False


def run(database: str) -> None:
    """Copy the log into the database: beside the writers first, the rest in a turn of our own."""
    connection = sqlite.connect(database, timeout=5)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        with turns.turn_of_process(database):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    finally:
        connection.close()


def _aside(work: Callable[[], None]) -> None:
    """Run in a real thread, also where threads have been replaced by green ones."""
    if "gevent.monkey" in sys.modules:
        from gevent import get_hub, monkey

        if monkey.is_module_patched("threading"):
            get_hub().threadpool.spawn(work)
            return
    threading.Thread(target=work, name="checkpoint", daemon=True).start()
