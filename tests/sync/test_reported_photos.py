"""A photo taken for a report reaches the server before the report is written."""

from typing import Any

import pytest

from server.evidence.models import Photo
from server.hazards.models import HazardPhoto
from server.kernel import clock, ids
from server.kernel.db import db
from tests.factories.org import make_person
from tests.support.actors import Actors
from tests.sync.conftest import MakePhone


def facts(hazard: str) -> dict[str, Any]:
    """Arguments of photo.add for a find."""
    return {
        "id": ids.new_id(), "sha256": "a" * 64, "size": 10, "mime": "image/jpeg", "w": 4, "h": 3,
        "taken_at": clock.now_ms(), "origin": "camera", "purpose": "found", "annotations": [],
        "hazard": hazard,
    }  # fmt: skip


def opening(hazard: str, unit: str, photos: list[str]) -> dict[str, Any]:
    """Arguments of hazard.open."""
    return {
        "id": hazard, "unit_id": unit, "source": "report", "title": "出口被堵", "description": "堵",
        "basis": [], "grade": "general", "suspected_major": False, "due_on": "2026-12-01",
        "photos": photos,
    }  # fmt: skip


def test_a_photo_may_arrive_before_the_hazard_that_it_shows(
    phone: MakePhone, actors: Actors
) -> None:
    mine, hazard = phone("inspector"), ids.new_id()
    photo = facts(hazard)
    first = mine.write("photo.add", photo)
    mine.sync()
    assert mine.verdicts[first]["status"] == "applied"

    second = mine.write("hazard.open", opening(hazard, actors.world.hospital.id, [photo["id"]]))
    mine.sync()
    assert mine.verdicts[second]["status"] == "applied"
    link = db.session.get(HazardPhoto, (hazard, photo["id"]))
    assert link is not None
    assert link.step_id is not None
    row = db.session.get_one(Photo, photo["id"])
    assert (row.in_unit, row.unit_id) == (True, actors.world.hospital.id)


@pytest.mark.parametrize("purpose", ["found", "comment"])
def test_a_photo_never_ties_itself_to_a_hazard_out_of_sight(
    phone: MakePhone, actors: Actors, purpose: str
) -> None:
    owner, hazard = phone("inspector"), ids.new_id()
    elsewhere = make_person(role="inspector", region=actors.world.other_county, username="peer")
    db.session.commit()
    stranger = phone(elsewhere)
    owner.write("hazard.open", opening(hazard, actors.world.hospital.id, []))
    owner.sync()
    photo = facts(hazard) | {"purpose": purpose}
    stranger.write("photo.add", photo)
    stranger.sync()
    assert db.session.get(HazardPhoto, (hazard, photo["id"])) is None
