"""
The database: one declarative base, one place that opens and ends a transaction.

SQLite runs in WAL mode with `synchronous=FULL` through pysqlite3, because the stock library has a
WAL corruption bug. A writing transaction begins with BEGIN IMMEDIATE: a deferred one that has read
cannot upgrade under a second writer.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import BigInteger, Connection, Dialect, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, SessionTransaction, registry
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import JSON, TypeDecorator

from server.kernel import checkpoint, turns
from server.kernel.errors import Conflict, Unavailable

OLDEST_SAFE_SQLITE = (3, 51, 3)
RESTED_S = 1.0
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, kept as whole milliseconds: the same number that travels on the wire."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Store milliseconds; a number is taken as milliseconds already."""
        if value is None:
            return None
        if isinstance(value, int):
            return value
        assert isinstance(value, datetime)
        assert value.tzinfo is not None, "moments are aware"
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give an aware moment back."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class Base(DeclarativeBase):
    """Every table; constraint names follow one convention so that migrations can change them."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: Moment,
            dict[str, Any]: Json,
            list[Any]: Json,
            list[str]: Json,
        },
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def engine_options(url: str) -> dict[str, Any]:
    """Return the options of create_engine for *url*."""
    # An error's text goes to the log: it says which statement, and not with which values.
    common: dict[str, Any] = {
        "json_serializer": _dumps,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,
    }
    if url.startswith("sqlite"):
        if sqlite.sqlite_version_info < OLDEST_SAFE_SQLITE:
            raise RuntimeError(f"SQLite {sqlite.sqlite_version} corrupts WAL files; need 3.51.3")
        return common | {"module": sqlite, "connect_args": {"check_same_thread": False}}
    # The connection used last is used next: its server process has its plans and caches warm.
    return common | {"pool_size": 20, "max_overflow": 10, "pool_use_lifo": True}


#: How long a statement waits for a lock that another program holds on the file; ours stand in line.
BUSY_MS = 5000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "mmap_size=0",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "cache_size=-32000",
    f"wal_autocheckpoint={checkpoint.BACKSTOP}",
)
# SQLite: busy, no room, a disk that is read-only or fails. Nothing is wrong with the request.
_PASSING_WORDS = ("locked", "full", "readonly", "disk I/O error", "unable to open")
# PostgreSQL: no room, no connection, shutting down, lost. Nothing is wrong with the request.
_PASSING = ("53", "57", "08")


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    """Set up a fresh connection; on SQLite, transactions are begun by us alone."""
    if not isinstance(connection, sqlite.Connection):
        return
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_MS}", *_PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "checkin")
def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["since"] = time.monotonic()


@event.listens_for(Engine, "checkout")
def _wake(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """
    Ask after a connection that has rested: its server may have gone meanwhile.

    In the midst of work nobody asks: it would be one more round trip for each transaction.
    """
    if isinstance(connection, sqlite.Connection):
        return
    if time.monotonic() - record.info.get("since", math.inf) < RESTED_S:
        return
    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as exc:
        raise InvalidatePoolError() from exc


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("anxun_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def is_sqlite() -> bool:
    """Say whether the bound database is SQLite."""
    return bool(db.session.get_bind().dialect.name == "sqlite")


def _in_test_transaction() -> bool:
    return isinstance(db.session.get_bind(), Connection)


def _file() -> str | None:
    """Return the path of the SQLite database; None for any other."""
    engine = db.session.get_bind().engine
    return engine.url.database if engine.dialect.name == "sqlite" else None


@contextmanager
def _one_writer(write: bool) -> Iterator[None]:
    """Let one writer in at a time on SQLite, and keep its log short."""
    database = _file() if write else None
    if database is None:
        yield
        return
    with turns.turn(database):
        yield
    checkpoint.after_commit(database)


def _is_passing(error: OperationalError) -> bool:
    """Say whether trying again later can help: busy, full, restarting."""
    if isinstance(error.orig, sqlite.OperationalError):
        return any(words in str(error.orig) for words in _PASSING_WORDS)
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(_PASSING)


def _options(*, write: bool, snapshot: bool, alone: bool) -> dict[str, Any]:
    """Return how a transaction begins; PostgreSQL is told its isolation in the same BEGIN."""
    options: dict[str, Any] = {"anxun_write": write}
    if (snapshot or alone) and not is_sqlite() and not _in_test_transaction():
        options["isolation_level"] = "REPEATABLE READ" if snapshot else "AUTOCOMMIT"
    return options


@contextmanager
def transaction(
    *, write: bool = True, snapshot: bool = False, alone: bool = False
) -> Iterator[None]:
    """
    Run the block in one transaction: commit at its end, roll back on any exception.

    `write=False` takes no write lock. `snapshot=True` makes every read see the same moment.
    `alone=True`: there is but one statement, which PostgreSQL makes a transaction by itself.
    """
    with _one_writer(write):
        try:
            options = _options(write=write, snapshot=snapshot, alone=alone)
            db.session.connection(execution_options=options)
            yield
            db.session.commit()
        except StaleDataError as exc:
            db.session.rollback()
            raise Conflict() from exc
        except OperationalError as exc:
            db.session.rollback()
            if _is_passing(exc):
                raise Unavailable(retry_after=2) from exc
            raise
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.remove()


@contextmanager
def savepoint() -> Iterator[SessionTransaction]:
    """Run the block so that its effects vanish alone when it fails."""
    try:
        with db.session.begin_nested() as nested:
            yield nested
    except StaleDataError as exc:
        raise Conflict() from exc


def day(value: str | date | None) -> date | None:
    """Read an ISO day; None stays None."""
    return date.fromisoformat(value) if isinstance(value, str) else value
