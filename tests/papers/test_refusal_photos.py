"""Photos of a refusal stay: what they prove was signed without the unit."""

from typing import Any

import pytest

from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.papers import rules
from server.papers.service import issue_paper
from tests.factories.hazards import make_photo
from tests.factories.inspections import make_inspection
from tests.factories.papers import draft, mark, marks_of, written
from tests.support.actors import Actors
from tests.sync.phone import Phone, through

NAMES = ["王检查", "吴专家"]
REFUSED = {"reason": "对认定有异议", "witness": "邀请保安张强见证"}


@pytest.fixture
def inspection(actors: Actors) -> Inspection:
    return make_inspection(actors["inspector"], actors.world.hospital, mode="spot")


@pytest.fixture
def phone(actors: Actors, inspection: Inspection) -> Phone:
    db.session.commit()
    return Phone(through(actors.login("inspector")))


def verdict(phone: Phone, name: str, args: dict[str, Any]) -> dict[str, Any]:
    mutation = phone.write(name, args)
    phone.sync()
    return phone.verdicts[mutation]


def photograph(phone: Phone, inspection: Inspection) -> dict[str, Any]:
    """A photo of the refusal; its hash is signed."""
    args = {
        "id": ids.new_id(), "sha256": ids.new_id().replace("-", "").rjust(64, "0"), "size": 10,
        "mime": "image/jpeg", "w": 4, "h": 3, "taken_at": clock.now_ms(), "origin": "camera",
        "purpose": "refusal", "annotations": [], "inspection": inspection.id,
    }  # fmt: skip
    assert verdict(phone, "photo.add", args)["status"] == "applied"
    return args


def remove(phone: Phone, photo: dict[str, Any]) -> tuple[str, str | None]:
    told = verdict(phone, "photo.remove", {"id": photo["id"], "reason": "拍错了"})
    return told["status"], told.get("code")


def refused_paper(inspection: Inspection, photo: dict[str, Any]) -> dict[str, Any]:
    proof = [{"id": photo["id"], "sha256": photo["sha256"]}]
    unit = mark("unit", "赵海燕", "refused", photos=proof, **REFUSED)
    sent = draft(inspection, written(NAMES), marks_of(NAMES, unit))
    return {
        "id": sent.id, "inspection": inspection.id, "body": sent.body, "signing": sent.signing,
        "made_at": clock.now_ms(), "photos": [photo["id"]],
    }  # fmt: skip


def refused_signature(inspection: Inspection, photo: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": ids.new_id(), "inspection": inspection.id, "party": "unit", "name": "赵海燕",
        "refused": True, "strokes": [], "width": 0, "height": 0, "signed_at": clock.now_ms(),
        "photo_ids": [photo["id"]], **REFUSED,
    }  # fmt: skip


def test_a_photo_that_a_paper_rests_on_stays(phone: Phone, inspection: Inspection) -> None:
    photo, spare = photograph(phone, inspection), photograph(phone, inspection)
    paper = refused_paper(inspection, photo)
    assert verdict(phone, "paper.issue", paper)["status"] == "applied"
    assert remove(phone, photo) == ("rejected", "photo-of-refusal")
    assert phone.row(f"insp:{inspection.id}", "photo", photo["id"])["state"] == "expected"
    assert remove(phone, spare) == ("applied", None)


def test_a_photo_that_a_refused_signature_rests_on_stays(
    phone: Phone, inspection: Inspection
) -> None:
    photo, spare = photograph(phone, inspection), photograph(phone, inspection)
    signature = refused_signature(inspection, photo)
    assert verdict(phone, "signature.add", signature)["status"] == "applied"
    assert remove(phone, photo) == ("rejected", "photo-of-refusal")
    assert remove(phone, spare) == ("applied", None)


def test_a_photo_that_was_taken_back_proves_no_refusal(
    phone: Phone, inspection: Inspection
) -> None:
    photo = photograph(phone, inspection)
    assert remove(phone, photo) == ("applied", None)
    told = verdict(phone, "paper.issue", refused_paper(inspection, photo))
    assert (told["status"], told["code"]) == ("rejected", "paper-incomplete")
    told = verdict(phone, "signature.add", refused_signature(inspection, photo))
    assert (told["status"], told["code"]) == ("rejected", "inspection-signature-invalid")


def test_a_photo_of_another_visit_proves_nothing(actors: Actors, inspection: Inspection) -> None:
    other = make_inspection(actors["inspector"], actors.world.hospital, mode="spot")
    photo = make_photo(actors["inspector"].user_id, inspection_id=other.id, purpose="refusal")
    proof = [{"id": photo.id, "sha256": photo.sha256}]
    unit = mark("unit", "赵海燕", "refused", photos=proof, **REFUSED)
    with pytest.raises(rules.PaperIncomplete):
        issue_paper(actors["inspector"], draft(inspection, written(NAMES), marks_of(NAMES, unit)))
