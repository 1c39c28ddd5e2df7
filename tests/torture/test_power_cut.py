"""
The power goes out at any moment of a server's work, and with it everything that was not synced.

No killed process can show a missing fsync: the system still has what it wrote. Here a trace of the
server is played to a disk that forgets, and each acknowledgement is looked for at each cut.
"""

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.support.databases import Databases
from tests.sync.live import closing, ground
from tests.torture import trace
from tests.torture.book import Book
from tests.torture.crowd import Inspector, at_work
from tests.torture.disk import Disk, Image
from tests.torture.dose import POINTS, SEED
from tests.torture.pictures import picture_problem
from tests.torture.serving import Victim

PHONES = 2
VISITS = 3 if POINTS < 1000 else 15


@dataclass
class Record:
    """A server's day: where it began, what it did, and what it promised by which event."""

    disk: Disk
    events: list[trace.Event]
    promised: dict[int, list[tuple[str, str]]]
    database: str
    store: str
    wrong: list[str]


@dataclass
class Promises:
    """What phones have been told up to a cut."""

    mutations: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)

    def take(self, promised: list[tuple[str, str]]) -> None:
        """Add what an answer says."""
        for kind, key in promised:
            (self.mutations if kind == "mutation" else self.photos).add(key)


def record(databases: Databases, folder: Path, weakness: str = "") -> Record:
    """Let a few phones work with a server that is watched."""
    home, log = folder / "home", folder / "trace.log"
    home.mkdir()
    file = home / "anxun.sqlite"
    shutil.copyfile(databases.fresh("sqlite").removeprefix("sqlite:///"), file)
    book, url = Book(), f"sqlite:///{file}"
    with closing(ground(url, home, PHONES)) as made:
        people = [Inspector(0, made, number, book, SEED) for number in range(PHONES)]
    disk = Disk(home)
    server = Victim(home, url, weakness=weakness, under=trace.recording(log))
    server.log = folder / "server.log"
    server.up()
    try:
        for person in people:
            person.line.port = server.port
        with at_work(people, visits=VISITS):
            pass
    finally:
        server.end_watched()
    happened = trace.events(log, home)
    promised = by_event(happened, book)
    return Record(disk, happened, promised, str(file), str(home / "store"), book.wrong)


def by_event(happened: list[trace.Event], book: Book) -> dict[int, list[tuple[str, str]]]:
    """Find the event that began each answer."""
    answers: dict[tuple[int, int], int] = {}
    counts: dict[int, int] = {}
    for number, event in enumerate(happened):
        if event.what == "answer":
            counts[event.port] = counts.get(event.port, 0) + 1
            answers[event.port, counts[event.port]] = number
    found: dict[int, list[tuple[str, str]]] = {}
    for place, kind, key in book.places:
        found.setdefault(answers[place], []).append((kind, key))
    return found


def cuts(record: Record, points: int) -> set[int]:
    """At every promise, and at as many other moments as there is time for."""
    choice = random.Random(f"cuts-{SEED}")
    everything = range(len(record.events))
    chosen = set(record.promised) | {len(record.events) - 1}
    return chosen | set(choice.sample(everything, min(points, len(everything))))


def losses(record: Record, folder: Path, points: int = POINTS) -> Iterator[str]:
    """Play the trace; at each cut start from what the disk still has."""
    choice = random.Random(f"torn-{SEED}")
    told, chosen = Promises(), cuts(record, points)
    for number, event in enumerate(record.events):
        record.disk.play(number, event)
        told.take(record.promised.get(number, []))
        if number in chosen:
            for image in (record.disk.worst(), record.disk.random(choice)):
                yield from (f"cut {number}: {w}" for w in missing(record, image, told, folder))


def missing(record: Record, image: Image, told: Promises, folder: Path) -> Iterator[str]:
    """Say what was promised and is not in this image, and what is broken in it."""
    yield from _database(record, image, told, folder)
    for path, data in image.items():
        name = path.rpartition("/")[2]
        if path.startswith(f"{record.store}/blobs/") and name != hashlib.sha256(data).hexdigest():
            yield f"bytes that are not their name: {name}"
        if path.endswith("-320.jpg") and (problem := picture_problem(data)):
            yield f"half a small picture: {problem}"


