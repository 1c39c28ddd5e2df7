"""A demo server for benches in a browser: one of its own, or one that somebody else started."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.ops import webapp
from tests.support.databases import Databases
from tests.support.live import LiveServer


@contextmanager
def serving(folder: Path, url: str = "") -> Iterator[LiveServer]:
    """A server with the demo's county on SQLite and the built app; with *url*, the one there."""
    place = folder / "server"
    place.mkdir()
    if url:
        yield _Running(place, url)
        return
    webapp.ensure_built()
    database = Databases(folder).fresh("sqlite", "demo", into=place)
    server = LiveServer(place, database, extra={"ANXUN_DEMO": "1"})
    server.start()
    try:
        yield server
    finally:
        server.kill9()


class _Running(LiveServer):
    """A demo server that somebody else started; its accounts lie under ANXUN_VAR."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, "", extra={})
        self.url = url

    @property
    def accounts(self) -> dict[str, str]:
        path = Path(os.environ["ANXUN_VAR"]) / "demo-accounts.json"
        return {a["username"]: a["password"] for a in json.loads(path.read_text())}
