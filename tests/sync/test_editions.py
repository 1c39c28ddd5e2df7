"""A checklist is published anew while a phone is off line: what was begun keeps its edition."""

import copy
import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from server.definitions.models import DefinitionPublication, DefinitionVersion
from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from tests.factories.definitions import WARD, make_definition
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.sync.phone import Phone

MakePhone = Callable[..., Phone]
POSTED, DRILL, EXIT = "ward.rules.posted", "ward.rules.drill", "ward.rules.exit"


def edition(*items: dict[str, Any]) -> dict[str, Any]:
    """The ward's checklist with these questions alone."""
    content = copy.deepcopy(WARD)
    content["sections"] = [content["sections"][0] | {"items": list(items)}]
    return content


def first() -> dict[str, Any]:
    """Two questions of yes and no; nothing to photograph."""
    posted, drill = copy.deepcopy(WARD["sections"][0]["items"])
    return edition(posted | {"photo": {"rule": "never"}}, drill)


def second() -> dict[str, Any]:
    """One question has other answers, one is gone, one is new and weighs most."""
    posted = copy.deepcopy(WARD["sections"][0]["items"][0])
    answers = [
        {"key": "all", "label": {"zh": "全部上墙", "en": "All"}, "result": "pass"},
        {"key": "none", "label": {"zh": "没有上墙", "en": "None"}, "result": "fail"},
    ]
    del posted["on_fail"]
    posted |= {"answer": {"type": "choice", "options": answers}, "photo": {"rule": "never"}}
    posted |= {"ask": {"zh": "制度上墙几处？", "en": "How many rules are posted?"}}
    added = copy.deepcopy(WARD["sections"][0]["items"][1])
    added |= {"key": EXIT, "ask": {"zh": "新增的出口问题", "en": "The new exit"}, "weight": 90}
    return edition(posted, added)


def told(client: AppClient) -> str:
    """Which edition is offered to whoever begins now."""
    entries = client.get("/api/ref/manifest").json["definitions"]
    [found] = [one["hash"] for one in entries if one["key"] == "ward" and not one["region_id"]]
    return str(found)


def begin(phone: Phone, actors: Actors, digest: str) -> str:
    """Begin an inspection on the phone with the edition that it holds."""
    inspection = ids.new_id()
    args = {
        "id": inspection, "unit_id": actors.world.hospital.id, "checklist_key": "ward",
        "definition": digest, "mode": "self-check", "targets": {},
        "started_at": clock.now_ms(), "member_ids": [],
    }  # fmt: skip
    phone.write("inspection.start", args)
    return inspection


def submit(phone: Phone, inspection: str) -> None:
    phone.write("inspection.submit", {"inspection": inspection, "submitted_at": clock.now_ms()})


def statuses(phone: Phone) -> list[str]:
    return [verdict["status"] for verdict in phone.verdicts.values()]


def words(client: AppClient, inspection: str) -> str:
    """The text of the record on paper without blanks."""
    answer = client.get(f"/api/inspections/{inspection}/record.pdf")
    assert answer.status_code == 200, answer.data
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def walked(phone: Phone, actors: Actors, digest: str) -> str:
    """A whole visit by edition 1, without a line: one question passed, one failed."""
    inspection = begin(phone, actors, digest)
    phone.answer(inspection, POSTED, result="fail", note="墙上没有")
    phone.answer(inspection, DRILL, result="pass")
    submit(phone, inspection)
    return inspection


def assert_is_by_the_first(actors: Actors, inspection: str, digest: str) -> None:
    """Rows, score and paper speak of the edition that was walked, and of no other."""
    client = actors.login("inspector")
    row = client.get(f"/api/inspections/{inspection}").json
    assert (row["definition"], row["state"]) == (digest, "submitted")
    kept = db.session.get_one(Inspection, inspection)
    assert kept.score["total"] == pytest.approx(33.3)  # weights 2 and 1, not 90
    text = words(client, inspection)
    assert "制度是否上墙？" in text
    assert "应查2项：合格1项，不合格1项" in text
    for other in ("新增的出口问题", "制度上墙几处", "没有上墙"):
        assert other not in text
    assert client.get(f"/api/ref/definitions/{digest}").status_code == 200


