"""Databases for tests: the migrations run once a backend, every test database is a copy."""

import itertools
import os
import shutil
from pathlib import Path

from server import create_app
from server.kernel import migrate
from server.kernel.db import db
from server.kernel.settings import Settings
from tests.support.postgres import Cluster

BACKENDS = ("sqlite", "postgres")
_TEMPLATE = "anxun_template"


class Databases:
    """Makes migrated, empty databases of either kind; PostgreSQL starts when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cluster: Cluster | None = None
        self._numbers = itertools.count(1)
        self._templates: set[str] = set()

    def fresh(self, backend: str) -> str:
        """A new migrated database; its URL."""
        self._ensure_template(backend)
        name = f"anxun_{os.getpid()}_{next(self._numbers)}"
        if backend == "postgres":
            self.cluster.create(name, _TEMPLATE)
        else:
            shutil.copyfile(self._file(_TEMPLATE), self._file(name))
        return self._url(backend, name)

    def empty(self, backend: str) -> str:
        """A new database without a single table; its URL."""
        name = f"empty_{os.getpid()}_{next(self._numbers)}"
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
            secure_cookies=False,
            public_url="",
            testing=True,
        )

    def _ensure_template(self, backend: str) -> None:
        if backend in self._templates:
            return
        if backend == "postgres":
            self.cluster.create(_TEMPLATE)
        app = create_app(self.settings(self._url(backend, _TEMPLATE), self.folder))
        with app.app_context():
            migrate.upgrade()
            db.engine.dispose()
        self._templates.add(backend)

    def _url(self, backend: str, name: str) -> str:
        return self.cluster.url(name) if backend == "postgres" else f"sqlite:///{self._file(name)}"

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.sqlite"
