"""Pictures used before raise a flag for a person, on whichever photo came later."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import insert, select

from server.evidence import fingerprint, likeness
from server.evidence.models import Photo, PictureView
from server.evidence.service import note_stored
from server.evidence.storage import FileStore
from server.flags.models import Flag
from server.kernel import clock as now
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import Unit
from tests.evidence.conftest import Examined, Work
from tests.evidence.scenes import DEMO, OTHER_BAND, coded, cut, empty, scene, stamped
from tests.evidence.uploads import sha
from tests.factories.hazards import make_photo
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
ROOM = stamped(Image.open(DEMO[2]).convert("RGB"))


class Album:
    """Photos as they arrive from phones."""

    def __init__(self, app: Flask, actors: Actors, clock: FrozenClock) -> None:
        self.app, self.actors, self.clock = app, actors, clock
        self.world = actors.world

    def add(
        self,
        image: Image.Image | bytes,
        unit: Unit | None = None,
        *,
        by: str = "inspector",
        **given: Any,
    ) -> Photo:
        """A photo whose bytes have just come, a day after the last one."""
        data = image if isinstance(image, bytes) else coded(image)
        self.clock.move(days=1)
        unit = unit or self.world.hospital
        author = self.actors.person(by).id
        where = {"unit_id": unit.id, "region_id": unit.region_id, "in_unit": True}
        values = {"sha256": sha(data), "hazard_id": new_id(), "purpose": "found"} | where
        photo = make_photo(author, **values | given)
        store: FileStore = self.app.extensions["store"]
        part = store.parts() / new_id()
        part.write_bytes(data)
        store.keep(part, sha(data))
        note_stored(author, sha(data), len(data), "image/jpeg")
        db.session.commit()
        db.session.refresh(photo)
        db.session.expunge(photo)
        return photo


@pytest.fixture
def album(app: Flask, actors: Actors, clock: FrozenClock) -> Album:
    return Album(app, actors, clock)


def flags() -> list[tuple[str, str, str]]:
    """Every flag on a photo: kind, the photo, the other."""
    db.session.expire_all()
    rows = db.session.scalars(select(Flag).where(Flag.subject_type == "photo"))
    return sorted((row.kind, row.subject_id, row.other_id) for row in rows)


def test_before_and_after_that_are_one_picture(album: Album, work: Work) -> None:
    hazard = new_id()
    before = album.add(ROOM, hazard_id=hazard)
    again = stamped(ROOM, OTHER_BAND)
    after = album.add(again, hazard_id=hazard, purpose="rectified", by="safety_officer")
    work()
    assert flags() == [("photo-before-after", after.id, before.id)]
    flag = db.session.query(Flag).one()
    assert (flag.hazard_id, flag.person_id) == (hazard, album.actors.person("safety_officer").id)
    assert flag.details["distance"] <= 6
    assert not flag.details["same_bytes"]


def test_a_place_that_has_changed_raises_nothing(album: Album, work: Work) -> None:
    hazard = new_id()
    album.add(ROOM, hazard_id=hazard)
    album.add(stamped(scene(5)), hazard_id=hazard, purpose="rectified", by="safety_officer")
    album.add(ROOM, hazard_id=hazard, purpose="comment")
    work()
    assert flags() == []


@pytest.mark.parametrize("change", [lambda image: image, cut(0.04, 0, 0, 0.04)])
def test_one_picture_for_two_hazards(
    album: Album, work: Work, change: Callable[[Image.Image], Image.Image]
) -> None:
    first = album.add(ROOM)
    second = album.add(change(ROOM))
    work()
    assert flags() == [("photo-reused", second.id, first.id)]


def test_another_units_picture_says_more_than_a_picture_used_twice(
    album: Album, work: Work, login: Login
) -> None:
    client = login("bureau_office")
    own = album.add(ROOM)
    foreign = album.add(ROOM, album.world.clinic)
    third = album.add(coded(ROOM, 60))
    work()
    kinds = [(kind, subject) for kind, subject, _ in flags()]
    assert kinds == [("photo-other-unit", foreign.id), ("photo-other-unit", third.id)]
    assert all(other in (own.id, foreign.id) for _, _, other in flags())
    told = client.get("/api/flags").json["items"]
    assert {one["other"]["unit_name"] for one in told} <= {"安平县人民医院", "城关村卫生室"}
    assert all(one["subject"]["author_name"] == "王检查" for one in told)


def test_the_order_in_which_the_queue_works_does_not_matter(album: Album, work: Work) -> None:
    first = album.add(ROOM, received_at=now.now() + timedelta(days=5))
    earlier = album.add(ROOM)
    work()
    assert flags() == [("photo-reused", first.id, earlier.id)]


def test_pictures_of_one_visit_may_look_alike(album: Album, work: Work) -> None:
    visit = new_id()
    album.add(ROOM, inspection_id=visit)
    album.add(coded(ROOM, 70), inspection_id=visit)
    work()
    assert flags() == []


def test_the_same_bytes_for_two_hazards_of_one_visit_are_told(album: Album, work: Work) -> None:
    visit = new_id()
    first = album.add(ROOM, inspection_id=visit)
    album.add(ROOM, inspection_id=visit, hazard_id=None)
    second = album.add(ROOM, inspection_id=visit)
    work()
    assert flags() == [("photo-reused", second.id, first.id)]


def test_one_picture_as_proof_of_two_rectifications_is_told(album: Album, work: Work) -> None:
    given = {"purpose": "rectified", "by": "safety_officer"}
    first = album.add(ROOM, **given)
    second = album.add(coded(ROOM, 50), taken_at=first.taken_at, **given)
    work()
    assert flags() == [("photo-reused", second.id, first.id)]


def test_a_marked_copy_is_no_second_use(album: Album, work: Work) -> None:
    original = album.add(ROOM)
    album.add(ROOM, original_id=original.id)
    album.add(coded(ROOM, 50), original_id=original.id)
    work()
    assert flags() == []


def test_what_was_taken_back_counts_for_nothing(album: Album, work: Work) -> None:
    first = album.add(ROOM)
    db.session.get_one(Photo, first.id).state = "removed"
    album.add(ROOM)
    work()
    assert flags() == []


@pytest.mark.parametrize("dark", [True, False])
def test_walls_and_black_frames_do_not_flood_the_desk(album: Album, work: Work, dark: bool) -> None:
    for seed in range(6):
        album.add(stamped(empty(seed, 6, 8) if dark else empty(seed, 170, 12, shade=90)))
    work()
    assert flags() == []


def test_the_demos_photographs_raise_nothing_among_themselves(album: Album, work: Work) -> None:
    for path in DEMO:
        album.add(stamped(Image.open(path).convert("RGB")))
    work()
    assert flags() == []


def test_a_flag_is_raised_once_however_often_photos_are_compared(album: Album, work: Work) -> None:
    album.add(ROOM)
    second = album.add(ROOM)
    work()
    for _ in range(3):
        db.session.remove()
        assert likeness.compare(second.id) == 0
    assert len(flags()) == 1


def test_a_photo_that_is_tied_later_is_compared_then(album: Album, work: Work) -> None:
    places = {"unit_id": album.world.hospital.id, "region_id": album.world.county.id}
    album.add(ROOM)
    loose = album.add(ROOM, in_unit=False, unit_id=None, region_id=None, hazard_id=None)
    work()
    assert flags() == []
    tied = db.session.get_one(Photo, loose.id)
    tied.in_unit, tied.hazard_id = True, new_id()
    tied.unit_id, tied.region_id = places["unit_id"], places["region_id"]
    db.session.commit()
    work()
    assert [subject for _, subject, _ in flags()] == [loose.id]


def test_who_judges_sees_both_sides_and_only_those_of_their_regions(
    album: Album, work: Work, login: Login, world: World
) -> None:
    client, head, name = login("bureau_office"), login("unit_head"), world.other_hospital.name
    far = album.add(ROOM, world.other_hospital)
    near = album.add(ROOM, in_unit=False, in_inspection=True, inspection_id=new_id())
    work()
    [told] = client.get("/api/flags").json["items"]
    assert (told["kind"], told["subject"]["id"], told["other"]) == (
        "photo-other-unit",
        near.id,
        None,
    )
    assert name not in str(told)
    monitored = client.get(f"/api/photos/{near.id}/thumb")
    assert monitored.status_code == 200, "a draft's photo, seen for the flag's sake"
    assert client.get(f"/api/photos/{far.id}/thumb").status_code == 404
    assert head.get(f"/api/photos/{near.id}/thumb").status_code == 404


@pytest.mark.parametrize("many", [1_000, 10_000, 100_000])
def test_a_search_reads_few_rows_however_many_there_are(
    app: Flask, many: int, backend: str, examined: Examined
) -> None:
    """Six views a photo: a search among 100,000 photos is one among 600,000 fingerprints."""
    import random

    if backend == "postgres" and many > 10_000:
        pytest.skip("the same statement; only filling the table takes longer")
    dice = random.Random(many)
    rows = []
    for number in range(many):
        name = f"{number:064x}"
        for view in fingerprint.VIEWS:
            bits = dice.getrandbits(63)
            first, second, third = fingerprint.bands(bits)
            bands = {"band_1": first, "band_2": second, "band_3": third}
            rows.append({"sha256": name, "view": view, "bits": bits} | bands)
    db.session.execute(insert(PictureView), rows)
    near = rows[1234]["bits"]
    for place in dice.sample(range(63), fingerprint.SURE):
        near ^= 1 << place
    found = likeness.candidates(near)
    assert rows[1234]["sha256"] in {sha256 for sha256, _ in found}
    share = 3 * 254 / 2**21
    examined(len(found), f"rows read by a search among {len(rows)} fingerprints on {backend}")
    assert len(found) <= 3 + 2 * share * len(rows)
    assert "SCAN" not in plan(near, backend)


def plan(bits: int, backend: str) -> str:
    """How SQLite would carry the search out."""
    if backend != "sqlite":
        return ""
    statement = likeness.search(bits).compile(db.engine, compile_kwargs={"literal_binds": True})
    rows = db.session.execute(db.text(f"EXPLAIN QUERY PLAN {statement}"))
    return "\n".join(str(row[3]) for row in rows)
