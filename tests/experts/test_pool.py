"""What others ask of the pool: who stands aside, who can be drawn, whose certificate is good."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from server.experts import queries
from server.experts.queries import PoolFilter, officer_certificate, pool, recusals
from server.experts.rules import expiry_state, holds_on, within
from server.experts.workload import Service, add_source
from server.kernel.db import db
from tests.factories.experts import (
    make_certificate,
    make_company,
    make_contract,
    make_expert,
    make_recusal,
)
from tests.factories.org import make_grant, make_person, make_region, make_unit
from tests.support.actors import Actors, World
from tests.support.queries import Queries

TODAY = date(2026, 11, 23)  # where the test clock stands


def kinds(found: dict[str, list[Any]], person: str, unit: str) -> list[str]:
    return [reason.kind for reason in found[person] if reason.unit_id == unit]


def test_own_employer_and_own_region_are_found_without_a_word(world: World) -> None:
    nurse = make_person(role="staff", unit=world.hospital, name="护士")
    units = [world.hospital.id, world.clinic.id, world.other_hospital.id]
    found = recusals([nurse.id], units, TODAY)
    assert kinds(found, nurse.id, world.hospital.id) == ["own-employer", "own-region"]
    assert kinds(found, nurse.id, world.clinic.id) == ["own-region"]
    assert kinds(found, nurse.id, world.other_hospital.id) == []


def test_somebody_with_two_employers_stands_aside_from_both(world: World) -> None:
    doctor = make_person(role="staff", unit=world.hospital, name="多点执业")
    make_grant(doctor, "safety_officer", unit=world.clinic)
    made = make_expert(doctor, world.county, employer=f" {world.other_hospital.name} ")
    units = [world.hospital.id, world.clinic.id, world.other_hospital.id]
    found = recusals([doctor.id], units, TODAY)
    assert all("own-employer" in kinds(found, doctor.id, unit) for unit in units)
    made.employer = f"{world.other_hospital.name}附属门诊"
    db.session.flush()
    found = recusals([doctor.id], units, TODAY)
    assert "own-employer" not in kinds(found, doctor.id, world.other_hospital.id)


def test_the_own_region_is_the_employers_where_none_is_named_and_all_below_a_county(
    world: World,
) -> None:
    town = make_region(parent=world.county, name="城关镇", code="339901001", level="township")
    clinic = make_unit(town, name="城关镇卫生院", tier="township")
    nurse = make_person(role="staff", unit=world.hospital, name="护士")
    nurse.region_id = None
    official = make_person(role="inspector", region=world.county, name="县里人")
    above = make_person(role="inspector", region=world.city, name="市里人")
    db.session.flush()
    found = recusals([nurse.id, official.id, above.id], [clinic.id], TODAY)
    assert kinds(found, nurse.id, clinic.id) == ["own-region"]
    assert kinds(found, official.id, clinic.id) == ["own-region"]
    assert kinds(found, above.id, clinic.id) == [], "a city looks after all of its counties"


def test_what_was_declared_holds_in_its_time_and_until_withdrawn(world: World) -> None:
    person = make_person(role="expert", region=world.city, name="专家")
    make_recusal(person, unit_id=world.hospital.id, kind="former-employer", until=TODAY)
    gone = make_recusal(person, unit_id=world.clinic.id)
    region = make_recusal(person, region_id=world.other_county.id, kind="region")
    gone.withdrawn_at = gone.declared_at
    db.session.flush()
    units = [world.hospital.id, world.clinic.id, world.other_hospital.id]
    found = recusals([person.id], units, TODAY)
    assert kinds(found, person.id, world.hospital.id) == ["former-employer"]
    assert kinds(found, person.id, world.clinic.id) == []
    assert kinds(found, person.id, world.other_hospital.id) == ["region"]
    assert {r.recusal_id for r in found[person.id] if r.kind == "region"} == {region.id}
    later = recusals([person.id], units, TODAY + timedelta(days=1))
    assert kinds(later, person.id, world.hospital.id) == []


def test_a_region_above_covers_all_below_it(world: World) -> None:
    person = make_person(role="expert", region=make_region(code="330000"), name="省专家")
    make_recusal(person, region_id=world.city.id, kind="region")
    found = recusals([person.id], [world.hospital.id, world.other_hospital.id], TODAY)
    assert [reason.kind for reason in found[person.id]] == ["region", "region"]


def test_a_companys_people_stand_aside_from_its_clients(world: World) -> None:
    company = make_company(world.city)
    hired = make_person(role="expert", region=world.city, name="评价师")
    friend = make_person(role="expert", region=world.city, name="朋友")
    make_expert(hired, world.city, company_id=company.id)
    make_recusal(friend, company_id=company.id)
    make_contract(company, world.hospital)
    make_contract(company, world.clinic, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    make_contract(company)  # the bureau's own contract is no reason
    found = recusals([hired.id, friend.id], [world.hospital.id, world.clinic.id], TODAY)
    assert kinds(found, hired.id, world.hospital.id) == ["company-client"]
    assert kinds(found, friend.id, world.hospital.id) == ["relation"]
    assert kinds(found, hired.id, world.clinic.id) == []


def test_everybody_asked_for_is_answered_in_a_few_statements(
    world: World, queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    people = [make_person(role="expert", region=world.city, name=f"专{n}") for n in range(12)]
    for person in people:
        make_recusal(person, unit_id=world.hospital.id)
    ids, units = [p.id for p in people], [world.hospital.id, world.clinic.id]
    db.session.flush()
    with queries() as seen:
        found = recusals([*ids, "nobody"], units, TODAY)
    assert len(seen) <= 4, seen
    assert found["nobody"] == []
    assert all(len(found[one]) == 1 for one in ids)
    assert recusals([], [], TODAY) == {}


def test_the_longest_good_officers_certificate_is_shown(world: World) -> None:
    officer = make_person(role="inspector", region=world.county, name="执法员")
    assert officer_certificate(officer.id, TODAY) is None
    make_certificate(officer, expires_on=TODAY - timedelta(days=1), number="old")
    make_certificate(officer, "fire-engineer", number="other kind")
    assert officer_certificate(officer.id, TODAY) is None
    make_certificate(officer, expires_on=TODAY, number="last day")
    make_certificate(officer, revoked_on=TODAY, number="revoked today")
    make_certificate(officer, issued_on=TODAY + timedelta(days=1), number="not yet")
    shown = officer_certificate(officer.id, TODAY)
    assert shown is not None
    assert shown.number == "last day"
    assert officer_certificate(officer.id, TODAY + timedelta(days=1)).number == "not yet"  # type: ignore[union-attr]


def test_a_pool_is_of_ones_regions_and_of_what_is_lent_from_above(
    actors: Actors, world: World
) -> None:
    here = make_person(role="expert", region=world.county, name="本县")
    lent = make_person(role="expert", region=world.city, name="市里")
    kept = make_person(role="expert", region=world.city, name="市里不借")
    away = make_person(role="expert", region=world.other_county, name="邻县")
    make_expert(here, world.county)
    make_expert(lent, world.city, shared=True, fields=["gas", "fire"])
    make_expert(kept, world.city)
    make_expert(away, world.other_county, shared=True)
    found = {one.person_id for one in pool(actors["bureau_office"], PoolFilter())}
    assert found == {here.id, lent.id}
    gas = pool(actors["visit_planner"], PoolFilter(fields=("gas", "works")))
    assert [one.person_id for one in gas] == [lent.id]
    assert pool(actors["unit_head"], PoolFilter()) == []


def test_who_left_is_not_drawn(actors: Actors, world: World) -> None:
    gone = make_person(role="expert", region=world.county, name="离职", active=False)
    resting = make_person(role="expert", region=world.county, name="停用")
    make_expert(gone, world.county)
    make_expert(resting, world.county, active=False)
    assert pool(actors["bureau_office"], PoolFilter()) == []
    assert len(pool(actors["bureau_office"], PoolFilter(active=False))) == 1


def test_a_pool_may_ask_for_a_certificate(actors: Actors, world: World) -> None:
    good, bad = (make_person(role="expert", region=world.county, name=n) for n in "甲乙")
    for person in (good, bad):
        make_expert(person, world.county)
    make_certificate(good, "fire-engineer")
    make_certificate(bad, "fire-engineer", expires_on=TODAY - timedelta(days=1))
    (found,) = pool(actors["bureau_office"], PoolFilter(certificates=("fire-engineer",)))
    assert (found.person_id, len(found.certificates)) == (good.id, 1)


def test_workload_is_what_the_sources_tell_this_actor(
    actors: Actors, world: World, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    from server.experts import workload

    person = make_person(role="expert", region=world.county, name="专家")
    make_expert(person, world.county)
    monkeypatch.setattr(workload, "_sources", [])

    def tell(actor: Any, ids: Any, since: date, until: date) -> list[Service]:
        if "bureau_office" not in actor.roles:
            return []
        one = Service(person.id, "i1", True, "检查", world.hospital.id, until)
        return [one, Service(person.id, "a1", False, "任务", world.hospital.id, until)]

    add_source(tell)
    add_source(tell)
    office = pool(actors["bureau_office"], PoolFilter())[0].workload
    assert (office.visits, office.planned, office.last_on) == (1, 1, TODAY)
    assert pool(actors["inspector"], PoolFilter())[0].workload == workload.Workload()


def test_days_of_papers() -> None:
    class Paper:
        issued_on: date | None = None
        expires_on: date | None = TODAY
        revoked_on: date | None = None

    paper = Paper()
    assert holds_on(paper, TODAY)
    assert not holds_on(paper, TODAY + timedelta(days=1))
    states = [expiry_state(TODAY + timedelta(days=n), TODAY, [90, 30, 60]) for n in (-1, 0, 30, 31)]
    assert states == ["expired", "in-30", "in-30", "in-60"]
    assert expiry_state(None, TODAY, [30]) == "lasting"
    assert expiry_state(TODAY + timedelta(days=91), TODAY, [30, 60, 90]) == "later"
    assert within(None, None, TODAY)
    assert not within(TODAY + timedelta(days=1), None, TODAY)
    assert queries.OFFICER == "officer"
