"""No row is lost between writers and a reader: the reason why cursors are counters."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.kernel import ids
from server.kernel.db import db, transaction
from server.org.models import Department, Region, Unit
from server.sync import feed
from tests.conftest import BACKENDS
from tests.support.databases import Databases
from tests.sync.live import closing, ground

WRITERS, EACH = 8, 25


def write(app: Flask, unit: str, region: str, number: int) -> None:
    with app.app_context():
        for count in range(EACH):
            with transaction():
                name = f"{number}-{count}"
                db.session.add(
                    Department(id=ids.new_id(), unit_id=unit, region_id=region, name=name)
                )


def read(app: Flask, scope: str, done: threading.Event, seen: set[str]) -> None:
    """Poll as phones do: from the highest version seen, never looking back."""
    with app.app_context():
        version, last_round = 0, False
        while not last_round:
            last_round = done.is_set()
            with transaction(write=False, snapshot=True):
                changes = feed.changes_since(scope, version, 10_000)
            seen |= {change.eid for change in changes if change.etype == "department"}
            version = max([version, *(change.version for change in changes)])


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.fault(60)
def test_eight_writers_and_a_poller_lose_nothing(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    with closing(ground(databases.fresh(kind), tmp_path, 0)) as made:
        scope, seen, done = f"unit:{made.unit}", set[str](), threading.Event()
        writers = [
            threading.Thread(target=write, args=(made.app, made.unit, made.region, number))
            for number in range(WRITERS)
        ]
        reader = threading.Thread(target=read, args=(made.app, scope, done, seen))
        for thread in (*writers, reader):
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        reader.join()
        with made.app.app_context():
            written = set(db.session.scalars(select(Department.id)))
            standing = feed.standings([scope])[scope]
            db.session.remove()
    assert len(written) == WRITERS * EACH
    assert seen == written
    assert standing.version >= WRITERS * EACH


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.fault(61)
def test_scopes_touched_in_opposite_orders_do_not_lock_each_other(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    with closing(ground(databases.fresh(kind), tmp_path, 0)) as made:
        failed: list[BaseException] = []

        def move(order: Callable[[list[str]], list[str]]) -> None:
            try:
                with made.app.app_context():
                    for _ in range(20):
                        with transaction():
                            for unit in order(units):
                                db.session.add(
                                    Department(
                                        id=ids.new_id(),
                                        unit_id=unit,
                                        region_id=made.region,
                                        name="科室",
                                    )
                                )
                                db.session.flush()
            except BaseException as exc:
                failed.append(exc)

        with made.app.app_context():
            region = db.session.get_one(Region, made.region)
            second = Unit(
                id=ids.new_id(), region_id=region.id, name="乙", short_name="乙", tier="clinic"
            )
            db.session.add(second)
            units = [made.unit, second.id]
            db.session.commit()
            db.session.remove()
        threads = [
            threading.Thread(target=move, args=(order,))
            for order in (list, lambda some: list(reversed(some))) * 3
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
