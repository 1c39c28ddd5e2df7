"""What is odd about a push that only opens a visit: kept for its knowers, told with the release."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from server.flags.models import Flag
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.custody.phone import SealingPhone
from tests.support.clock import FrozenClock
from tests.sync.phone import EXCHANGE, compact, through
from tests.visits.conftest import Scene, arrival, opening
from tests.visits.device import Device


def flags(kind: str = "chain-broken") -> list[Flag]:
    return list(db.session.scalars(select(Flag).where(Flag.kind == kind)))


def sealing(scene: Scene) -> tuple[Device, SealingPhone]:
    """The leader's device, whose phone signs what it sends."""
    device = Device(scene.login("inspector"))
    phone = SealingPhone(through(device.http))
    device.phone = phone
    phone.sync()
    assert phone.register() == 200
    return device, phone


def send_spoiled(phone: SealingPhone, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    body = phone.request()
    change(body)
    status, _, data = phone.send(EXCHANGE, compact(body), {})
    assert status == 200, data
    told: dict[str, Any] = json.loads(data)
    phone._take(told)
    return told


def spoil_seal(body: dict[str, Any]) -> None:
    body["seal"] = body["seal"] | {"sig": "AA" + body["seal"]["sig"][2:]}


def test_a_broken_seal_is_told_with_the_release_and_not_before(
    scene: Scene, clock: FrozenClock
) -> None:
    device, phone = sealing(scene)
    visit = scene.plan()
    scene.tag()
    clock.move(hours=2)
    phone.write("visit.open", opening(visit))
    told = send_spoiled(phone, spoil_seal)
    assert told["results"][0]["status"] == "applied"
    assert flags() == []
    log = scene.planner.get(f"/api/visits/{visit['id']}/knowledge").json
    assert log["sound"] is True
    (line,) = [one for one in log["items"] if one["how"] == "doubted"]
    assert line["person"] == "王检查"
    assert line["details"]["kind"] == "chain-broken"
    device.push("visit.arrive", arrival(visit))
    (flag,) = flags()
    assert flag.subject_id == phone.client
    assert flag.unit_id == scene.world.hospital.id
    assert flag.details["why"] == "signature"


def test_an_arrival_makes_it_known_and_is_flagged_at_once(scene: Scene, clock: FrozenClock) -> None:
    device, phone = sealing(scene)
    visit = scene.plan()
    scene.tag()
    clock.move(hours=2)
    device.push("visit.open", opening(visit))
    phone.write("visit.arrive", arrival(visit))
    send_spoiled(phone, spoil_seal)
    assert len(flags()) == 1


def test_a_clock_set_back_within_such_a_push_is_kept_too(scene: Scene, clock: FrozenClock) -> None:
    _, phone = sealing(scene)
    visit = scene.plan()
    clock.move(hours=2)
    now = opening(visit)["opened_at"]
    phone.write("visit.open", opening(visit), at=now, mono=5_000_000)
    phone.write("visit.open", opening(visit), at=now - 3_600_000, mono=5_010_000)
    phone.sync()
    assert flags("clock-back") == []
    hows = [how for how, _ in scene.log(visit["id"])]
    assert hows.count("doubted") == 1
    answer = scene.planner.post(f"/api/visits/{visit['id']}/release", json={"reason": "x"})
    assert answer.status_code == 200
    assert len(flags("clock-back")) == 1


def test_who_has_no_part_in_the_visit_is_flagged_alike(scene: Scene, clock: FrozenClock) -> None:
    """A real id and an id of nobody give a stranger the same."""
    visit = scene.plan()
    clock.move(hours=2)
    seen = []
    for name in (visit["id"], new_id()):
        device = Device(scene.login("expert"))
        phone = SealingPhone(through(device.http))
        phone.sync()
        assert phone.register() == 200
        phone.write("visit.open", opening(visit, id=name))
        told = send_spoiled(phone, spoil_seal)
        seen.append((told["results"][0]["code"], len(flags())))
    assert [code for code, _ in seen] == ["not-found", "not-found"]
    assert [count for _, count in seen] == [1, 2]
