"""Scans on their way in: compared, judged, flagged for a person, never refused."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.custody import keys
from server.flags.models import Flag
from server.flags.rules import KINDS
from server.inspections.models import Answer, Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.locations.models import Location, Tag
from server.locations.rules import TagVoid, new_tag_code
from server.locations.tags import claim_tag, issue_tags, reprint_tag, void_tag
from server.presence import rules, seals
from server.presence.judging import judge_inspection
from server.presence.models import PlaceFact
from server.presence.service import FactInvalid, ScanDraft, make_fact, note_scan, retire_fact
from tests.factories.inspections import answer_all, make_inspection, sign
from tests.factories.locations import make_location
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through


@pytest.fixture
def inspection(actors: Actors, world: World) -> Inspection:
    return make_inspection(actors["inspector"], world.hospital)


@pytest.fixture
def tag(actors: Actors, world: World) -> Tag:
    room = make_location(world.hospital, name="供氧站")
    (tag,) = issue_tags(actors["bureau_office"], 1, unit_id=world.hospital.id)[1]
    return claim_tag(actors["inspector"], tag.code, "location", room.id)


def scan(actors: Actors, inspection: Inspection, tag: Tag, **given: Any) -> str:
    values: dict[str, Any] = {
        "id": ids.new_id(), "code": tag.code, "at": clock.now(), "how": "camera",
        "client_id": "phone", "inspection_id": inspection.id,
    }  # fmt: skip
    who = actors[given.pop("who", "inspector")]
    return note_scan(who, ScanDraft(**values | given)).id


def flags(kind: str) -> list[Flag]:
    return list(db.session.scalars(select(Flag).where(Flag.kind == kind)))


def seal_of(tag: Tag) -> dict[str, str]:
    told = seals.seals_of([tag])[tag.code]
    return dict(part.split("=", 1) for part in told[1:].split("&"))


def test_a_scan_is_kept_once(actors: Actors, inspection: Inspection, tag: Tag) -> None:
    first = scan(actors, inspection, tag, id="01a20000-0000-7000-8000-0000000000aa")
    assert scan(actors, inspection, tag, id=first) == first
    judge_inspection(inspection.id)
    assert db.session.query(Flag).count() == 0


def test_a_fact_is_asked_and_compared(actors: Actors, inspection: Inspection, tag: Tag) -> None:
    target = ("location", str(tag.target_id))
    fact = make_fact(actors["bureau_office"], target, "code", "主机型号？", {"text": "JB-QG-9000"})
    scan(actors, inspection, tag, fact_id=fact.id, answer="jbqg9000")
    assert flags("presence-fact") == []
    scan(actors, inspection, tag, fact_id=fact.id, answer="看不清")
    (flag,) = flags("presence-fact")
    assert flag.details == {"ask": "主机型号？"}
    assert flag.person_id == actors["inspector"].user_id


def test_facts_are_made_by_who_plans(actors: Actors, tag: Tag) -> None:
    target = ("location", str(tag.target_id))
    with pytest.raises(Forbidden):
        make_fact(actors["inspector"], target, "code", "?", {"text": "ABC"})
    for kind, given in (("code", {"text": "A"}), ("gauge", {"low": 2.0, "high": 1.0})):
        with pytest.raises(FactInvalid):
            make_fact(actors["bureau_office"], target, kind, "问", given)
    fact = make_fact(actors["bureau_office"], target, "gauge", "压力？", {"low": 0.4, "high": 0.6})
    with pytest.raises(Forbidden):
        retire_fact(actors["inspector"], fact.id)
    with pytest.raises(NotFound):
        retire_fact(actors["bureau_office"], ids.new_id())
    retire_fact(actors["bureau_office"], fact.id)
    assert not fact.active


def test_no_answer_ever_travels(actors: Actors, tag: Tag, login: Callable[..., AppClient]) -> None:
    target = ("location", str(tag.target_id))
    make_fact(actors["bureau_office"], target, "code", "主机型号？", {"text": "GEHEIM-4711"})
    db.session.commit()
    for role in ("inspector", "unit_head", "bureau_office"):
        phone = Phone(through(login(role)))
        phone.sync()
        rows = [row for (etype, _), row in phone.rows().items() if etype == "ask"]
        assert [row["ask"] for row in rows] == ["主机型号？"], role
        assert "4711" not in str(phone.rows())
    listed = login("bureau_office").get(f"/api/presence/facts?unit_id={tag.unit_id}")
    assert "主机型号" in listed.get_data(as_text=True)
    assert "4711" not in listed.get_data(as_text=True)


def test_a_square_is_signed_for_its_place(
    actors: Actors, world: World, inspection: Inspection, tag: Tag
) -> None:
    keys.ensure()
    good = seal_of(tag)
    assert seals.judge(tag, good) == "signed"
    assert seals.judge(tag, None) == "unsigned"
    assert seals.judge(tag, good | {"k": "00000000"}) == "unknown-key"
    assert seals.judge(tag, good | {"s": "AAAA"}) == "other"
    other = make_location(world.hospital, name="药房")
    tag.target_id = other.id
    assert seals.judge(tag, good) == "other"
    scan(actors, inspection, tag, seal=good)
    assert [flag.details["code"] for flag in flags("tag-seal")] == [tag.code]


def test_a_tag_printed_before_it_had_a_place_stays_good(actors: Actors, world: World) -> None:
    keys.ensure()
    (tag,) = issue_tags(actors["bureau_office"], 1, unit_id=world.hospital.id)[1]
    early = seal_of(tag)
    room = make_location(world.hospital)
    claim_tag(actors["inspector"], tag.code, "location", room.id)
    assert seals.judge(tag, early) == "signed"
    reprint_tag(actors["bureau_office"], tag.code)
    assert seals.judge(tag, early) == "other"


def test_the_life_of_a_tag(actors: Actors, world: World, tag: Tag) -> None:
    office = actors["bureau_office"]
    assert tag.printed_at is not None
    (new,) = issue_tags(office, 1, unit_id=world.hospital.id)[1]
    place = tag.target_id
    void_tag(office, tag.code, "lost", new.code)
    assert (tag.state, tag.ended_why, tag.replaced_by) == ("void", "replaced", new.code)
    assert (new.state, new.target_id) == ("bound", place)
    for act in (
        lambda: claim_tag(office, tag.code, "location", str(place)),
        lambda: reprint_tag(office, tag.code),
        lambda: void_tag(office, new.code, "lost", tag.code),
    ):
        with pytest.raises(TagVoid):
            act()
    void_tag(office, new.code, "lost")
    assert (new.ended_why, new.replaced_by) == ("lost", None)


def test_a_copied_tag_is_noticed_between_two_phones(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    inspection.member_ids = [*inspection.member_ids, actors["expert"].user_id]
    here = {"lat": 28.45, "lon": 119.92, "accuracy": 15}
    scan(actors, inspection, tag, position=here)
    scan(actors, inspection, tag, who="expert", client_id="other", position=here | {"lat": 28.48})
    (flag,) = flags("tag-copied")
    assert flag.details["at_once"] is True


def tags_of_rooms(world: World, count: int) -> list[Tag]:
    house = make_location(world.hospital, kind="building", name="门诊楼")
    found = []
    for n in range(count):
        floor = make_location(world.hospital, kind="floor", name=f"{n + 1}层", parent=house)
        room = make_location(world.hospital, name=f"房{n}", parent=floor)
        found.append(bound(world, room))
    return found


def bound(world: World, room: Location) -> Tag:
    tag = Tag(
        code=new_tag_code(random.Random(room.id).choice), region_id=world.county.id,
        unit_id=world.hospital.id, state="bound", target_kind="location", target_id=room.id,
        batch=ids.new_id(), issue=1,
    )  # fmt: skip
    db.session.add(tag)
    db.session.flush()
    return tag


def test_a_path_that_nobody_walks_is_flagged_at_submission(
    actors: Actors, world: World, inspection: Inspection
) -> None:
    now = clock.now()
    for n, tag in enumerate(tags_of_rooms(world, 4)):
        scan(actors, inspection, tag, at=now + timedelta(seconds=n))
    judge_inspection(inspection.id)
    judge_inspection(inspection.id)
    assert len(flags("presence-distance")) == 3
    assert all(flag.inspection_id == inspection.id for flag in flags("presence-distance"))


def test_answers_tapped_faster_than_anybody_looks(actors: Actors, inspection: Inspection) -> None:
    by, at = inspection.lead_id, clock.now_ms()
    for n in range(50):
        said = {"v": "pass", "rev": 1, "by": by, "at": at + n * 200, "how": "tap"}
        db.session.add(
            Answer(
                inspection_id=inspection.id,
                target_id="",
                item_key=f"i{n}",
                rev=1,
                fields={"result": said},
            )
        )
    db.session.flush()
    judge_inspection(inspection.id)
    (flag,) = flags("presence-pace")
    assert flag.details["items"] == rules.LIMITS["pace"]["items"]


def test_the_desk_sees_the_path(
    actors: Actors, inspection: Inspection, tag: Tag, login: Callable[..., AppClient]
) -> None:
    scan(actors, inspection, tag, position={"lat": 28.45, "lon": 119.92, "accuracy": 9})
    answer_all(inspection)
    sign(actors["inspector"], inspection)
    db.session.commit()
    phone = Phone(through(login("inspector")))
    phone.sync()
    phone.write("inspection.submit", {"inspection": inspection.id, "submitted_at": clock.now_ms()})
    phone.write("scan.note", {
        "id": ids.new_id(), "code": tag.code, "at": clock.now_ms(), "how": "typed",
        "inspection": inspection.id,
    })  # fmt: skip
    phone.sync()
    assert all(verdict["status"] == "applied" for verdict in phone.verdicts.values())
    told = login("bureau_office").get(f"/api/inspections/{inspection.id}/presence").get_json()
    assert [(one["how"], one["mark"], one["place"]) for one in told["items"]] == [
        ("camera", "unsigned", "供氧站"), ("typed", "unsigned", "供氧站"),
    ]  # fmt: skip
    assert login("unit_head").get(f"/api/inspections/{inspection.id}/presence").status_code == 403


def test_facts_over_http(actors: Actors, tag: Tag, login: Callable[..., AppClient]) -> None:
    db.session.commit()
    client = login("bureau_office")
    body = {
        "target_kind": "location",
        "target_id": tag.target_id,
        "kind": "last4",
        "ask": "编号后四位？",
        "text": "X-99887766",
    }
    made = client.post("/api/presence/facts", json=body).get_json()
    assert "text" not in made
    assert client.post("/api/presence/facts", json=body | {"text": "1"}).status_code == 422
    assert client.post(f"/api/presence/facts/{made['id']}/retire").status_code == 204
    assert db.session.scalars(select(PlaceFact.active)).one() is False
    ended = client.post(f"/api/tags/{tag.code}/reprint").get_json()
    assert ended["issue"] == 2
    ended = client.post(f"/api/tags/{tag.code}/end", json={"why": "lost"}).get_json()
    assert (ended["state"], ended["ended_why"]) == ("void", "lost")


def test_words_about_doubts_never_say_guilty() -> None:
    new = [kind for key, kind in KINDS.items() if key.startswith(("presence-", "tag-"))]
    assert len(new) == 7
    words = str(new)
    assert not [word for word in ("作弊", "造假", "虚假", "真实", "违规") if word in words]
    assert rules.LIMITS
