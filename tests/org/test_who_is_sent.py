"""Who may take part in a visit: never the unit's own people, but for its self-check."""

import pytest

from server.campaigns.rules import InspectorUnfit
from server.campaigns.service import AssignmentDraft, create_assignment
from server.inspections.rules import MemberUnfit
from server.kernel import clock, ids
from server.peers import queries
from server.visits.service.people import unfit
from tests.factories.definitions import make_definition
from tests.factories.inspections import make_inspection
from tests.factories.org import make_grant, make_person
from tests.support.actors import ON_UNIT, Actors

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
OWN = [role for role in ON_UNIT if role != "staff"]


def plan(actors: Actors, role: str, mode: str) -> None:
    person = actors.person(role)
    make_definition()
    draft = AssignmentDraft(
        id=ids.new_id(),
        title="检查",
        unit_id=actors.world.hospital.id,
        checklist_keys=["ward"],
        mode=mode,
        due_on=clock.today(),
        inspector_ids=[person.id],
        lead_id=person.id,
    )
    create_assignment(actors["bureau_office"], draft)


@pytest.mark.parametrize("role", OWN)
def test_the_units_own_people_have_tasks_of_self_checks_only(actors: Actors, role: str) -> None:
    with pytest.raises(InspectorUnfit):
        plan(actors, role, "spot")
    plan(actors, role, "self-check")


@pytest.mark.parametrize("role", OWN)
def test_they_join_no_visit_by_others(actors: Actors, role: str) -> None:
    team = [actors.person(role).id]
    with pytest.raises(MemberUnfit):
        make_inspection(actors["inspector"], actors.world.hospital, mode="spot", member_ids=team)
    head = actors["unit_head"]
    made = make_inspection(head, actors.world.hospital, mode="self-check", member_ids=team)
    assert set(made.member_ids) == {head.user_id, *team}


def test_whoever_inspects_one_unit_only_is_sent_to_no_sealed_visit(actors: Actors) -> None:
    head = make_person(unit=actors.world.clinic)
    make_grant(head, "unit_head", unit=actors.world.clinic)
    team = [head.id, actors.person("inspector").id]
    assert unfit(team, actors.world.hospital) == {head.id}


def test_no_region_sends_heads_officers_or_guests_to_another(actors: Actors) -> None:
    region = actors.world.hospital.region_id
    left_out = {actors.person(role).id for role in (*OWN, "guest")}
    inspector = actors.person("inspector").id
    sent = {person.id for person in queries.people_in(region)}
    assert inspector in sent
    assert not sent & left_out
    assert queries.staffed([region]) == {region}
