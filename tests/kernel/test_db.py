"""Transactions: all or nothing, and a busy database says so without losing anything."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from server import create_app
from server.kernel.db import db, engine_options, transaction
from server.kernel.errors import Conflict, Unavailable
from server.org.models import LoginAttempt, Region
from tests.factories.org import make_region
from tests.support.databases import Databases


def make_two_of_one_code() -> None:
    make_region(code="110000")
    make_region(code="110000")


def rename_behind(region_id: str) -> None:
    """Change a row that somebody else has changed since it was read."""
    kept = db.session.get_one(Region, region_id)
    db.session.execute(text("UPDATE region SET rev = rev + 1"))
    kept.name = "改名"


def test_an_exception_undoes_the_whole_transaction(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        make_two_of_one_code()
    assert db.session.scalars(select(Region)).all() == []


def test_a_row_that_moved_on_is_a_conflict(app: Flask) -> None:
    region = make_region()
    db.session.commit()
    with pytest.raises(Conflict), transaction():
        rename_behind(region.id)


def test_moments_come_back_as_aware_utc(app: Flask) -> None:
    beijing = timezone(timedelta(hours=8))
    given = datetime(2026, 11, 23, 9, 30, 1, 250_000, tzinfo=beijing)
    db.session.add(LoginAttempt(key="k", failures=1, last_at=given))
    db.session.commit()
    db.session.expire_all()
    kept = db.session.get_one(LoginAttempt, "k").last_at
    assert kept == given
    assert kept.tzinfo is UTC


@pytest.mark.fault(62)
def test_a_database_that_stays_locked_is_unavailable_and_nothing_was_changed(
    databases: Databases, tmp_path: Path
) -> None:
    app = create_app(databases.settings(databases.fresh("sqlite"), tmp_path))
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), db.engine.connect() as connection, connection.begin():
            locked.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(10)
    try:
        with app.app_context():
            with pytest.raises(Unavailable) as told, transaction():
                make_region()
            assert told.value.extras["retry_after"] > 0
    finally:
        done.set()
        holder.join()
    with app.app_context():
        assert db.session.scalars(select(Region)).all() == []
        db.session.remove()
        db.engine.dispose()


def test_sqlite_is_set_up_to_survive_a_power_cut(databases: Databases, tmp_path: Path) -> None:
    app = create_app(databases.settings(databases.fresh("sqlite"), tmp_path))
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "mmap_size": 0}
    with app.app_context(), db.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    assert found == wanted
    assert tuple(map(int, version.split("."))) >= (3, 51, 3)
    with app.app_context():
        db.engine.dispose()


def test_both_kinds_of_database_get_strict_json() -> None:
    for url in ("sqlite://", "postgresql+psycopg://"):
        options = engine_options(url)
        assert options["json_deserializer"](options["json_serializer"]({"药": 1})) == {"药": 1}
