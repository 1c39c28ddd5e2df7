"""The audit log: one chain, no gaps, nothing changed, cut, slipped in or swapped unseen."""

import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from server.audit import checking
from server.audit.models import AuditEntry, AuditHead
from server.audit.rules import ORIGIN, Entry, digest
from server.audit.service import record
from server.kernel import driver
from server.kernel.db import db, is_sqlite, savepoint, transaction
from server.kernel.errors import NotFound
from tests.audit import damage
from tests.conftest import BACKENDS
from tests.support.databases import Databases
from tests.sync.live import closing, ground


def sign(said: bytes) -> tuple[str, bytes]:
    return "key", digest_of(said) * 2


def digest_of(said: bytes) -> bytes:
    return digest(Entry(0, 0, None, "", "", "", said.decode(), None, "", b""))


def trusts(key: str, said: bytes, signature: bytes) -> bool:
    return sign(said) == (key, signature)


def write(count: int, **details: object) -> None:
    for number in range(count):
        record(None, "hazard.open", "hazard", f"h{number}", details={"n": number + 1, **details})
    db.session.commit()


@pytest.fixture
def nine(app: Flask) -> Flask:
    """Nine entries of three transactions; the sixth was the end when it was signed."""
    write(2)
    for number in range(3, 7):
        record(None, "hazard.move", "hazard", "h", details={"n": number})
    db.session.commit()
    checking.sign_head(sign)
    db.session.commit()
    write(3)
    return app


def test_entries_count_without_gaps_and_hang_together(nine: Flask) -> None:
    found = checking.check(trusts)
    assert (found.seq, found.heads, found.broken) == (9, 1, None)
    assert [entry.seq for entry, _ in checking.entries()] == list(range(1, 10))
    assert checking.head() == (9, found.link)


def test_an_empty_log_is_whole(app: Flask) -> None:
    assert checking.head() == (0, ORIGIN)
    assert checking.check(trusts).broken is None
    checking.sign_head(sign)
    assert db.session.scalars(select(AuditHead)).all() == []


@pytest.mark.parametrize("name", damage.DAMAGE)
def test_every_damage_is_found_and_its_first_place_named(nine: Flask, name: str) -> None:
    act, kind, seq = damage.DAMAGE[name]
    damage.unguarded()
    act()
    broken = checking.check(trusts).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (kind, seq)


def test_an_end_that_was_noted_on_paper_shows_what_no_signed_head_can(nine: Flask) -> None:
    noted = checking.head()
    damage.unguarded()
    damage.remove(8, 9)
    assert checking.check(trusts).broken is None
    broken = checking.check(trusts, [noted]).broken
    assert broken is not None
    assert (broken.kind, broken.seq, broken.until) == ("cut", 8, 9)


def test_a_head_that_the_server_did_not_sign_is_named(nine: Flask) -> None:
    damage.unguarded()
    db.session.execute(text("UPDATE audit_head SET at = at + 1"))
    broken = checking.check(trusts).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == ("signature", 6)


def test_signing_the_same_end_again_adds_nothing(nine: Flask) -> None:
    checking.sign_head(sign)
    checking.sign_head(sign)
    db.session.commit()
    assert list(db.session.scalars(select(AuditHead.seq))) == [6, 9]


def undone() -> None:
    with savepoint():
        record(None, "b", "x", "1")
        with savepoint():
            record(None, "c", "x", "1")
        raise NotFound()


def test_what_was_rolled_back_did_not_happen(app: Flask) -> None:
    record(None, "a", "x", "1")
    with pytest.raises(NotFound):
        undone()
    with savepoint():
        record(None, "d", "x", "1")
    db.session.commit()
    record(None, "e", "x", "1")
    db.session.rollback()
    record(None, "f", "x", "1")
    db.session.commit()
    acts = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert acts == ["a", "d", "f"]
    assert checking.check(trusts).broken is None


def test_details_are_kept_as_they_were_written(app: Flask) -> None:
    """PostgreSQL's own JSON would turn 1e22 into a whole number, and lose a NUL."""
    details = {"z": 1e22, "a": [1.0, None, "安\u0000巡", {"ü": True}], "n": -0.0}
    write(1, **details)
    [entry] = db.session.scalars(select(AuditEntry))
    assert entry.details == {"n": -0.0, "z": 1e22, "a": details["a"]}
    assert checking.check(trusts).broken is None


def test_many_acts_of_one_transaction_go_in_one_statement(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watch(name: str) -> None:
        real = getattr(driver, name)

        def run(connection: Connection, sql: str, values: Any) -> Any:
            seen.append(sql)
            return real(connection, sql, values)

        monkeypatch.setattr(driver, name, run)

    for name in ("rows_on", "run_on", "run_many"):
        watch(name)
    for number in range(200):
        record(None, "photo.add", "photo", str(number))
    db.session.commit()
    told = [statement for statement in seen if "audit_entry" in statement]
    assert len([words for words in told if words.startswith("INSERT")]) == 1
    assert len(told) == 2
    assert checking.check(trusts).seq == 200


REFUSED = {
    "change": "UPDATE audit_entry SET action = 'x' WHERE seq = 1",
    "change of nothing": "UPDATE audit_entry SET action = 'x' WHERE seq = 1 OR 1 = 1",
    "delete": "DELETE FROM audit_entry WHERE seq = 1",
    "head": "UPDATE audit_head SET at = 0",
    "no head": "DELETE FROM audit_head",
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses_to_change_the_log(nine: Flask, name: str) -> None:
    with pytest.raises(DatabaseError, match="only ever added"), savepoint():
        db.session.execute(text(REFUSED[name]))
    assert checking.check(trusts).broken is None


def test_the_database_refuses_to_empty_or_replace(nine: Flask) -> None:
    if is_sqlite():
        statement = "REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE seq = 9"
    else:
        statement = "TRUNCATE audit_entry"
    with pytest.raises(DatabaseError, match="only ever added"), savepoint():
        db.session.execute(text(statement))
    assert checking.check(trusts).seq == 9


@pytest.mark.parametrize("kind", BACKENDS)
def test_writers_at_once_make_one_chain(kind: str, databases: Databases, tmp_path: Path) -> None:
    writers, each = 8, 20
    with closing(ground(databases.fresh(kind), tmp_path, 0)) as made:
        failed: list[BaseException] = []

        def work(number: int) -> None:
            try:
                with made.app.app_context():
                    for count in range(each):
                        with transaction():
                            record(None, "a", "writer", str(number), details={"count": count})
                            record(None, "b", "writer", str(number), details={"count": count})
            except BaseException as exc:
                failed.append(exc)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with made.app.app_context(), transaction(write=False):
            found = checking.check(trusts)
            acts = list(db.session.execute(select(AuditEntry.action, AuditEntry.subject_id)))
    assert failed == []
    assert (found.broken, found.seq) == (None, writers * each * 2)
    for first, second in zip(acts[::2], acts[1::2], strict=True):
        assert (first[0], second[0], first[1]) == ("a", "b", second[1]), "acts of one stay together"
