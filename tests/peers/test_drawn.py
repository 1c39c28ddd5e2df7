"""The units of a pairing come from a draw that anybody can repeat; who was replaced is seen."""

from typing import Any

import pytest

from server.draws.models import Draw
from server.kernel.db import db, savepoint
from server.kernel.errors import Problem
from server.kernel.ids import new_id
from server.peers import queries, service
from server.peers.models import PeerPairing
from tests.factories.definitions import make_definition
from tests.factories.draws import drawn
from tests.factories.org import make_grant, make_person, make_unit
from tests.factories.peers import City, make_city, make_pairing
from tests.support.actors import Actors

REASON = "正在搬迁"


@pytest.fixture
def city(app: Any) -> City:
    return make_city()


def refusal(work: Any) -> Problem:
    with pytest.raises(Problem) as told, savepoint():
        work()
    return told.value


def draw_in(city: City, row: PeerPairing, actors: Actors, **given: Any) -> Draw:
    """Draw two of five units of the home region, two standing by."""
    home = city.counties[row.home_region_id]
    for number in range(4):
        make_unit(home.region, name=f"第{number}卫生院")
    asked = {
        "kind": "units", "region_id": home.region.id, "formula": "risk", "count": 2, "reserve": 2,
    }  # fmt: skip
    answer = drawn(actors.login(city.office), asked | given)
    assert answer.status_code == 200, answer.json
    return db.session.get_one(Draw, answer.json["id"])


def change(city: City, row: PeerPairing, **changes: Any) -> PeerPairing:
    return service.change_pairing(city.planner, row.id, row.rev, changes)


def units_of(row: PeerPairing) -> set[str]:
    return {one.unit_id for one in queries.targets_of([row.id])}


def test_the_units_are_those_of_the_draw(city: City, actors: Actors) -> None:
    row = make_pairing(city)
    draw = draw_in(city, row, actors)
    ids = set(draw.result[0]["drawn"])
    client = actors.login(city.office)
    offered = client.get(f"/api/peers/pairings/{row.id}/choices").json["draws"]
    assert [(one["id"], set(one["unit_ids"])) for one in offered] == [(draw.id, ids)]
    row = change(city, row, draw_id=draw.id)
    assert units_of(row) == ids
    other = set(draw.result[0]["reserve"])
    told = refusal(lambda: change(city, row, unit_ids=sorted(other)))
    assert told.code == "peer-units-not-drawn"
    assert len(told.extras["missing"]) == len(told.extras["other"]) == 2
    shown = client.get(f"/api/peers/pairings/{row.id}").json["draw"]
    assert (shown["code"], shown["stands"], shown["published"]) == (draw.code, True, False)


def test_who_was_replaced_is_seen_and_the_others_go(city: City, actors: Actors) -> None:
    row = make_pairing(city)
    draw = draw_in(city, row, actors)
    row = change(city, row, draw_id=draw.id)
    client = actors.login(city.office)
    (slot,) = draw.result
    body = {"slot": slot["slot"], "out": slot["drawn"][0], "reason": REASON}
    assert client.post(f"/api/draws/{draw.id}/replacements", json=body).status_code == 200
    told = refusal(lambda: service.release_pairing(city.planner, row.id))
    assert told.code == "peer-units-not-drawn", "chosen before, replaced since"
    row = change(city, row, draw_id=draw.id)
    assert units_of(row) == {slot["drawn"][1], slot["reserve"][0]}
    service.release_pairing(city.planner, row.id)
    home = actors.login(city.counties[row.home_region_id].office)
    shown = home.get(f"/api/peers/pairings/{row.id}").json["draw"]
    assert [one["reason"] for one in shown["replacements"]] == [REASON]
    assert shown["opens"] is True, "it was drawn in this region"
    guest = actors.login(city.counties[row.guest_region_id].office)
    seen = guest.get(f"/api/peers/pairings/{row.id}").json["draw"]
    assert seen == shown | {"opens": False}


def test_what_is_void_foreign_or_of_people_is_no_draw_of_units(city: City, actors: Actors) -> None:
    row = make_pairing(city)
    draw = draw_in(city, row, actors)
    other = next(one for one in queries.pairings_of(city.planner, row.round_id) if one is not row)
    for wrong, pairing in ((draw.id, other), (new_id(), row)):
        told = refusal(lambda wrong=wrong, pairing=pairing: change(city, pairing, draw_id=wrong))
        assert told.code == "peer-draw-unfit"
    client = actors.login(city.office)
    client.post(f"/api/draws/{draw.id}/spoil", json={"reason": "录错"})
    db.session.refresh(draw)
    assert draw.state == "spoiled"
    assert refusal(lambda: change(city, row, draw_id=draw.id)).code == "peer-draw-unfit"


def test_a_secret_draw_belongs_to_a_secret_round(city: City, actors: Actors) -> None:
    sealer = make_person(role="bureau_office", region=city.region)
    make_grant(sealer, "visit_planner", region=city.region)
    secret = City(city.region, sealer, city.counties)
    row = make_pairing(secret)
    draw = draw_in(secret, row, actors, sealed=True)
    told = refusal(lambda: change(secret, row, draw_id=draw.id))
    assert told.code == "peer-draw-unfit", "everybody would see which units were drawn"
    hidden = make_pairing(City(city.region, sealer, city.counties), announced=False)
    if hidden.home_region_id != row.home_region_id:
        hidden = next(
            one
            for one in queries.pairings_of(secret.planner, hidden.round_id)
            if one.home_region_id == row.home_region_id
        )
    hidden = change(secret, hidden, draw_id=draw.id)
    assert units_of(hidden) == set(draw.result[0]["drawn"])
    assert actors.login(city.office).get(f"/api/peers/pairings/{hidden.id}").status_code == 404


def test_a_sealed_visit_carries_the_pinned_versions(city: City, actors: Actors) -> None:
    """A newer version was published since: the package brings the pinned one along, whole."""
    from server.visits.models import Visit
    from server.visits.service.packaging import content_of

    sealer = make_person(role="bureau_office", region=city.region)
    make_grant(sealer, "visit_planner", region=city.region)
    secret = City(city.region, sealer, city.counties)
    row = make_pairing(secret, announced=False)
    pinned = make_definition().hash
    newer = make_definition(title={"zh": "病房安全（新）", "en": "Ward safety, new"})
    assert newer.hash != pinned
    service.release_pairing(secret.planner, row.id)
    (target,) = queries.targets_of([row.id])
    content = content_of(db.session.get_one(Visit, target.visit_id))
    assert content["plan"]["definitions"] == {"ward": pinned}
    assert content["definitions"] == [pinned]
    assert [one["hash"] for one in content["pinned"]] == [pinned]
    assert content["pinned"][0]["data"]["key"] == "ward"
