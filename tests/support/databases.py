"""
Databases for tests: each kind is made once a run, every test database is a copy.

bare: migrated, without a row. ready: with roles and published checklists. demo: with the county.
"""

import itertools
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from server.kernel.settings import Settings
from server.ops import paths, process
from server.ops.site import FLASK
from tests.support.postgres import Cluster

Content = Literal["bare", "ready", "demo"]
BACKENDS = ("sqlite", "postgres")
STEPS: dict[Content, tuple[tuple[str, ...], ...]] = {
    "bare": (("db", "upgrade"),),
    "ready": (("setup",),),
    "demo": (("setup",), ("demo", "load")),
}


def flask(env: Mapping[str, str], *words: str) -> str:
    """Run a `flask` command in a process of its own; its standard output."""
    done = subprocess.run(
        [*FLASK, *words],
        env=process.environment(env),
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(url: str, folder: Path) -> dict[str, str]:
    """The environment of an installation whose everything lies in *folder*."""
    return {
        "ANXUN_DATABASE_URL": url,
        "ANXUN_VAR": str(folder),
        "ANXUN_STORE": str(folder / "store"),
        "ANXUN_DEMO": "0",
    }


class Databases:
    """Makes databases of either backend; PostgreSQL starts when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cluster: Cluster | None = None
        self._numbers = itertools.count(1)
        self._templates: dict[tuple[str, Content], str] = {}

    def fresh(self, backend: str, content: Content = "bare", into: Path | None = None) -> str:
        """A new database and, with *into*, its files beside it; the database's URL."""
        template = self._template(backend, content)
        name = self._name("test")
        if backend == "postgres":
            self.cluster.create(name, template)
        else:
            shutil.copyfile(self._file(template), self._file(name))
        if into is not None:
            shutil.copytree(self.folder / f"{template}-files", into, dirs_exist_ok=True)
        return self._url(backend, name)

    def empty(self, backend: str) -> str:
        """A new database without a single table; its URL."""
        name = self._name("empty")
        if backend == "postgres":
            self.cluster.create(name)
        return self._url(backend, name)

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()

    @property
    def cluster(self) -> Cluster:
        if self._cluster is None:
            self._cluster = Cluster()
            self._cluster.start()
        return self._cluster

    def settings(self, url: str, folder: Path) -> Settings:
        """Settings of an installation whose everything lies in *folder*."""
        return Settings(
            database_url=url,
            var=folder,
            store=folder / "store",
            demo=False,
            public_url="",
            testing=True,
        )

    def _template(self, backend: str, content: Content) -> str:
        known = self._templates.get((backend, content))
        if known is not None:
            return known
        name = self._name(content)
        if backend == "postgres":
            self.cluster.create(name)
        files = self.folder / f"{name}-files"
        files.mkdir()
        for words in STEPS[content]:
            flask(environment(self._url(backend, name), files), *words)
        self._templates[backend, content] = name
        return name

    def _name(self, kind: str) -> str:
        return f"anxun_{kind}_{os.getpid()}_{next(self._numbers)}"

    def _url(self, backend: str, name: str) -> str:
        return self.cluster.url(name) if backend == "postgres" else f"sqlite:///{self._file(name)}"

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite"
