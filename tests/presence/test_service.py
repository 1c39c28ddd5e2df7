"""Scans on their way in: compared, judged, flagged for a person, never refused."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from server.custody import keys
from server.flags.models import Flag
from server.flags.rules import KINDS
from server.inspections.models import Answer, Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.locations.models import Tag
from server.locations.rules import TagVoid
from server.locations.tags import claim_tag, issue_tags, reprint_tag, void_tag
from server.presence import rules, seals
from server.presence.judging import judge_inspection
from server.reports.labels import square
from tests.factories.inspections import answer_all, sign
from tests.factories.locations import make_location
from tests.presence.support import HERE, flags, scan, seal_of, tags_of_rooms
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through


def test_a_scan_is_kept_once(actors: Actors, inspection: Inspection, tag: Tag) -> None:
    first = scan(actors, inspection, tag, id="01a20000-0000-7000-8000-0000000000aa")
    assert scan(actors, inspection, tag, id=first) == first
    judge_inspection(inspection.id)
    assert db.session.query(Flag).count() == 0


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
    (flag,) = flags("tag-seal")
    assert (flag.details["why"], flag.other_id) == ("place", tag.code)
    assert [one["code"] for one in flag.details["steps"]] == [tag.code]


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
    scan(actors, inspection, tag, position=HERE)
    scan(actors, inspection, tag, who="expert", client_id="other", position=HERE | {"lat": 28.48})
    (flag,) = flags("tag-copied")
    assert flag.details["at_once"] is True


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


def test_words_about_doubts_never_say_guilty() -> None:
    new = [kind for key, kind in KINDS.items() if key.startswith(("presence-", "tag-"))]
    assert len(new) == 7
    words = str(new)
    assert not [word for word in ("作弊", "造假", "虚假", "真实", "违规") if word in words]
    assert rules.LIMITS


def test_a_signed_square_can_still_be_read_by_a_cheap_camera() -> None:
    """Modules of 0.35 mm on a square of 20 mm, under a long address."""
    address = "https://anxun.qinghe.gov.cn/t/0200H88H"
    sizes = []
    for text in (address, f"{address}?k=1a2b3c4d&s={'A' * 86}"):
        told = re.search(rb'viewBox="0 0 (\d+) ', square(text))
        assert told is not None
        sizes.append(int(told[1]))
    assert sizes[0] < sizes[1] <= 20 / 0.35
