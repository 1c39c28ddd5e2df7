"""Whatever is declared, and whenever: nobody comes to stand where they must stand aside."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from server.draws.people import MOST
from server.experts.queries import recusals
from server.kernel import clock as now
from server.kernel.db import db
from server.org.models import Person, Unit
from tests.architecture.conftest import Examined
from tests.draws.test_replay import replay
from tests.factories.draws import drawn, many_inspectors, many_units, people
from tests.factories.experts import make_company, make_contract, make_recusal
from tests.factories.org import make_grant
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
ROUNDS = 12


class Relations:
    """All kinds of relations between people and units, by chance."""

    def __init__(self, world: World, luck: random.Random) -> None:
        self.world, self.luck = world, luck
        self.company = make_company(world.county)

    def add(self, person: Person, unit: Unit) -> None:
        kind = self.luck.randrange(5)
        if kind == 0:
            make_recusal(person, unit_id=unit.id, kind="former-employer")
        elif kind == 1:
            person.unit_id = unit.id
        elif kind == 2:
            make_grant(person, "safety_officer", unit=unit)
        elif kind == 3:
            make_recusal(person, company_id=self.company.id)
            make_contract(self.company, unit)
        else:
            make_recusal(person, unit_id=unit.id)
        db.session.flush()


def aside(person_ids: list[str], units: list[Unit]) -> set[tuple[str, str]]:
    found = recusals(person_ids, [unit.id for unit in units], now.today())
    return {
        (person, why.unit_id)
        for person, reasons in found.items()
        for why in reasons
        if why.kind != "own-region"
    }


@pytest.mark.timeout(240)
def test_recusal_is_never_broken(login: Login, world: World, examined: Examined) -> None:
    luck = random.Random(20261122)
    office, stood, refused = login("bureau_office"), 0, 0
    units = many_units(world, 3)
    for _ in range(ROUNDS):
        team = many_inspectors(world, 8)
        ids, relations = [one.id for one in team], Relations(world, luck)
        for _ in range(luck.randrange(6)):
            relations.add(luck.choice(team), luck.choice(units))
        before = aside(ids, units)
        asked = people(world, units, count=1, reserve=6, most=3, cycle_pairs=0)
        made: Any = drawn(office, asked).json
        for slot in made["result"]:
            assert not before & {(key, slot["slot"]) for key in slot["drawn"] + slot["reserve"]}
        for _ in range(luck.randrange(1, 8)):
            relations.add(luck.choice(team), luck.choice(units))
        after = aside(ids, units)
        for slot in made["standing"]:
            out = slot["ids"][0]
            body = {"slot": slot["slot"], "out": out, "reason": "本人不能去"}
            answer = office.post(f"/api/draws/{made['id']}/replacements", json=body)
            told = answer.json if answer.status_code == 200 else None
            refused += told is None
            if told:
                (stands,) = [o["ids"] for o in told["standing"] if o["slot"] == slot["slot"]]
                assert (stands[0], slot["slot"]) not in after
                stood += 1
        shown: Any = office.get(f"/api/draws/{made['id']}").json
        standing = {(key, one["slot"]) for one in shown["standing"] for key in one["ids"]}
        assert {(one["id"], one["slot"]) for one in shown["recused"]} == standing & after
        office.post(f"/api/draws/{made['id']}/publish")
        replay.check(office.get(f"/api/public/draws/{made['code']}.json").json)
        for person in team:
            person.active = False
        db.session.flush()
    assert stood > ROUNDS
    examined(stood, f"replacements after later declarations, {refused} refused, none recused")
    assert len(units) < MOST
