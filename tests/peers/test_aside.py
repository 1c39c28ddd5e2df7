"""Whoever must stand aside is not sent: at the pairing, in the team, at the drawn units."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.experts.queries import recusals
from server.kernel import clock
from server.kernel.db import db, savepoint
from server.kernel.errors import Problem
from server.org.models import Person
from server.peers import aside, queries, rules, service
from server.peers.models import PeerPairing, PeerRound
from server.peers.pairing import NoMatch, faults_of, make_pairs
from tests.factories.experts import make_company, make_contract, make_expert, make_recusal
from tests.factories.org import make_grant, make_person, make_unit
from tests.factories.peers import City, make_city, make_pairing, make_round
from tests.support.actors import Actors


@pytest.fixture
def city(app: Any) -> City:
    return make_city()


def refusal(work: Any) -> Problem:
    with pytest.raises(Problem) as told, savepoint():
        work()
    return told.value


def team(city: City, row: PeerPairing, people: list[Person], **more: Any) -> PeerPairing:
    """Choose a team."""
    changes = {"member_ids": [one.id for one in people], "lead_id": people[0].id, **more}
    return service.change_pairing(city.planner, row.id, row.rev, changes)


def test_the_refusal_names_person_unit_and_reason(city: City, actors: Actors) -> None:
    row = make_pairing(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    make_recusal(guest.inspector, unit_id=home.unit.id, kind="former-employer")
    told = refusal(lambda: service.release_pairing(city.planner, row.id))
    assert told.code == "peer-recused"
    (reason,) = told.extras["reasons"]
    assert (reason["person"], reason["unit"]) == (guest.inspector.name, home.unit.name)
    assert reason["kind"] == "former-employer"
    assert reason["zh"].startswith("申报回避")
    client = actors.login(city.office)
    shown = client.get(f"/api/peers/pairings/{row.id}/choices").json
    assert [one["person_id"] for one in shown["aside"]] == [guest.inspector.id]
    page = client.get(f"/api/peers/pairings/{row.id}").json
    assert [one["kind"] for one in page["aside"]] == ["former-employer"]


def test_what_begins_within_the_window_counts_and_what_has_ended_does_not(city: City) -> None:
    row = make_pairing(city, hours=72)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    today = clock.today()
    make_recusal(guest.inspector, unit_id=home.unit.id, until=today - timedelta(days=1))
    make_recusal(guest.inspector, unit_id=home.unit.id, since=today + timedelta(days=9))
    team(city, row, [guest.inspector])
    make_recusal(guest.inspector, region_id=home.region.id, since=today + timedelta(days=2))
    assert refusal(lambda: team(city, row, [guest.inspector])).code == "peer-recused"


def test_clients_of_ones_company_are_no_strangers(city: City) -> None:
    row = make_pairing(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    company = make_company(city.region)
    make_expert(guest.inspector, guest.region, company_id=company.id)
    make_contract(company, home.unit)
    told = refusal(lambda: team(city, row, [guest.inspector]))
    assert [one["kind"] for one in told.extras["reasons"]] == ["company-client"]


def test_whoever_holds_a_role_in_the_home_region_is_no_guest(city: City, actors: Actors) -> None:
    """Nothing would end for them: their own role opens what a pass would lend."""
    row = make_pairing(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    both = make_person(role="inspector", region=guest.region)
    make_grant(both, "inspector", region=home.region)
    at_unit = make_person(role="inspector", region=guest.region)
    make_grant(at_unit, "expert", unit=home.unit)
    above = make_person(role="inspector", region=guest.region)
    make_grant(above, "inspector", region=city.region)
    for person in (both, at_unit, above):
        told = refusal(lambda person=person: team(city, row, [person]))
        assert told.code == "peer-guest-unfit"
        assert told.extras["home_role"] == [person.id]
    shown = actors.login(city.office).get(f"/api/peers/pairings/{row.id}/choices").json
    rooted = {one["id"] for one in shown["people"] if one["home_role"]}
    assert rooted == {both.id, at_unit.id, above.id}


def test_a_region_all_of_whose_people_stand_aside_is_not_sent_there(city: City) -> None:
    counties = list(city.counties.values())
    first, second, third, fourth = counties
    for home in (second, third):
        make_recusal(first.inspector, region_id=home.region.id)
    for county in counties:
        for person in queries.people_in(county.region.id):
            if person.id != county.inspector.id:
                person.active = False
    db.session.flush()
    shut = [(first.region.id, one.region.id) for one in (second, third)]
    for seed in range(12):
        one = make_round(city)
        again = service.pair_round(city.planner, one.id, f"{seed:08x}")
        pairs = queries.pairs_of(again.id)
        assert (first.region.id, fourth.region.id) in pairs
        assert faults_of(pairs, city.counties, [], shut) == []
    assert sorted(tuple(pair[:2]) for pair in again.barred) == sorted(shut)
    make_recusal(first.inspector, region_id=fourth.region.id)
    told = refusal(lambda: make_round(city))
    assert (told.code, told.extras["aside"]) == ("peer-no-pairing", 3)


def test_a_region_without_inspectors_is_named(city: City, actors: Actors) -> None:
    empty = next(iter(city.counties.values()))
    empty.inspector.active = False
    empty.office.active = False
    db.session.flush()
    one = make_round(city)
    told = actors.login(city.office).get(f"/api/peers/rounds/{one.id}").json
    assert told["unstaffed"] == [empty.region.name]
    row = next(
        one
        for one in queries.pairings_of(city.planner, one.id)
        if one.guest_region_id == empty.region.id
    )
    assert refusal(lambda: service.release_pairing(city.planner, row.id)).code == "peer-not-ready"


names = st.integers(3, 8).map(lambda count: [f"r{n}" for n in range(count)])


@settings(max_examples=1500, deadline=None)
@given(regions=names, seed=st.text("0123456789abcdef", min_size=8), data=st.data())
def test_a_pair_that_stands_aside_never_comes_out(
    regions: list[str], seed: str, data: st.DataObject
) -> None:
    pair = st.tuples(st.sampled_from(regions), st.sampled_from(regions))
    shut = data.draw(st.lists(pair, max_size=12))
    try:
        pairs = make_pairs(regions, [], seed, shut)
    except NoMatch:
        assert shut
        return
    assert faults_of(pairs, regions, [], shut) == []


class World:
    """One pairing with three people, three units, a company: declarations come and go."""

    def __init__(self) -> None:
        self.city = make_city(3)
        self.row = make_pairing(self.city, hours=24 * 6)
        self.one = db.session.get_one(PeerRound, self.row.round_id)
        guest = self.city.counties[self.row.guest_region_id]
        self.home = self.city.counties[self.row.home_region_id]
        more = [make_person(role="inspector", region=guest.region) for _ in range(2)]
        self.people = [guest.inspector, *more]
        self.units = [self.home.unit, *(make_unit(self.home.region) for _ in range(2))]
        self.company = make_company(self.city.region)
        make_contract(self.company, self.units[1])

    def places(self) -> Iterator[dict[str, str]]:
        yield from ({"unit_id": unit.id} for unit in self.units)
        yield {"region_id": self.home.region.id}
        yield {"company_id": self.company.id}

    def recuses(self, people: list[str], units: list[str]) -> bool:
        """Ask for every single day of the window."""
        days = aside.days_sent(self.row, self.one)
        span = range((days.last - days.first).days + 1)
        asked = [recusals(people, units, days.first + timedelta(days=n)) for n in span]
        return any(reasons for one in asked for reasons in one.values())

    def sends(self, people: list[str], units: list[str]) -> bool:
        """Choose and release; a refusal is about nothing else."""
        changes = {"member_ids": people, "lead_id": people[0], "unit_ids": units}
        planner = self.city.planner
        try:
            row = service.change_pairing(planner, self.row.id, self.row.rev, changes)
            return service.release_pairing(planner, row.id).state == "released"
        except rules.Recused:
            return False


begins = st.one_of(st.none(), st.integers(-9, 9))
declared = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), begins, begins), max_size=3)
some = st.sets(st.integers(0, 2), min_size=1)


@pytest.mark.parametrize("backend", ["sqlite"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(declared=declared, team=some, units=some)
def test_nobody_who_stands_aside_is_ever_sent(
    app: Any, declared: list[Any], team: set[int], units: set[int]
) -> None:
    """Asked day by day, whatever was declared: sent is exactly who stands aside on none of them."""
    with contextlib.suppress(Undone), savepoint():
        world = World()
        places = list(world.places())
        for who, where, since, until in declared:
            make_recusal(world.people[who], since=_day(since), until=_day(until), **places[where])
        people = [world.people[n].id for n in sorted(team)]
        chosen = [world.units[n].id for n in sorted(units)]
        assert world.sends(people, chosen) is not world.recuses(people, chosen)
        raise Undone()


class Undone(Exception):
    """Nothing of an example stays."""


def _day(offset: int | None) -> date | None:
    return None if offset is None else clock.today() + timedelta(days=offset)
