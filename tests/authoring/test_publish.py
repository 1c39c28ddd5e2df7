"""Publishing: a second person, one history with the files, inspections keep their version."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.definitions import queries, service
from server.definitions.models import DefinitionPublication, DefinitionVersion
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.kernel.settings import ROOT
from tests.authoring.test_drafts import begin, reworded, save, step
from tests.factories.authoring import make_office, make_ward, sound_ward
from tests.factories.definitions import make_definition
from tests.factories.inspections import make_inspection
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
Data = dict[str, Any]


@pytest.fixture
def author(login: Login, world: World) -> AppClient:
    """Somebody who may write for everybody."""
    return login(make_office(world))


@pytest.fixture
def reviewer(login: Login, world: World) -> AppClient:
    """The second person."""
    return login(make_office(world, "市局吴"))


def in_review(author: AppClient, body: Data | None = None, **given: Any) -> Data:
    draft = begin(author, **given)
    saved = save(author, draft, body=body or reworded(draft)).json
    answer = step(author, draft, "submit", "说法更清楚", rev=saved["rev"])
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def published(author: AppClient, reviewer: AppClient, body: Data | None = None) -> Data:
    answer = step(reviewer, in_review(author, body), "publish", "同意")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def current(key: str = "ward") -> str:
    return next(
        row.hash for row in queries.current_checklists(kernel_clock.today()) if row.key == key
    )


def test_an_author_never_publishes_their_own(author: AppClient) -> None:
    make_ward()
    told = step(author, in_review(author), "publish")
    assert (told.status_code, told.json["code"]) == (403, "draft-own")


def test_whoever_helped_writing_does_not_publish_either(
    author: AppClient, reviewer: AppClient
) -> None:
    make_ward()
    draft = begin(author)
    saved = save(reviewer, draft, body=reworded(draft)).json
    sent = step(author, draft, "submit", "说法", rev=saved["rev"]).json
    assert step(reviewer, sent, "publish").json["code"] == "draft-own"


def test_a_published_draft_is_a_version_with_its_history(
    author: AppClient, reviewer: AppClient
) -> None:
    old = make_ward()
    before = old.body
    done = published(author, reviewer)
    assert (done["state"], done["may"]["write"]) == ("published", False)
    assert current() == done["published_hash"] != old.hash
    first, second = author.get("/api/checklists/ward").json["versions"]
    assert (first["author"], first["reviewer"], first["note"]) == ("市局周", "市局吴", "说法更清楚")
    assert (first["source"], second["source"]) == ("desk", "file")
    assert db.session.get_one(DefinitionVersion, old.hash).body == before
    told = db.session.query(AuditEntry).filter_by(action="definition.publish").all()
    assert told[-1].subject_id == done["published_hash"]
    assert queries.manifest(kernel_clock.today())["definitions"][0]["hash"] == current()


def test_a_draft_is_published_once(author: AppClient, reviewer: AppClient) -> None:
    make_ward()
    done = published(author, reviewer)
    assert step(reviewer, done, "publish").json["code"] == "draft-locked"


def test_an_older_content_can_be_used_again(author: AppClient, reviewer: AppClient) -> None:
    old = make_ward()
    published(author, reviewer)
    again = published(author, reviewer, sound_ward())
    assert again["published_hash"] == current() == old.hash
    assert db.session.query(DefinitionVersion).count() == 2


def test_what_was_published_meanwhile_is_looked_at_first(
    author: AppClient, reviewer: AppClient
) -> None:
    make_ward()
    late = in_review(author)
    published(author, reviewer, sound_ward(minutes=33))
    told = step(reviewer, late, "publish")
    assert (told.status_code, told.json["code"]) == (409, "draft-base-moved")
    seen = author.get(f"/api/drafts/{late['id']}").json
    assert seen["base_moved"]
    assert seen["upstream"]["difference"]["header"][0]["pointer"] == "/minutes"
    back = step(author, seen, "return").json
    kept = save(author, back, body=reworded(late), accept_base=True).json
    sent = step(author, late, "submit", "说法", rev=kept["rev"]).json
    assert step(reviewer, sent, "publish").status_code == 200


def test_a_removed_key_never_comes_back_for_something_else(
    author: AppClient, reviewer: AppClient
) -> None:
    make_ward()
    shorter = sound_ward()
    gone = shorter["sections"][0]["items"].pop(1)
    shorter["header"]["facts"].remove("WARD-02")
    published(author, reviewer, shorter)
    other = copy.deepcopy(shorter)
    impostor = gone | {
        "facts": ["WARD-09"],
        "ask": {"zh": "有无灭火器？", "en": "An extinguisher?"},
    }
    other["sections"][0]["items"].append(impostor)
    other["header"]["facts"].append("WARD-09")
    [mistake] = begin(author, body=other)["mistakes"]
    assert mistake["pointer"] == "/sections/0/items/1/key"
    assert "以前用于另一个问题" in mistake["zh"]
    honest = copy.deepcopy(shorter)
    honest["sections"][0]["items"].append(gone)
    honest["header"]["facts"].append("WARD-02")
    back = begin(author, body=honest)
    assert (back["mistakes"], back["difference"]["reused"]) == ([], ["ward.rules.drill"])


def test_another_kind_of_answer_needs_another_key(author: AppClient) -> None:
    make_ward()
    other = sound_ward()
    other["sections"][0]["items"][1]["answer"] = {"type": "number"}
    [mistake] = begin(author, body=other)["mistakes"]
    assert mistake["en"].endswith("meant something else before")


def test_an_inspection_keeps_the_version_it_began_with(
    author: AppClient, reviewer: AppClient, actors: Actors, world: World
) -> None:
    make_definition()  # the factory of inspections publishes it otherwise
    old = make_ward()
    inspection = make_inspection(actors["inspector"], world.hospital, definition=old.hash)
    done = published(author, reviewer)
    kept = db.session.get_one(Inspection, inspection.id)
    assert kept.definition == old.hash != done["published_hash"]
    answer = author.get(f"/api/ref/definitions/{old.hash}")
    assert (answer.status_code, answer.data) == (200, old.body.encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of checklists with one of ours."""
    for name in ("attributes", "categories"):
        shutil.copy(ROOT / "checklists" / f"{name}.json", tmp_path)
    for name in ("basis", "criteria"):
        shutil.copytree(ROOT / "checklists" / name, tmp_path / name)
    write(tmp_path, sound_ward())
    return tmp_path


