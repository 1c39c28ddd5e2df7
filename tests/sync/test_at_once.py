"""Two at the same time, and a whole server that moves: what no single history can show."""

import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, insert, select, text

from server import create_app
from server.inspections.models import Answer
from server.kernel import driver
from server.kernel.db import db
from server.org.models import Department
from server.sync import check, hook, ledger
from server.sync.models import SyncMutation
from server.web.auth import COOKIE
from tests.conftest import BACKENDS
from tests.support.databases import Databases
from tests.sync.live import Ground, closing, ground
from tests.sync.phone import EXCHANGE, Phone, compact
from tests.sync.test_live import ITEMS, begin
from tests.sync.test_race import WRITERS, read, write

ROUNDS = 12
FROM_SEQUENCE = "SELECT u.id, nextval('off') AS version FROM unnest(CAST(%b AS text[])) AS u(id)"


def in_threads(jobs: list[Callable[[], None]]) -> list[BaseException]:
    """Run them together; what they raised."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        try:
            gate.wait()
            job()
        except BaseException as exc:
            failed.append(exc)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def phone_in(made: Ground, app: Any, number: int = 0) -> Phone:
    """A phone that speaks to an application in this process."""

    def send(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        client = app.test_client()
        client.set_cookie(COOKIE, made.people[number][1])
        answer = client.post(path, data=body, headers=headers, content_type="application/json")
        return answer.status_code, dict(answer.headers), answer.data

    return Phone(send)


@pytest.mark.fault(4)
@pytest.mark.parametrize("locked", [True, False], ids=["locked", "without the row lock"])
@pytest.mark.parametrize("kind", BACKENDS)
def test_one_request_delivered_twice_at_once_counts_once(
    kind: str,
    locked: bool,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the row lock the ledger's keys still stand: the lock saves the second try."""
    if not locked:
        monkeypatch.setattr(ledger, "_LOCK_CLIENT", ledger._FIND_CLIENT)
    with closing(ground(databases.fresh(kind), tmp_path, 1)) as made:
        phone = phone_in(made, made.app)
        inspection = begin(phone, made)
        phone.sync()
        for number in range(ROUNDS):
            phone.answer(inspection, ITEMS[number % len(ITEMS)], note=f"{number}")
            body, told = compact(phone.request()), []

            def deliver(body: bytes = body, told: list[Any] = told) -> None:
                told.append(phone.send(EXCHANGE, body, {}))

            assert in_threads([deliver] * 3) == []
            assert [status for status, _, _ in told] == [200] * 3
            firsts = [json.loads(data)["results"][0].get("dup", False) for _, _, data in told]
            assert sorted(firsts) == [False, True, True]
            phone.sync()
        with made.app.app_context():
            assert db.session.query(SyncMutation).count() == ROUNDS + 1
            rows = db.session.scalars(select(Answer)).all()
            assert sum(row.fields["note"]["rev"] for row in rows) == ROUNDS
            db.session.remove()
            assert check.check().sound


def race(made: Ground) -> tuple[set[str], set[str]]:
    """Writers and a poller; what was written, and what the poller saw."""
    scope, seen, done = f"unit:{made.unit}", set[str](), threading.Event()
    reader = threading.Thread(target=read, args=(made.app, scope, done, seen))
    reader.start()
    jobs = [
        lambda number=number: write(made.app, made.unit, made.region, number)
        for number in range(WRITERS)
    ]
    try:
        assert in_threads(jobs) == []
    finally:
        done.set()
        reader.join()
    with made.app.app_context():
        written = set(db.session.scalars(select(Department.id)))
        db.session.remove()
    return written, seen


@pytest.mark.postgres
@pytest.mark.fault(59)
def test_a_long_write_in_another_database_hides_nothing(
    databases: Databases, tmp_path: Path
) -> None:
    other = databases.empty("postgres").replace("postgresql+psycopg://", "postgresql://")
    with (
        psycopg.connect(other) as elsewhere,
        closing(ground(databases.fresh("postgres"), tmp_path, 0)) as made,
    ):
        elsewhere.execute("CREATE TABLE held (n int)")
        elsewhere.execute("INSERT INTO held VALUES (1)")
        written, seen = race(made)
        assert seen == written
        assert written
        assert elsewhere.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


@pytest.mark.postgres
def test_with_a_sequence_in_place_of_the_counter_rows_are_lost(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counter of a scope, raised as the last act, is why a reader never skips a row."""
    with closing(ground(databases.fresh("postgres"), tmp_path, 0)) as made:
        with made.app.app_context():
            db.session.execute(text("CREATE SEQUENCE off START 1000"))
            db.session.commit()
            db.session.remove()
        counted = hook._RAISE_ALL.partition("INSERT INTO sync_scope")
        rest = counted[2].partition("RETURNING id, version")[2]
        taken = f"{counted[0]}{FROM_SEQUENCE}{rest}"

        def slowly(connection: Any, sql: str, values: Any) -> None:
            driver.run_on(connection, sql, values)
            time.sleep(random.random() / 100)

        monkeypatch.setattr(hook, "_RAISE_ALL", taken)
        monkeypatch.setattr(hook, "driver", SimpleNamespace(run_on=slowly))
        written, seen = race(made)
        assert seen < written


@pytest.mark.postgres
def test_without_the_order_of_scopes_writers_lock_each_other(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def any_order(some: Any) -> list[Any]:
        mixed = list(some)
        random.shuffle(mixed)
        return mixed

    monkeypatch.setattr(hook, "sorted", any_order, raising=False)
    with closing(ground(databases.fresh("postgres"), tmp_path, 0)) as made:
        jobs = [
            lambda number=number: write(made.app, made.unit, made.region, number)
            for number in range(WRITERS)
        ]
        failed = in_threads(jobs)
        assert any("deadlock" in repr(one) for one in failed), failed


@pytest.mark.postgres
@pytest.mark.fault(79)
def test_a_server_that_moves_to_postgresql_goes_on_with_deltas(
    databases: Databases, tmp_path: Path
) -> None:
    with closing(ground(databases.fresh("sqlite"), tmp_path / "old", 1)) as made:
        phone = phone_in(made, made.app)
        inspection = begin(phone, made)
        phone.answer(inspection, ITEMS[0], result="pass")
        phone.sync()
        target = databases.fresh("postgres")
        move(made, target)
        settings = databases.settings(target, tmp_path / "new")
        moved = create_app(settings)
        try:
            phone.send = phone_in(made, moved).send
            phone.answer(inspection, ITEMS[1], result="fail")
            phone.exchange()
            assert {page["mode"] for page in phone.last["data"]} == {"delta"}
            phone.sync()
            fresh = phone_in(made, moved)
            fresh.sync()
            assert phone.rows() == fresh.rows()
            assert len(phone.verdicts) == 3
            with moved.app_context():
                assert check.check().sound
        finally:
            with moved.app_context():
                db.session.remove()
                db.engine.dispose()


def move(made: Ground, target: str) -> None:
    """Copy every row as it is, parents before children."""
    engine = create_engine(target)
    with made.app.app_context(), engine.begin() as onto:
        onto.execute(text("SET session_replication_role = replica"))
        for table in db.metadata.sorted_tables:
            rows = [dict(row) for row in db.session.execute(select(table)).mappings()]
            if rows:
                onto.execute(insert(table), rows)
        db.session.remove()
    engine.dispose()