@pytest.mark.fault(58)
def test_a_visit_begun_off_line_is_taken_and_counted_by_the_edition_it_was_made_with(
    actors: Actors, phone: MakePhone
) -> None:
    old = make_definition(first()).hash
    mine = phone("inspector")
    mine.sync()
    assert told(actors.login("inspector")) == old
    inspection = walked(mine, actors, old)
    new = make_definition(second()).hash
    db.session.commit()
    mine.sync()
    assert statuses(mine) == ["applied"] * 4
    assert_is_by_the_first(actors, inspection, old)
    # Whoever begins later is offered the new one, and is asked the new questions.
    assert told(actors.login("inspector")) == new
    other = phone("inspector")
    other.sync()
    later = begin(other, actors, new)
    other.answer(later, POSTED, v="all")
    other.answer(later, EXIT, result="pass")
    submit(other, later)
    other.sync()
    assert statuses(other) == ["applied"] * 4
    text = words(actors.login("inspector"), later)
    assert "新增的出口问题" in text
    assert "半年内是否演练" not in text


@pytest.mark.fault(58)
def test_an_answer_to_what_only_the_new_edition_asks_does_not_count_in_the_old(
    actors: Actors, phone: MakePhone
) -> None:
    old = make_definition(first()).hash
    mine = phone("inspector")
    inspection = begin(mine, actors, old)
    mine.sync()
    make_definition(second())
    db.session.commit()
    mine.answer(inspection, POSTED, result="pass")
    mine.answer(inspection, DRILL, result="pass")
    mine.answer(inspection, EXIT, result="fail")
    submit(mine, inspection)
    mine.sync()
    assert "parked" not in statuses(mine)
    text = words(actors.login("inspector"), inspection)
    assert "应查2项：合格2项，不合格0项" in text
    assert "新增的出口问题" not in text


@pytest.mark.fault(58)
def test_a_regions_edition_that_was_withdrawn_holds_for_what_was_begun_with_it(
    actors: Actors, phone: MakePhone
) -> None:
    make_definition(second())
    lent = make_definition(first(), title={"zh": "本县病房安全", "en": "Ours"})
    lay_over(actors, lent, {"title": {"zh": "本县病房安全", "en": "Ours"}})
    db.session.commit()
    assert regional(actors) == [lent.hash]
    mine = phone("inspector")
    mine.sync()
    inspection = walked(mine, actors, lent.hash)
    lay_over(actors, lent, {})
    db.session.commit()
    assert regional(actors) == []
    mine.sync()
    assert statuses(mine) == ["applied"] * 4
    assert_is_by_the_first(actors, inspection, lent.hash)


def lay_over(actors: Actors, version: DefinitionVersion, overlay: dict[str, Any]) -> None:
    """An act of the county: what it lays over everybody's checklist; nothing ends it."""
    db.session.flush()
    act = db.session.query(DefinitionPublication).filter_by(hash=version.hash, region_id=None)
    act.delete()
    db.session.add(
        DefinitionPublication(
            hash=version.hash, kind=version.kind, key=version.key, source="desk",
            region_id=actors.world.county.id, at=clock.now(), overlay=overlay,
        )
    )  # fmt: skip


def regional(actors: Actors) -> list[str]:
    entries = actors.login("inspector").get("/api/ref/manifest").json["definitions"]
    return [one["hash"] for one in entries if one["region_id"] == actors.world.county.id]


@pytest.mark.fault(58)
def test_an_edition_that_was_never_published_here_is_refused_and_kept(
    actors: Actors, phone: MakePhone
) -> None:
    make_definition(first())
    mine = phone("inspector")
    begin(mine, actors, "f" * 64)
    mine.sync()
    [verdict] = mine.verdicts.values()
    assert (verdict["status"], verdict["code"]) == ("rejected", "definition-unknown")
    assert verdict["problem"]
