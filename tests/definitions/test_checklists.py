"""The checklists that are shipped: complete, sound, and honest about how far they were verified."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.definitions.load import Report, check, content_hash, load
from server.definitions.rules import export_answer_types
from server.definitions.rules.citations import words

ROOT = Path(__file__).resolve().parents[2]
CHECKLISTS = ROOT / "checklists"
FACTS: dict[str, list[str]] = json.loads(
    (Path(__file__).with_name("facts-ids.json")).read_text(encoding="utf-8")
)

Record = Callable[[str, object], None]

DUTIES = 182
MANAGEMENT = ("responsibility", "emergency", "duty", "training", "season")
TITLES = {
    "fire": "消防",
    "gas": "燃气",
    "hot-work": "动火",
    "construction": "施工",
    "insulation-decoration": "保温与装修材料",
    "electrical": "用电",
    "e-bikes": "电动自行车",
    "vehicles": "医疗机构用车",
    "pressure-vessels": "压力容器",
    "lifts-boilers": "电梯锅炉",
    "large-medical-equipment": "大型医疗设备",
    "hazardous-chemicals": "危化品",
    "medical-gases": "医用气体",
    "occupational-hazards": "职业病危害",
    "confined-space-sewage-waste": "有限空间 污水 医废",
    "responsibility": "责任制度",
    "emergency": "应急与物资",
    "duty": "值班值守",
    "training": "培训演练",
    "season": "汛期与节前",
}


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
    facts = [fact for fact in carried + omitted if not fact.startswith("D-")]
    assert len(FACTS[key]) >= 10
    assert sorted(facts) == sorted(FACTS[key])


def test_the_facts_of_the_trades_are_all_there() -> None:
    assert sum(len(ids) for ids in FACTS.values()) == 348


def test_every_duty_is_carried_by_an_item_or_explained(
    report: Report, record_property: Record
) -> None:
    carried = {fact for _, item in items_of(report) for fact in item["facts"]}
    explained = {
        fact: one["why"]
        for loaded in report.definitions
        for one in loaded.definition["header"]["omitted"]
        for fact in one["facts"]
    }
    duties = {f"D-{number:03d}" for number in range(1, DUTIES + 1)}
    assert {fact for fact in carried | explained.keys() if fact.startswith("D-")} == duties
    assert carried & explained.keys() == set()
    assert len(carried & duties) > 130
    assert [fact for fact, why in explained.items() if len(why["zh"]) < 15] == []
    record_property("examined", f"{len(carried & duties)} of {DUTIES} duties carried by items")


@pytest.mark.parametrize(("key", "words"), TITLES.items())
def test_titles_use_the_words_of_the_field(report: Report, key: str, words: str) -> None:
    definition = next(d.definition for d in report.definitions if d.key == key)
    assert all(word in definition["title"]["zh"] for word in words.split())


@pytest.mark.parametrize("key", MANAGEMENT)
def test_a_village_room_sees_only_what_applies_to_it(report: Report, key: str) -> None:
    definition = next(d.definition for d in report.definitions if d.key == key)
    items = [item for section in definition["sections"] for item in section["items"]]
    for_village = [item for item in items if "village" in item.get("tiers", ["village"])]
    assert 12 <= len(items) <= 32
    assert 1 <= len(for_village) < len(items) / 2
    assert {item["on_fail"]["hazard"]["suggest"]["zh"] for item in items if "on_fail" in item}


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
    said = [words(record, e) for record in report.records.values() for e in record["editions"]]
    assert len(said) > 150
    assert [doc for doc in said if clause.search(doc)] == []
    assert [b for b in unread if clause.search(b.get("note", {}).get("zh", ""))] == []


def test_a_suspected_major_hazard_points_to_its_criteria(report: Report) -> None:
    hazards = [item["on_fail"]["hazard"] for _, item in items_of(report) if "on_fail" in item]
    suspected = [h for h in hazards if h["grade"] == "suspect-major"]
    assert len(suspected) > 30
    majors = {one["key"] for one in report.criteria if one["concept"] == "major"}
    lists = [{reference.partition(".")[0] for reference in h["criteria"]} for h in suspected]
    assert [
        h["title"]["zh"] for h, found in zip(suspected, lists, strict=True) if not found & majors
    ] == []
    assert [h["title"]["zh"] for h in hazards if "criterion" in h] == []
    assert report.unused_criteria == []


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
    for path in CHECKLISTS.rglob("*.json"):
        spread = json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=7)
        copy = tmp_path / path.relative_to(CHECKLISTS)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(spread, encoding="utf-8")
    assert [d.hash for d in load(tmp_path)] == [d.hash for d in load(CHECKLISTS)]


def test_the_exported_answer_types_are_up_to_date() -> None:
    path = ROOT / "contracts" / "generated" / "answer-types.json"
    assert json.loads(path.read_text(encoding="utf-8")) == export_answer_types()
