"""Receipts: made with what they acknowledge, true to it, synced, printed, and provable for ever."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from server.custody import keys, rules
from server.custody.models import Receipt, Seal, ServerKey
from server.custody.receipts import PhotoFacts, acknowledge_photo
from server.evidence.models import Photo, Upload
from server.evidence.service import acknowledge_missing, note_stored
from server.inspections.models import Inspection
from server.inspections.record import record_bytes
from server.inspections.service import reopen_inspection, submit_inspection
from server.kernel import clock as kernel_clock
from server.kernel import ids
from server.kernel.db import db
from tests.custody.phone import SealingPhone
from tests.factories.inspections import answer_all
from tests.inspections.test_service import sign
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Visit = Callable[..., Inspection]
MakePhone = Callable[..., SealingPhone]
SHA = hashlib.sha256(b"a picture").hexdigest()


def receipts(kind: str) -> list[Receipt]:
    query = select(Receipt).where(Receipt.kind == kind).order_by(Receipt.at, Receipt.id)
    return list(db.session.scalars(query))


def proves(receipt: Receipt, told: list[dict]) -> bool:
    """Whether a receipt holds by the keys that the server tells everybody."""
    [key] = [key for key in told if key["id"] == receipt.key_id]
    public_key = rules.from_base64(key["public_key"])
    assert rules.key_id(public_key) == key["id"]
    return rules.server_signed(public_key, rules.receipt_text(receipt.payload), receipt.signature)


def told_keys(client: AppClient) -> list[dict]:
    answer = client.get("/api/ref/keys.json")
    assert answer.status_code == 200
    return answer.get_json()["keys"]


def photo_args(inspection: Inspection | None, **given: object) -> dict:
    where = {"inspection": inspection.id, "item": "ward.rules.posted"} if inspection else {}
    return {
        "id": ids.new_id(), "sha256": SHA, "size": 9, "mime": "image/jpeg", "w": 4, "h": 3,
        "taken_at": 1, "origin": "camera", "purpose": "answer" if inspection else "place",
        "annotations": [], **where, **given,
    }  # fmt: skip


def brought(person_id: str) -> None:
    """The photo's bytes have come before its facts."""
    now = kernel_clock.now()
    db.session.add(
        Upload(
            id=ids.new_id(),
            person_id=person_id,
            sha256=SHA,
            mime="image/jpeg",
            length=9,
            created_at=now,
            expires_at=now,
            finished_at=now,
        )
    )
    note_stored(person_id, SHA, 9, "image/jpeg")
    db.session.commit()


def ready(actors: Actors, visit: Visit, *members: str) -> Inspection:
    inspection = visit("inspector", *members)
    answer_all(inspection)
    sign(actors["inspector"], inspection)
    db.session.commit()
    return inspection


@pytest.mark.fault(92)
@pytest.mark.parametrize("bytes_first", [True, False])
def test_a_photo_is_answered_for_when_its_bytes_are_stored(
    phone: MakePhone, visit: Visit, actors: Actors, client: AppClient, bytes_first: bool
) -> None:
    inspection, mine = visit(), phone("inspector")
    person = actors.person("inspector").id
    args = photo_args(inspection)
    if bytes_first:
        brought(person)
    mine.write("photo.add", args, blobs=[SHA])
    mine.sync()
    if not bytes_first:
        assert receipts("photo") == []
        note_stored(person, SHA, 9, "image/jpeg")
        db.session.commit()
    [receipt] = receipts("photo")
    said = json.loads(receipt.payload)
    assert (said["photo"], said["sha256"], said["size"]) == (args["id"], SHA, 9)
    assert (said["person"], said["inspection"]) == (person, inspection.id)
    assert proves(receipt, told_keys(client))
    mine.sync()
    row = mine.row(f"insp:{inspection.id}", "receipt", receipt.id)
    assert row["payload"] == receipt.payload
    assert rules.from_base64(row["signature"]) == receipt.signature
    assert mine.row(f"user:{person}", "receipt", receipt.id) is None


