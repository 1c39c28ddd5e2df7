"""Phones with work that never arrived: who is told, when, and until when."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from server.audit.models import AuditEntry
from server.evidence.models import Photo
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.sync.models import SyncClient
from tests.evidence.uploads import photo_args, picture
from tests.factories.org import make_person
from tests.rescue.conftest import work
from tests.rescue.writer import RescueDesk, written
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, compact

MakePhone = Callable[..., Phone]
DAY = 86_400_000


def tell(phone: Phone, mutations: int, photos: int = 0, oldest_at: int | None = None) -> None:
    """The phone asks for news and says what waits on it."""
    body = phone.request(0) | {"push": []}
    body["queue"] = {"mutations": mutations, "photos": photos, "oldest_at": oldest_at}
    status, _headers, data = phone.send("/api/sync/v1/exchange", compact(body), {})
    assert status == 200, data


def listed(actors: Actors, who: Any = "bureau_office") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = actors.login(who).get("/api/phones").json
    return found


@pytest.mark.fault(25, 31)
def test_an_old_queue_and_a_silent_phone_are_listed_with_what_waits(
    actors: Actors, phone: MakePhone, clock: FrozenClock
) -> None:
    mine = phone("inspector")
    now = kernel_clock.now_ms()
    tell(mine, 12, 3, now - 5 * 3_600_000)
    assert listed(actors) == []
    clock.move(hours=20)
    tell(mine, 12, 3, now - 5 * 3_600_000)
    (one,) = listed(actors)
    assert (one["kind"], one["mutations"], one["photos"], one["missing"]) == ("late", 12, 3, 12)
    assert one["person"]["name"] == "王检查"
    assert (one["app"], one["alarm"], one["handled"]) == ("2026.11.1", False, None)
    clock.move(days=3)
    (one,) = listed(actors)
    assert (one["kind"], one["alarm"]) == ("silent", True)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/131.0.0.0 Mobile Safari/537.36",
            "Android · Chrome",
        ),
        ("Mozilla/5.0 (iPhone) Safari/604.1 MicroMessenger/8.0", "iPhone · MicroMessenger"),
        ("curl/8", ""),
    ],
)
def test_a_phone_is_called_what_its_browser_calls_itself(
    actors: Actors, phone: MakePhone, agent: str, name: str
) -> None:
    mine = phone("inspector")
    body = compact(mine.request(0))
    mine.send("/api/sync/v1/exchange", body, {"User-Agent": agent})
    assert db.session.get_one(SyncClient, mine.client).device == name


@pytest.mark.fault(25)
def test_a_cleared_browser_leaves_a_trace(
    actors: Actors, phone: MakePhone, visit: Inspection, clock: FrozenClock
) -> None:
    old = phone("inspector")
    tell(old, 12, 0, kernel_clock.now_ms())
    clock.move(minutes=30)
    new = phone("inspector", client=id_at(kernel_clock.now_ms()))
    new.exchange()
    (one,) = listed(actors)
    assert (one["id"], one["kind"], one["missing"], one["arrived"]) == (old.client, "gone", 12, 0)


@pytest.mark.fault(25, 26)
def test_a_cleared_browser_that_had_only_photos_left_is_listed_too(
    actors: Actors, phone: MakePhone, visit: Inspection, clock: FrozenClock
) -> None:
    old = phone("inspector")
    facts = photo_args(picture(1), inspection=visit.id, item="ward.rules.posted", target="")
    old.write("photo.add", facts)
    old.sync()
    tell(old, 0, 1)
    clock.move(minutes=30)
    new = phone("inspector", client=id_at(kernel_clock.now_ms()))
    new.exchange()
    (one,) = listed(actors)
    assert (one["id"], one["kind"], one["missing"], one["photos"]) == (old.client, "gone", 0, 1)
    db.session.execute(update(Photo).where(Photo.id == facts["id"]).values(state="stored"))
    db.session.commit()
    assert listed(actors) == []


def id_at(moment: int) -> str:
    """A client id made at a moment of the tests' clock."""
    digits = f"{moment:012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-{moment % 10**12:012d}"


@pytest.mark.fault(35, 76)
def test_a_phone_that_took_a_new_number_and_sent_everything_is_not_listed(
    actors: Actors, phone: MakePhone, visit: Inspection, clock: FrozenClock
) -> None:
    mine = phone("inspector")
    tell(mine, 3, 0, kernel_clock.now_ms())
    work(mine, visit, 0)
    clock.move(minutes=30)
    mine.client = id_at(kernel_clock.now_ms())
    mine.sync()
    assert listed(actors) == []


def test_a_queue_that_has_gone_is_known_at_once(actors: Actors, phone: MakePhone) -> None:
    mine = phone("inspector")
    tell(mine, 12, 3, kernel_clock.now_ms() - 2 * DAY)
    assert len(listed(actors)) == 1
    tell(mine, 0)
    assert listed(actors) == []
    tell(mine, 0, 1, kernel_clock.now_ms() - 2 * DAY)
    assert len(listed(actors)) == 1


def test_a_rescue_takes_the_phone_off_the_list(
    actors: Actors, phone: MakePhone, visit: Inspection, clock: FrozenClock
) -> None:
    mine = phone("inspector")
    work(mine, visit, 0)
    tell(mine, 3, 0, kernel_clock.now_ms())
    clock.move(days=2)
    assert len(listed(actors)) == 1
    RescueDesk(actors.login("bureau_office")).bring(written(mine, actors.person("inspector").id))
    assert listed(actors) == []


def test_a_note_puts_a_phone_aside_until_something_else_waits_there(
    actors: Actors, phone: MakePhone
) -> None:
    mine, old = phone("inspector"), kernel_clock.now_ms() - 2 * DAY
    tell(mine, 2, 0, old)
    lead = actors.login("bureau_office")
    path = f"/api/phones/{mine.client}/handle"
    assert lead.post(path, json={"note": ""}).status_code == 422
    assert lead.post(path, json={"note": "已电话联系，今晚回来连 Wi-Fi"}).status_code == 204
    (one,) = listed(actors)
    assert one["handled"]["by"] == "周局办"
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "phone.handle"))
    assert entry.subject_id == mine.client
    db.session.get_one(SyncClient, mine.client).queue = {
        "mutations": 5, "photos": 0, "oldest_at": old,
    }  # fmt: skip
    db.session.commit()
    assert listed(actors)[0]["handled"] is None


@pytest.mark.fault(70)
def test_phones_of_other_regions_are_nobodys_business(actors: Actors, phone: MakePhone) -> None:
    mine = phone("inspector")
    tell(mine, 2, 0, kernel_clock.now_ms() - 2 * DAY)
    stranger = make_person(role="bureau_office", region=actors.world.other_county)
    db.session.commit()
    assert listed(actors, stranger) == []
    path = f"/api/phones/{mine.client}/handle"
    assert actors.login(stranger).post(path, json={"note": "x"}).status_code == 404
    assert actors.login("inspector").get("/api/phones").status_code == 403