def _database(record: Record, image: Image, told: Promises, folder: Path) -> Iterator[str]:
    file = folder / "cut.sqlite"
    for ending in ("", "-wal", "-journal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
        if (data := image.get(record.database + ending)) is not None:
            file.with_name(file.name + ending).write_bytes(data)
    connection = sqlite.connect(str(file))
    try:
        ledger = {row[0] for row in connection.execute("SELECT id FROM sync_mutation")}
        blobs = {row[0] for row in connection.execute("SELECT sha256 FROM blob")}
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        apart = [words for query, words in AGREED for _ in connection.execute(query)]
    except sqlite.DatabaseError as exc:
        yield f"the database cannot be read: {exc}"
        return
    finally:
        connection.close()
    if sound != "ok":
        yield f"integrity_check: {sound}"
    yield from apart
    yield from (f"lost: mutation {key}" for key in told.mutations - ledger)
    yield from (f"lost: photo {key}" for key in told.photos - blobs)
    for sha256 in blobs:
        if f"{record.store}/blobs/{sha256[:2]}/{sha256}" not in image:
            yield f"a photo without its bytes: {sha256}"


#: Each query is empty in every image: what was done together is there together or not at all.
AGREED = (
    (
        """SELECT c.id FROM sync_client c LEFT JOIN sync_mutation m ON m.client_id = c.id
        GROUP BY c.id HAVING count(m.id) <> c.last_mid OR coalesce(max(m.mid), 0) <> c.last_mid""",
        "I5: a client counts another number of commands than it has",
    ),
    (
        """SELECT 1 WHERE (SELECT count(*) FROM sync_mutation WHERE name = 'inspection.start')
        <> (SELECT count(*) FROM inspection)""",
        "I2: another number of visits than commands that began them",
    ),
    (
        """SELECT 1 WHERE (SELECT count(*) FROM sync_mutation WHERE name = 'photo.add')
        <> (SELECT count(*) FROM photo)""",
        "I2: another number of photos than commands that brought them",
    ),
    (
        """SELECT s.id FROM sync_scope s WHERE s.version > 0 AND NOT EXISTS
        (SELECT 1 FROM sync_commit c WHERE c.scope = s.id AND c.version = s.version)""",
        "I8: a scope stands where no commit is",
    ),
    (
        """SELECT i.id FROM inspection i WHERE NOT EXISTS (SELECT 1 FROM sync_change c
        WHERE c.etype = 'inspection' AND c.eid = i.id AND c.scope = 'insp:' || i.id)""",
        "I8: a visit of which the feed says nothing",
    ),
)


@pytest.fixture(scope="module")
def traced() -> None:
    """Only where processes may be watched."""
    if not trace.can_trace():
        pytest.skip("this machine does not let strace watch processes")


@pytest.mark.usefixtures("traced")
def test_nothing_acknowledged_is_lost_with_the_power(
    databases: Databases, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    made = record(databases, tmp_path)
    assert made.wrong == []
    told = [key for keys in made.promised.values() for key in keys]
    assert len(told) > 20
    found = list(losses(made, tmp_path))
    record_property(
        "examined",
        f"seed {SEED}: {len(cuts(made, POINTS))} power cuts in {len(made.events)} writes, syncs, "
        f"names and answers; {len(told)} acknowledgements looked for",
    )
    assert found == []


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(
    ("weakness", "sign"),
    [
        ("normal", "lost: mutation"),
        ("unsynced-photo", "bytes that are not their name"),
        ("unsynced-folder", "a photo without its bytes"),
    ],
)
def test_a_missing_sync_is_caught(
    weakness: str, sign: str, databases: Databases, tmp_path: Path
) -> None:
    made = record(databases, tmp_path, weakness)
    assert [words for words in losses(made, tmp_path, points=0) if sign in words]