def write(folder: Path, content: Data) -> None:
    (folder / "ward.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def test_unchanged_files_do_not_take_back_what_the_desk_published(
    author: AppClient, reviewer: AppClient, folder: Path
) -> None:
    service.publish(folder)
    done = published(author, reviewer)
    assert service.publish(folder).added == ()
    assert current() == done["published_hash"]


def test_a_changed_file_outranks_the_desk_until_the_desk_publishes_again(
    author: AppClient, reviewer: AppClient, folder: Path
) -> None:
    service.publish(folder)
    published(author, reviewer)
    write(folder, sound_ward(minutes=44))
    assert service.publish(folder).added == ("ward",)
    assert queries.definition(current())["minutes"] == 44
    again = published(author, reviewer)
    assert service.publish(folder).added == ()
    assert current() == again["published_hash"]


def test_a_file_that_returns_to_its_older_content_is_used_again(
    folder: Path, author: object
) -> None:
    service.publish(folder)
    first = current()
    write(folder, sound_ward(minutes=44))
    service.publish(folder)
    write(folder, sound_ward())
    assert service.publish(folder).added == ("ward",)
    assert current() == first
    acts = db.session.query(DefinitionPublication).filter_by(key="ward")
    assert [one.source for one in acts] == ["file"] * 3


def test_a_version_of_the_future_waits_for_its_day(author: AppClient, reviewer: AppClient) -> None:
    old = make_definition(sound_ward())
    published(author, reviewer, sound_ward(effective_from="2027-06-01"))
    assert current() == old.hash
