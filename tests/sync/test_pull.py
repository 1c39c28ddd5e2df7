"""What comes down: exactly what the person may see, by delta where possible."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from server.access.rules import Actor
from server.hazards.service import HazardDraft, open_hazard
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from server.locations.models import Location
from server.org.models import RoleGrant
from tests.factories.locations import make_location
from tests.factories.org import make_department, make_grant, make_person
from tests.support.actors import Actors, World
from tests.sync.phone import EXCHANGE, Phone, compact

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]


def report(actor: Actor, unit_id: str, title: str = "通道堵塞") -> str:
    draft = HazardDraft(id=ids.new_id(), unit_id=unit_id, source="report", title=title)
    opened = open_hazard(actor, draft).id
    db.session.commit()
    return opened


def modes(phone: Phone) -> dict[str, str]:
    return {page["scope"].partition(":")[0]: page["mode"] for page in phone.last["data"]}


def test_a_new_phone_gets_all_it_may_see_and_then_only_changes(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    hazard = report(actors["inspector"], world.hospital.id)
    mine = phone("inspector")
    mine.sync()
    region = f"region:{world.county.id}"
    assert mine.row(region, "hazard", hazard)["title"] == "通道堵塞"
    assert mine.row(region, "unit", world.hospital.id)["name"] == "安平县人民医院"
    second = report(actors["inspector"], world.hospital.id, "灭火器过期")
    mine.exchange()
    assert modes(mine) == {"region": "delta"}
    assert [(p[0], p[1]) for p in mine.last["data"][0]["put"]] == [("hazard", second)]


def test_the_users_own_card_comes_with_the_first_sync(phone: MakePhone, actors: Actors) -> None:
    mine = phone("inspector")
    mine.sync()
    me = actors.person("inspector").id
    assert mine.row(f"user:{me}", "me", me)["name"] == "王检查"


def test_a_unit_sees_itself_and_nothing_of_others(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    ours = report(actors["inspector"], world.hospital.id)
    theirs = report(actors["inspector"], world.clinic.id)
    head = phone("unit_head")
    head.sync()
    assert ("hazard", ours) in head.rows()
    assert ("hazard", theirs) not in head.rows()
    assert ("unit", world.clinic.id) not in head.rows()
    assert not [scope for scope in head.scopes if scope.startswith("region:")]


def test_a_draft_travels_to_its_team_alone(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    team, unit, office = phone("expert"), phone("unit_head"), phone("bureau_office")
    for one in (team, unit, office):
        one.sync()
    key = ("inspection", inspection.id)
    assert [key in one.rows() for one in (team, unit, office)] == [True, False, False]


def test_a_submitted_inspection_reaches_unit_and_region(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector")
    unit = phone("unit_head")
    unit.sync()
    inspection.state = "submitted"
    db.session.commit()
    unit.sync()
    assert ("inspection", inspection.id) in unit.rows()


def test_small_pages_bring_the_same_as_one_large(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    for number in range(40):
        make_location(world.hospital, name=f"{number}号")
        report(actors["inspector"], world.hospital.id, f"隐患{number}")
    whole, pages = phone("inspector"), phone("inspector", max_rows=7)
    whole.sync()
    pages.sync()
    assert pages.rows() == whole.rows()
    assert {n: s.cursor for n, s in pages.scopes.items()} == {
        n: s.cursor for n, s in whole.scopes.items()
    }


def test_a_change_while_paging_is_not_lost(phone: MakePhone, actors: Actors, world: World) -> None:
    places = [make_location(world.hospital, name=f"{number}号") for number in range(30)]
    db.session.commit()
    mine = phone("inspector", max_rows=9)
    mine.exchange()
    db.session.get_one(Location, places[0].id).name = "改过"
    gone = places[1].id
    db.session.delete(db.session.get_one(Location, gone))
    late = make_location(world.hospital, name="新的").id
    db.session.commit()
    mine.sync()
    fresh = phone("inspector")
    fresh.sync()
    assert mine.rows() == fresh.rows()
    assert ("location", gone) not in mine.rows()
    assert mine.rows()[("location", late)]["name"] == "新的"


def test_a_commit_larger_than_a_page_arrives_whole(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine = phone("inspector", max_rows=10)
    mine.sync()
    for number in range(64):
        make_location(world.hospital, name=f"{number}号")
    db.session.commit()
    mine.sync()
    assert sum(1 for etype, _ in mine.rows() if etype == "location") == 64


@pytest.mark.fault(66)
def test_a_row_that_moves_goes_where_its_scope_is_seen(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    department = make_department(world.hospital)
    other = make_person(role="inspector", region=world.other_county)
    both = make_person(role="inspector", region=world.county)
    make_grant(both, "inspector", region=world.other_county)
    db.session.commit()
    a, b, ab = phone("inspector"), phone(other), phone(both)
    for one in (a, b, ab):
        one.sync()
    key = ("department", department.id)
    assert [key in one.rows() for one in (a, b, ab)] == [True, False, True]
    department.unit_id, department.region_id = world.other_hospital.id, world.other_county.id
    db.session.commit()
    for one in (a, b, ab):
        one.sync()
    assert [key in one.rows() for one in (a, b, ab)] == [False, True, True]


@pytest.mark.fault(64)
def test_whoever_leaves_a_region_loses_its_rows(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    hazard = report(actors["inspector"], world.hospital.id)
    mine = phone("inspector")
    mine.sync()
    grant = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == actors.person("inspector").id)
    ).one()
    grant.region_id = world.other_county.id
    db.session.commit()
    mine.exchange()
    assert f"region:{world.county.id}" not in mine.last["scopes"]
    assert ("hazard", hazard) not in mine.rows()


@pytest.mark.fault(67)
def test_a_lost_cursor_and_a_lost_right_at_once(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    report(actors["inspector"], world.hospital.id)
    mine = phone("inspector")
    mine.sync()
    for scope in mine.scopes.values():
        scope.cursor = None
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == actors.person("inspector").id)
        .values(region_id=world.other_county.id)
    )
    mine.sync()
    fresh = phone("inspector")
    fresh.sync()
    assert mine.rows() == fresh.rows()


@pytest.mark.fault(65)
def test_a_right_that_returns_brings_the_same_view(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    report(actors["inspector"], world.hospital.id)
    mine = phone("inspector")
    mine.sync()
    grant = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == actors.person("inspector").id)
    ).one()
    grant.region_id = world.other_county.id
    db.session.commit()
    mine.sync()
    grant.region_id = world.county.id
    report(actors["bureau_office"], world.hospital.id)
    mine.sync()
    fresh = phone("inspector")
    fresh.sync()
    assert mine.rows() == fresh.rows()


def test_another_role_on_the_same_place_shows_other_rows(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    hazard = report(actors["inspector"], world.hospital.id)
    mine = phone("guest")
    mine.sync()
    assert ("hazard", hazard) not in mine.rows()
    assert ("unit", world.hospital.id) in mine.rows()
    grant = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == actors.person("guest").id)
    ).one()
    grant.role = "expert"
    db.session.commit()
    mine.sync()
    assert ("hazard", hazard) in mine.rows()
    me = actors.person("guest").id
    assert "hazards.read" in mine.row(f"user:{me}", "me", me)["permissions"]


def test_a_role_that_changes_while_paging_starts_the_snapshot_anew(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine = phone("inspector", max_rows=1)
    mine.exchange()
    grant = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == actors.person("inspector").id)
    ).one()
    grant.role = "expert"
    db.session.commit()
    mine.sync()
    me = actors.person("inspector").id
    assert [g["role"] for g in mine.row(f"user:{me}", "me", me)["roles"]] == ["expert"]


def test_a_guest_keeps_sight_of_what_they_reported(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    report(actors["inspector"], world.hospital.id)
    mine = phone("guest")
    own = report(actors["guest"], world.hospital.id)
    mine.sync()
    assert [eid for etype, eid in mine.rows() if etype == "hazard"] == [own]


@pytest.mark.fault(70)
def test_a_guessed_scope_gives_nothing(
    phone: MakePhone, actors: Actors, world: World, visit: Visit
) -> None:
    inspection = visit("inspector")
    report(actors["inspector"], world.hospital.id)
    mine = phone("staff")
    body = mine.request()
    body["pull"]["scopes"] = {
        f"insp:{inspection.id}": [0, ""],
        f"region:{world.county.id}": [0, ""],
    }
    _, _, data = mine.send(EXCHANGE, compact(body), {})
    assert b"insp:" not in data
    assert b"region:" not in data
