"""A file is imported: once, twice, in halves, before, after and while the phone itself sends."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.evidence.models import Photo
from server.inspections.models import Answer, Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.sync.models import SyncClient, SyncMutation, SyncProblem
from tests.rescue.conftest import ITEMS, work
from tests.rescue.writer import RescueDesk, by_bureau, inside, written, zipped
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone

MakePhone = Callable[..., Phone]
MakeDesk = Callable[..., RescueDesk]


def ledger() -> dict[str, str]:
    """What became of every mutation that the server knows."""
    rows = db.session.execute(select(SyncMutation.id, SyncMutation.status))
    return {row[0]: row[1] for row in rows}


def effects(inspection: Inspection) -> dict[str, list[int]]:
    """How often each field of each answer was written."""
    rows = db.session.scalars(select(Answer).where(Answer.inspection_id == inspection.id))
    return {row.item_key: [field["rev"] for field in row.fields.values()] for row in rows}


def require_whole(
    app: Flask, inspection: Inspection, sent: list[str], photos: dict[str, bytes]
) -> None:
    """Every mutation once, every photo byte for byte."""
    known = ledger()
    assert {one: known.get(one) for one in sent} == dict.fromkeys(sent, "applied")
    assert effects(inspection) == {item: [1, 1] for item in ITEMS}
    store = app.extensions["store"]
    for photo, data in photos.items():
        row = db.session.get_one(Photo, photo)
        assert row.state == "stored"
        with store.open(row.sha256) as handle:
            assert handle.read() == data
    assert db.session.scalar(select(func.count()).select_from(Photo)) == len(photos)


def ids_of(phone: Phone) -> list[str]:
    return [one["id"] for one in phone.outbox]


@pytest.mark.fault(25, 45)
def test_what_a_lost_phone_had_is_all_there(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    photos = work(mine, visit)
    sent = ids_of(mine)
    told = desk().bring(written(mine, actors.person("inspector").id, photos))
    require_whole(app, visit, sent, photos)
    receipt = told["receipt"]
    assert receipt["counts"] == {"applied": 5}
    assert receipt["person"]["id"] == actors.person("inspector").id
    assert receipt["imported_by"]["id"] == actors.person("bureau_office").id
    row = db.session.get_one(Answer, (visit.id, "", ITEMS[0]))
    assert row.fields["result"]["by"] == actors.person("inspector").id
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "rescue.import"))
    assert entry.actor_id == actors.person("bureau_office").id
    assert entry.details["person"] == actors.person("inspector").id


@pytest.mark.fault(1, 4)
def test_the_phone_then_sends_the_same_and_nothing_is_doubled(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    photos, sent = work(mine, visit), ids_of(mine)
    desk().bring(written(mine, actors.person("inspector").id, photos))
    mine.sync()
    assert [mine.verdicts[one].get("dup") for one in sent] == [True] * len(sent)
    require_whole(app, visit, sent, photos)
    more = mine.answer(visit.id, ITEMS[1], reason="又看了一遍")
    mine.sync()
    assert mine.verdicts[more]["status"] == "applied"


def test_a_file_imported_twice_and_by_two_people_changes_nothing_more(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    photos, sent = work(mine, visit), ids_of(mine)
    data = written(mine, actors.person("inspector").id, photos)
    lead, owner = desk(), desk("inspector")
    lead.bring(data)
    second = owner.upload(data)
    shown = owner.open(second)
    assert shown["counts"]["fates"] == {"here": 5}
    assert [photo["here"] for photo in shown["photos"]] == [True, True]
    owner.run(second)
    owner.run(second)
    require_whole(app, visit, sent, photos)


def test_half_an_import_then_the_phone_then_the_other_half(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    photos, sent = work(mine, visit), ids_of(mine)
    mine.exchange(2, lose=True)
    lead = desk()
    file = lead.upload(written(mine, actors.person("inspector").id, photos))
    lead.open(file)
    told = lead.step(file)
    assert (told["work"]["left"], told["photos"]["left"], told["done"]) == (0, 2, False)
    mine.sync()
    lead.run(file)
    require_whole(app, visit, sent, photos)


@pytest.mark.fault(45)
def test_a_device_that_was_shut_out_can_still_be_rescued(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    mine.sync()
    photos, sent = work(mine, visit), ids_of(mine)
    db.session.get_one(SyncClient, mine.client).state = "revoked"
    db.session.commit()
    mine.exchange()
    assert (mine.status, mine.last["code"]) == (403, "device-revoked")
    lead = desk()
    file = lead.upload(written(mine, actors.person("inspector").id, photos))
    assert lead.open(file)["client"]["state"] == "revoked"
    lead.run(file)
    require_whole(app, visit, sent, photos)


@pytest.mark.fault(72, 76)
@pytest.mark.parametrize("forgets", ["client", "everything"])
def test_numbers_that_no_longer_fit_are_no_obstacle(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection, forgets: str
) -> None:
    mine = phone("inspector")
    mine.write("problem.handle", {"id": ids.new_id(), "act": "discard"})
    mine.sync()
    photos, sent = work(mine, visit), ids_of(mine)
    if forgets == "everything":
        mine.mid += 5
        mine.outbox = [one | {"mid": one["mid"] + 5} for one in mine.outbox]
    else:
        db.session.delete(db.session.get_one(SyncClient, mine.client))
        db.session.commit()
    desk().bring(written(mine, actors.person("inspector").id, photos))
    require_whole(app, visit, sent, photos)


@pytest.mark.fault(10)
def test_one_piece_alone_can_be_brought(
    actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    work(mine, visit, 0)
    other = mine.outbox.pop(1)
    mine.sync = lambda rounds=60: None  # type: ignore[method-assign]
    whole, mine.outbox = mine.outbox, [other]
    person = actors.person("inspector").id
    receipt = desk().bring(written(mine, person, whole=False))["receipt"]
    assert receipt["counts"] == {"applied": 1}
    assert set(ledger()) == {other["id"]}
    mine.outbox = sorted([*whole, other], key=lambda one: int(one["mid"]))
    mine.exchange()
    assert mine.status == 200
    assert len(effects(visit)) == 3


@pytest.mark.fault(64)
def test_work_of_somebody_who_left_is_kept_for_the_lead(
    actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    photos, sent = work(mine, visit), ids_of(mine)
    actors.person("inspector").active = False
    db.session.commit()
    lead = desk()
    file = lead.upload(written(mine, actors.person("inspector").id, photos))
    shown = lead.open(file)
    assert shown["person"]["active"] is False
    assert shown["counts"]["fates"] == {"rejected": 5}
    assert all(item["title_zh"] for item in shown["items"])
    receipt = lead.run(file)["receipt"]
    assert receipt["counts"] == {"rejected": 5}
    kept = db.session.scalars(select(SyncProblem.mutation_id)).all()
    assert set(kept) == set(sent)


def test_the_preview_says_what_the_import_then_does_and_changes_nothing(
    actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    mine.exchange()
    mine.answer(visit.id, ITEMS[0], result="pass")
    mine.sync()
    photos = work(mine, visit, 1)
    mine.write("hazard.comment", {"id": ids.new_id(), "note": "等别的手机", "photos": []})
    mine.write("no.such.command", {"x": 1})
    mine.answer(ids.new_id(), ITEMS[0], result="pass")
    before = ledger()
    lead = desk()
    file = lead.upload(written(mine, actors.person("inspector").id, photos))
    shown = lead.open(file)
    assert ledger() == before
    assert effects(visit) == {ITEMS[0]: [1]}
    fates = {item["id"]: item["fate"] for item in shown["items"]}
    assert shown["span"]["to"] == clock.now_ms()
    assert shown["counts"]["kinds"]["answer.set"] == 4
    lead.run(file)
    after = ledger()
    for one, fate in fates.items():
        assert after[one] in ({"applied", "merged"} if fate == "new" else {fate}), fate


@pytest.mark.fault(86)
def test_moments_are_put_right_by_the_phones_clock_as_it_was_last_known(
    actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection, clock: FrozenClock
) -> None:
    mine = phone("inspector")
    body = mine.request()
    body["sent_at"] += 3 * 86_400_000
    mine.send("/api/sync/v1/exchange", __import__("json").dumps(body).encode(), {})
    mine.answer(visit.id, ITEMS[0], result="pass")
    taken = mine.outbox[0]["at"]
    mine.outbox[0]["at"] = taken + 3 * 86_400_000
    clock.move(hours=5)
    seen = db.session.get_one(SyncClient, mine.client).seen_at
    desk().bring(written(mine, actors.person("inspector").id))
    field = db.session.get_one(Answer, (visit.id, "", ITEMS[0])).fields["result"]
    assert field["at"] == taken
    assert db.session.get_one(SyncClient, mine.client).seen_at == seen


def test_a_file_sealed_to_the_bureau_needs_no_words(
    app: Flask, actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    photos, sent = work(mine, visit), ids_of(mine)
    lead = desk()
    public: dict[str, Any] = lead.client.get("/api/ref/rescue-key.json").json
    plain = zipped(inside(mine, actors.person("inspector").id, photos))
    file = lead.upload(by_bureau(plain, public))
    assert lead.open(file, "")["facts"]["lock"] == "bureau"
    lead.run(file)
    require_whole(app, visit, sent, photos)


def test_bytes_are_cleared_away_and_the_receipt_stays(
    app: Flask,
    actors: Actors,
    phone: MakePhone,
    desk: MakeDesk,
    visit: Inspection,
    clock: FrozenClock,
) -> None:
    from server.rescue.service import Desk, sweep

    mine, lead = phone("inspector"), desk()
    photos = work(mine, visit)
    data = written(mine, actors.person("inspector").id, photos)
    done, left = lead.upload(data), lead.upload(data[:-1])
    lead.open(done)
    lead.run(done)
    rescue = Desk(app.extensions["settings"])
    assert sweep(rescue) == 0
    clock.move(days=8)
    assert sweep(rescue) == 2
    assert not rescue.spool(done).folder.exists()
    states = {one["id"]: one["state"] for one in lead.client.get("/api/rescue/files").json}
    assert states == {done: "done", left: "dropped"}
    lead.preview(done)
    assert (lead.status, lead.last["code"]) == (409, "rescue-state")


def test_whoever_brings_a_leaders_work_does_not_learn_of_a_sealed_visit(
    actors: Actors, phone: MakePhone, desk: MakeDesk, visit: Inspection
) -> None:
    mine = phone("inspector")
    mine.exchange()
    photos = work(mine, visit, 1)
    sealed = mine.write("visit.open", {"id": ids.new_id(), "opened_at": 1, "how": "time"})
    lead = desk()
    shown = lead.open(lead.upload(written(mine, actors.person("inspector").id, photos)))
    assert sealed not in {item["id"] for item in shown["items"]}
    assert shown["counts"]["kinds"] == {"answer.set": 3, "photo.add": 1}
    assert "visit" not in str(shown["counts"])