def test_a_photo_of_no_inspection_is_answered_for_to_its_author(
    phone: MakePhone, actors: Actors
) -> None:
    mine, person = phone("inspector"), actors.person("inspector").id
    mine.write("photo.add", photo_args(None), blobs=[SHA])
    mine.sync()
    note_stored(person, SHA, 9, "image/jpeg")
    db.session.commit()
    mine.sync()
    [receipt] = receipts("photo")
    assert mine.row(f"user:{person}", "receipt", receipt.id)["kind"] == "photo"


def test_bytes_that_come_again_are_answered_for_once(phone: MakePhone, actors: Actors) -> None:
    mine, person = phone("inspector"), actors.person("inspector").id
    mine.write("photo.add", photo_args(None), blobs=[SHA])
    mine.sync()
    for _ in range(3):
        note_stored(person, SHA, 9, "image/jpeg")
        db.session.scalars(select(Photo)).one().state = "expected"
        db.session.commit()
    assert len(receipts("photo")) == 1


def test_a_photo_that_is_rolled_back_leaves_no_receipt(actors: Actors) -> None:
    facts = PhotoFacts(
        ids.new_id(), SHA, 9, "image/jpeg", actors.person("inspector").id, None, None
    )
    nested = db.session.begin_nested()
    assert acknowledge_photo(facts) is not None
    db.session.flush()
    nested.rollback()
    assert receipts("photo") == []


def test_a_submission_is_answered_for_with_the_record_and_the_teams_chains(
    phone: MakePhone, visit: Visit, actors: Actors, client: AppClient, clock: FrozenClock
) -> None:
    inspection = ready(actors, visit, "expert")
    mine, theirs = phone("inspector"), phone("expert")
    theirs.answer(inspection.id, "ward.rules.posted", note="看过")
    theirs.sync()
    mine.answer(inspection.id, "ward.rules.posted", note="合格")
    args = {"inspection": inspection.id, "submitted_at": mine.outbox[0]["at"] - 60_000}
    mine.write("inspection.submit", args)
    mine.answer(inspection.id, "ward.rules.posted", note="晚了")
    mine.sync()
    [receipt] = receipts("submission")
    said = json.loads(receipt.payload)
    db.session.expire_all()
    done = db.session.get_one(Inspection, inspection.id)
    assert said["record"] == hashlib.sha256(record_bytes(done)).hexdigest()
    assert said["number"] == done.number
    assert said["device_submitted_at"] == args["submitted_at"]
    assert {one["client"]: (one["mid"], one["head"]) for one in said["chains"]} == {
        mine.client: (2, mine.links[2].hex()),
        theirs.client: (1, theirs.links[1].hex()),
    }
    assert proves(receipt, told_keys(client))
    for who in (mine, theirs):
        who.sync()
        assert who.row(f"insp:{inspection.id}", "receipt", receipt.id)
    person = actors.person("inspector").id
    assert mine.row(f"user:{person}", "receipt", receipt.id)


def test_any_change_of_the_record_no_longer_fits_its_receipt(visit: Visit, actors: Actors) -> None:
    inspection = ready(actors, visit)
    submit_inspection(actors["inspector"], inspection.id, submitted_at=inspection.started_at)
    db.session.commit()
    said = json.loads(receipts("submission")[0].payload)
    assert said["chains"] == []  # by no phone
    inspection.summary = "改过"
    db.session.flush()
    assert hashlib.sha256(record_bytes(inspection)).hexdigest() != said["record"]


def test_each_submission_has_its_own_receipt_and_a_repeat_has_none(
    visit: Visit, actors: Actors, clock: FrozenClock
) -> None:
    inspection, actor = ready(actors, visit), actors["inspector"]

    def submit() -> None:
        submit_inspection(actor, inspection.id, submitted_at=clock())
        db.session.commit()
        clock.move(minutes=1)

    submit()
    submit()
    assert len(receipts("submission")) == 1
    reopen_inspection(actor, inspection.id, "漏了一项")
    sign(actor, inspection)
    submit()
    first, second = receipts("submission")
    assert json.loads(first.payload)["record"] != json.loads(second.payload)["record"]


def test_strangers_see_no_receipt(phone: MakePhone, visit: Visit, actors: Actors) -> None:
    inspection = ready(actors, visit)
    submit_inspection(actors["inspector"], inspection.id, submitted_at=inspection.started_at)
    db.session.commit()
    theirs = phone("expert")
    theirs.sync()
    assert [key for key in theirs.rows() if key[0] == "receipt"] == []


