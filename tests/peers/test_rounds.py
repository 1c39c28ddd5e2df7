"""Planning and releasing a round; who sees what of it."""

from datetime import timedelta
from typing import Any

import pytest

from server.campaigns.models import Assignment
from server.kernel import clock, ids
from server.kernel.db import db, savepoint
from server.kernel.errors import NotFound, Problem
from server.org.models import Person
from server.org.passes import passes_of
from server.org.queries import actor_of, visible_units
from server.peers import queries, service
from server.peers.models import PeerPairing, PeerRound
from server.peers.pairing import faults_of
from server.visits.models import Visit
from tests.factories.definitions import make_definition
from tests.factories.org import make_grant, make_person, make_region, make_unit
from tests.factories.peers import City, make_city, make_pairing, make_round, released
from tests.support.actors import Actors
from tests.support.clock import MORNING


@pytest.fixture
def city(app: Any) -> City:
    return make_city()


def code_of(error: pytest.ExceptionInfo[Problem]) -> str:
    return error.value.code


def test_a_round_pins_its_checklists_and_pairs_everybody(city: City) -> None:
    one = make_round(city)
    pairs = queries.pairs_of(one.id)
    assert faults_of(pairs, city.counties, []) == []
    assert one.definitions == {"ward": make_definition().hash}
    again = service.pair_round(city.planner, one.id, one.seed)
    assert queries.pairs_of(again.id) == pairs, "the same seed, the same matrix"


