"""The paper of a peer check: findings, answers, evidence, rulings, versions; for readers only."""

from typing import Any

import pytest

from server.campaigns.models import Assignment
from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.org.queries import actor_of
from server.peers import service
from server.reports.peer_reply import gather
from tests.factories.hazards import make_photo
from tests.factories.peers import make_city
from tests.peers.test_replies import Found
from tests.support.actors import Actors
from tests.sync.phone import Phone, through


@pytest.fixture
def found(app: Any) -> Found:
    return Found(make_city())


def paper(found: Found, person: Any) -> dict[str, Any]:
    actor = actor_of(person)
    return gather(actor, found.row.id, "https://a", clock.now(), demo=False).data


def test_before_and_after_the_reply(found: Found, actors: Actors) -> None:
    home = actors.login(found.home.office)
    where = f"/api/peers/pairings/{found.row.id}/reply.pdf"
    assert home.get(where).status_code == 404, "nothing was handed over yet"
    first, second = found.handed()
    before = paper(found, found.home.office)
    assert (before["title"], before["answered"]) == ("互查问题移交单", False)
    assert {one["verdict"] for one in before["findings"]} == {"尚未答复"}
    office = actor_of(found.home.office)
    photo = make_photo(
        found.home.office.id,
        hazard_id=second.hazard_id,
        unit_id=found.home.unit.id,
        region_id=found.home.region.id,
    )
    service.reply_finding(office, first.id, "accepted", "当场整改")
    service.reply_finding(office, second.id, "appealed", "已报备", [photo.id])
    service.send_reply(office, found.row.id, "青卫函〔2026〕8号", "逐条答复如下。")
    service.rule_finding(found.city.planner, second.id, "upheld", "维持原结论")
    after = paper(found, found.home.office)
    assert after["title"] == "互查问题移交与答复"
    told = {one["reason"]: one for one in after["findings"]}
    assert told["当场整改"]["verdict"] == "认可"
    assert (told["已报备"]["ruling"], told["已报备"]["ruling_reason"]) == ("维持", "维持原结论")
    assert [one["caption"] for one in told["已报备"]["evidence"]] == ["申诉证据"]
    answer = home.get(where)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"
    stranger = next(
        county.office
        for county in found.city.counties.values()
        if county not in (found.guest, found.home)
    )
    other = actors.login(stranger)
    unknown = other.get(f"/api/peers/pairings/{ids.new_id()}/reply.pdf")
    assert other.get(where).status_code == unknown.status_code == 404


def test_a_new_picture_proves_an_appeal_and_stands_in_the_ledger(
    found: Found, actors: Actors
) -> None:
    """Taken on the page of the reply, sent as any photo is; nobody writes a remark first."""
    first, second = found.handed()
    client = actors.login(found.home.office)
    phone, new = Phone(through(client)), ids.new_id()
    facts = {
        "id": new, "sha256": "ab" * 32, "size": 1000, "mime": "image/jpeg", "w": 800, "h": 600,
        "taken_at": clock.now_ms(), "origin": "gallery", "purpose": "comment", "annotations": [],
        "hazard": second.hazard_id,
    }  # fmt: skip
    phone.write("photo.add", facts)
    body = {"verdict": "appealed", "reason": "见照片", "photo_ids": [new]}
    early = client.post(f"/api/peers/findings/{second.id}/verdict", json=body)
    assert early.json["code"] == "peer-evidence-unfit", "it has not arrived"
    phone.sync()
    other = client.post(f"/api/peers/findings/{first.id}/verdict", json=body)
    assert other.json["code"] == "peer-evidence-unfit", "it was taken for another finding"
    said = client.post(f"/api/peers/findings/{second.id}/verdict", json=body)
    assert said.status_code == 200, said.json
    assert new in said.json["hazard_photo_ids"], "colleagues see it, too"
    service.reply_finding(actor_of(found.home.office), first.id, "accepted", "")
    assert client.post(f"/api/peers/pairings/{found.row.id}/reply", json={}).status_code == 200
    last = client.get(f"/api/hazards/{second.hazard_id}").json["steps"][-1]
    assert (last["action"], last["note"], last["photo_ids"]) == ("comment", "见照片", [new])


def test_another_version_is_kept_and_marked_with_both(found: Found, actors: Actors) -> None:
    from tests.factories.definitions import make_definition

    pinned = db.session.get_one(Inspection, found.inspection.id).definition
    later = make_definition(title={"zh": "病区检查（新版）", "en": "Ward, new"})
    assert later.hash != pinned
    found.inspection.definition = later.hash
    db.session.flush()
    found.handed()
    client = actors.login(found.home.office)
    (visit,) = client.get(f"/api/peers/pairings/{found.row.id}").json["visits"]
    assert (visit["version"]["hash"], visit["pinned"]["hash"]) == (later.hash, pinned)
    assert "不同" in paper(found, found.home.office)["versions"][0]
    told = actors.login(found.city.office).get(f"/api/peers/rounds/{found.row.round_id}/agreement")
    assert told.json["total"]["n"] == 0
    assert db.session.get_one(Assignment, found.inspection.assignment_id).state == "done"
