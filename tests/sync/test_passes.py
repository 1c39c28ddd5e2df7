"""Passes lend rights on one unit for a while, and tell nobody but their holder."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.access.rules import Permission
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.org.models import Person
from server.org.passes import Source, give_pass, revoke_passes
from server.org.queries import actor_of
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone

VISIT = Source("visit", "01a1ee56-5e00-7000-8000-000000000001")


def lend(person: Person, unit_id: str, *, after: int = 0, minutes: int = 60) -> None:
    start = kernel_clock.now() + timedelta(minutes=after)
    give_pass(VISIT, person.id, unit_id, start, start + timedelta(minutes=minutes))
    db.session.commit()


def test_a_pass_counts_from_its_first_moment_to_its_last(
    world: World, actors: Actors, clock: FrozenClock
) -> None:
    guest = actors.person("staff")
    lend(guest, world.other_hospital.id, after=10, minutes=60)

    def reach() -> bool:
        return actor_of(guest).may(Permission.INSPECTIONS_CONDUCT, on=world.other_hospital)

    seen = [reach()]
    for minutes in (9, 1, 59, 1):
        clock.move(minutes=minutes)
        seen.append(reach())
    assert seen == [False, False, True, True, False]


def test_a_revoked_pass_ends_at_once(world: World, actors: Actors) -> None:
    guest = actors.person("staff")
    lend(guest, world.other_hospital.id)
    assert [row.person_id for row in revoke_passes(VISIT)] == [guest.id]
    assert not actor_of(guest).may(Permission.PLACES_READ, on=world.other_hospital)
    assert revoke_passes(VISIT) == []


def test_nobody_else_sees_a_pass_and_no_row_moves(
    world: World, actors: Actors, login: Callable[..., AppClient]
) -> None:
    guest = actors.person("staff")
    watchers = [login(role) for role in ("bureau_office", "administrator", "unit_head")]
    paths = ("/api/people", f"/api/people/{guest.id}", "/api/units", "/api/audit")

    def everything() -> list[bytes]:
        return [watcher.get(path).data for watcher in watchers for path in paths]

    before, rev = everything(), guest.rev
    lend(guest, world.other_hospital.id)
    assert everything() == before
    assert db.session.scalar(select(Person.rev).where(Person.id == guest.id)) == rev


@pytest.mark.fault(39)
def test_the_holders_phone_gets_the_unit_and_loses_it_again(
    world: World, actors: Actors, phone: Callable[..., Phone], clock: FrozenClock
) -> None:
    guest = actors.person("staff")
    mine = phone("staff")
    mine.sync()
    scope, me = f"unit:{world.other_hospital.id}", f"user:{guest.id}"
    lend(guest, world.other_hospital.id, after=10)
    mine.sync()
    (upcoming,) = mine.row(me, "me", guest.id)["passes"]
    assert (upcoming["unit_id"], upcoming["role"]) == (world.other_hospital.id, "guest")
    assert scope not in mine.scopes
    clock.move(minutes=11)
    mine.sync()
    assert mine.row(scope, "unit", world.other_hospital.id)["name"] == world.other_hospital.name
    clock.move(minutes=60)
    mine.sync()
    assert scope not in mine.scopes
    assert mine.row(me, "me", guest.id)["passes"] == []
