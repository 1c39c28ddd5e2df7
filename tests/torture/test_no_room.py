"""
The disk is full, the disk is read-only, the database server restarts under load.

Each time phones are told in plain words to wait, nothing acknowledged is lost, nothing is half
written, and work goes on by itself when the trouble is over.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.kernel.db import db
from tests.support.databases import Databases, environment, flask
from tests.support.postgres import DURABLE, Cluster
from tests.sync.live import Ground, closing, ground
from tests.torture import audit
from tests.torture.book import Book
from tests.torture.crowd import Inspector, at_work
from tests.torture.dose import SEED
from tests.torture.line import Line
from tests.torture.pictures import photo_bytes
from tests.torture.sending import Sending
from tests.torture.serving import Victim

PHONES = 3
MEGABYTES = 120
TROUBLE_S = 1.5


class Mount:
    """A small disk of its own in memory; root alone may make one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._mount("-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0755", "tmpfs")

    def _mount(self, *words: str) -> None:
        done = subprocess.run(
            ["mount", *words, str(self.folder)], capture_output=True, check=False, text=True
        )
        if done.returncode != 0:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")

    def fill(self) -> None:
        """Leave not a byte."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while ballast.write(b"\0" * size):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink()

    def freeze(self, *, writable: bool) -> None:
        """Refuse every write, or take them again. Files that are open for writing hinder it."""
        self._mount("-o", f"remount,{'rw' if writable else 'ro'}")

    def close(self) -> None:
        """Take it away, though somebody may still look at it."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Mount]:
    """A disk that can be filled."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    made = Mount(tmp_path / "disk")
    yield made
    made.close()


@contextmanager
def working(
    url: str, home: Path, book: Book, log: Path
) -> Iterator[tuple[Victim, Ground, list[Inspector]]]:
    """A server and phones that work with it; afterwards all comes to rest and is looked at."""
    with closing(ground(url, home, PHONES)) as made:
        server = Victim(home, url)
        server.log = log
        server.up()
        people = [Inspector(server.port, made, n, book, SEED) for n in range(PHONES)]
        people[0].brings_photos = False  # one that cannot get stuck at a photo
        try:
            with at_work(people):
                await_acknowledged(book, 20)
                yield server, made, people
                await_acknowledged(book, book.acknowledged + 20)
            for person in people:
                person.come_to_rest()
            assert list(audit.digests(people)) == []
        finally:
            server.kill()
            book.write(log.with_name("history.jsonl"))
        assert audit.found(made.app, home / "store", book) == []


def await_acknowledged(book: Book, count: int) -> None:
    """Wait until the phones were promised so much."""
    deadline = time.monotonic() + 60
    while book.acknowledged < count and not book.wrong:
        assert time.monotonic() < deadline, "the service does not go on"
        time.sleep(0.01)


def refusals(book: Book) -> dict[str, int]:
    """How often phones were told to wait."""
    return {name: n for name, n in book.answered.items() if name.split()[1] in ("503", "507")}


@pytest.mark.fault(100)
def test_a_full_disk_costs_nothing_and_heals_by_itself(
    databases: Databases,
    disk: Mount,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    book, file = Book(), disk.folder / "anxun.sqlite"
    shutil.copyfile(databases.fresh("sqlite").removeprefix("sqlite:///"), file)
    with working(f"sqlite:///{file}", disk.folder, book, tmp_path / "log") as (server, made, _):
        disk.fill()
        before = book.acknowledged
        line, choice = Line(server.port, made.people[1][1], book), random.Random(SEED)
        assert Sending(line, photo_bytes(choice), choice).step() is False
        line.close()
        time.sleep(TROUBLE_S)
        said = refusals(book)
        taken = book.acknowledged - before
        disk.empty()
    record_property("examined", f"seed {SEED}, full disk: {said}; {taken} more acknowledged")
    assert said.get("upload 507"), said
    assert said.get("push 503"), said
    words = [words for status, words in book.told if status == 507]
    assert {json.loads(text)["code"] for text in words} == {"store-full"}
    assert server.masters == 0


def test_a_read_only_disk_refuses_plainly_and_heals_by_itself(
    databases: Databases,
    disk: Mount,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    book, file = Book(), disk.folder / "anxun.sqlite"
    shutil.copyfile(databases.fresh("sqlite").removeprefix("sqlite:///"), file)
    with working(f"sqlite:///{file}", disk.folder, book, tmp_path / "log") as (server, made, _):
        server.kill_everything()
        closing_connections(made)
        disk.freeze(writable=False)
        server.start()
        await_refusals(book, 5)
        before = book.acknowledged
        time.sleep(TROUBLE_S)
        said, taken = refusals(book), book.acknowledged - before
        disk.freeze(writable=True)
    record_property("examined", f"seed {SEED}, read-only disk: {said}")
    assert taken == 0
    assert all(json.loads(text)["title_zh"] for status, text in book.told)


def closing_connections(made: Ground) -> None:
    """Let go of the database, which this process has open too."""
    with made.app.app_context():
        db.session.remove()
        db.engine.dispose()


def await_refusals(book: Book, count: int) -> None:
    """Wait until phones have been told to wait so many times."""
    deadline = time.monotonic() + 30
    while sum(refusals(book).values()) < count and not book.wrong:
        assert time.monotonic() < deadline, "nobody was refused"
        time.sleep(0.01)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this test's own that keeps what it commits."""
    made = Cluster(DURABLE)
    made.start()
    yield made
    made.stop()


def test_postgresql_restarts_under_load(
    cluster: Cluster, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    book, home = Book(), tmp_path / "home"
    home.mkdir()
    cluster.create("anxun")
    url = cluster.url("anxun")
    flask(environment(url, home), "db", "upgrade")
    with working(url, home, book, tmp_path / "log"):
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT, signal.SIGQUIT):
            cluster.restart(how)
            await_acknowledged(book, book.acknowledged + 15)
    said = refusals(book)
    record_property("examined", f"seed {SEED}, PostgreSQL restarted four times: {said}")
    assert sum(said.values()) > 0
    assert {status for status, _ in book.told} == {503}
    assert all(json.loads(text)["code"] == "unavailable" for _, text in book.told)
