"""The tests' own tools, checked: a fixture that lies makes every test above it worthless."""

import socket
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from server.kernel import clock as kernel_clock
from server.kernel.db import db, savepoint, transaction
from server.org.models import Region
from tests.factories.org import make_region
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.support.clock import MORNING, FrozenClock
from tests.support.live import LiveServer
from tests.support.network import LeftTheMachine

CODE = "110000"


@pytest.mark.parametrize("turn", [1, 2])
def test_nothing_that_a_test_commits_is_seen_by_the_next(app: Flask, turn: int) -> None:
    assert db.session.scalars(select(Region)).all() == []
    db.session.commit()
    with transaction():
        make_region(code=CODE)
    assert db.session.scalar(select(Region.code)) == CODE


def test_a_rolled_back_savepoint_takes_only_its_own_rows_along(app: Flask) -> None:
    with transaction():
        make_region(code=CODE)
        with pytest.raises(IntegrityError), savepoint():
            make_region(code=CODE)
    assert db.session.scalars(select(Region.code)).all() == [CODE]


def test_each_backend_is_what_it_says(app: Flask, backend: str) -> None:
    dialect = db.session.get_bind().dialect.name
    assert dialect == {"sqlite": "sqlite", "postgres": "postgresql"}[backend]
    assert db.session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_the_clock_stands_until_it_is_moved(clock: FrozenClock) -> None:
    assert kernel_clock.now() == MORNING
    clock.move(hours=2)
    assert (kernel_clock.now() - MORNING).total_seconds() == 7200


def test_requests_leave_the_machine_in_no_test() -> None:
    with pytest.raises(LeftTheMachine), socket.socket() as probe:
        probe.connect(("192.0.2.1", 80))


def test_statements_are_counted_without_transaction_marks(
    app: Flask, queries: Callable[..., object]
) -> None:
    with queries() as seen, transaction(write=False):  # type: ignore[attr-defined]
        db.session.execute(select(Region))
    assert len(seen) == 1, str(seen)


def test_a_logged_in_client_is_its_actor(
    actors: Actors, login: Callable[[str], AppClient], client: AppClient
) -> None:
    assert actors["inspector"].roles == {"inspector"}
    assert client.get("/healthz").status_code == 200
    assert login("inspector").get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_a_live_server_comes_back_on_its_port(
    make_live_server: Callable[..., LiveServer], backend: str
) -> None:
    server = make_live_server(backend)
    server.start()
    assert server.get_json("/healthz") == {"status": "up"}
    server.kill9()
    assert not server.running
    with pytest.raises(OSError, match="refused"):
        server.get_json("/healthz")
    server.start()
    assert server.get_json("/readyz") == {"database": "ok", "store": "ok"}
    server.stop()
    assert not server.running
