"""
Receipts, seals, clocks put right and the end of a pass: each is switched off once and missed.

What tests/sync/mechanisms.py does for the protocol is done here for custody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.custody import chains, keys, receipts, rules
from server.custody.models import Receipt, Seal
from server.evidence.models import Photo
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.org import queries as org
from server.org.passes import Source, give_pass
from server.sync import witness
from tests.custody.phone import SealingPhone
from tests.evidence.uploads import create, photo_args, picture
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.sync.phone import EXCHANGE, compact

MakePhone = Callable[..., SealingPhone]
ITEM = "ward.rules.posted"


@dataclass
class Scene:
    """What a history needs."""

    phone: MakePhone
    visit: Callable[..., Inspection]
    actors: Actors
    clock: FrozenClock


def photographed(scene: Scene, ahead: timedelta = timedelta(0)) -> str:
    """A photo taken, sent and stored by a phone whose clock is ahead; its id."""
    mine, data = scene.phone("inspector"), picture(401)
    off = round(ahead.total_seconds() * 1000)
    taken = kernel_clock.now_ms() - 60_000 + off
    facts = photo_args(data, inspection=scene.visit().id, item=ITEM, target="", taken_at=taken)
    mine.write("photo.add", facts, at=taken)
    mine.outbox[-1]["at"] = taken
    mine.tie(mine.outbox[-1])
    body = mine.request()
    body["sent_at"] += off
    assert mine.send(EXCHANGE, compact(body), {})[0] == 200
    create(scene.actors.login("inspector"), data, body=data)
    return str(facts["id"])


def answered_for(scene: Scene) -> None:
    """What the server says that it has, it has signed for."""
    photo = photographed(scene)
    assert db.session.get_one(Photo, photo).state == "stored"
    receipt = db.session.scalars(select(Receipt).where(Receipt.subject_id == photo)).one_or_none()
    assert receipt is not None, "no receipt"
    text = rules.receipt_text(receipt.payload)
    assert keys.trusts(receipt.key_id, text, receipt.signature), "a receipt of nobody"


def changed_on_the_way(scene: Scene) -> None:
    """Somebody between phone and server makes a pass of a failure."""
    mine = scene.phone("inspector")
    mine.answer(scene.visit().id, ITEM, result="fail")
    body = mine.request()
    body["push"][0]["args"]["set"]["result"] = "pass"
    mine.send(EXCHANGE, compact(body), {})
    assert state_of(mine) == "broken", "nobody noticed"


def chained_anew(scene: Scene) -> None:
    """The same, and the chain is made to fit; only the device could sign it."""
    mine = scene.phone("inspector")
    mine.answer(scene.visit().id, ITEM, result="fail")
    signed = mine.request()["seal"]["sig"]
    mine.outbox[0]["args"]["set"]["result"] = "pass"
    mine.tie(mine.outbox[0])
    body = mine.request()
    body["seal"]["sig"] = signed
    mine.send(EXCHANGE, compact(body), {})
    assert state_of(mine) == "broken", "nobody noticed"


def state_of(phone: SealingPhone) -> str:
    return db.session.scalars(select(Seal.state).where(Seal.client_id == phone.client)).one()


def taken_when(scene: Scene) -> None:
    """A clock three days behind does not date the evidence."""
    photo = photographed(scene, timedelta(days=-3, hours=1))
    taken = db.session.get_one(Photo, photo).taken_at
    truth = kernel_clock.now() - timedelta(minutes=1)
    assert abs(taken - truth) < timedelta(minutes=5), "dated by a wrong clock"


def ended_with_the_pass(scene: Scene) -> None:
    """A guest's phone loses the unit with the last moment of the pass."""
    guest, unit = scene.actors.person("staff"), scene.actors.world.other_hospital
    mine, now = scene.phone("staff"), kernel_clock.now()
    source = Source("visit", "01a1ee56-5e00-7000-8000-000000000009")
    give_pass(source, guest.id, unit.id, now, now + timedelta(minutes=30))
    db.session.commit()
    scope = f"unit:{unit.id}"
    mine.sync()
    assert scope in mine.scopes
    scene.clock.move(minutes=31)
    mine.sync()
    assert scope not in mine.scopes, "the guest still reads"


def _no_receipts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(receipts, "_issue", lambda *told: None)


def _links_uncompared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(chains, "_misfit", lambda *told: "")


def _signatures_believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(chains.rules, "device_signed", lambda *told: True)


def _clocks_believed(patch: pytest.MonkeyPatch) -> None:
    def as_told(ticks: Any, _sent_at: int, _now: int) -> list[int]:
        return [tick.at for tick in ticks]

    patch.setattr(witness.rules, "moments", as_told)


def _passes_for_ever(patch: pytest.MonkeyPatch) -> None:
    for name in ("_GRANTED", "_LIVE"):
        patch.setattr(org, name, getattr(org, name).replace("ends_at > :now", "ends_at > 0"))


SAFETIES = {
    "receipts": (answered_for, _no_receipts),
    "links compared": (changed_on_the_way, _links_uncompared),
    "the device's signature": (chained_anew, _signatures_believed),
    "clocks put right": (taken_when, _clocks_believed),
    "the last moment of a pass": (ended_with_the_pass, _passes_for_ever),
}


@pytest.fixture
def scene(
    phone: MakePhone, visit: Callable[..., Inspection], actors: Actors, clock: FrozenClock
) -> Scene:
    return Scene(phone, visit, actors, clock)


@pytest.mark.parametrize("name", SAFETIES)
def test_it_holds(name: str, scene: Scene) -> None:
    SAFETIES[name][0](scene)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("name", SAFETIES)
def test_without_it_something_breaks(
    name: str,
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    history, off = SAFETIES[name]
    off(monkeypatch)
    with pytest.raises(AssertionError) as broken:
        history(scene)
    said = str(broken.value).splitlines()[0]
    record_property("examined", f"without {name}: {history.__name__} → {said}")
