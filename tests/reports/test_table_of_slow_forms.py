"""Questions asked at places, at devices, or only sometimes: the table says what is kept."""

import copy
import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from server.definitions.rules import RESULTS
from server.inspections.models import Answer, Inspection
from server.kernel import clock
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.models import Unit
from tests.factories.definitions import WARD, make_definition
from tests.factories.inspections import make_answer, make_inspection
from tests.factories.locations import make_asset, make_location
from tests.factories.org import make_unit
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
ROOM, BOTTLE, GAS, BEDS, HOW = (
    "出口畅通？",
    "压力正常？",
    "阀门关好？",
    "床栏完好？",
    "为何不畅通？",
)


def item(key: str, ask: str, **more: Any) -> dict[str, Any]:
    plain = copy.deepcopy(WARD["sections"][0]["items"][0])
    return plain | {"key": key, "ask": {"zh": ask, "en": key}} | more


SLOW = copy.deepcopy(WARD) | {
    "key": "slow",
    "sections": [
        {
            "key": "rooms",
            "title": {"zh": "逐室", "en": "Rooms"},
            "repeat": {"over": "location", "kinds": ["room"]},
            "items": [
                item("slow.room", ROOM),
                item("slow.how", HOW, when={"equals": ["slow.room", "fail"]}),
            ],
        },
        {
            "key": "devices",
            "title": {"zh": "设备", "en": "Devices"},
            "items": [
                item("slow.bottle", BOTTLE, repeat={"over": "asset", "kinds": ["extinguisher"]}),
                item("slow.gas", GAS, when={"equals": ["unit.attributes.has_gas", True]}),
                item("slow.beds", BEDS, tiers=["hospital"]),
            ],
        },
    ],
}


def submitted(inspection: Inspection, number: int) -> Inspection:
    inspection.state = "submitted"
    inspection.number = f"JC-339901-2026-{number:05d}"
    inspection.submitted_at = inspection.device_submitted_at = clock.now()
    db.session.flush()
    return inspection


def begun(actors: Actors, unit: Unit, targets: dict[str, list[str]]) -> Inspection:
    digest = make_definition(SLOW).hash
    return make_inspection(
        actors["inspector"], unit, checklist_key="slow", definition=digest, targets=targets
    )


def visit(actors: Actors, unit: Unit, number: int) -> Inspection:
    """Three rooms, a corridor, two bottles of one name; one room is bad, one was forgotten."""
    rooms = [make_location(unit, name=name, path=f"一号楼 / {name}") for name in "甲乙丙"]
    corridor = make_location(unit, kind="floor", name="走廊", path="一号楼 / 走廊")
    bottles = [make_asset(unit, location=room, name="1号瓶") for room in rooms[:2]]
    targets = {
        "location": [place.id for place in (*rooms, corridor)],
        "asset": [asset.id for asset in bottles],
    }
    done = submitted(begun(actors, unit, targets), number)
    for room, result in zip(rooms, ("fail", "pass"), strict=False):
        make_answer(done, "slow.room", room.id, result=result)
        make_answer(done, "slow.how", room.id, result="unable")
    make_answer(done, "slow.room", corridor.id, result="fail")
    for bottle, result in zip(bottles, ("na", "fail"), strict=True):
        make_answer(done, "slow.bottle", bottle.id, result=result)
    for key in ("slow.gas", "slow.beds"):
        make_answer(done, key, result="pass")
    return done


def asked(unit: Unit) -> Iterator[tuple[str, str, list[str]]]:
    """Which questions are asked of whom, said once more and without the engine."""
    rooms = select(Location.id).where(Location.unit_id == unit.id, Location.kind == "room")
    bottles = select(Asset.id).where(Asset.unit_id == unit.id, Asset.kind == "extinguisher")
    bad = select(Answer.target_id).where(
        Answer.item_key == "slow.room",
        Answer.target_id.in_(rooms),
        Answer.fields["result"]["v"].as_string() == "fail",
    )
    yield ROOM, "slow.room", list(db.session.scalars(rooms))
    yield HOW, "slow.how", list(db.session.scalars(bad))
    yield BOTTLE, "slow.bottle", list(db.session.scalars(bottles))
    yield GAS, "slow.gas", [""] if "has_gas" in unit.attributes else []
    yield BEDS, "slow.beds", [""] if unit.tier == "hospital" else []


