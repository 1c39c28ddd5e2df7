"""A folder and a database of its own for one server of a bench."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def ground(kind: str) -> Iterator[tuple[Path, str | None]]:
    """The folder and the database's URL: None for SQLite, a durable cluster's for PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if kind == "sqlite":
            yield Path(folder), None
            return
        from tests.support.postgres import DURABLE, Cluster

        cluster = Cluster(DURABLE)
        cluster.start()
        try:
            cluster.create("bench")
            yield Path(folder), cluster.url("bench")
        finally:
            cluster.stop()
