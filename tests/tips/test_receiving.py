"""Taking reports in: once for each, wherever the label leads, without a name or a number."""

import re
from collections.abc import Callable

import pytest

from server.kernel.db import db
from server.locations.models import Location, Tag
from server.locations.rules import new_tag_code
from server.tips.models import Tip, TipContact
from server.tips.rules import receipts
from tests.factories.locations import make_tag
from tests.support.actors import World
from tests.support.clients import AppClient
from tests.tips.support import CODE, ask, client_key, send, tip

Login = Callable[..., AppClient]


def test_a_report_gives_a_receipt_that_tells_how_it_stands(
    client: AppClient, room: Location
) -> None:
    told = send(client, tip())
    assert told.status_code == 200, told.json
    receipt = told.json["receipt"]
    assert len(receipt) == 18
    assert receipts.readable(receipt) == receipt
    face = ask(client, receipt).json
    assert (face["state"], face["reason"], face["answer"]) == ("received", None, None)
    assert set(face) == {"state", "said", "reason", "answer", "receipt", "qr", "as_of"}
    row = db.session.query(Tip).one()
    assert (row.unit_id, row.location_id) == (room.unit_id, room.id)
    assert receipt not in str(vars(row))


def test_the_receipt_may_be_typed_as_people_type(client: AppClient, room: Location) -> None:
    receipt = send(client, tip()).json["receipt"]
    typed = f" {receipt[:6].lower()}-{receipt[6:12]} {receipt[12:].replace('0', 'o')} "
    assert ask(client, typed).json["receipt"] == receipt


def test_the_same_report_again_is_the_same_report(client: AppClient, room: Location) -> None:
    body = tip(contact="李女士 13900000000")
    first, again = send(client, body), send(client, body, address="203.0.113.9")
    assert first.json == again.json
    assert db.session.query(Tip).count() == 1
    changed = send(client, body | {"words": "别的话"})
    assert (changed.status_code, changed.json["code"]) == (409, "tip-id-taken")
    assert db.session.query(Tip).one().words == body["words"]


@pytest.mark.parametrize(
    "given", [{"topics": [], "words": " \u200b "}, {"topics": [], "words": None}]
)
def test_nothing_at_all_is_no_report(client: AppClient, given: dict[str, object]) -> None:
    told = send(client, tip(**given))
    assert (told.status_code, told.json["code"]) == (422, "tip-empty")


@pytest.mark.parametrize(
    "given",
    [{"topics": ["murder"]}, {"words": "长" * 1001}, {"place": "长" * 201}, {"contact": "1" * 201}],
)
def test_what_is_too_long_or_unknown_is_refused(
    client: AppClient, given: dict[str, object]
) -> None:
    told = send(client, tip(**given))
    assert (told.status_code, told.json["code"]) == (422, "tip-words")
    assert db.session.query(Tip).count() == 0


def test_a_label_tells_a_visitor_the_unit_and_the_place_alone(
    client: AppClient, room: Location
) -> None:
    told = client.get(f"/api/public/tips/where?tag={CODE}")
    assert told.json == {"unit": "安平县人民医院", "place": "门诊楼 / 3层 / 东侧走廊"}


def test_unknown_void_and_unclaimed_labels_say_the_same(client: AppClient, world: World) -> None:
    spare, void = new_tag_code(lambda a: a[5]), new_tag_code(lambda a: a[6])
    make_tag(spare, region=world.county)
    make_tag(void, region=world.county, unit_id=world.hospital.id, state="void")
    answers = {
        client.get(f"/api/public/tips/where?tag={code}").data
        for code in (spare, void, "1111111P", "nonsense", "", "%F0%9F%98%80")
    }
    assert answers == {b'{"unit":null,"place":null}'}


def test_the_label_of_a_closed_unit_names_it_no_more_and_the_bureau_hears(
    client: AppClient, room: Location, world: World
) -> None:
    world.hospital.active = False
    db.session.commit()
    assert client.get(f"/api/public/tips/where?tag={CODE}").json == {"unit": None, "place": None}
    told = send(client, tip(place="老门诊楼，现在是超市"))
    assert told.status_code == 200
    row = db.session.query(Tip).one()
    assert (row.region_id, row.location_id, row.place) == (
        world.county.id, None, "老门诊楼，现在是超市",
    )  # fmt: skip


@pytest.mark.parametrize("words", ["微信 😀👩‍🚀", "📞1390000🏥0000", "‮0000 0009 31"])
def test_a_contact_of_any_signs_comes_back_as_it_was(
    client: AppClient, room: Location, words: str, login: Callable[..., AppClient]
) -> None:
    send(client, tip(contact=words))
    row = db.session.query(Tip).one()
    sealed = db.session.get_one(TipContact, row.id).sealed
    assert words.encode() not in sealed
    told = login("bureau_office").post(f"/api/tips/{row.id}/contact", json={"reason": "核实"})
    assert told.json["contact"] == words.replace("‮", "")


def test_a_report_from_such_a_label_arrives_all_the_same(client: AppClient, world: World) -> None:
    spare = new_tag_code(lambda a: a[5])
    make_tag(spare, region=world.county)
    shapes = set()
    for code in (spare, "1111111P", "nonsense", None):
        told = send(client, tip(tag=code, place="县医院门口"))
        assert told.status_code == 200
        shapes.add(re.sub(r"[0-9A-Z]{18}", "*", told.text))
    assert len(shapes) == 1
    regions = {row.tag_code: row.region_id for row in db.session.query(Tip)}
    assert regions[spare] == world.county.id
    assert regions[None] is None


def test_no_label_can_be_listed_by_guessing(client: AppClient, room: Location) -> None:
    guess = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.5"}}
    for _ in range(30):
        client.get("/api/public/tips/where?tag=1111111P", **guess)
    hit = client.get(f"/api/public/tips/where?tag={CODE}", **guess)
    assert hit.json == {"unit": None, "place": None}
    elsewhere = client.get(f"/api/public/tips/where?tag={CODE}")
    assert elsewhere.json["unit"] == "安平县人民医院"
    assert db.session.query(Tag).count() == 1


def test_ids_say_nothing_of_order_or_number(client: AppClient, room: Location) -> None:
    for _ in range(5):
        send(client, tip())
    found = [row.id for row in db.session.query(Tip)]
    assert {one[14] for one in found} == {"4"}, "random, not by time"
    assert len({one[:6] for one in found}) == 5


def test_a_contact_lies_apart_and_sealed(client: AppClient, room: Location) -> None:
    send(client, tip(contact="李女士 13900000000"))
    row = db.session.query(TipContact).one()
    assert b"13900000000" not in row.sealed
    assert "13900000000" not in str(vars(db.session.query(Tip).one()))


def test_what_names_no_report_finds_none(client: AppClient) -> None:
    for typed in ("", "x", "0" * 18, receipts.written(5), "😀" * 18, client_key()):
        told = ask(client, typed)
        assert (told.status_code, told.json["code"]) == (404, "tip-receipt-unknown")


def test_bodies_are_read_strictly(client: AppClient) -> None:
    big = client.post("/api/public/tips", data=b"{" + b" " * 20_000 + b"}")
    assert big.status_code == 413
    for body in (b"[]", b"{", b'{"id":1}', b'{"id":"a","id":"b"}', b"\xff"):
        told = client.post("/api/public/tips", data=body)
        assert told.status_code in (400, 422), body
    other = client.post(
        "/api/public/tips", json=tip(), headers={"Origin": "https://elsewhere.example"}
    )
    assert other.json["code"] == "foreign-origin"
