"""From handing over to the return visit: every finding is answered, appeals are ruled."""

from typing import Any

import pytest

from server.campaigns.models import Assignment
from server.hazards.models import Hazard
from server.hazards.service import HazardDraft
from server.inspections.models import Inspection
from server.inspections.service import open_finding, submit_inspection
from server.kernel import clock, ids
from server.kernel.db import db, savepoint
from server.kernel.errors import Problem
from server.org.queries import actor_of
from server.peers import queries, service
from server.peers.models import PeerFinding
from tests.factories.hazards import make_photo
from tests.factories.inspections import answer_all, make_inspection, sign
from tests.factories.org import make_person
from tests.factories.peers import City, County, make_city, released
from tests.support.actors import Actors
from tests.support.clients import AppClient


class Found:
    """A submitted inspection of the guests with two findings."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.row = released(city)
        self.guest: County = city.counties[self.row.guest_region_id]
        self.home: County = city.counties[self.row.home_region_id]
        self.lead = actor_of(self.guest.inspector)
        (task,) = queries.assignments_of(self.row.id)
        self.inspection = make_inspection(
            self.lead, self.home.unit, mode="cross", assignment_id=task
        )
        answer_all(self.inspection)
        self.hazards = [self.find(title) for title in ("制度未上墙", "通道堆物")]

    def find(self, title: str) -> Hazard:
        return open_finding(
            self.lead,
            HazardDraft(
                id=ids.new_id(),
                unit_id=self.home.unit.id,
                source="inspection",
                title=title,
                description=f"{title}，现场所见。",
                inspection_id=self.inspection.id,
                item_key="ward.rules.posted",
                due_on=clock.today(),
            ),
        )

    def submit(self) -> None:
        sign(self.lead, self.inspection)
        sign(self.lead, self.inspection, "unit", name="陈院长")
        submit_inspection(self.lead, self.inspection.id, submitted_at=clock.now())

    def handed(self) -> list[PeerFinding]:
        self.submit()
        service.hand_over(self.lead, self.row.id, "请重点看通道")
        return [finding for finding, _ in queries.findings_of(self.row.id)]


@pytest.fixture
def found(app: Any) -> Found:
    return Found(make_city())


def refused(work: Any) -> str:
    with pytest.raises(Problem) as told, savepoint():
        work()
    return told.value.code


def test_nothing_is_handed_over_before_it_was_submitted(found: Found) -> None:
    assert refused(lambda: service.hand_over(found.lead, found.row.id)) == "peer-nothing-to-hand"


def test_the_lead_hands_over_and_a_later_finding_follows(found: Found) -> None:
    first = found.handed()
    assert {one.hazard_id for one in first} == {hazard.id for hazard in found.hazards}
    assert found.row.state == "handed"
    assert found.row.handed_by == found.guest.inspector.id
    late = found.find("漏报一处")
    service.hand_over(found.lead, found.row.id)
    again = {finding.hazard_id for finding, _ in queries.findings_of(found.row.id)}
    assert again == {late.id} | {hazard.id for hazard in found.hazards}


def test_others_of_the_team_and_strangers_hand_over_nothing(found: Found) -> None:
    found.submit()
    stranger = actor_of(make_person(role="inspector", region=found.guest.region))
    assert refused(lambda: service.hand_over(stranger, found.row.id)) == "not-found"
    office = actor_of(found.home.office)
    assert refused(lambda: service.hand_over(office, found.row.id)) == "peer-not-the-lead"
    assert service.hand_over(actor_of(found.guest.office), found.row.id).state == "handed"


def test_every_finding_is_answered_before_the_reply_goes_out(found: Found) -> None:
    first, second = found.handed()
    home = actor_of(found.home.office)
    assert refused(lambda: service.send_reply(home, found.row.id, "", "")) == "peer-findings-open"
    service.reply_finding(home, first.id, "accepted", "已当场整改")
    no_reason = lambda: service.reply_finding(home, second.id, "appealed", " ")  # noqa: E731
    assert refused(no_reason) == "peer-reason-missing"
    service.reply_finding(home, second.id, "appealed", "该处为临时周转，已报备")
    row = service.send_reply(home, found.row.id, "青卫函〔2026〕8号", "逐条答复如下。")
    assert (row.state, row.reply_document) == ("answered", "青卫函〔2026〕8号")
    late = lambda: service.reply_finding(home, first.id, "appealed", "改主意")  # noqa: E731
    assert refused(late) == "peer-not-now"


def test_only_the_home_region_answers_and_only_the_planner_rules(found: Found) -> None:
    first, second = found.handed()
    home, guest = actor_of(found.home.office), actor_of(found.guest.office)
    assert refused(lambda: service.reply_finding(guest, first.id, "accepted", "")) == "forbidden"
    service.reply_finding(home, first.id, "accepted", "")
    service.reply_finding(home, second.id, "appealed", "不属实")
    service.send_reply(home, found.row.id, "", "")
    assert refused(lambda: service.rule_finding(home, second.id, "lifted", "x")) == "forbidden"
    accepted = lambda: service.rule_finding(found.city.planner, first.id, "lifted", "x")  # noqa: E731
    assert refused(accepted) == "peer-not-now"
    ruled = service.rule_finding(found.city.planner, second.id, "lifted", "经核实不成立")
    assert ruled.ruling == "lifted"
    assert service.rule_finding(found.city.planner, second.id, "lifted", "经核实不成立") is ruled
    again = lambda: service.rule_finding(found.city.planner, second.id, "upheld", "x")  # noqa: E731
    assert refused(again) == "peer-not-now"
    hazard = db.session.get_one(Hazard, second.hazard_id)
    assert hazard.state == "void", "a finding that is lifted leaves the ledger"
    assert db.session.get_one(Hazard, first.hazard_id).state == "open"


def test_an_upheld_finding_stays_with_the_ruling_beside_it(found: Found, actors: Actors) -> None:
    first, second = found.handed()
    home = actor_of(found.home.office)
    for finding in (first, second):
        service.reply_finding(home, finding.id, "appealed", "理由")
    service.send_reply(home, found.row.id, "", "")
    service.rule_finding(found.city.planner, first.id, "upheld", "照片清楚，维持")
    told = actors.login(found.home.office).get(f"/api/hazards/{first.hazard_id}").json
    assert told["state"] == "open"
    assert told["steps"][-1]["note"] == "照片清楚，维持"


def test_evidence_belongs_to_the_hazard(found: Found) -> None:
    first, _ = found.handed()
    foreign = make_photo(found.home.office.id)
    home = actor_of(found.home.office)
    wrong = lambda: service.reply_finding(home, first.id, "appealed", "见图", [foreign.id])  # noqa: E731
    assert refused(wrong) == "peer-evidence-unfit"


def test_somebody_comes_back_to_look(found: Found, actors: Actors) -> None:
    found.handed()
    client: AppClient = actors.login(found.home.office)
    body = {
        "unit_id": found.home.unit.id,
        "checklist_keys": ["ward"],
        "due_on": clock.today().isoformat(),
        "inspector_ids": [found.home.inspector.id],
        "lead_id": found.home.inspector.id,
    }
    path = f"/api/peers/pairings/{found.row.id}"
    made = client.post(f"{path}/returns", json=body)
    assert made.status_code == 200, made.json
    (planned,) = made.json["returns"]
    assert (planned["state"], planned["visit_id"]) == ("planned", None)
    assert db.session.get_one(Assignment, planned["id"]).mode == "revisit"
    told = client.get(path).json
    assert told["returns"] == [planned]
    other = client.post(f"{path}/returns", json=body | {"unit_id": ids.new_id()})
    assert other.json["code"] == "peer-unit-unfit"


def told(answer: Any) -> dict[str, Any]:
    """An answer without the address that was asked."""
    return dict(answer.json | {"instance": ""})


def test_over_http_a_stranger_learns_nothing(found: Found, actors: Actors) -> None:
    first, _ = found.handed()
    stranger = next(
        county.office
        for county in found.city.counties.values()
        if county not in (found.guest, found.home)
    )
    client = actors.login(stranger)
    for hidden in (f"pairings/{found.row.id}", f"rounds/{found.row.round_id}"):
        unknown = f"{hidden.partition('/')[0]}/{ids.new_id()}"
        assert told(client.get(f"/api/peers/{hidden}")) == told(client.get(f"/api/peers/{unknown}"))
    answers = [
        client.post(f"/api/peers/findings/{one}/verdict", json={"verdict": "accepted"})
        for one in (first.id, ids.new_id())
    ]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code == 404


def test_the_round_says_how_far_both_sides_agree(found: Found, actors: Actors) -> None:
    inspector = actor_of(found.home.inspector)
    own = make_inspection(inspector, found.home.unit, mode="spot")
    answer_all(own)
    sign(inspector, own)
    sign(inspector, own, "unit", name="陈院长")
    submit_inspection(inspector, own.id, submitted_at=clock.now())
    found.submit()
    client = actors.login(found.city.office)
    told = client.get(f"/api/peers/rounds/{found.row.round_id}/agreement").json
    assert told["total"]["n"] == told["total"]["agreed"] > 0
    assert told["total"]["kappa"] is None, "one answer to all says nothing about chance"
    assert [area["key"] for area in told["areas"]] == ["ward"]
    assert {item["n"] for item in told["items"]} == {1}
    home = actors.login(found.home.office)
    assert home.get(f"/api/peers/rounds/{found.row.round_id}/agreement").status_code == 404


def test_the_version_is_the_same_for_the_whole_round(found: Found) -> None:
    one = queries.get_round(found.city.planner, found.row.round_id)
    assert db.session.get_one(Inspection, found.inspection.id).definition == one.definitions["ward"]
