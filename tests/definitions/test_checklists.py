"""The checklists that are shipped: complete, sound, and honest about how far they were verified."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.definitions.load import Report, check, content_hash, load
from server.definitions.rules import export_answer_types

ROOT = Path(__file__).resolve().parents[2]
CHECKLISTS = ROOT / "checklists"
FACTS: dict[str, list[str]] = json.loads(
    (Path(__file__).with_name("facts-ids.json")).read_text(encoding="utf-8")
)

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def report() -> Report:
    return check(CHECKLISTS)


def items_of(report: Report) -> Iterator[tuple[str, Any]]:
    for loaded in report.definitions:
        for section in loaded.definition["sections"]:
            for item in section["items"]:
                yield loaded.key, item


def test_every_file_is_sound(report: Report, record_property: Record) -> None:
    assert [str(mistake) for mistake in report.mistakes] == []
    assert {f"{key}.json" for key in FACTS} <= set(report.files)
    record_property("examined", f"{len(report.files)} files, {report.items} items")


@pytest.mark.parametrize("key", FACTS)
def test_every_fact_is_carried_or_omitted_with_a_reason(report: Report, key: str) -> None:
    definition = next(d.definition for d in report.definitions if d.key == key)
    carried = [fact for owner, item in items_of(report) if owner == key for fact in item["facts"]]
    omitted = [fact for one in definition["header"]["omitted"] for fact in one["facts"]]
    assert len(FACTS[key]) >= 10
    assert sorted(carried + omitted) == sorted(FACTS[key])


def test_a_clause_is_named_only_where_it_was_verified(
    report: Report, record_property: Record
) -> None:
    citations = [basis for _, item in items_of(report) for basis in item["basis"]]
    assert [b for b in citations if "clause" in b and b["tag"] != "verified"] == []
    assert sum(report.citations.values()) == len(citations)
    assert report.citations["verified"] > 100
    record_property("examined", f"{len(citations)} citations: {dict(report.citations)}")


def test_numbers_of_standards_stay_out_of_tags_for_what_was_not_read(report: Report) -> None:
    clause = re.compile(r"第[0-9一二三四五六七八九十百]+条|[^0-9][0-9]+\.[0-9]+\.[0-9]+")
    unread = [b for _, item in items_of(report) for b in item["basis"] if b["tag"] != "verified"]
    assert len(unread) > 50
    assert [b["doc"] for b in unread if clause.search(b["doc"])] == []
    assert [b for b in unread if clause.search(b.get("note", {}).get("zh", ""))] == []


def test_a_suspected_major_hazard_names_its_criterion(report: Report) -> None:
    hazards = [item["on_fail"]["hazard"] for _, item in items_of(report) if "on_fail" in item]
    suspected = [h for h in hazards if h["grade"] == "suspect-major"]
    assert len(suspected) > 30
    assert [h["title"]["zh"] for h in suspected if len(h["criterion"]["zh"]) < 10] == []


def test_stopping_use_is_always_at_once(report: Report) -> None:
    hazards = [item["on_fail"]["hazard"] for _, item in items_of(report) if "on_fail" in item]
    stopping = [h for h in hazards if h.get("stop_use")]
    assert len(stopping) > 20
    assert {h["due_days"] for h in stopping} == {0}


def test_the_header_says_that_periods_are_product_defaults(report: Report) -> None:
    assert report.definitions
    for loaded in report.definitions:
        assert "产品默认值，不是法定期限" in loaded.definition["header"]["note"]["zh"]
        assert "product defaults, not statutory" in loaded.definition["header"]["note"]["en"]


def test_every_limit_marked_as_unverified_only_warns(report: Report) -> None:
    readings = [r for _, item in items_of(report) for r in item.get("readings", [])]
    only_warns = [r for r in readings if "只提示" in r.get("note", {}).get("zh", "")]
    assert len(only_warns) > 20
    for reading in only_warns:
        expiry = reading.get("expiry", {"advisory": True})
        assert expiry.get("advisory") is True, reading["key"]
        has_soft = "warn_min" in reading or "warn_max" in reading or "expiry" in reading
        assert has_soft, reading["key"]


def test_each_hash_is_of_the_canonical_text(report: Report) -> None:
    assert report.definitions
    for loaded in report.definitions:
        assert loaded.hash == content_hash(loaded.body)
        assert json.loads(loaded.body) == loaded.definition


def test_the_same_content_in_another_layout_has_the_same_hash(tmp_path: Path) -> None:
    for path in CHECKLISTS.glob("*.json"):
        spread = json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=7)
        (tmp_path / path.name).write_text(spread, encoding="utf-8")
    assert [d.hash for d in load(tmp_path)] == [d.hash for d in load(CHECKLISTS)]


def test_the_exported_answer_types_are_up_to_date() -> None:
    path = ROOT / "contracts" / "generated" / "answer-types.json"
    assert json.loads(path.read_text(encoding="utf-8")) == export_answer_types()
