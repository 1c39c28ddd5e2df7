"""What a push is signed with: judged, kept, flagged, and never a reason to refuse work."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.custody import rules
from server.custody.models import ChainRepeat, DeviceKey, Seal
from server.flags.models import Flag
from server.inspections.models import Inspection
from server.kernel import clock, driver, ids
from server.kernel.db import db
from server.sync import push as push_module
from server.sync.models import SyncClient, SyncMutation
from tests.custody.phone import SealingPhone
from tests.support.actors import Actors
from tests.sync.phone import EXCHANGE, compact

Visit = Callable[..., Inspection]
MakePhone = Callable[..., SealingPhone]
ITEMS = ("ward.rules.posted", "ward.rules.drill", "ward.room.exit")


def work(phone: SealingPhone, inspection: Inspection, count: int = 4) -> None:
    for i in range(count):
        phone.answer(inspection.id, ITEMS[i % 2], result="pass", note=f"第{i}条")


def seals(client: str) -> list[Seal]:
    return list(db.session.scalars(select(Seal).where(Seal.client_id == client).order_by(Seal.mid)))


def flags(kind: str | None = None) -> list[Flag]:
    query = select(Flag).where(Flag.subject_type == "client")
    return [f for f in db.session.scalars(query) if kind in (None, f.kind)]


def chain_of(client: str) -> dict[int, bytes]:
    """The server's links by number, remade from what it keeps and nothing else."""
    rows: dict[int, tuple[bytes, bytes]] = {
        m.mid: (
            rules.digest(
                m.id,
                m.name,
                m.v,
                m.device_at,
                m.args.encode(),
                m.blobs.split(",") if m.blobs else (),
            ),
            m.link,
        )
        for m in db.session.scalars(select(SyncMutation).where(SyncMutation.client_id == client))
    }
    repeats = select(ChainRepeat).where(ChainRepeat.client_id == client)
    rows |= {r.mid: (r.digest, r.link) for r in db.session.scalars(repeats)}
    link, made = rules.origin(client), {}
    for mid in sorted(rows):
        link = rules.link(link, rows[mid][0])
        assert link == rows[mid][1], mid
        made[mid] = link
    return made


