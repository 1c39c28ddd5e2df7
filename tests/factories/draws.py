"""Counties full of units, people to send there, seeds on the shelf, and draws as desks ask them."""

from typing import Any

from server.draws import seeds
from server.draws.models import Draw
from server.kernel.ids import new_id
from server.org.models import Person, Unit
from tests.factories.org import make_person, make_unit
from tests.support.actors import World
from tests.support.clients import AppClient

WITNESS = {"name": "孙监督", "words": "今天窗外下着小雨"}
Data = dict[str, Any]


def many_units(world: World, count: int = 8) -> list[Unit]:
    """Units of all kinds in the county."""
    tiers = ("hospital", "township", "community", "village")
    return [
        make_unit(world.county, name=f"第{n}抽查单位", tier=tiers[n % 4], attributes=["has_gas"])
        for n in range(count)
    ]


def many_inspectors(world: World, count: int = 5) -> list[Person]:
    """Inspectors of the county."""
    return [
        make_person(role="inspector", region=world.county, name=f"检查员{n}") for n in range(count)
    ]


def choice(world: World, **given: Any) -> Data:
    """Three units of the county by risk, three standing by."""
    wanted: Data = {
        "kind": "units",
        "region_id": world.county.id,
        "formula": "risk",
        "count": 3,
        "reserve": 3,
    }
    return wanted | given


def people(world: World, units: list[Unit], **given: Any) -> Data:
    """Two people for each of the units."""
    wanted = {"kind": "people", "formula": "rested", "count": 2, "reserve": 2, "most": 5}
    return choice(world, **wanted, unit_ids=[unit.id for unit in units]) | given


def drawn(client: AppClient, asked: Data, *, witness: Data = WITNESS, **given: Any) -> Any:
    """Look, then draw what was seen; the answer."""
    seeds.keep_ahead()
    seen = client.post("/api/draws/preview", json=asked)
    assert seen.status_code == 200, seen.json
    about = {"id": new_id(), "purpose": "十一月双随机抽查", "witness": witness}
    about |= {"snapshot_hash": seen.json["snapshot_hash"]}
    return client.post("/api/draws", json=asked | about | given)


def row(answer: Any) -> Draw:
    """The row behind an answer."""
    from server.kernel.db import db

    found = db.session.get(Draw, answer.json["id"])
    assert found is not None
    return found
