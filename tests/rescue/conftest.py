"""Phones with unsent work, and the desk."""

from collections.abc import Callable
from typing import Any

import pytest

from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from tests.factories.inspections import make_inspection
from tests.rescue.writer import RescueDesk, jpeg, sha
from tests.support.actors import Actors
from tests.sync.phone import Phone, through

ITEMS = ("ward.rules.posted", "ward.rules.drill", "ward.room.exit")


@pytest.fixture
def phone(actors: Actors) -> Callable[..., Phone]:
    """`phone("inspector")`: a phone on which that person is logged in."""
    return lambda who, **given: Phone(through(actors.login(who)), **given)


@pytest.fixture
def desk(actors: Actors) -> Callable[..., RescueDesk]:
    """`desk("bureau_office")`: that person at the desk."""
    return lambda who="bureau_office": RescueDesk(actors.login(who))


@pytest.fixture
def visit(actors: Actors) -> Inspection:
    """An inspection of the hospital by the inspector."""
    made = make_inspection(actors["inspector"], actors.world.hospital)
    db.session.commit()
    return made


def work(phone: Phone, inspection: Inspection, photos: int = 2) -> dict[str, bytes]:
    """Three answers and some photos on the phone; the photos by id."""
    for item in ITEMS:
        phone.answer(inspection.id, item, result="pass", note=f"看过 {item}")
    return dict(take(phone, inspection, number) for number in range(photos))


def take(phone: Phone, inspection: Inspection, number: int) -> tuple[str, bytes]:
    """A photo for an answer."""
    data, photo = jpeg(number), ids.new_id()
    args: dict[str, Any] = {
        "id": photo, "sha256": sha(data), "size": len(data), "mime": "image/jpeg", "w": 4, "h": 3,
        "taken_at": clock.now_ms(), "origin": "camera", "purpose": "answer", "annotations": [],
        "inspection": inspection.id, "target": "", "item": ITEMS[0],
    }  # fmt: skip
    phone.write("photo.add", args, blobs=[sha(data)])
    return photo, data
