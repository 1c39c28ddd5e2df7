"""
Moving SQLite's write-ahead log into the database, off the path of requests.

Left alone, every thousandth page makes one unlucky request copy and sync four megabytes. Here a
thread does it when the log has grown; requests do it themselves only when that thread has failed
to keep up.
"""

import os
import sys
import threading
from collections.abc import Callable

from pysqlite3 import dbapi2 as sqlite

GROWN = 4 * 1024 * 1024
# Pages: requests step in at 64 MiB.
BACKSTOP = 16_384
_running = False


def after_commit(database: str) -> None:
    """Start a checkpoint when the log has grown and none is under way in this process."""
    global _running
    try:
        grown = os.stat(f"{database}-wal").st_size >= GROWN
    except FileNotFoundError:
        return
    if grown and not _running:
        _running = True
        _aside(lambda: _run(database))


def _run(database: str) -> None:
    global _running
    try:
        connection = sqlite.connect(database, timeout=5)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            connection.close()
    except sqlite.OperationalError:
        pass  # another process is at it
    finally:
        _running = False


def _aside(work: Callable[[], None]) -> None:
    """Run in a real thread, also where threads have been replaced by green ones."""
    if "gevent.monkey" in sys.modules:
        from gevent import get_hub, monkey

        if monkey.is_module_patched("threading"):
            get_hub().threadpool.spawn(work)
            return
    threading.Thread(target=work, name="checkpoint", daemon=True).start()