def test_pairs_of_the_rounds_before_do_not_meet_again(city: City) -> None:
    first = released(city)
    met = queries.pairs_of(first.round_id)
    with pytest.raises(Problem) as none:
        make_round(city, cycle=1)
    assert code_of(none) == "peer-no-pairing"
    assert none.value.extras == {"cycle": 1, "longest": 0, "proved": True, "aside": 0}
    assert faults_of(queries.pairs_of(make_round(city, cycle=0).id), city.counties, []) == []
    larger = make_city(6)
    before = queries.pairs_of(released(larger).round_id)
    later = make_round(larger, cycle=1)
    assert faults_of(queries.pairs_of(later.id), larger.counties, before) == []
    assert sorted(map(tuple, later.barred)) == before != met


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"region_ids": []}, "peer-too-few-regions"),
        ({"region_ids": [ids.new_id()] * 3}, "peer-regions-unfit"),
        ({"checklist_keys": ["nothing"]}, "peer-checklist-unknown"),
        ({"ends_on": MORNING.date() - timedelta(days=400)}, "peer-period-wrong"),
    ],
)
def test_what_cannot_be_planned(city: City, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as refused:
        make_round(city, **given)
    assert code_of(refused) == code


def test_regions_are_below_and_apart(city: City) -> None:
    town = make_region(parent=next(iter(city.counties.values())).region)
    for wrong in (town.id, city.region.id, make_region().id):
        with pytest.raises(Problem) as refused:
            make_round(city, region_ids=[*city.counties, wrong])
        assert code_of(refused) == "peer-regions-unfit"


def test_a_county_plans_nothing_for_the_city(city: City) -> None:
    office = next(iter(city.counties.values())).office
    draft = service.RoundDraft(
        id=ids.new_id(), region_id=city.region.id, name="x", starts_on=clock.today(),
        ends_on=clock.today(), region_ids=list(city.counties), checklist_keys=["ward"],
    )  # fmt: skip
    with pytest.raises(NotFound):
        service.create_round(actor_of(office), draft)


def test_guests_are_of_the_guest_region_and_nobody_of_the_home(city: City) -> None:
    row = make_pairing(city)
    home = city.counties[row.home_region_id]
    guest = city.counties[row.guest_region_id]
    staff = make_person(role="staff", unit=guest.unit)
    torn = make_person(role="inspector", region=guest.region)
    torn.unit_id = home.unit.id
    db.session.flush()
    for person in (home.inspector, staff, torn):
        with pytest.raises(Problem) as refused, savepoint():
            service.change_pairing(
                city.planner, row.id, row.rev, {"member_ids": [person.id], "lead_id": person.id}
            )
        assert code_of(refused) == "peer-guest-unfit"
    with pytest.raises(Problem) as foreign, savepoint():
        service.change_pairing(city.planner, row.id, row.rev, {"unit_ids": [guest.unit.id]})
    assert code_of(foreign) == "peer-unit-unfit"


def test_a_window_lies_within_the_round(city: City) -> None:
    row = make_pairing(city)
    late = {"ends_at": clock.now() + timedelta(days=40)}
    with pytest.raises(Problem) as refused:
        service.change_pairing(city.planner, row.id, row.rev, late)
    assert code_of(refused) == "peer-window-outside"


def test_nobody_is_sent_without_team_units_and_time(city: City) -> None:
    one = make_round(city)
    row = queries.pairings_of(city.planner, one.id)[0]
    with pytest.raises(Problem) as refused:
        service.release_pairing(city.planner, row.id)
    assert code_of(refused) == "peer-not-ready"
    assert refused.value.extras["missing"] == ["team", "units", "window"]


def test_a_released_team_holds_a_task_and_a_pass_and_nothing_else(city: City) -> None:
    row = released(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    ((given, _),) = passes_of(guest.inspector.id)
    assert (given.unit_id, given.role, given.ends_at) == (home.unit.id, "guest", row.ends_at)
    (task_id,) = queries.assignments_of(row.id)
    task = db.session.get_one(Assignment, task_id)
    assert (task.unit_id, task.mode, task.inspector_ids) == (
        home.unit.id, "cross", [guest.inspector.id],
    )  # fmt: skip
    other = make_unit(home.region)
    seen = units_of(guest.inspector)
    assert home.unit.id in seen
    assert other.id not in seen
    assert service.release_pairing(city.planner, row.id).state == "released", "once is enough"


def units_of(person: Person) -> set[str]:
    """The units that somebody sees."""
    return {unit.id for unit in db.session.scalars(visible_units(actor_of(person)))}


def test_a_team_that_is_called_back_holds_nothing_at_once(city: City) -> None:
    row = released(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    service.withdraw_pairing(city.planner, row.id)
    assert passes_of(guest.inspector.id) == []
    assert home.unit.id not in units_of(guest.inspector)
    (task_id,) = queries.assignments_of(row.id)
    assert db.session.get_one(Assignment, task_id).state == "cancelled"
    changed = service.change_pairing(city.planner, row.id, row.rev, {"draw_id": None})
    assert changed.state == "planned"
    assert service.release_pairing(city.planner, row.id).state == "released"
    assert queries.assignments_of(row.id) == [task_id], "the task goes on where it was"
    assert db.session.get_one(Assignment, task_id).state == "planned"


def seen_by(person: Person) -> tuple[int, int]:
    """How many rounds and pairings somebody sees."""
    actor = actor_of(person)
    rounds = list(db.session.scalars(queries.visible_rounds(actor)))
    return len(rounds), len(list(db.session.scalars(queries.visible_pairings(actor))))


def test_a_region_sees_its_own_pairing_once_it_is_released(city: City) -> None:
    row = make_pairing(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    others = [c for c in city.counties.values() if c not in (guest, home)]
    assert [seen_by(c.office) for c in city.counties.values()] == [(0, 0)] * 4
    service.release_pairing(city.planner, row.id)
    assert seen_by(guest.office) == seen_by(home.office) == (1, 1)
    assert [seen_by(c.office) for c in others] == [(0, 0)] * 2
    assert seen_by(city.office) == (1, 4)
    head = make_person(role="unit_head", unit=home.unit)
    assert seen_by(head) == (0, 0)


def test_what_a_region_is_told_holds_no_other_region(city: City, actors: Actors) -> None:
    row = released(city)
    home = city.counties[row.home_region_id]
    told = actors.login(home.office).get(f"/api/peers/rounds/{row.round_id}").json
    assert [one["id"] for one in told["pairings"]] == [row.id]
    assert "seed" not in told
    assert "regions" not in told
    for other in city.counties.values():
        if other.region.id not in (row.guest_region_id, row.home_region_id):
            assert other.region.name not in str(told)


def test_a_round_that_is_not_announced_is_hidden_even_from_the_office_that_may_not_seal(
    city: City,
) -> None:
    sealer = make_person(role="bureau_office", region=city.region)
    make_grant(sealer, "visit_planner", region=city.region)
    with pytest.raises(Problem) as refused:
        make_round(city, announced=False)
    assert code_of(refused) == "forbidden"
    secret = City(city.region, sealer, city.counties)
    row = make_pairing(secret, announced=False)
    assert seen_by(sealer) == (1, 4)
    another = make_person(role="bureau_office", region=city.region)
    make_grant(another, "visit_planner", region=city.region)
    assert seen_by(another) == (0, 0), "to be allowed to seal is not to know"
    assert seen_by(city.office) == (0, 0)
    with pytest.raises(NotFound):
        queries.get_round(city.planner, row.round_id)
    home = city.counties[row.home_region_id]
    guest = city.counties[row.guest_region_id]
    service.release_pairing(secret.planner, row.id)
    assert [seen_by(p) for p in (city.office, home.office, guest.office)] == [(0, 0)] * 3
    assert passes_of(guest.inspector.id) == []
    assert row.sync_scopes(lambda name: getattr(row, name)) == set()
    with pytest.raises(Problem) as betrayed:
        service.hand_over(secret.planner, row.id)
    assert code_of(betrayed) == "peer-still-sealed"
    (target,) = queries.targets_of([row.id])
    visit = db.session.get_one(Visit, target.visit_id)
    assert (visit.unit_id, visit.leader_id) == (home.unit.id, guest.inspector.id)
    visit.state, visit.arrived_at = "arrived", clock.now()
    db.session.flush()
    assert [seen_by(p) for p in (city.office, home.office, guest.office)] == [(1, 1)] * 3


def test_sealed_visits_are_called_off_with_the_team(city: City) -> None:
    sealer = make_person(role="bureau_office", region=city.region)
    make_grant(sealer, "visit_planner", region=city.region)
    secret = City(city.region, sealer, city.counties)
    row = released(secret, announced=False)
    (target,) = queries.targets_of([row.id])
    visit = db.session.get_one(Visit, target.visit_id)
    service.withdraw_pairing(secret.planner, row.id)
    assert (visit.state, target.visit_id) == ("cancelled", None)


def test_a_closed_round_takes_nothing_more(city: City) -> None:
    row = released(city)
    one = service.close_round(city.planner, row.round_id)
    assert one.state == "closed"
    with pytest.raises(Problem) as refused:
        service.hand_over(city.planner, row.id)
    assert code_of(refused) == "peer-not-now"
    assert db.session.get_one(PeerRound, one.id).state == "closed"
    assert db.session.get_one(PeerPairing, row.id).state == "released"
