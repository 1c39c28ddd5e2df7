"""People of other agencies in one record: named on the spot, seen by the team, then fixed."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from server.inspections import queries, service
from server.inspections.record import record_bytes
from server.inspections.rules import (
    InspectionLocked,
    JointCertificate,
    JointIncomplete,
    NotOfTheTeam,
)
from server.inspections.service import JointDraft
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.inspections import make_inspection
from tests.factories.visits import POSTED, make_visit
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def somebody(**given: Any) -> JointDraft:
    values: dict[str, Any] = {"id": new_id(), "name": "钱队长", "agency": "县消防救援大队"}
    return JointDraft(**values | given)


def test_the_team_names_puts_right_and_takes_out(actors: Actors, world: World) -> None:
    visit = make_inspection(actors["inspector"], world.hospital)
    draft = somebody(certificate="浙消监 0457", shown=True)
    service.set_joint(actors["inspector"], visit.id, draft)
    service.set_joint(actors["inspector"], visit.id, draft)
    right = somebody(id=draft.id, name="钱大队长")
    service.set_joint(actors["inspector"], visit.id, right)
    (row,) = queries.joint_of(visit.id)
    assert (row.name, row.certificate, row.shown) == ("钱大队长", "", False)
    with pytest.raises(NotOfTheTeam):
        service.set_joint(actors["expert"], visit.id, somebody())
    service.drop_joint(actors["inspector"], visit.id, draft.id)
    service.drop_joint(actors["inspector"], visit.id, draft.id)
    assert queries.joint_of(visit.id) == []


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"name": "　"}, JointIncomplete),
        ({"agency": ""}, JointIncomplete),
        ({"shown": True}, JointCertificate),
    ],
)
def test_nobody_is_named_by_halves(
    actors: Actors, world: World, given: dict[str, Any], refused: type[Exception]
) -> None:
    visit = make_inspection(actors["inspector"], world.hospital)
    with pytest.raises(refused):
        service.set_joint(actors["inspector"], visit.id, somebody(**given))
    assert {JointIncomplete.code, JointCertificate.code} == {
        "joint-incomplete",
        "joint-certificate",
    }


def test_a_record_that_was_handed_in_stays(actors: Actors, world: World) -> None:
    visit = make_visit(actors["inspector"], world.hospital, "spot", 1, {POSTED: "pass"})
    with pytest.raises(InspectionLocked):
        service.set_joint(actors["inspector"], visit.id, somebody())


def test_the_sealed_record_names_them_and_only_then_changes(actors: Actors, world: World) -> None:
    visit = make_inspection(actors["inspector"], world.hospital)
    before = record_bytes(visit)
    assert "joint" not in orjson.loads(before)
    draft = somebody(certificate="0457", shown=True)
    service.set_joint(actors["inspector"], visit.id, draft)
    (told,) = orjson.loads(record_bytes(visit))["joint"]
    assert (told["name"], told["agency"], told["certificate"]) == (
        "钱队长",
        "县消防救援大队",
        "0457",
    )


def test_the_desk_names_and_lists_them(login: Login, actors: Actors, world: World) -> None:
    visit = make_inspection(actors["inspector"], world.hospital)
    client = login("inspector")
    db.session.commit()
    path = f"/api/inspections/{visit.id}/joint"
    made: Any = client.post(path, json={"name": "孙工", "agency": "市场监管局"}).json
    assert client.get(path).json["items"] == [made]
    assert login("bureau_office").get(path).status_code == 404, "a draft is its team's"
    assert client.delete(f"{path}/{made['id']}").status_code == 204
    assert client.get(path).json["items"] == []
