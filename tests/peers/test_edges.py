"""What goes wrong on the way: people leave, units close and move, years end, deadlines pass."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from server.access.rules import Permission
from server.campaigns.models import Assignment
from server.inspections.models import Inspection
from server.kernel import clock as now
from server.kernel import ids
from server.kernel.db import db, savepoint
from server.kernel.errors import Problem
from server.org.models import Person, Unit
from server.org.passes import passes_of
from server.org.queries import actor_of
from server.peers import queries, rules, service
from server.peers.models import PeerPairing, PeerRound
from server.sync.models import SyncProblem
from server.visits.models import Visit
from tests.factories.experts import make_recusal
from tests.factories.inspections import make_inspection
from tests.factories.org import make_grant, make_person
from tests.factories.peers import City, make_city, make_pairing, make_round, released
from tests.peers.test_replies import Found
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def city(app: Any) -> City:
    return make_city()


def refusal(work: Any) -> Problem:
    with pytest.raises(Problem) as told, savepoint():
        work()
    return told.value


def team_of_two(city: City) -> tuple[PeerPairing, Person, Person]:
    """A released pairing with a lead and one more."""
    row = make_pairing(city)
    guest = city.counties[row.guest_region_id]
    second = make_person(role="inspector", region=guest.region)
    members = [guest.inspector.id, second.id]
    row = service.change_pairing(city.planner, row.id, row.rev, {"member_ids": members})
    return service.release_pairing(city.planner, row.id), guest.inspector, second


def inspects(person: Person, unit: Unit) -> bool:
    return actor_of(person).may(Permission.INSPECTIONS_CONDUCT, on=unit)


def test_pairs_made_before_another_round_went_out_are_made_again(app: Any) -> None:
    """Two rounds are paired side by side; the first to go out bars the other's pairs."""
    city = make_city(6)
    first, second = make_round(city), make_round(city, cycle=1)
    assert queries.pairs_of(first.id) == queries.pairs_of(second.id)
    row = queries.pairings_of(city.planner, first.id)[0]
    send(city, row)
    other = queries.pairings_of(city.planner, second.id)[0]
    assert refusal(lambda: send(city, other)).code == "peer-met-again"
    again = service.pair_round(city.planner, second.id)
    met = {frozenset(pair) for pair in queries.pairs_of(first.id)}
    assert not met & {frozenset(pair) for pair in queries.pairs_of(again.id)}


def test_a_secret_round_bars_nobody_elses_pairs(app: Any) -> None:
    """Otherwise the matrix of another planner would tell that it is there, and who meets whom."""
    city = make_city(6)
    sealer = make_person(role="bureau_office", region=city.region)
    make_grant(sealer, "visit_planner", region=city.region)
    secret = City(city.region, sealer, city.counties)
    hidden = released(secret, announced=False)
    one = make_round(city, cycle=1)
    assert one.barred == []
    own = make_round(secret, cycle=1)
    assert sorted(map(tuple, own.barred)) == queries.pairs_of(hidden.round_id)


def send(city: City, row: PeerPairing) -> PeerPairing:
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    changes = {
        "lead_id": guest.inspector.id, "member_ids": [guest.inspector.id],
        "unit_ids": [home.unit.id], "starts_at": now.now(),
        "ends_at": now.now() + timedelta(hours=8),
    }  # fmt: skip
    row = service.change_pairing(city.planner, row.id, row.rev, changes)
    return service.release_pairing(city.planner, row.id)


def test_a_window_over_midnight_and_new_year(city: City, clock: FrozenClock) -> None:
    eve = datetime(2026, 12, 31, 23, 0, tzinfo=rules.ZONE)
    clock.set(eve - timedelta(hours=1))
    last = eve.date() + timedelta(days=1)
    row = make_pairing(city, hours=1, starts_on=eve.date(), ends_on=last)
    window = {"starts_at": eve, "ends_at": eve + timedelta(hours=2)}
    row = service.change_pairing(city.planner, row.id, row.rev, window)
    late = {"ends_at": eve + timedelta(days=1, hours=1)}
    told = refusal(lambda: service.change_pairing(city.planner, row.id, row.rev, late))
    assert told.code == "peer-window-outside", "the last day ends at midnight here, not elsewhere"
    service.release_pairing(city.planner, row.id)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    seen = []
    for minute in (-1, 0, 59, 60, 61, 119, 120):
        clock.set(eve + timedelta(minutes=minute))
        seen.append(inspects(guest.inspector, home.unit))
    assert seen == [False, True, True, True, True, True, False]
    (task,) = queries.assignments_of(row.id)
    assert db.session.get_one(Assignment, task).due_on == last


def test_a_closed_or_moved_unit_is_not_sent_to(city: City) -> None:
    row = make_pairing(city)
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    home.unit.active = False
    db.session.flush()
    told = refusal(lambda: service.release_pairing(city.planner, row.id))
    assert (told.code, told.extras["units"]) == ("peer-unit-unfit", [home.unit.name])
    home.unit.active, home.unit.region_id = True, guest.region.id
    db.session.flush()
    assert refusal(lambda: service.release_pairing(city.planner, row.id)).code == "peer-unit-unfit"


