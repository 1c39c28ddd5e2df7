"""What looks for losses is put to the test itself: every damage that is planted is found."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from server.audit import checking
from server.audit.models import AuditEntry
from server.evidence.models import Blob, Photo
from server.inspections.models import Answer
from server.kernel.db import db
from server.sync.models import SyncChange, SyncMutation
from tests.support.databases import Databases
from tests.sync.live import Ground, closing, ground
from tests.torture import audit
from tests.torture.book import Book
from tests.torture.crowd import Inspector, at_work
from tests.torture.dose import SEED
from tests.torture.serving import Victim

pytestmark = pytest.mark.xdist_group("audit")
Plant = Callable[[Path], object]


def lost_mutation(_: Path) -> None:
    one = select(SyncMutation.id).where(SyncMutation.name == "answer.set").limit(1)
    db.session.execute(delete(SyncMutation).where(SyncMutation.id == db.session.scalar(one)))


def doubled_answer(_: Path) -> None:
    answer = db.session.scalars(select(Answer)).first()
    assert answer is not None
    fields = {name: {**state, "rev": state["rev"] + 1} for name, state in answer.fields.items()}
    answer.fields = fields


def doubled_act(_: Path) -> None:
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "photo.add")).first()
    assert entry is not None
    columns = {c.key: getattr(entry, c.key) for c in AuditEntry.__table__.columns if c.key != "seq"}
    db.session.add(AuditEntry(**columns, seq=checking.head()[0] + 1))


def lost_photo(_: Path) -> None:
    db.session.execute(delete(Blob))


def waiting_photo(_: Path) -> None:
    db.session.execute(text("UPDATE photo SET state = 'expected'"))


def damaged_bytes(store: Path) -> None:
    path = next(store.glob("blobs/*/*"))
    path.write_bytes(b"\0" + path.read_bytes()[1:])


def half_picture(store: Path) -> None:
    path = next(store.glob("derivatives/*/*/*.jpg"))
    path.write_bytes(path.read_bytes()[:300])


def unannounced_row(_: Path) -> None:
    photo = db.session.scalars(select(Photo.id)).first()
    db.session.execute(delete(SyncChange).where(SyncChange.eid == photo))


PLANTED: dict[str, Plant] = {
    "acknowledged and lost: answer.set": lost_mutation,
    "times, said": doubled_answer,
    "logged 2 times": doubled_act,
    "acknowledged and lost: photo": lost_photo,
    "is not stored": waiting_photo,
    "bytes that are not their name": damaged_bytes,
    "half a small picture": half_picture,
    "feed and tables": unannounced_row,
}
Day = tuple[Ground, Book, Path]


@pytest.fixture(scope="module")
def day(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A few visits on a server that nobody harms."""
    home, book = tmp_path_factory.mktemp("audit") / "home", Book()
    home.mkdir()
    file = home / "anxun.sqlite"
    shutil.copyfile(databases.fresh("sqlite").removeprefix("sqlite:///"), file)
    with closing(ground(f"sqlite:///{file}", home, 1)) as made:
        server = Victim(home, f"sqlite:///{file}")
        server.up()
        try:
            with at_work([Inspector(server.port, made, 0, book, SEED)], visits=2):
                pass
        finally:
            server.kill()
        yield made, book, home


def test_nothing_is_found_where_nothing_is_wrong(day: Day) -> None:
    made, book, home = day
    assert audit.found(made.app, home / "store", book) == []


@pytest.mark.parametrize("sign", PLANTED)
def test_planted_damage_is_found(day: Day, sign: str, tmp_path: Path) -> None:
    made, book, home = day
    kept = tmp_path / "kept"
    with made.app.app_context():
        db.session.remove()
        db.engine.dispose()
        shutil.copytree(home, kept)
        try:
            PLANTED[sign](home / "store")
            db.session.commit()
            found = audit.found(made.app, home / "store", book)
        finally:
            db.session.remove()
            db.engine.dispose()
            shutil.rmtree(home)
            shutil.copytree(kept, home)
    assert [words for words in found if sign in words], found
