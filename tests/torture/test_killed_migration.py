"""Setting the database up is killed again and again; the next try always completes it."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from server.kernel.db import engine_options
from server.ops import paths, process
from tests.conftest import BACKENDS
from tests.support.databases import Databases
from tests.torture.dose import KILLS, SEED

TIMES = max(3, KILLS // 20)
AT_ONE = 3


def kill(pid: int) -> None:
    """End a process that may have ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Migrator:
    """A process that sets a database up whenever it is asked to."""

    def __init__(self, folder: Path) -> None:
        command = [str(paths.PYTHON), "-m", "tests.torture.migrator", str(folder)]
        self.log = (folder / "migrator.log").open("ab")
        self.process = subprocess.Popen(
            command,
            cwd=paths.ROOT,
            env=process.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def run(self, url: str, kill_after: float | None = None) -> tuple[int, float]:
        """Set up once, perhaps killed; how it ended and how long it took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{url}\n")
        self.process.stdin.flush()
        pid, begun = int(self.process.stdout.readline()), time.monotonic()
        timer = threading.Timer(kill_after or 0, kill, (pid,))
        if kill_after is not None:
            timer.start()
        ended = int(self.process.stdout.readline())
        timer.cancel()
        return ended, time.monotonic() - begun

    def close(self) -> None:
        """End it."""
        self.process.communicate(timeout=20)
        self.log.close()


@pytest.fixture
def migrator(tmp_path: Path) -> Iterator[Migrator]:
    """One for the length of a test."""
    made = Migrator(tmp_path)
    yield made
    made.close()


def shape(url: str) -> dict[str, Any]:
    """Every table with its columns and keys, and how many rows setting up leaves in it."""
    options = engine_options(url)
    engine = create_engine(url, **{k: v for k, v in options.items() if "pool" not in k})
    found: dict[str, Any] = {}
    with engine.connect() as connection:
        seen = inspect(connection)
        for table in sorted(seen.get_table_names()):
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)]
            indexes = sorted(str(index["name"]) for index in seen.get_indexes(table))
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            found[table] = (columns, indexes, len(seen.get_foreign_keys(table)), rows)
    engine.dispose()
    return found


@pytest.mark.parametrize("kind", BACKENDS)
def test_a_killed_migration_is_completed_by_the_next_one(
    kind: str,
    databases: Databases,
    migrator: Migrator,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    choice = random.Random(f"migrations-{SEED}")
    ended, lasts = migrator.run(whole := databases.empty(kind))
    log, killed, made = tmp_path / "migrator.log", 0, 0
    assert ended == 0, log.read_text()
    while killed < TIMES:
        url, made = databases.empty(kind), made + 1
        for _ in range(AT_ONE):
            ended, _ = migrator.run(url, choice.uniform(0, lasts * 0.9))
            assert ended in (-signal.SIGKILL, 0), log.read_text()
            killed += ended != 0
        assert migrator.run(url)[0] == 0, log.read_text()
        assert shape(url) == shape(whole)
    record_property("examined", f"seed {SEED} on {kind}: {killed} kills of {made} migrations")