def test_a_unit_that_moves_within_the_window_is_marked(city: City, actors: Actors) -> None:
    row = released(city)
    home = city.counties[row.home_region_id]
    other = next(c for c in city.counties.values() if c.region.id not in (
        row.home_region_id, row.guest_region_id))  # fmt: skip
    client = actors.login(home.office)
    home.unit.region_id = other.region.id
    db.session.flush()
    (unit,) = client.get(f"/api/peers/pairings/{row.id}").json["units"]
    assert (unit["moved_to"], unit["closed"]) == (other.region.name, False)
    home.unit.region_id, home.unit.active = home.region.id, False
    db.session.flush()
    (unit,) = client.get(f"/api/peers/pairings/{row.id}").json["units"]
    assert (unit["moved_to"], unit["closed"]) == (None, True)


def test_two_teams_of_one_person_end_apart(city: City, actors: Actors) -> None:
    first = released(city)
    second = released(city, name="另一轮")
    guest = city.counties[first.guest_region_id]
    assert second.guest_region_id == first.guest_region_id
    assert len(passes_of(guest.inspector.id)) == 2
    third = make_pairing(city, name="第三轮")
    told = actors.login(city.office).get(f"/api/peers/pairings/{third.id}/choices").json
    also = {one["id"]: one["also"] for one in told["people"]}
    assert sorted(also[guest.inspector.id]) == ["2026年第四季度区域互查", "另一轮"]
    service.withdraw_pairing(city.planner, first.id)
    ((left, _),) = passes_of(guest.inspector.id)
    assert left.source_id == second.id
    assert inspects(guest.inspector, city.counties[second.home_region_id].unit)


def test_somebody_leaves_half_way(city: City, actors: Actors) -> None:
    row, lead, second = team_of_two(city)
    home = city.counties[row.home_region_id]
    phone = Phone(through(actors.login(second)))
    phone.sync()
    unheard = phone.write("inspection.start", start_of(row, home.unit))
    service.leave_team(city.planner, row.id, second.id, "临时抽调")
    assert not inspects(second, home.unit)
    assert inspects(lead, home.unit)
    (task,) = queries.assignments_of(row.id)
    assert db.session.get_one(Assignment, task).inspector_ids == [lead.id]
    told = actors.login(home.office).get(f"/api/peers/pairings/{row.id}").json
    assert [(one["person"], one["reason"]) for one in told["changes"]] == [
        (second.name, "临时抽调")
    ]
    phone.sync()
    assert phone.verdicts[unheard]["status"] == "rejected"
    kept = db.session.query(SyncProblem).filter_by(mutation_id=unheard).one()
    assert (kept.former, kept.lead_region_id) == (True, home.region.id)
    assert ("peer", row.id) not in phone.rows()
    assert service.leave_team(city.planner, row.id, second.id, "再退").changes == row.changes


def start_of(row: PeerPairing, unit: Unit) -> dict[str, Any]:
    one = db.session.get_one(PeerRound, row.round_id)
    (task,) = queries.assignments_of(row.id)
    return {
        "id": ids.new_id(), "assignment_id": task, "unit_id": unit.id, "checklist_key": "ward",
        "definition": one.definitions["ward"], "mode": "cross", "targets": {},
        "started_at": now.now_ms(), "member_ids": [],
    }  # fmt: skip


def test_the_lead_leaves_and_hands_on_what_was_begun(city: City) -> None:
    row, lead, second = team_of_two(city)
    home = city.counties[row.home_region_id]
    (task,) = queries.assignments_of(row.id)
    visit = make_inspection(actor_of(lead), home.unit, mode="cross", assignment_id=task)
    visit.member_ids = [lead.id, second.id]
    db.session.flush()
    gone = (city.planner, row.id, lead.id)
    assert refusal(lambda: service.leave_team(*gone, " ", second.id)).code == "peer-reason-missing"
    assert refusal(lambda: service.leave_team(*gone, "生病")).code == "peer-lead-needed"
    service.leave_team(*gone, "生病", second.id)
    assert row.lead_id == second.id
    assert db.session.get_one(Inspection, visit.id).lead_id == second.id
    last = lambda: service.leave_team(city.planner, row.id, second.id, "也走")  # noqa: E731
    assert refusal(last).code == "peer-not-ready"


def test_a_team_sent_again_keeps_what_it_has_done(app: Any) -> None:
    found = Found(make_city())
    found.submit()
    planner = found.city.planner
    service.withdraw_pairing(planner, found.row.id)
    row = service.change_pairing(planner, found.row.id, found.row.rev, {"draw_id": None})
    service.release_pairing(planner, row.id)
    assert service.hand_over(found.lead, row.id).state == "handed"
    handed = {finding.hazard_id for finding, _ in queries.findings_of(row.id)}
    assert handed == {hazard.id for hazard in found.hazards}


