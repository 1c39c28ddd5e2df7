"""A PostgreSQL of our own: no TCP port, gone with the process that started it."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from server.ops import debian

START_SECONDS = 30
PR_SET_PDEATHSIG = 1
DURABLE = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "64MB"}
FLEETING = DURABLE | {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Cluster:
    """initdb and postgres in a folder under the system's temporary one (socket paths are short)."""

    def __init__(self, settings: Mapping[str, str] = FLEETING) -> None:
        binaries = debian.postgresql()
        assert binaries is not None, "install PostgreSQL: apt-get install postgresql"
        self._binaries = binaries
        self._settings = settings
        self._user: int | None
        self._group: int | None
        self._user, self._group = _account()
        self._extra_groups: list[int] | None = None if self._user is None else []
        self.folder = Path(tempfile.mkdtemp(prefix="anxun-pg-"))
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._user is not None and self._group is not None:
            os.chown(self.folder, self._user, self._group)
        self._initialise()
        self._launch()

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """End every session and start again: SIGINT in good order, SIGQUIT as in a crash."""
        assert self._server is not None
        self._server.send_signal(how)
        self._server.wait(20)
        self._launch()

    def _launch(self) -> None:
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data")]
        command += ["-k", str(self.folder)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._user,
                group=self._group,
                extra_groups=self._extra_groups,
                preexec_fn=_die_with_parent,
            )
        self._await_ready()

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> None:
        """Make a database as a copy of another one, which nobody may be using."""
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with self._connect() as connection:
            connection.execute(words.format(sql.Identifier(database), sql.Identifier(template)))

    def drop(self, database: str) -> None:
        with self._connect() as connection:
            words = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(words.format(sql.Identifier(database)))

    def _initialise(self) -> None:
        command = [str(self._binaries / "initdb"), "--pgdata", str(self.folder / "data")]
        command += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        command += ["--no-sync", "--no-instructions"]
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            cwd=self.folder,
            user=self._user,
            group=self._group,
            extra_groups=self._extra_groups,
        )
        assert done.returncode == 0, done.stderr.decode()

    def _await_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, self._log.read_text()
                assert self._server is not None
                assert self._server.poll() is None, self._log.read_text()
                time.sleep(0.05)
            else:
                return

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        folder = str(self.folder)
        return psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True)

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"


def _account() -> tuple[int, int] | tuple[None, None]:
    """PostgreSQL refuses to run as root: whom to step down to."""
    if os.geteuid() != 0:
        return None, None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
    raise AssertionError("run the tests as another user than root: no account to step down to")


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