def kept(done: Inspection, unit: Unit) -> dict[str, dict[str, str]]:
    """What the database keeps: of each question, the word at each place where it was asked."""
    names = {place.id: place.path for place in db.session.scalars(select(Location))}
    names |= {
        asset.id: f"{names[asset.location_id]} / {asset.name}"
        for asset in db.session.scalars(select(Asset))
        if asset.location_id is not None
    }
    names[""] = ""
    answers = select(Answer).where(Answer.inspection_id == done.id)
    said = {(a.item_key, a.target_id): a.fields["result"]["v"] for a in db.session.scalars(answers)}

    def word(key: str, target: str) -> str:
        result = said.get((key, target))
        return RESULTS[result]["zh"] if result else "未查"

    return {
        ask: {names[target]: word(key, target) for target in targets}
        for ask, key, targets in asked(unit)
    }


def read(cell: str) -> dict[str, str]:
    """A cell taken apart again: places and what was said there."""
    found: dict[str, str] = {}
    for line in cell.split("\n") if cell else []:
        places, _, words = line.rpartition("：")
        found |= dict.fromkeys(places.split("、"), words)
    return found


def tables(client: AppClient) -> list[list[dict[str, str]]]:
    """The rows of both files."""
    told = client.get("/api/inspections/export.csv?checklist_key=slow").data.decode()[1:]
    head, *lines, _last = csv.reader(io.StringIO(told, newline=""))
    raw = client.get("/api/inspections/export.xlsx?checklist_key=slow").data
    rows = list(load_workbook(io.BytesIO(raw)).active.iter_rows(min_row=4, values_only=True))
    sheet = [["" if one is None else str(one) for one in row] for row in rows]
    assert sheet[0] == head
    return [[dict(zip(head, row, strict=True)) for row in part] for part in (lines, sheet[1:])]


@pytest.mark.parametrize(
    ("tier", "attributes"), [("hospital", ["has_gas"]), ("village", []), ("hospital", [])]
)
def test_both_files_say_what_the_database_keeps(
    login: Login, actors: Actors, world: World, tier: str, attributes: list[str]
) -> None:
    unit = make_unit(world.county, tier=tier, attributes=attributes)
    done = visit(actors, unit, 1)
    expected = kept(done, unit)
    for [row] in tables(login("bureau_office")):
        assert {ask: read(row[ask]) for ask in expected} == expected


def test_each_place_stands_with_its_own_answer(login: Login, actors: Actors, world: World) -> None:
    visit(actors, make_unit(world.county, tier="village"), 1)
    for [row] in tables(login("bureau_office")):
        assert row[ROOM] == "一号楼 / 甲：不合格\n一号楼 / 丙：未查\n一号楼 / 乙：合格"
        assert (row[HOW], row[GAS], row[BEDS]) == ("一号楼 / 甲：查不了", "", "")
        assert row[BOTTLE] == "一号楼 / 乙 / 1号瓶：不合格\n一号楼 / 甲 / 1号瓶：不适用"


def test_visits_of_different_units_share_the_columns(
    login: Login, actors: Actors, world: World
) -> None:
    units = [
        make_unit(world.county, tier="hospital", attributes=["has_gas"]),
        make_unit(world.county, tier="village"),
    ]
    expected = {
        (done := visit(actors, unit, number)).number: kept(done, unit)
        for number, unit in enumerate(units, 1)
    }
    for rows in tables(login("bureau_office")):
        found = {
            row["检查编号"]: {ask: read(row[ask]) for ask in (ROOM, BOTTLE, GAS, BEDS)}
            for row in rows
        }
        assert found == {
            number: {ask: told for ask, told in asks.items() if ask != HOW}
            for number, asks in expected.items()
        }


def test_a_workbook_keeps_a_cell_that_is_longer_than_a_cell_may_be(
    login: Login, actors: Actors, world: World
) -> None:
    unit = make_unit(world.county)
    rooms = [make_location(unit, name=f"{n}室", path=f"一号楼 / {n}室") for n in range(120)]
    targets = {"location": [room.id for room in rooms]}
    done = submitted(begun(actors, unit, targets), 1)
    for n, room in enumerate(rooms):
        make_answer(done, "slow.room", room.id, result="fail", note=f"{n}" + "堵" * 400)
    [whole], [row] = tables(login("bureau_office"))
    assert len(whole[ROOM]) > 40_000
    assert len(row[ROOM]) <= 32_767
    assert row[ROOM].startswith(whole[ROOM][:30_000])
    assert row[ROOM].endswith("……（内容过长，未完）")
