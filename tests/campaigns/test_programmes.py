"""Campaigns over HTTP: drawn up, begun, ticked, closed; who sees them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from server.campaigns.modes import MODES, WAYS
from server.campaigns.presets import FOLDER, presets
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.campaigns import make_assignment
from tests.factories.org import make_person, make_unit
from tests.factories.planning import campaign_body, goal, held, make_campaign, phase, quota
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
BUDGET = 8


def test_a_campaign_is_drawn_up_begun_and_closed(login: Login, actors: Actors) -> None:
    office = login("bureau_office")
    made = office.post("/api/campaigns", json=campaign_body(actors))
    assert made.status_code == 200, made.json
    told = made.json
    assert (told["state"], told["rev"], told["may_manage"]) == ("draft", 1, True)
    assert login("inspector").get(f"/api/campaigns/{told['id']}").status_code == 404
    path = f"/api/campaigns/{told['id']}"
    begun = office.patch(path, json={"rev": 1, "state": "active"}).json
    assert login("inspector").get(path).json["may_manage"] is False
    assert office.patch(path, json={"rev": 1, "name": "旧"}).status_code == 409
    closed = office.patch(path, json={"rev": begun["rev"], "state": "closed"}).json
    back = office.patch(path, json={"rev": closed["rev"], "state": "draft"})
    assert (back.status_code, back.json["code"]) == (409, "campaign-step-wrong")
    assert office.patch(path, json={"rev": closed["rev"], "state": "active"}).status_code == 200


@pytest.mark.parametrize(
    "role", ["unit_head", "safety_officer", "staff", "administrator", "expert"]
)
def test_units_and_administrators_see_no_campaign(login: Login, actors: Actors, role: str) -> None:
    made = make_campaign(actors)
    for path in ("", f"/{made.id}", f"/{made.id}/progress", f"/{made.id}/coverage", "/presets"):
        assert login(role).get(f"/api/campaigns{path}").status_code == 403


def test_a_county_sees_what_its_city_runs_and_not_its_neighbours(
    login: Login, actors: Actors, world: World
) -> None:
    city = make_person(role="bureau_office", region=world.city)
    neighbour = make_person(role="bureau_office", region=world.other_county)
    body = campaign_body(actors) | {"region_id": world.city.id}
    made = login(city).post("/api/campaigns", json=body).json
    login(city).patch(f"/api/campaigns/{made['id']}", json={"rev": 1, "state": "active"})
    own = make_campaign(actors)
    path = f"/api/campaigns/{made['id']}"
    assert login("bureau_office").get(path).json["may_manage"] is False
    assert login("bureau_office").patch(path, json={"rev": 2, "name": "x"}).status_code == 403
    assert login(neighbour).get(path).status_code == 200
    assert login(neighbour).get(f"/api/campaigns/{own.id}").status_code == 404
    assert login("bureau_office").get("/api/campaigns").json["total"] == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_on": "2025-01-01"}, "campaign-period-wrong"),
        ({"ends_on": "9999-12-31"}, "campaign-period-wrong"),
        ({"starts_on": "0202-01-01"}, "campaign-period-wrong"),
        ({"phases": [phase("a", "2026-01-01", "2027-01-01")]}, "campaign-period-wrong"),
        (
            {
                "phases": [
                    phase("a", "2026-01-01", "2026-03-31"),
                    phase("b", "2026-03-31", "2026-06-01"),
                ]
            },
            "campaign-period-wrong",
        ),
        (
            {"phases": [phase("a", "2026-01-01", "2026-02-01", goal("g"), goal("g"))]},
            "campaign-word-unknown",
        ),
        ({"quotas": [quota("q"), quota("q")]}, "campaign-word-unknown"),
        ({"focus_keys": ["nothing"]}, "campaign-word-unknown"),
        ({"quotas": [quota("q", focus=["nothing"])]}, "campaign-word-unknown"),
        ({"targets": {"unit_ids": [new_id()]}}, "campaign-word-unknown"),
        ({"targets": {"region_id": new_id()}}, "campaign-word-unknown"),
        ({"mode_keys": ["walk"]}, "invalid"),
        ({"quotas": [quota("q", every="day")]}, "invalid"),
        ({"colour": "red"}, "invalid"),
        ({"name": ""}, "invalid"),
    ],
)
def test_an_unsound_campaign_is_refused(
    login: Login, actors: Actors, change: dict[str, Any], code: str
) -> None:
    answer = login("bureau_office").post("/api/campaigns", json=campaign_body(actors) | change)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_the_same_campaign_sent_twice_is_one_and_nobody_elses(
    login: Login, actors: Actors, world: World
) -> None:
    body = campaign_body(actors)
    office = login("bureau_office")
    assert office.post("/api/campaigns", json=body).status_code == 200
    assert office.post("/api/campaigns", json=body).json["rev"] == 1
    other = login(make_person(role="bureau_office", region=world.county))
    taken = other.post("/api/campaigns", json=body)
    assert (taken.status_code, taken.json["code"]) == (409, "campaign-id-taken")
    assert login("inspector").post("/api/campaigns", json=body).status_code == 403
    elsewhere = campaign_body(actors) | {"region_id": world.other_county.id}
    assert office.post("/api/campaigns", json=elsewhere).status_code == 404


def test_a_goal_is_ticked_with_what_shows_it_and_can_be_taken_back(
    login: Login, actors: Actors
) -> None:
    made = make_campaign(actors)
    office = login("bureau_office")
    path = f"/api/campaigns/{made.id}/goals"
    for key, evidence, code in (
        ("plan", "  ", "campaign-evidence-missing"),
        ("all", "全部查过", "campaign-goal-counted"),
        ("none", "x", "campaign-goal-unknown"),
    ):
        answer = office.post(f"{path}/{key}", json={"reached": True, "evidence": evidence})
        assert (answer.status_code, answer.json["code"]) == (422, code)
    mark = {"id": new_id(), "reached": True, "evidence": "安巡〔2026〕4号"}
    assert len(office.post(f"{path}/plan", json=mark).json["marks"]) == 1
    assert len(office.post(f"{path}/plan", json=mark).json["marks"]) == 1
    other = make_campaign(actors)
    taken = office.post(f"/api/campaigns/{other.id}/goals/plan", json=mark)
    assert (taken.status_code, taken.json["code"]) == (409, "campaign-id-taken")
    back = {"reached": False, "evidence": "文件已撤回"}
    marks = office.post(f"{path}/plan", json=back).json["marks"]
    assert [(one["reached"], one["by_name"]) for one in marks] == [
        (True, "周局办"),
        (False, "周局办"),
    ]
    assert login("inspector").post(f"{path}/plan", json=mark).status_code == 403
    phases = login("inspector").get(f"/api/campaigns/{made.id}/progress").json["phases"]
    assert phases[0]["goals"][0]["reached"] is False


def test_tasks_belong_to_campaigns_that_run(login: Login, actors: Actors) -> None:
    office = login("bureau_office")
    task = make_assignment(actors)
    draft = make_campaign(actors, begun=False)
    path = f"/api/assignments/{task.id}"
    refused = office.patch(path, json={"rev": 1, "campaign_id": draft.id})
    assert (refused.status_code, refused.json["code"]) == (422, "campaign-not-running")
    made = make_campaign(actors)
    told = office.patch(path, json={"rev": 1, "campaign_id": made.id}).json
    assert (told["campaign"], told["campaign_id"]) == ("治本攻坚三年行动", made.id)
    listed = office.get(f"/api/assignments?campaign_id={made.id}").json["items"]
    assert [one["campaign"] for one in listed] == ["治本攻坚三年行动"]
    missing = office.patch(path, json={"rev": told["rev"], "campaign_id": new_id()})
    assert missing.status_code == 404


def test_a_leader_sees_the_task_and_need_not_inspect(
    login: Login, actors: Actors, world: World
) -> None:
    leader = make_person(role="read_only", region=world.county)
    task = make_assignment(actors, leader_id=leader.id)
    assert task.sync_scopes(lambda name: getattr(task, name)) == {
        f"user:{leader.id}", f"user:{actors.person('inspector').id}",
    }  # fmt: skip
    stranger = make_person(role="read_only", region=world.other_county)
    office = login("bureau_office")
    path = f"/api/assignments/{task.id}"
    assert office.patch(path, json={"rev": 1, "leader_id": stranger.id}).status_code == 404
    assert office.patch(path, json={"rev": 1, "leader_id": None}).json["leader_id"] is None


def test_a_list_costs_the_same_for_many_rows(
    login: Login, actors: Actors, queries: Callable[[], Any]
) -> None:
    client = login("inspector")
    costs = []
    for _ in range(2):
        for _ in range(3):
            make_campaign(actors)
        db.session.commit()
        with queries() as seen:
            assert client.get("/api/campaigns").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= BUDGET, str(seen)


def test_closing_leaves_open_tasks_that_can_still_be_moved(login: Login, actors: Actors) -> None:
    made = make_campaign(actors)
    task = make_assignment(actors, campaign_id=made.id)
    office = login("bureau_office")
    path = f"/api/campaigns/{made.id}"
    closed = office.patch(path, json={"rev": made.rev, "state": "closed"})
    assert closed.status_code == 200
    assert office.get(f"{path}/progress").json["tasks"] == {"planned": 1}
    moved = office.patch(f"/api/assignments/{task.id}", json={"rev": 1, "due_on": "2026-12-09"})
    assert (moved.status_code, moved.json["due_on"]) == (200, "2026-12-09")
    other = make_campaign(actors, begun=False)
    asked = {"rev": moved.json["rev"], "campaign_id": other.id}
    refused = office.patch(f"/api/assignments/{task.id}", json=asked)
    assert refused.json["code"] == "campaign-not-running"


def test_what_a_campaign_named_may_go_and_it_is_still_closed(
    login: Login, actors: Actors, world: World
) -> None:
    made = make_campaign(actors, targets={"unit_ids": [world.hospital.id]})
    world.hospital.region_id = world.other_county.id
    db.session.commit()
    office = login("bureau_office")
    path = f"/api/campaigns/{made.id}"
    closed = office.patch(path, json={"rev": made.rev, "state": "closed"})
    assert closed.status_code == 200, closed.json
    targets = {"unit_ids": [world.hospital.id, world.other_hospital.id]}
    refused = office.patch(path, json={"rev": closed.json["rev"], "targets": targets})
    assert refused.json["words"] == [world.other_hospital.id]


def test_a_campaign_over_several_years_cuts_them_at_their_ends(
    login: Login, actors: Actors, world: World
) -> None:
    days = {"starts_on": "2025-11-15", "ends_on": "2027-02-03", "phases": []}
    made = make_campaign(actors, **days)
    inspector = actors["inspector"]
    for on in ("2025-11-14", "2025-11-15", "2025-12-31", "2026-01-01", "2027-02-03", "2027-02-04"):
        held(inspector, world.hospital, on)
    client = login("bureau_office")
    told = client.get(f"/api/campaigns/{made.id}/coverage?every=year").json
    assert [(one["first"], one["last"]) for one in told["windows"]] == [
        ("2025-11-15", "2025-12-31"), ("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-02-03"),
    ]  # fmt: skip
    assert [cell[3:] for cell in told["cells"]] == [[0, 2], [1, 1], [2, 1]]
    whole = client.get(f"/api/campaigns/{made.id}/coverage?every=campaign").json
    assert [cell[3:] for cell in whole["cells"]] == [[0, 4]]


def test_a_unit_added_after_the_start_is_one_to_visit(
    login: Login, actors: Actors, world: World
) -> None:
    made = make_campaign(actors)
    held(actors["inspector"], world.hospital, "2026-02-03")
    client = login("bureau_office")
    path = f"/api/campaigns/{made.id}/units"
    assert client.get(path).json["items"] == []
    make_unit(world.county, name="新建卫生院")
    db.session.commit()
    assert [one["name"] for one in client.get(path).json["items"]] == ["新建卫生院"]
    assert client.get(f"/api/campaigns/{made.id}/progress").json["quotas"][0]["asked"] == 2


@pytest.mark.parametrize("given", presets(), ids=lambda one: one["key"])
def test_presets_are_sound_campaigns_with_their_sources(
    login: Login, actors: Actors, given: dict[str, Any]
) -> None:
    assert given["source"]["tag"]
    assert all(one["source"]["tag"] for one in given["phases"])
    body = campaign_body(actors) | {
        "preset": given["key"],
        "name": given["name"]["zh"],
        "document": given["document"],
        "issuer": given["issuer"],
        "starts_on": given["starts_on"],
        "ends_on": given["ends_on"],
        "phases": given["phases"],
        "mode_keys": given["modes"],
        "quotas": given["quotas"],
    }
    made = login("bureau_office").post("/api/campaigns", json=body)
    assert made.status_code == 200, made.json
    assert made.json["phases"] == given["phases"]


def test_presets_are_the_files_of_the_folder(login: Login) -> None:
    told = login("bureau_office").get("/api/campaigns/presets").json["presets"]
    assert {one["key"] for one in told} == {path.stem for path in FOLDER.glob("*.json")}
    assert [one["key"] for one in told] == ["root-cause-action", "three-year-action"]


def test_kinds_of_inspection_are_data_and_each_counts_as_one_of_four_ways() -> None:
    assert list(MODES)[:5] == ["self-check", "expert", "spot", "cross", "surprise"]
    assert len(MODES) == 18
    assert {mode.way for mode in MODES.values()} == set(WAYS)
    assert len(WAYS) == 4
    assert all(mode.source["tag"] and mode.zh and mode.en for mode in MODES.values())


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_task_may_be_of_every_kind(login: Login, actors: Actors, mode: str) -> None:
    task = make_assignment(actors)
    answer = login("bureau_office").patch(
        f"/api/assignments/{task.id}", json={"rev": 1, "mode": mode}
    )
    assert json.loads(answer.data)["mode"] == mode
