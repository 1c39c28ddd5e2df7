"""The inbox: who sees what, answers, hazards, groups, and taking things back."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.audit.models import AuditEntry
from server.evidence.models import Photo
from server.hazards.models import Hazard, HazardPhoto
from server.kernel.db import db
from server.locations.models import Location
from server.tips import tidy
from server.tips.models import Tip, TipContact
from server.tips.rules import REASONS, RULES
from tests.evidence.scenes import coded, scene
from tests.factories.hazards import make_hazard
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.tips.support import ask, beside, new_hazard, send, send_picture, telling_picture, tip

Login = Callable[..., AppClient]
Draw = Callable[[], int]
ROLES = (
    "administrator", "bureau_office", "inspector", "expert", "guest", "read_only",
    "visit_planner", "unit_head", "safety_officer", "staff",
)  # fmt: skip
SEEING = {"bureau_office": True, "unit_head": False, "safety_officer": False}
CONTACT = "李女士 13900000000"


def report(client: AppClient, **given: Any) -> tuple[str, str]:
    """A report; its id at the desk and its receipt."""
    known = {row.id for row in db.session.query(Tip)}
    receipt = send(client, tip(**given)).json["receipt"]
    (fresh,) = {row.id for row in db.session.query(Tip)} - known
    return fresh, receipt


def rev(one: str) -> int:
    return db.session.get_one(Tip, one).rev


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_learns_of_a_reporter(
    client: AppClient, room: Location, login: Login, clock: FrozenClock, role: str
) -> None:
    clock.move(minutes=14)
    open_one, _ = report(client, contact=CONTACT)
    closed_one, _ = report(client, audience="bureau", contact=CONTACT, words="院长让人锁了安全出口")
    desk = login(role)
    listed = desk.get("/api/tips")
    if role not in SEEING:
        assert listed.status_code == 403
        assert desk.get(f"/api/tips/{open_one}").status_code == 403
    else:
        is_bureau = SEEING[role]
        seen = {row["id"] for row in listed.json["items"]}
        assert seen == ({open_one, closed_one} if is_bureau else {open_one})
        assert listed.json["total"] == len(seen)
        detail = desk.get(f"/api/tips/{open_one}")
        assert ("has_contact" in detail.json, detail.json["exact"]) == (is_bureau, is_bureau)
        assert (detail.json["received_at"] % 3_600_000 == 0) is not is_bureau
    for one in (open_one, closed_one):
        told = desk.post(f"/api/tips/{one}/contact", json={"reason": "核实"})
        assert (told.status_code == 200) is (role == "bureau_office")
        everything = listed.text + desk.get(f"/api/tips/{one}").text
        for word in ("13900000000", "net_key", "client_hash", "receipt_hash", "198.51.100"):
            assert word not in everything


def test_what_is_kept_from_the_unit_is_absent_there(
    client: AppClient, room: Location, login: Login
) -> None:
    hidden, _ = report(client, audience="bureau", words="锁了出口")
    absent = "00000000-0000-4000-8000-000000000000"
    unit = login("safety_officer")
    for path, body in (
        ("look", {}), ("answer", {"rev": 1, "answer": "x"}), ("undo", {"rev": 1}),
        ("decline", {"rev": 1, "reason": "unclear"}), ("group", {"rev": 1, "into": absent}),
        ("hazard", new_hazard(1)),
    ):  # fmt: skip
        one = unit.post(f"/api/tips/{hidden}/{path}", json=body)
        other = unit.post(f"/api/tips/{absent}/{path}", json=body)
        assert one.status_code == other.status_code == 404
    assert unit.get("/api/tips?q=锁了").json == {"items": [], "next": None, "total": 0}


def test_nobody_of_the_unit_sees_it_whatever_they_oversee(
    client: AppClient, room: Location, login: Login, actors: Actors, world: World
) -> None:
    hidden, _ = report(client, audience="bureau", contact=CONTACT)
    shown, _ = report(client, contact=CONTACT)
    both = actors.person("bureau_office")
    both.unit_id = world.hospital.id
    db.session.commit()
    desk = login(both)
    assert {row["id"] for row in desk.get("/api/tips").json["items"]} == {shown}
    assert desk.get(f"/api/tips/{hidden}").status_code == 404
    assert desk.post(f"/api/tips/{shown}/contact", json={"reason": "想知道"}).status_code == 403


def test_another_county_sees_nothing(
    client: AppClient, room: Location, login: Login, world: World
) -> None:
    one, _ = report(client)
    other = make_person(role="bureau_office", region=world.other_county, username="other")
    desk = login(other)
    assert desk.get("/api/tips").json["total"] == 0
    assert desk.get(f"/api/tips/{one}").status_code == 404


def test_a_report_without_a_region_goes_to_the_root(
    client: AppClient, world: World, login: Login
) -> None:
    one, _ = report(client, tag=None, place="县医院后门")
    top = login(make_person(role="bureau_office", region=world.city, username="top"))
    assert [row["id"] for row in top.get("/api/tips").json["items"]] == [one]
    assert login("bureau_office").get("/api/tips").json["total"] == 0
    told = top.post(f"/api/tips/{one}/hazard", json=new_hazard(rev(one)))
    assert told.json["code"] == "tip-no-unit"
    body = new_hazard(rev(one), unit_id=world.hospital.id)
    assert top.post(f"/api/tips/{one}/hazard", json=body).status_code == 200
    assert login("bureau_office").get("/api/tips").json["total"] == 1


def test_the_reporter_reads_the_answer_and_nothing_else(
    client: AppClient, room: Location, login: Login
) -> None:
    one, receipt = report(client)
    desk = login("bureau_office")
    assert desk.post(f"/api/tips/{one}/look", json={}).json["state"] == "seen"
    assert ask(client, receipt).json["state"] == "seen"
    told = desk.post(
        f"/api/tips/{one}/answer",
        json={"rev": rev(one), "answer": "已通知院方今天清理", "done": False},
    ).json
    assert told["state"] == "doing"
    assert told["may_undo"]
    face = ask(client, receipt).json
    assert (face["state"], face["answer"]) == ("doing", "已通知院方今天清理")
    desk.post(f"/api/tips/{one}/answer", json={"rev": rev(one), "answer": "已清理", "done": True})
    face = ask(client, receipt).json
    assert (face["state"], face["answer"]) == ("done", "已清理")
    assert "周局办" not in str(face)
    assert one not in str(face)


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_not_taken_up_says_why_and_can_be_taken_back(
    client: AppClient, room: Location, login: Login, reason: str
) -> None:
    one, receipt = report(client)
    desk = login("bureau_office")
    told = desk.post(f"/api/tips/{one}/decline", json={"rev": rev(one), "reason": reason}).json
    assert (told["state"], told["spam"]) == ("declined", reason == "spam")
    face = ask(client, receipt).json
    assert face["state"] == "declined"
    assert face["reason"]["zh"] == REASONS[reason]["zh"]
    back = desk.post(f"/api/tips/{one}/undo", json={"rev": rev(one)}).json
    assert (back["state"], back["spam"], back["reason"]) == ("received", False, None)
    assert ask(client, receipt).json["state"] == "received"
    again = desk.post(f"/api/tips/{one}/undo", json={"rev": rev(one)})
    assert again.json["code"] == "tip-not-possible"
    assert [step["undone"] for step in back["steps"]] == [True, False]


def test_two_at_the_desk_do_not_overwrite_each_other(
    client: AppClient, room: Location, login: Login
) -> None:
    one, _ = report(client)
    seen = rev(one)
    first, second = login("bureau_office"), login("safety_officer")
    assert (
        first.post(f"/api/tips/{one}/answer", json={"rev": seen, "answer": "a"}).status_code == 200
    )
    late = second.post(f"/api/tips/{one}/decline", json={"rev": seen, "reason": "unclear"})
    assert (late.status_code, late.json["code"]) == (409, "tip-moved")


def test_a_hazard_takes_the_pictures_and_the_answer_follows_it(
    client: AppClient, room: Location, login: Login, draw: Draw, actors: Actors
) -> None:
    body = tip(pictures=2, contact=CONTACT)
    receipt = send(client, body).json["receipt"]
    for place in range(2):
        send_picture(client, body["id"], telling_picture(place), place)
    draw()
    one = db.session.query(Tip).one().id
    desk = login("bureau_office")
    wanted = desk.get(f"/api/tips/{one}").json["pictures"]
    asked = new_hazard(rev(one), pictures=[wanted[0]["id"]])
    told = desk.post(f"/api/tips/{one}/hazard", json=asked).json
    assert told["hazard"]["id"] == asked["id"] == told["entry"]["id"]
    hazard = db.session.get_one(Hazard, asked["id"])
    assert (hazard.source, hazard.location_id, hazard.unit_id) == ("report", room.id, room.unit_id)
    (link,) = db.session.query(HazardPhoto)
    photo = db.session.get_one(Photo, link.photo_id)
    assert (photo.state, photo.own, photo.position) == ("stored", None, None)
    assert photo.author_id == actors.person("bureau_office").id
    assert photo.taken_at.minute == photo.taken_at.second == 0
    shown = login("safety_officer").get(f"/api/photos/{photo.id}")
    assert shown.status_code == 200
    assert b"Telltale" not in shown.data
    again = desk.post(f"/api/tips/{one}/hazard", json=asked)
    assert again.status_code == 200
    assert db.session.query(Hazard).count() == 1
    assert desk.get(f"/api/tips?hazard_id={hazard.id}").json["items"][0]["id"] == one
    assert ask(client, receipt).json["said"]["zh"].startswith("已登记为安全隐患")
    hazard.state = "assigned"
    assert ask(client, receipt).json["said"]["zh"] == "已登记为安全隐患，正在整改。"
    hazard.state, hazard.closure_number = "closed", "XH-1"
    assert ask(client, receipt).json["state"] == "done"
    refused = desk.post(f"/api/tips/{one}/decline", json={"rev": rev(one), "reason": "unclear"})
    assert refused.json["code"] == "tip-not-possible"


def test_a_hazard_leads_back_to_its_reports_for_who_may_read_them(
    client: AppClient, room: Location, login: Login, actors: Actors, world: World
) -> None:
    desk, unit = login("bureau_office"), login("safety_officer")
    open_one, _ = report(client)
    closed_one, _ = report(client, audience="bureau", words="锁了出口")
    hazards = []
    for one in (open_one, closed_one):
        asked = new_hazard(rev(one))
        assert desk.post(f"/api/tips/{one}/hazard", json=asked).status_code == 200
        hazards.append(db.session.get_one(Hazard, asked["id"]))
    main = make_hazard(actors["inspector"], world.hospital)
    for hazard, into in zip(hazards, (hazards[1], main), strict=True):
        hazard.merged_into_id, hazard.state = into.id, "void"
    db.session.commit()

    def led(who: AppClient, hazard: Hazard) -> set[str]:
        told = who.get(f"/api/tips?hazard_id={hazard.id}").json
        assert told["total"] == len(told["items"])
        return {row["id"] for row in told["items"]}

    assert led(desk, main) == led(desk, hazards[1]) == {open_one, closed_one}
    assert led(desk, hazards[0]) == {open_one}
    assert led(unit, main) == {open_one}, "what the unit must not see is absent here too"
    assert login("inspector").get(f"/api/tips?hazard_id={main.id}").status_code == 403


def test_a_picture_that_is_not_there_is_not_carried_over(
    client: AppClient, room: Location, login: Login
) -> None:
    one, _ = report(client)
    asked = new_hazard(rev(one), pictures=[tip()["id"]])
    told = login("bureau_office").post(f"/api/tips/{one}/hazard", json=asked)
    assert told.json["code"] == "tip-picture-not-there"
    assert db.session.query(Hazard).count() == 0


def test_a_hazard_of_what_the_unit_must_not_see_tells_no_time(
    client: AppClient, room: Location, login: Login, draw: Draw, clock: FrozenClock
) -> None:
    body = tip(pictures=1, audience="bureau")
    send(client, body)
    send_picture(client, body["id"], coded(scene(2)))
    draw()
    clock.move(hours=30)
    row = db.session.query(Tip).one()
    desk = login("bureau_office")
    wanted = [picture["id"] for picture in desk.get(f"/api/tips/{row.id}").json["pictures"]]
    desk.post(f"/api/tips/{row.id}/hazard", json=new_hazard(row.rev, pictures=wanted))
    assert (db.session.query(Photo).one().taken_at - row.received_at).total_seconds() > 29 * 3600
    unit = login("safety_officer")
    assert unit.get("/api/tips").json["total"] == 0
    hazard = unit.get("/api/hazards").json["items"][0]
    assert row.id not in str(hazard)
    assert row.words not in str(hazard)
    acts = db.session.query(AuditEntry).filter(AuditEntry.action.like("tip.%"))
    assert {entry.unit_id for entry in acts} == {None}


def test_duplicates_are_suggested_and_a_person_decides(
    client: AppClient, room: Location, login: Login, draw: Draw
) -> None:
    first, first_receipt = report(client, words="三楼东头安全出口堆着纸箱出不去")
    second, second_receipt = report(
        client, words="三楼东头的安全出口堆着好多纸箱", topics=["other"]
    )
    third, _ = report(client, words="电梯按钮坏了", topics=["lift"])
    desk = login("bureau_office")
    similar = {row["id"]: row["why"] for row in desk.get(f"/api/tips/{second}").json["similar"]}
    assert similar == {first: ["tag", "words"]}
    told = desk.post(f"/api/tips/{second}/group", json={"rev": rev(second), "into": first}).json
    assert told["same_as_id"] == first
    desk.post(f"/api/tips/{first}/answer", json={"rev": rev(first), "answer": "在清理"})
    assert ask(client, second_receipt).json["answer"] == "在清理"
    assert desk.get(f"/api/tips/{first}").json["grouped"][0]["id"] == second
    for path, body in (("answer", {"answer": "x"}), ("group", {"into": third})):
        told = desk.post(f"/api/tips/{second}/{path}", json={"rev": rev(second)} | body)
        assert told.json["code"] == "tip-not-possible"
    into_itself = desk.post(f"/api/tips/{first}/group", json={"rev": rev(first), "into": second})
    assert into_itself.json["code"] == "tip-not-possible"
    desk.post(f"/api/tips/{second}/undo", json={"rev": rev(second)})
    assert ask(client, second_receipt).json["answer"] is None
    assert ask(client, first_receipt).json["answer"] == "在清理"


def test_like_pictures_are_found(
    client: AppClient, room: Location, login: Login, draw: Draw
) -> None:
    for quality, topic in ((90, "exit"), (60, "other")):
        body = tip(pictures=1, words="", topics=[topic], tag="0000001F")
        send(client, body)
        send_picture(client, body["id"], coded(scene(7), quality))
    draw()
    one = db.session.query(Tip).first()
    assert one is not None
    (other,) = login("bureau_office").get(f"/api/tips/{one.id}").json["similar"]
    assert "pictures" in other["why"]


def test_a_hidden_report_never_stands_for_one_that_the_unit_sees(
    client: AppClient, room: Location, login: Login
) -> None:
    hidden, _ = report(client, audience="bureau", words="三楼东头安全出口堆着纸箱")
    shown, _ = report(client, words="三楼东头安全出口堆着纸箱啊")
    desk, unit = login("bureau_office"), login("safety_officer")
    told = desk.post(f"/api/tips/{shown}/group", json={"rev": rev(shown), "into": hidden})
    assert told.json["code"] == "tip-group-unfit"
    assert unit.get(f"/api/tips/{shown}").json["similar"] == []
    desk.post(f"/api/tips/{hidden}/group", json={"rev": rev(hidden), "into": shown})
    seen = unit.get(f"/api/tips/{shown}").json
    assert (seen["members"], seen["grouped"]) == (0, [])
    assert desk.get(f"/api/tips/{shown}").json["members"] == 1


def test_a_contact_is_read_with_a_reason_and_never_unseen(
    client: AppClient, room: Location, login: Login
) -> None:
    one, _ = report(client, contact=CONTACT)
    bare, _ = report(client)
    desk = login("bureau_office")
    assert desk.post(f"/api/tips/{one}/contact", json={"reason": ""}).json["code"] == "tip-words"
    assert (
        desk.post(f"/api/tips/{bare}/contact", json={"reason": "x"}).json["code"]
        == "tip-no-contact"
    )
    assert db.session.query(AuditEntry).filter_by(action="tip.contact").count() == 0
    told = desk.post(f"/api/tips/{one}/contact", json={"reason": "请他指认位置"}).json
    assert told == {"contact": CONTACT}
    entry = db.session.query(AuditEntry).filter_by(action="tip.contact").one()
    assert "请他指认位置" in str(entry.details)
    assert "1390000" not in str(entry.details)


def test_contacts_go_in_time_and_networks_within_a_day(
    app: Flask, client: AppClient, room: Location, login: Login, clock: FrozenClock
) -> None:
    ended, _ = report(client, contact=CONTACT)
    waiting, _ = report(client, contact=CONTACT)
    desk = login("bureau_office")
    desk.post(f"/api/tips/{ended}/answer", json={"rev": rev(ended), "answer": "好", "done": True})
    assert db.session.get_one(Tip, ended).net_key is not None
    clock.move(days=1, minutes=1)
    tidied(app)
    assert {row.net_key for row in db.session.query(Tip)} == {None}
    clock.move(days=RULES["keep"]["contact_days"])
    tidied(app)
    assert [row.tip_id for row in db.session.query(TipContact)] == [waiting]
    clock.move(days=RULES["keep"]["contact_at_most_days"])
    tidied(app)
    assert db.session.query(TipContact).count() == 0


def test_spam_is_emptied_after_a_month(
    app: Flask, client: AppClient, room: Location, login: Login, draw: Draw, clock: FrozenClock
) -> None:
    body = tip(pictures=1)
    send(client, body)
    send_picture(client, body["id"], telling_picture())
    draw()
    row = db.session.query(Tip).one()
    login("bureau_office").post(
        f"/api/tips/{row.id}/decline", json={"rev": row.rev, "reason": "spam"}
    )
    clock.move(days=RULES["keep"]["spam_days"] + 1)
    tidied(app)
    row = db.session.query(Tip).one()
    assert (row.words, row.state) == ("", "declined")
    (picture,) = login("bureau_office").get(f"/api/tips/{row.id}").json["pictures"]
    assert picture["state"] == "removed"


def tidied(app: Flask) -> None:
    beside(app, lambda: tidy.tidy(app.extensions["store"]))
