"""Rights of guests: from second to second, also for a phone that was away, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.access.rules import Permission
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel import ids
from server.kernel.db import db, savepoint
from server.org.ended import closed_units, guested_units
from server.org.passes import Source, give_pass
from server.org.queries import actor_of
from server.peers import queries, service
from server.peers.models import PeerPairing
from server.sync.models import SyncProblem
from tests.factories.definitions import make_definition
from tests.factories.hazards import make_photo
from tests.factories.org import make_grant, make_person
from tests.factories.peers import City, County, make_city, released
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through

HOURS = 48


class Guests:
    """A pairing on its way, with the phone of its lead."""

    def __init__(self, city: City, actors: Actors) -> None:
        self.city = city
        self.row = released(city, hours=HOURS)
        self.guest: County = city.counties[self.row.guest_region_id]
        self.home: County = city.counties[self.row.home_region_id]
        self.client: AppClient = actors.login(self.guest.inspector)
        self.office: AppClient = actors.login(self.home.office)
        self.phone = Phone(through(self.client))
        self.inspection = ids.new_id()

    def start(self) -> str:
        """Begin the inspection on the phone; nothing is sent."""
        (task,) = queries.assignments_of(self.row.id)
        return self.phone.write(
            "inspection.start",
            {
                "id": self.inspection,
                "assignment_id": task,
                "unit_id": self.home.unit.id,
                "checklist_key": "ward",
                "definition": make_definition().hash,
                "mode": "cross",
                "targets": {},
                "started_at": kernel_clock.now_ms(),
                "member_ids": [],
            },
        )

    def verdict(self, mutation: str) -> tuple[str, str | None]:
        told = self.phone.verdicts[mutation]
        return told["status"], told.get("code")


@pytest.fixture
def guests(app: Any, actors: Actors) -> Guests:
    return Guests(make_city(), actors)


def test_the_phone_gets_the_unit_the_task_the_round_and_the_end(guests: Guests) -> None:
    guests.phone.sync()
    rows = guests.phone.rows()
    assert rows["unit", guests.home.unit.id]["name"] == guests.home.unit.name
    peer = rows["peer", guests.row.id]
    assert peer["definitions"] == {"ward": make_definition().hash}
    assert peer["ends_at"] == kernel_clock.to_ms(guests.row.ends_at)
    assert ("assignment", peer["assignment_ids"][0]) in rows
    (given,) = rows["me", guests.guest.inspector.id]["passes"]
    assert given == {
        "role": "guest",
        "unit_id": guests.home.unit.id,
        "starts_at": kernel_clock.to_ms(guests.row.starts_at),
        "ends_at": kernel_clock.to_ms(guests.row.ends_at),
    }


@pytest.mark.fault(64)
def test_at_the_end_everything_of_the_unit_leaves_the_phone(
    guests: Guests, clock: FrozenClock
) -> None:
    started = guests.start()
    guests.phone.sync()
    assert guests.verdict(started) == ("applied", None)
    assert f"insp:{guests.inspection}" in guests.phone.scopes
    clock.move(hours=HOURS)
    guests.phone.sync()
    left = guests.phone.rows()
    assert not {kind for kind, _ in left} & {"unit", "assignment", "inspection"} - {"unit"}
    assert guests.home.unit.name not in str(left)
    assert guests.inspection not in str(left)
    assert left["me", guests.guest.inspector.id]["passes"] == []
    assert ("peer", guests.row.id) in left, "that one was sent is no secret of the unit"


def test_one_second_decides(guests: Guests, clock: FrozenClock) -> None:
    person = guests.guest.inspector
    clock.move(hours=HOURS, seconds=-1)
    assert actor_of(person).may(Permission.INSPECTIONS_CONDUCT, on=guests.home.unit)
    clock.move(seconds=1)
    assert not actor_of(person).may(Permission.INSPECTIONS_CONDUCT, on=guests.home.unit)
    assert closed_units(actor_of(person)) == {guests.home.unit.id}


def test_what_was_open_is_absent_afterwards(guests: Guests, clock: FrozenClock) -> None:
    guests.start()
    guests.phone.sync()
    photo = make_photo(
        guests.guest.inspector.id,
        inspection_id=guests.inspection,
        unit_id=guests.home.unit.id,
        region_id=guests.home.region.id,
        in_inspection=True,
    )
    paths = (
        f"/api/inspections/{guests.inspection}",
        f"/api/units/{guests.home.unit.id}",
        f"/api/photos/{photo.id}",
    )
    before = [guests.client.get(path).status_code for path in paths[:2]]
    assert before == [200, 200]
    clock.move(hours=HOURS)
    for path in paths:
        other = path.rpartition("/")[0] + "/" + ids.new_id()
        answer, absent = guests.client.get(path), guests.client.get(other)
        assert (answer.status_code, absent.status_code) == (404, 404)
        assert answer.json | {"instance": ""} == absent.json | {"instance": ""}
    listed = guests.client.get("/api/inspections").json
    assert (listed["items"], listed["total"]) == ([], 0)


@pytest.mark.fault(64)
def test_work_that_comes_too_late_lands_in_the_list_of_the_region_it_was_done_in(
    guests: Guests, clock: FrozenClock
) -> None:
    """The whole visit was made without a line, and the window ended before there was one."""
    guests.phone.sync()
    started = guests.start()
    answered = guests.phone.answer(guests.inspection, "ward.rules.posted", result="fail")
    clock.move(hours=HOURS)
    guests.phone.sync()
    assert guests.verdict(started)[0] == "rejected"
    assert guests.verdict(answered)[0] in ("rejected", "held")
    cases = list(db.session.query(SyncProblem).filter_by(mutation_id=started))
    assert [(c.former, c.lead_region_id) for c in cases] == [(True, guests.home.region.id)]
    listed = guests.office.get("/api/problems?list=former").json
    assert listed["total"] == 1
    home = guests.client.get("/api/problems?list=former")
    assert home.status_code == 403, "a guest decides nothing"
    own_office = make_person(role="bureau_office", region=guests.guest.region)
    assert queries.right_of(actor_of(own_office)).replies == [guests.guest.region.id]


@pytest.mark.fault(64)
def test_the_lead_of_that_region_may_take_it_over(guests: Guests, clock: FrozenClock) -> None:
    guests.phone.sync()
    started = guests.start()
    guests.phone.answer(guests.inspection, "ward.rules.posted", result="fail")
    clock.move(hours=HOURS)
    guests.phone.sync()
    answer = guests.office.post(f"/api/problems/{started}/accept", json={"reason": "属实"})
    assert answer.status_code == 200, answer.json
    row = db.session.get_one(Inspection, guests.inspection)
    assert (row.unit_id, row.mode) == (guests.home.unit.id, "cross")
    assert guests.guest.inspector.id not in row.member_ids


def test_work_begun_in_time_is_refused_once_it_is_over(guests: Guests, clock: FrozenClock) -> None:
    guests.start()
    guests.phone.sync()
    clock.move(hours=HOURS)
    late = guests.phone.answer(guests.inspection, "ward.rules.posted", result="fail")
    submit = guests.phone.write(
        "inspection.submit",
        {"inspection": guests.inspection, "submitted_at": kernel_clock.now_ms()},
    )
    handed = guests.phone.write("peer.hand_over", {"id": guests.row.id})
    guests.phone.sync()
    assert {guests.verdict(one)[0] for one in (late, submit, handed)} == {"rejected"}
    kept = {c.mutation_id: c for c in db.session.query(SyncProblem)}
    assert {late, submit, handed} <= set(kept)
    assert all(kept[one].lead_region_id == guests.home.region.id for one in (late, submit, handed))
    assert all(kept[one].former for one in (late, submit, handed))


def test_a_role_of_ones_own_outlives_a_pass(guests: Guests, clock: FrozenClock) -> None:
    guests.start()
    guests.phone.sync()
    make_grant(guests.guest.inspector, "inspector", region=guests.home.region)
    clock.move(hours=HOURS)
    assert closed_units(actor_of(guests.guest.inspector)) == frozenset()
    guests.phone.sync()
    assert f"insp:{guests.inspection}" in guests.phone.scopes


def test_a_pass_that_never_began_leaves_no_trace(guests: Guests, clock: FrozenClock) -> None:
    stranger = make_person(role="inspector", region=guests.guest.region)
    starts = clock() + timedelta(hours=1)
    give_pass(
        Source("peer", guests.row.id), stranger.id, guests.home.unit.id, starts,
        starts + timedelta(hours=1),
    )  # fmt: skip
    assert guested_units(stranger.id) == frozenset()
    assert not actor_of(stranger).may(Permission.ORG_READ, on=guests.home.unit)


def test_guests_stand_in_no_list_of_people_roles_or_rows(guests: Guests) -> None:
    people = guests.office.get("/api/people").json["items"]
    assert guests.guest.inspector.id not in {one["id"] for one in people}
    own = Phone(through(guests.office))
    own.sync()
    assert guests.guest.inspector.name not in str(own.rows())
    assert guests.row.id not in str(own.rows())


windows = st.tuples(st.integers(-5000, 5000), st.integers(1, 5000)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@pytest.mark.parametrize("backend", ["sqlite"])
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(passes=st.lists(windows, max_size=4), at=st.integers(-6000, 11000))
def test_open_exactly_while_some_window_is_open(
    app: Any, clock: FrozenClock, passes: list[tuple[int, int]], at: int
) -> None:
    """By the server's clock, to the second, whatever windows there are."""
    begin = clock()
    world = make_city(3)
    one, two = list(world.counties.values())[:2]
    person, unit = one.inspector, two.unit
    try:
        with savepoint():
            for start, end in passes:
                moments = (begin + timedelta(seconds=n) for n in (start, end))
                give_pass(Source("peer", ids.new_id()), person.id, unit.id, *moments)
            clock.set(begin + timedelta(seconds=at))
            is_open = any(start <= at < end for start, end in passes)
            was_open = any(end <= at for _, end in passes)
            assert actor_of(person).may(Permission.INSPECTIONS_CONDUCT, on=unit) is is_open
            shut = unit.id in closed_units(actor_of(person))
            assert shut is (was_open and not is_open)
    finally:
        clock.set(begin)


def test_the_desk_sees_how_far_the_team_is(guests: Guests, login: Callable[..., Any]) -> None:
    guests.start()
    guests.phone.sync()
    told = guests.office.get(f"/api/peers/pairings/{guests.row.id}").json
    assert [unit["task"] for unit in told["units"]] == ["started"]
    assert told["answers"] is True
    assert told["arbitrates"] is False
    assert db.session.get_one(PeerPairing, guests.row.id).state == "released"
    with pytest.raises(Exception, match="peer-nothing-to-hand"):
        service.hand_over(guests.city.planner, guests.row.id)
