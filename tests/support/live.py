"""A real gunicorn on a real port, with a database and a photo store of its own."""

import json
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from server.ops.serving import Server
from tests.support.databases import environment, flask
from tests.support.ports import free_port


class LiveServer:
    """Starts on one port and comes back on it, so that an open page can reconnect."""

    def __init__(self, folder: Path, database_url: str, *, extra: Mapping[str, str]) -> None:
        self.folder = folder
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.env = {
            **environment(database_url, folder),
            "ANXUN_BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "2",
            **extra,
        }
        self._server = Server(self.env, probe=f"{self.url}/readyz", log=self.log)

    def start(self) -> None:
        """Start, or start again, and wait until it can work."""
        self._server.start()
        self._server.await_ready()

    def stop(self) -> None:
        """End it as an administrator would."""
        self._server.stop()

    def kill9(self) -> None:
        """End master and workers at once."""
        self._server.kill()

    @property
    def running(self) -> bool:
        return not self._server.ended()

    @property
    def pid(self) -> int:
        """gunicorn's master; the workers are its children."""
        return self._server.pid

    @property
    def accounts(self) -> dict[str, str]:
        """User name → password of the demo's people (content "demo")."""
        said = json.loads((self.folder / "demo-accounts.json").read_text("utf-8"))
        return {entry["username"]: entry["password"] for entry in said}

    def flask(self, *words: str) -> str:
        """Run a `flask` command against this server's database; its standard output."""
        return flask(self.env, *words)

    def get_json(self, path: str) -> object:
        """GET without a session."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path, timeout=10) as answer:
            return json.load(answer)