def send_changed(phone: SealingPhone, change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Send the next request after somebody has laid hands on it."""
    body = copy.deepcopy(phone.request())
    change(body)
    status, _, data = phone.send(EXCHANGE, compact(body), {})
    assert status == 200, data
    answer: dict[str, Any] = json.loads(data)
    return answer


def test_a_whole_day_is_one_chain_with_a_seal_for_each_push(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    for _ in range(3):
        work(mine, inspection)
        mine.sync()
        assert "seal" not in mine.last
    assert [(s.after, s.mid, s.state) for s in seals(mine.client)] == [
        (0, 4, "ok"), (4, 8, "ok"), (8, 12, "ok"),
    ]  # fmt: skip
    assert chain_of(mine.client) == mine.links
    client = db.session.get_one(SyncClient, mine.client)
    assert client.head == mine.links[12]
    for seal in seals(mine.client):
        text = rules.seal_text(mine.client, seal.mid, seal.prev, seal.head)
        assert rules.device_signed(mine.public_key, text, seal.signature or b"")
    assert flags() == []


def _flip(envelope: dict[str, Any]) -> None:
    envelope["args"]["set"]["note"] = "别的"


TAMPERED: dict[str, Callable[[dict[str, Any]], None]] = {
    "a word in the arguments": lambda body: _flip(body["push"][1]),
    "the time of an act": lambda body: body["push"][0].update(at=body["push"][0]["at"] + 1),
    "another id": lambda body: body["push"][2].update(id=ids.new_id()),
    "blobs put in": lambda body: body["push"][2].update(blobs=["ab" * 32]),
    "the order of two": lambda body: body["push"].__setitem__(
        slice(1, 3),
        [body["push"][2] | {"mid": 2}, body["push"][1] | {"mid": 3}],
    ),
    "one left out": lambda body: body.update(
        push=[body["push"][0], *(e | {"mid": e["mid"] - 1} for e in body["push"][2:])]
    ),
    "the last one left out": lambda body: body["push"].pop(),
    "one put in": lambda body: body["push"].append(
        body["push"][3] | {"mid": 5, "id": ids.new_id()}
    ),
    "another number": lambda body: body["seal"].update(mid=3),
    "another end": lambda body: body["seal"].update(head="00" * 32),
    "another beginning": lambda body: body["seal"].update(prev="00" * 32),
    "a damaged signature": lambda body: body["seal"].update(sig="AA" + body["seal"]["sig"][2:]),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_whatever_is_tampered_with_breaks_the_seal_and_refuses_nothing(
    phone: MakePhone, visit: Visit, how: str
) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    answer = send_changed(mine, TAMPERED[how])
    assert answer["seal"] == "broken"
    assert {result["status"] for result in answer["results"]} <= {"applied", "merged"}
    [seal] = seals(mine.client)
    assert seal.state == "broken"
    assert seal.claim is not None
    [flag] = flags("chain-broken")
    assert flag.person_id == db.session.get_one(SyncClient, mine.client).person_id
    assert flag.inspection_id == inspection.id
    assert chain_of(mine.client)


def test_what_was_changed_on_the_server_no_longer_fits_its_link(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    mine.sync()
    row = db.session.get_one(SyncMutation, (mine.client, 2))
    assert row.args is not None
    row.args = row.args.replace("第1条", "第7条")
    db.session.flush()
    with pytest.raises(AssertionError, match="2"):
        chain_of(mine.client)


JUNK = [
    "安" * 3000,
    "x",
    1,
    [],
    {},
    {"key": 1},
    {"key": "k", "mid": 1, "prev": "zz", "head": "", "sig": ""},
    True,
]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_in_the_seals_place_refuses_nothing(phone: MakePhone, visit: Visit, junk: Any) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    answer = send_changed(mine, lambda body: body.update(seal=junk))
    assert answer["seal"] == "broken"
    assert len(answer["results"]) == 4


def test_an_older_app_sends_no_seal_and_is_told_of_once(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector", sealing=False)
    for _ in range(3):
        work(mine, inspection)
        mine.sync()
    assert mine.verdicts
    assert [s.state for s in seals(mine.client)] == ["absent"] * 3
    assert len(flags("seal-absent")) == 1


def test_an_upgraded_phone_goes_on_where_the_servers_chain_stands(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine = visit(), phone("inspector", register=False, sealing=False)
    work(mine, inspection)
    mine.sync()
    mine.links = {}  # the older app made none
    mine.sealing = True
    assert mine.register() == 200
    at = json.loads(mine.registered)
    mine.links[at["mid"]] = bytes.fromhex(at["head"])
    work(mine, inspection)
    mine.sync()
    assert [(s.after, s.mid, s.state) for s in seals(mine.client)] == [
        (0, 4, "absent"), (4, 8, "ok"),
    ]  # fmt: skip
    chain_of(mine.client)


@pytest.mark.fault(1, 4)
def test_a_push_that_comes_again_is_sealed_once(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    mine.exchange(lose=True)
    mine.exchange()
    work(mine, inspection, 2)
    mine.exchange(lose=True)
    work(mine, inspection, 2)
    mine.sync()  # two that are known and two that are new, under one seal from before both
    assert [(s.after, s.mid, s.state) for s in seals(mine.client)] == [
        (0, 4, "ok"), (4, 6, "ok"), (6, 8, "ok"),
    ]  # fmt: skip
    assert chain_of(mine.client) == mine.links
    assert flags() == []


def test_a_push_cut_by_the_clock_goes_on_in_the_same_chain(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, mine = visit(), phone("inspector")
    for note in ("甲", "乙", "丙"):
        mine.answer(inspection.id, ITEMS[0], result="pass")
        mine.write("hazard.comment", {"id": ids.new_id(), "note": note, "photos": []})
    with monkeypatch.context() as patched:
        patched.setattr(push_module, "BUDGET_S", -1)
        mine.exchange()
        assert len(mine.outbox) == 5
    mine.sync()
    assert all(seal.state == "ok" for seal in seals(mine.client))
    assert chain_of(mine.client) == mine.links
    assert db.session.get_one(SyncClient, mine.client).head == mine.links[6]
    assert flags() == []


@pytest.mark.fault(35, 36, 76)
def test_a_phone_that_numbers_anew_tells_the_same_work_in_a_new_chain(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    mine.sync()
    twin = mine.clone()
    twin.links = dict(mine.links)
    work(twin, inspection, 2)
    twin.sync()
    work(mine, inspection, 3)
    first = mine.client
    mine.sync()  # forked: a new client id, everything told again
    assert mine.client != first
    assert len(list(db.session.scalars(select(ChainRepeat)))) == 4
    assert chain_of(mine.client) == mine.links
    assert len(chain_of(mine.client)) == 7
    assert chain_of(first)
    assert [seal.state for seal in seals(mine.client)] == ["ok"]


@pytest.mark.fault(72)
def test_a_restored_server_makes_the_same_links_again(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    mine.sync()
    saved = db.session.get_one(SyncClient, mine.client).head
    work(mine, inspection)
    mine.sync()
    for model in (SyncMutation, Seal):
        for row in db.session.scalars(select(model).where(model.client_id == mine.client)):
            if row.mid > 4:
                db.session.delete(row)
    client = db.session.get_one(SyncClient, mine.client)
    client.last_mid, client.head = 4, saved
    db.session.commit()
    work(mine, inspection, 1)
    mine.sync()
    assert chain_of(mine.client) == mine.links
    assert all(seal.state == "ok" for seal in seals(mine.client))


def test_a_key_that_nobody_registered_is_told_of_and_may_come_later(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine = visit(), phone("inspector", register=False)
    work(mine, inspection)
    mine.sync()
    assert mine.last["seal"] == "unknown-key"
    [seal] = seals(mine.client)
    assert seal.signature is not None
    assert len(flags("seal-unknown-key")) == 1
    assert mine.register() == 200
    work(mine, inspection)
    mine.sync()
    assert [s.state for s in seals(mine.client)] == ["unknown-key", "ok"]


def test_a_revoked_key_signs_nothing_more(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    work(mine, inspection)
    mine.sync()
    db.session.get_one(DeviceKey, rules.key_id(mine.public_key)).revoked_at = clock.now()
    db.session.commit()
    work(mine, inspection)
    mine.sync()
    assert [s.state for s in seals(mine.client)] == ["ok", "unknown-key"]
    assert flags("seal-unknown-key")[0].details["why"] == "revoked"


def test_one_phones_key_does_not_sign_for_another(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    mine, theirs = phone("inspector"), phone("expert")
    theirs.key = mine.key
    work(theirs, inspection)
    theirs.sync()
    assert [s.state for s in seals(theirs.client)] == ["unknown-key"]


def test_a_seal_costs_two_statements_a_push_however_long_it_is(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection = visit()
    seen: list[str] = []

    def counting(plain: Callable[..., Any]) -> Callable[..., Any]:
        def count(sql: str, /, **values: Any) -> Any:
            seen.append(sql)
            return plain(sql, **values)

        return count

    for name in ("rows", "run"):
        monkeypatch.setattr(driver, name, counting(getattr(driver, name)))
    for size in (5, 60):
        mine = phone("inspector")
        work(mine, inspection, 2)
        mine.sync()
        work(mine, inspection, size)
        seen.clear()
        mine.exchange(pull=False)
        assert len(mine.last["results"]) == size
        assert sum("seal (" in sql or "device_key" in sql for sql in seen) == 2


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_history_of_sending_leaves_one_whole_chain(
    phone: MakePhone, visit: Visit, data: st.DataObject
) -> None:
    inspection, mine = visit(), phone("inspector")
    for step in data.draw(st.lists(st.sampled_from("wwllspd"), min_size=1, max_size=12)):
        if step == "w":
            work(mine, inspection, data.draw(st.integers(1, 4)))
        elif step == "l" and mine.outbox:
            mine.exchange(count=data.draw(st.integers(1, 5)), lose=True)
        elif step == "p" and mine.outbox:
            mine.exchange(count=data.draw(st.integers(1, 5)))
        elif step == "s":
            mine.sync()
        elif step == "d" and mine.outbox:
            body = compact(mine.request())
            for _ in range(2):
                mine.send(EXCHANGE, body, {})
    mine.sync()
    assert chain_of(mine.client) == mine.links
    assert all(seal.state == "ok" for seal in seals(mine.client))


def test_the_authors_are_told_apart(actors: Actors, phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    for who in ("inspector", "expert"):
        mine = phone(who)
        work(mine, inspection)
        mine.sync()
        assert [s.person_id for s in seals(mine.client)] == [actors.person(who).id]