def test_an_appeal_after_its_days_is_refused_and_may_be_given_more(
    app: Any, clock: FrozenClock
) -> None:
    found = Found(make_city())
    first, second = found.handed()
    home = actor_of(found.home.office)
    one = db.session.get_one(PeerRound, found.row.round_id)
    assert one.appeal_days == rules.APPEAL_DAYS
    until = rules.appeal_until(first.handed_at, one.appeal_days)
    assert until.astimezone(rules.ZONE).strftime("%H:%M:%S") == "00:00:00"
    clock.set(until - timedelta(seconds=1))
    service.reply_finding(home, first.id, "appealed", "最后一秒")
    clock.set(until)
    appeal = lambda: service.reply_finding(home, second.id, "appealed", "晚了")  # noqa: E731
    told = refusal(appeal)
    assert (told.code, told.extras["until"]) == ("peer-appeal-late", now.to_ms(until))
    service.change_round(found.city.planner, one.id, {"appeal_days": one.appeal_days + 5})
    appeal()
    with pytest.raises(Problem, match="peer-not-now"), savepoint():
        service.change_round(found.city.planner, one.id, {"name": "改名"})
    assert service.send_reply(home, found.row.id, "", "").state == "answered"


def test_what_is_handed_over_later_has_days_of_its_own(app: Any, clock: FrozenClock) -> None:
    found = Found(make_city())
    found.handed()
    late = found.find("漏报一处")
    clock.move(hours=24)
    service.hand_over(found.city.planner, found.row.id)
    handed = {finding.hazard_id: finding.handed_at for finding, _ in queries.findings_of(
        found.row.id)}  # fmt: skip
    assert len(set(handed.values())) == 2
    assert max(handed, key=lambda key: handed[key]) == late.id


def test_a_return_visit_may_be_sealed_and_is_seen_by_its_knowers_only(
    app: Any, actors: Actors
) -> None:
    found = Found(make_city())
    found.handed()
    sealer = make_person(role="bureau_office", region=found.city.region)
    make_grant(sealer, "visit_planner", region=found.city.region)
    path = f"/api/peers/pairings/{found.row.id}"
    body = {
        "unit_id": found.home.unit.id, "checklist_keys": ["ward"],
        "opens_at": now.to_ms(now.now() + timedelta(days=3)),
        "ends_at": now.to_ms(now.now() + timedelta(days=4)),
        "inspector_ids": [found.guest.inspector.id], "lead_id": found.guest.inspector.id,
    }  # fmt: skip
    home, planner = actors.login(found.home.office), actors.login(sealer)
    assert home.post(f"{path}/returns", json=body).status_code in (403, 404)
    before = [actors.login(who).get(path).json for who in (found.home.office, found.city.office)]
    assert [told["seals"] for told in before] == [False, False]
    made = planner.post(f"{path}/returns", json=body)
    assert made.status_code == 200, made.json
    (planned,) = made.json["returns"]
    assert (planned["state"], planned["due_on"]) == ("sealed", None)
    after = [actors.login(who).get(path).json for who in (found.home.office, found.city.office)]
    assert after == before, "nothing of it is seen by anybody else"
    visit = db.session.get_one(Visit, planned["visit_id"])
    assert (visit.mode, visit.unit_id) == ("revisit", found.home.unit.id)
    assert db.session.get(Assignment, visit.assignment_id) is None


def test_a_sealed_return_by_whoever_should_stand_aside_needs_a_reason(
    app: Any, actors: Actors
) -> None:
    found = Found(make_city())
    found.handed()
    sealer = make_person(role="bureau_office", region=found.city.region)
    make_grant(sealer, "visit_planner", region=found.city.region)
    leader = found.guest.inspector
    make_recusal(leader, unit_id=found.home.unit.id)
    body = {
        "unit_id": found.home.unit.id, "checklist_keys": ["ward"],
        "opens_at": now.to_ms(now.now() + timedelta(days=3)),
        "ends_at": now.to_ms(now.now() + timedelta(days=4)),
        "inspector_ids": [leader.id], "lead_id": leader.id,
    }  # fmt: skip
    path, planner = f"/api/peers/pairings/{found.row.id}/returns", actors.login(sealer)
    refused = planner.post(path, json=body)
    assert (refused.status_code, refused.json["code"]) == (409, "visit-recused")
    made = planner.post(path, json=body | {"recusal_reason": "只有他懂高压氧舱"})
    assert made.status_code == 200, made.json
    (planned,) = made.json["returns"]
    lines = planner.get(f"/api/visits/{planned['visit_id']}/knowledge").json["items"]
    (line,) = [one for one in lines if one["how"] == "recused"]
    assert line["details"]["reason"] == "只有他懂高压氧舱"
