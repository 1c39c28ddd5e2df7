"""Two operators draw at the same moment: each gets a seed of their own, and none is skipped."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.draws import seeds, service
from server.draws.choice import Choice, Order, Witness
from server.draws.models import Draw
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.org.models import Person, Region
from server.org.queries import actor_of
from tests.conftest import BACKENDS
from tests.factories.org import make_person, make_unit
from tests.support.databases import Databases
from tests.sync.live import Ground, closing, ground

EACH, DESKS = 4, 3


def prepare(made: Ground) -> list[str]:
    with made.app.app_context(), transaction():
        county = db.session.get_one(Region, made.region)
        for number in range(6):
            make_unit(county, name=f"单位{number}")
        seeds.keep_ahead()
        return [
            make_person(role="bureau_office", region=county, name=f"局办{n}").id
            for n in range(DESKS)
        ]


def draw_once(made: Ground, person: str) -> None:
    choice = Choice("units", made.region, False, "equal", 2, 1)
    with transaction():
        actor = actor_of(db.session.get_one(Person, person))
        seen = service.rules.snapshot_hash(service.look(actor, choice))
        order = Order(new_id(), "同时抽取", Witness("孙监督", "各写各的话"), seen, choice)
        service.make_draw(actor, order)


@pytest.mark.parametrize("kind", BACKENDS)
def test_each_takes_a_seed_of_its_own(kind: str, databases: Databases, tmp_path: Path) -> None:
    with closing(ground(databases.fresh(kind), tmp_path, 1)) as made:
        desks, broken = prepare(made), list[Any]()
        together = threading.Barrier(DESKS)

        def work(person: str) -> None:
            try:
                with made.app.app_context():
                    together.wait()
                    for _ in range(EACH):
                        draw_once(made, person)
            except BaseException as exc:
                broken.append(exc)

        threads = [threading.Thread(target=work, args=(person,)) for person in desks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert broken == []
        with made.app.app_context(), transaction(write=False):
            numbers = list(db.session.scalars(select(Draw.number)))
        assert sorted(numbers) == list(range(1, EACH * DESKS + 1))
