"""Connections to PostgreSQL that rested are asked after; the others are not, and cost nothing."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from server import create_app
from server.kernel import db as kernel_db
from server.kernel.db import db, transaction
from server.kernel.errors import Unavailable
from tests.support.databases import Databases

pytestmark = pytest.mark.postgres
GONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
MINE = " AND pid <> pg_backend_pid()"


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.fresh("postgres")


@pytest.fixture
def pooled(databases: Databases, url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(databases.settings(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def ask() -> int:
    with transaction(write=False):
        return int(db.session.scalar(text("SELECT pg_backend_pid()")) or 0)


def end_all(url: str) -> None:
    plain = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as other:
        other.execute(GONE + MINE)


def test_a_connection_that_rested_is_replaced_when_its_server_went_away(
    pooled: Flask, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_db, "RESTED_S", 0.0)
    first = ask()
    end_all(url)
    assert ask() != first


def test_one_in_the_midst_of_work_says_that_it_is_lost_and_the_next_one_works(
    pooled: Flask, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_db, "RESTED_S", 60.0)
    first = ask()
    end_all(url)
    with pytest.raises(Unavailable) as told:
        ask()
    assert told.value.extras["retry_after"] > 0
    assert ask() != first


def test_in_the_midst_of_work_nobody_asks(pooled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    asked: list[object] = []
    real = psycopg.Connection.execute

    def execute(self: psycopg.Connection[tuple[object, ...]], *args: object) -> object:
        asked.append(args)
        return real(self, *args)  # type: ignore[call-overload]

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    monkeypatch.setattr(kernel_db, "RESTED_S", 60.0)
    assert ask() == ask()
    assert asked == []
    monkeypatch.setattr(kernel_db, "RESTED_S", 0.0)
    assert ask() == ask()
    assert len(asked) == 2


def test_a_snapshot_is_one_and_what_comes_after_it_is_none(pooled: Flask) -> None:
    def level() -> str:
        return str(db.session.scalar(text("SHOW transaction_isolation")))

    with transaction(write=False, snapshot=True):
        assert level() == "repeatable read"
    with transaction(write=False, alone=True):
        assert level() == "read committed"
        alone = db.session.connection().connection.driver_connection
        assert alone is not None
        assert alone.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    with transaction():
        assert level() == "read committed"