def test_the_paper_prints_the_receipt(
    visit: Visit, actors: Actors, login: Callable[[str], AppClient]
) -> None:
    inspection = ready(actors, visit)
    early, done = inspection.started_at - timedelta(hours=3), inspection.started_at
    actor = actors["inspector"]
    submit_inspection(actor, inspection.id, submitted_at=early, done_at=done)
    db.session.commit()
    [receipt] = receipts("submission")
    answer = login("bureau_office").get(f"/api/inspections/{inspection.id}/record.pdf")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    said = json.loads(receipt.payload)
    for piece in ("服务器回执", "当时显示", said["record"], receipt.id, receipt.key_id):
        assert piece in text


def test_a_new_key_signs_and_the_old_one_still_proves(
    actors: Actors, client: AppClient, clock: FrozenClock
) -> None:
    def one() -> Receipt:
        person = actors.person("inspector").id
        facts = PhotoFacts(ids.new_id(), SHA, 9, "image/jpeg", person, None, None)
        made = acknowledge_photo(facts)
        assert made is not None
        db.session.commit()
        return made

    before = one()
    clock.move(days=1)
    fresh, old = keys.rotate()
    db.session.commit()
    for key_id in old:
        keys.forget(key_id)
    after = one()
    assert old == [before.key_id]
    assert after.key_id == fresh != before.key_id
    told = told_keys(client)
    assert proves(before, told)
    assert proves(after, told)
    assert [key["until"] is None for key in told if key["id"] in (fresh, *old)] == [False, True]
    assert not (keys.folder() / f"receipt-{old[0]}.pem").exists()


def test_the_private_half_is_a_file_for_nobody_else(actors: Actors) -> None:
    key_id = keys.ensure()
    file = keys.folder() / f"receipt-{key_id}.pem"
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.ensure() == key_id


def test_a_database_older_than_its_key_takes_the_key_over(actors: Actors) -> None:
    key_id = keys.ensure()
    db.session.delete(db.session.get_one(ServerKey, key_id))
    db.session.flush()
    assert keys.ensure() == key_id


def test_a_key_file_that_is_lost_is_followed_by_a_new_key(actors: Actors) -> None:
    key_id = keys.ensure()
    for file in keys.folder().glob("receipt-*.pem"):
        file.unlink()
    fresh = keys.ensure()
    assert fresh != key_id
    assert db.session.get_one(ServerKey, key_id).retired_at is not None


def test_a_key_that_was_cut_short_is_passed_over(actors: Actors) -> None:
    keys.forget(keys.ensure())
    broken = keys.folder() / f"receipt-{'0' * 32}.pem"
    broken.touch()
    assert keys.ensure() != "0" * 32
    broken.unlink()


def test_a_full_disk_leaves_no_half_key(actors: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    keys.ensure()
    before = set(keys.folder().iterdir())

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keys.make()
    assert set(keys.folder().iterdir()) == before


def test_without_a_key_the_work_stands_and_the_receipt_is_missing(
    phone: MakePhone, visit: Visit, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, mine = ready(actors, visit), phone("inspector")

    monkeypatch.setattr(keys, "ensure", broken_disk)
    args = {"inspection": inspection.id, "submitted_at": 1}
    mine.write("inspection.submit", args)
    mine.sync()
    assert next(iter(mine.verdicts.values()))["status"] == "applied"
    assert receipts("submission") == []
    assert db.session.scalars(select(Seal)).one().state == "ok"


def test_what_went_without_a_receipt_gets_it_at_night(
    phone: MakePhone, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, person = phone("inspector"), actors.person("inspector").id
    mine.write("photo.add", photo_args(None), blobs=[SHA])
    mine.sync()
    with monkeypatch.context() as patch:
        patch.setattr(keys, "ensure", broken_disk)
        note_stored(person, SHA, 9, "image/jpeg")
        db.session.commit()
    assert receipts("photo") == []
    assert [acknowledge_missing(), acknowledge_missing()] == [1, 0]
    assert [one.person_id for one in receipts("photo")] == [person]


def broken_disk() -> str:
    raise OSError("disk")
