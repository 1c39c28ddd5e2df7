"""What goes wrong in the field: wrong keys, old labels, wrong clocks, poor positions, copies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.custody import keys
from server.flags.models import Flag
from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.locations.models import Tag
from server.locations.tags import claim_tag, issue_tags, reprint_tag, void_tag
from server.presence import seals
from server.presence.judging import judge_inspection
from tests.factories.inspections import make_inspection
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.presence.support import HERE, ask_at, bound, flags, scan, scan_of, seal_of, tags_of_rooms
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through

HOURS = 5 * 3_600_000
LATER = timedelta(minutes=5)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def why(kind: str = "tag-seal") -> list[str]:
    return [flag.details["why"] for flag in flags(kind)]


def test_a_square_signed_by_another_installation(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    keys.ensure()
    stranger = Ed25519PrivateKey.generate().sign(seals.text_of(tag))
    forged = {"k": "0badc0de", "s": seals.base64.urlsafe_b64encode(stranger).decode().rstrip("=")}
    for _ in range(3):
        made = scan(actors, inspection, tag, seal=forged)
    assert (scan_of(made).mark, why()) == ("unknown-key", ["key"])
    known = forged | {"k": seal_of(tag)["k"]}
    assert seals.judge(tag, known) == "other"


def test_a_label_outlives_the_key_that_signed_it(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    printed = seal_of(tag) if keys.ensure() else {}
    fresh, old = keys.rotate()
    for key in old:
        keys.forget(key)
    made = scan(actors, inspection, tag, seal=printed)
    assert (scan_of(made).mark, flags("tag-seal")) == ("signed", [])
    assert seal_of(tag)["k"] == fresh[:8] != printed["k"]


def test_an_earlier_print_is_told_from_a_foreign_signature(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    keys.ensure()
    early = seal_of(tag)
    before = clock.now()
    reprint_tag(actors["bureau_office"], tag.code)
    scan(actors, inspection, tag, seal=early, at=before - LATER)
    assert why() == [], "it was scanned before the new print, and arrived after it"
    scan(actors, inspection, tag, seal=early, at=clock.now() + LATER)
    assert why() == ["print"]


def test_an_ended_label_that_still_hangs_there(
    actors: Actors, world: World, inspection: Inspection, tag: Tag
) -> None:
    keys.ensure()
    printed, place = seal_of(tag), tag.target_id
    (new,) = issue_tags(actors["bureau_office"], 1, unit_id=world.hospital.id)[1]
    void_tag(actors["bureau_office"], tag.code, "replaced", new.code)
    early = scan(actors, inspection, tag, seal=printed, at=clock.now() - LATER)
    assert (scan_of(early).mark, scan_of(early).target_id) == ("signed", place)
    assert why() == [], "scanned before its end"
    scan(actors, inspection, tag, seal=printed, at=clock.now() + LATER)
    assert why() == ["ended"]


def test_a_tag_of_another_unit_tells_nothing_of_that_unit(
    actors: Actors, world: World, inspection: Inspection
) -> None:
    elsewhere = bound(world, make_location(world.clinic, name="换药室"))
    made = scan_of(scan(actors, inspection, elsewhere))
    assert (made.target_id, made.unit_id, why()) == (None, world.hospital.id, ["unit"])
    assert "换药室" not in str(flags("tag-seal")[0].details)


@pytest.mark.fault(86)
def test_a_clock_that_is_hours_wrong_raises_no_doubt_about_the_way(
    actors: Actors, world: World, inspection: Inspection, login: Callable[..., AppClient]
) -> None:
    tags = tags_of_rooms(world, 3)
    db.session.commit()
    phone = Phone(through(login("inspector")))
    phone.sync()
    phone.skew = HOURS
    begun = clock.now_ms()
    for n, tag in enumerate(tags):
        phone.write("scan.note", {
            "id": ids.new_id(), "code": tag.code, "at": begun + HOURS + n * 60_000,
            "how": "camera", "inspection": inspection.id,
        }, at=begun + HOURS + n * 60_000)  # fmt: skip
    phone.sync()
    judge_inspection(inspection.id)
    assert flags("presence-distance") == []


@pytest.mark.parametrize(
    "position",
    [
        None,
        {"lat": 0, "lon": 0, "accuracy": 20},
        {"lat": 28.49, "lon": 119.92, "accuracy": 5000},
        {"lat": 28.46, "lon": 119.92},
    ],
)
def test_a_poor_position_is_no_position(
    actors: Actors, world: World, inspection: Inspection, tag: Tag, position: Any
) -> None:
    world.hospital.lat, world.hospital.lon = HERE["lat"], HERE["lon"]
    scan(actors, inspection, tag, position=HERE)
    scan(actors, inspection, tag, position=position, at=clock.now() + LATER)
    judge_inspection(inspection.id)
    assert db.session.query(Flag).count() == 0


def test_two_inspectors_before_one_label_are_no_copy(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    inspection.member_ids = [*inspection.member_ids, actors["expert"].user_id]
    now = clock.now()
    scan(actors, inspection, tag, position=HERE, at=now)
    beside = HERE | {"lat": HERE["lat"] + 0.0002}
    scan(actors, inspection, tag, who="expert", client_id="b", position=beside, at=now)
    scan(actors, inspection, tag, who="expert", client_id="b", at=now)
    judge_inspection(inspection.id)
    assert db.session.query(Flag).count() == 0


def test_a_copy_is_found_whichever_phone_comes_in_first(
    actors: Actors, world: World, inspection: Inspection, tag: Tag
) -> None:
    """The scan at home arrives first, the one on the wall later; sixty others lie after both."""
    other = make_inspection(actors["expert"], world.hospital)
    now = clock.now()
    away = HERE | {"lat": 28.60}
    scan(actors, other, tag, who="expert", client_id="b", position=away, at=now)
    for n in range(60):
        scan(actors, inspection, tag, position=away, at=now + timedelta(days=1, minutes=n))
    scan(actors, inspection, tag, position=HERE, at=now + timedelta(minutes=2))
    (flag,) = flags("tag-copied")
    assert flag.details["at_once"] is True
    assert [step["code"] for step in flag.details["steps"]] == [tag.code, tag.code]
    assert flag.details["metres"] > 16_000


def test_somebody_outside_the_team_adds_no_scan(
    actors: Actors, world: World, inspection: Inspection, tag: Tag, login: Callable[..., AppClient]
) -> None:
    outsider = make_person(role="inspector", region=world.county, name="孙外人")
    db.session.commit()
    phone = Phone(through(login(outsider)))
    phone.sync()
    phone.write("scan.note", {
        "id": ids.new_id(), "code": tag.code, "at": clock.now_ms(), "how": "camera",
        "inspection": inspection.id,
    })  # fmt: skip
    phone.sync()
    assert [verdict["status"] for verdict in phone.verdicts.values()] != ["applied"]


def test_the_team_does_not_learn_what_came_of_answers_while_it_walks(
    actors: Actors, inspection: Inspection, tag: Tag, login: Callable[..., AppClient]
) -> None:
    fact = ask_at(actors, tag)
    scan(actors, inspection, tag, fact_id=fact.id, answer="JB-QG-9000")
    scan(actors, inspection, tag, fact_id=fact.id, answer="JB-1")
    db.session.commit()
    path = f"/api/inspections/{inspection.id}/presence"
    told = login("inspector").get(path).get_json()["items"]
    assert {one["verdict"] for one in told} == {"none"}


def test_who_scanned_a_tag_is_told_of_visits_that_may_be_read(
    actors: Actors, inspection: Inspection, tag: Tag, login: Callable[..., AppClient]
) -> None:
    scan(actors, inspection, tag)
    db.session.commit()
    path = f"/api/tags/{tag.code}/scans"
    assert len(login("inspector").get(path).get_json()["items"]) == 1
    assert login("bureau_office").get(path).get_json()["items"] == [], "a draft is its team's"
    assert login("unit_head").get(path).status_code == 403


def test_a_code_that_nobody_printed_is_kept_and_proves_nothing(
    actors: Actors, world: World, inspection: Inspection, tag: Tag
) -> None:
    (loose,) = issue_tags(actors["bureau_office"], 1, unit_id=world.hospital.id)[1]
    assert scan_of(scan(actors, inspection, loose)).target_id is None
    made = scan(actors, inspection, tag, code="NONSENSE")
    assert (scan_of(made).code, scan_of(made).target_id) == ("N0N5EN5E", None)
    assert claim_tag(actors["inspector"], loose.code, "location", str(tag.target_id)).code
