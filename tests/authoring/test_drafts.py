"""Writing at the desk: saving, mistakes, two people at once, review."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.authoring import make_office, make_ward, sound_ward
from tests.factories.definitions import make_definition
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
Data = dict[str, Any]


@pytest.fixture
def author(login: Login, world: World) -> AppClient:
    """Somebody who may write for everybody."""
    make_ward()
    return login(make_office(world))


def begin(client: AppClient, **given: Any) -> Data:
    answer = client.post("/api/drafts", json={"key": "ward", **given})
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def save(client: AppClient, draft: Data, **given: Any) -> Any:
    return client.patch(f"/api/drafts/{draft['id']}", json={"rev": draft["rev"], **given})


def step(client: AppClient, draft: Data, name: str, note: str = "", rev: int | None = None) -> Any:
    body = {"rev": rev or draft["rev"], "note": note}
    return client.post(f"/api/drafts/{draft['id']}/{name}", json=body)


def reworded(draft: Data, words: str = "制度是否在墙上？") -> Data:
    body: Data = copy.deepcopy(draft["body"])
    body["sections"][0]["items"][0]["ask"]["zh"] = words
    return body


def test_a_draft_starts_from_the_version_in_use(author: AppClient) -> None:
    draft = begin(author)
    assert draft["body"] == sound_ward()
    assert (draft["state"], draft["mistakes"], draft["base_moved"]) == ("draft", [], False)
    assert draft["title"] == {"zh": "病房安全", "en": "Ward safety"}


def test_a_draft_sent_twice_is_one(author: AppClient) -> None:
    draft_id = new_id()
    assert begin(author, id=draft_id)["id"] == begin(author, id=draft_id)["id"] == draft_id
    assert author.get("/api/drafts?key=ward").json["total"] == 1


def test_saving_tells_the_difference_and_every_mistake_in_words(author: AppClient) -> None:
    draft = begin(author)
    saved = save(author, draft, body=reworded(draft)).json
    assert (saved["rev"], saved["mistakes"]) == (2, [])
    [changed] = saved["difference"]["items"]["changed"]
    assert changed["fields"] == [
        {"pointer": "/ask/zh", "from": "制度是否上墙？", "to": "制度是否在墙上？"}
    ]
    broken = reworded(draft, "")
    broken["sections"][0]["items"][1]["weight"] = 9
    told = author.patch(f"/api/drafts/{draft['id']}", json={"rev": 2, "body": broken}).json
    assert {one["pointer"]: one["zh"] for one in told["mistakes"]} == {
        "/sections/0/items/0/ask/zh": "请填写",
        "/sections/0/items/1/weight": "不能大于 5",
    }
    assert told["difference"] is None


@pytest.mark.parametrize("body", [{}, {"key": "ward", "sections": [1]}, {"sections": {"a": 1}}])
def test_whatever_stands_in_a_draft_is_kept(author: AppClient, body: Data) -> None:
    draft = begin(author)
    saved = save(author, draft, body=body).json
    assert saved["mistakes"]
    again = author.get(f"/api/drafts/{draft['id']}").json
    assert (again["body"], again["mistakes"]) == (body, saved["mistakes"])
    refused = step(author, again, "submit", "完成")
    assert (refused.status_code, refused.json["code"]) == (422, "draft-mistakes")


def test_the_second_of_two_savers_is_told_of_the_first(
    author: AppClient, login: Login, world: World
) -> None:
    other = login(make_office(world, "市局吴"))
    draft = begin(author)
    assert save(other, draft, body=reworded(draft, "第一份？")).status_code == 200
    late = save(author, draft, body=reworded(draft, "第二份？"))
    assert (late.status_code, late.json["code"]) == (409, "draft-stale")
    told = late.json
    assert (told["rev"], told["given"], told["changed_by"]) == (2, 1, "市局吴")
    assert "第一份" in json.dumps(author.get(f"/api/drafts/{draft['id']}").json, ensure_ascii=False)
    mine = begin(author, body=reworded(draft, "第二份？"))
    assert mine["id"] != draft["id"]


def test_a_county_cannot_write_for_the_whole_city(login: Login, world: World) -> None:
    make_ward()
    assert world.hospital
    assert world.other_hospital
    told = login("bureau_office").post("/api/drafts", json={"key": "ward"})
    assert (told.status_code, told.json["code"]) == (403, "draft-reach")


def test_the_only_county_writes_for_everybody(login: Login, world: World) -> None:
    make_ward()
    assert world.hospital
    assert login("bureau_office").post("/api/drafts", json={"key": "ward"}).status_code == 200


def test_inspectors_read_and_staff_do_not(login: Login, author: AppClient, actors: Actors) -> None:
    draft = begin(author)
    inspector = login("inspector")
    assert inspector.get("/api/checklists").json["items"][0]["drafts"] == []
    assert inspector.post("/api/drafts", json={"key": "ward"}).status_code == 403
    assert inspector.get(f"/api/drafts/{draft['id']}").status_code == 404
    assert login("staff").get("/api/checklists").status_code == 403


def test_an_unknown_checklist_needs_a_content(author: AppClient) -> None:
    told = author.post("/api/drafts", json={"key": "kitchen"})
    assert (told.status_code, told.json["code"]) == (422, "draft-checklist-unknown")
    new = begin(author, key="kitchen", body=sound_ward(key="kitchen"))
    assert {one["pointer"] for one in new["mistakes"]} >= {"/sections/0/items/0/key"}


def test_a_draft_without_a_difference_is_not_submitted(author: AppClient) -> None:
    told = step(author, begin(author), "submit", "没改")
    assert (told.status_code, told.json["code"]) == (409, "draft-unchanged")


def test_submitting_needs_a_reason(author: AppClient) -> None:
    draft = begin(author)
    save(author, draft, body=reworded(draft))
    told = step(author, draft, "submit", " ", rev=2)
    assert (told.status_code, told.json["code"]) == (422, "draft-reason-missing")


def test_a_reviewer_returns_with_words_and_the_author_goes_on(
    author: AppClient, login: Login, world: World
) -> None:
    reviewer = login(make_office(world, "市局吴"))
    draft = begin(author)
    save(author, draft, body=reworded(draft))
    sent = step(author, draft, "submit", "说法更清楚", rev=2).json
    assert (sent["state"], sent["may"]["write"], sent["may"]["take_back"]) == (
        "review",
        False,
        True,
    )
    assert save(author, sent, body=draft["body"]).json["code"] == "draft-locked"
    assert step(reviewer, sent, "return").json["code"] == "draft-reason-missing"
    back = step(reviewer, sent, "return", "请再想想").json
    assert (back["state"], back["steps"][-1]["note"]) == ("returned", "请再想想")
    again = save(author, back, body=reworded(draft, "制度贴在墙上了吗？")).json
    assert again["state"] == "draft"
    actions = db.session.query(AuditEntry.action).filter_by(subject_id=draft["id"])
    assert [one.action for one in actions] == ["draft.create", "draft.submit", "draft.return"]


def test_an_author_takes_back_without_words(author: AppClient) -> None:
    draft = begin(author)
    save(author, draft, body=reworded(draft))
    sent = step(author, draft, "submit", "说法", rev=2).json
    assert step(author, sent, "return").json["state"] == "draft"


def test_a_discarded_draft_stays_readable(author: AppClient) -> None:
    draft = begin(author)
    assert step(author, draft, "discard").json["state"] == "discarded"
    assert author.get("/api/drafts").json["total"] == 0
    assert author.get(f"/api/drafts/{draft['id']}").json["state"] == "discarded"
    other = begin(author)
    assert author.delete(f"/api/drafts/{other['id']}").status_code == 204


def test_the_list_tells_version_items_and_unverified_citations(author: AppClient) -> None:
    begin(author)
    [told] = author.get("/api/checklists").json["items"]
    assert (told["key"], told["items"], told["minutes"]) == ("ward", 3, 10)
    assert (told["citations"], told["unverified"], told["may_edit"]) == (3, 2, True)
    assert [draft["state"] for draft in told["drafts"]] == ["draft"]


@pytest.mark.parametrize(("words", "found"), [("病房", 1), ("WARD", 1), ("厨房", 0), ("", 1)])
def test_the_list_is_searched_by_title_and_key(author: AppClient, words: str, found: int) -> None:
    assert author.get("/api/checklists", query_string={"q": words}).json["total"] == found


def test_two_versions_are_compared(author: AppClient) -> None:
    old = author.get("/api/checklists").json["items"][0]["hash"]
    new = make_definition(sound_ward(minutes=25)).hash
    told = author.get(f"/api/checklists/ward/compare?from={old}&to={new}").json
    assert told["header"] == [{"pointer": "/minutes", "from": 10, "to": 25}]
    versions = author.get("/api/checklists/ward/versions").json["items"]
    assert [one["hash"] for one in versions] == [new, old]
    assert [one["in_use"] for one in versions] == [True, False]
    assert author.get(f"/api/checklists/fire/compare?to={new}").status_code == 422
    assert author.get("/api/checklists/fire").status_code == 404
