"""Criteria of major hazards: data with a source each, and checklists that point to them."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.definitions import queries, service
from server.definitions.load import check
from server.definitions.rules.criteria import find_entry, in_force
from server.kernel import clock
from tests.definitions.test_broken import a_checklist, text, write

ROOT = Path(__file__).resolve().parents[2]
CHECKLISTS = ROOT / "checklists"
LAW = {"law": "fire-law", "edition": "2021", "clause": "第一项", "tag": "verified"}


def a_list(**changed: Any) -> dict[str, Any]:
    entry = {"key": "1", "text": text("情形", "A case"), "wording": "paraphrase", "source": LAW}
    return {
        "key": "trial", "concept": "major", "title": text("试行清单", "Trial list"),
        "edition": "试〔2026〕1号", "region": "national", "effective_from": "2026-01-01",
        "complete": True, "judged_by": text("主管部门", "The office"),
        "at_once": [{"act": "report", "text": text("报告", "Report"), "source": LAW}],
        "entries": [entry],
    } | changed  # fmt: skip


def suspecting(*criteria: str, **changed: Any) -> dict[str, Any]:
    checklist = a_checklist() | changed
    hazard = checklist["sections"][0]["items"][0]["on_fail"]["hazard"]
    hazard |= {"grade": "suspect-major", "criteria": list(criteria)}
    return checklist


def messages(folder: Path, checklist: dict[str, Any], *lists: dict[str, Any]) -> list[str]:
    """Check a checklist beside lists of criteria."""
    write(folder, json.dumps(checklist).encode())
    (folder / "criteria").mkdir(exist_ok=True)
    for one in lists:
        (folder / "criteria" / f"{one['key']}.json").write_text(json.dumps(one))
    return [f"{m.file} {m.pointer}: {m.message}" for m in check(folder).mistakes]


HAZARD = "/sections/0/items/0/on_fail/hazard"


def test_a_known_entry_in_force_is_accepted(tmp_path: Path) -> None:
    assert messages(tmp_path, suspecting("trial.1"), a_list()) == []


@pytest.mark.parametrize(
    ("given", "listed", "wanted"),
    [
        ("trial.9", {}, f"fire.json {HAZARD}/criteria/0: 'trial.9' is not in checklists/criteria"),
        ("other.1", {}, f"fire.json {HAZARD}/criteria/0: 'other.1' is not in checklists/criteria"),
        (
            "trial.1",
            {"effective_to": "2026-10-31"},
            f"fire.json {HAZARD}/criteria/0: 'trial.1' is not in force on 2026-11-01",
        ),
        (
            "trial.1",
            {"effective_from": "2026-11-02"},
            f"fire.json {HAZARD}/criteria/0: 'trial.1' is not in force on 2026-11-01",
        ),
        (
            "trial.1",
            {"concept": "serious"},
            f"fire.json {HAZARD}/criteria: none of these is a criterion of a major hazard",
        ),
    ],
)
def test_a_wrong_reference_is_refused_at_its_place(
    tmp_path: Path, given: str, listed: dict[str, Any], wanted: str
) -> None:
    assert wanted in messages(tmp_path, suspecting(given), a_list(**listed))


BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "an unknown key": ("/colour", {"colour": "red"}),
    "incomplete without a sentence": ("/incomplete", {"complete": False}),
    "complete with a sentence": ("/incomplete", {"incomplete": text("不完整", "Incomplete")}),
    "ends before it begins": ("/entries/0", {"effective_to": "2025-12-31"}),
    "no region": ("/region", {"region": "somewhere"}),
    "an entry twice": ("/entries/1/key", {"entries": [*a_list()["entries"] * 2]}),
    "a clause that was not read": (
        "/entries/0/source/tag",
        {"entries": [a_list()["entries"][0] | {"source": LAW | {"tag": "to-verify"}}]},
    ),
    "a law that is not on record": (
        "/entries/0/source/law",
        {"entries": [a_list()["entries"][0] | {"source": LAW | {"law": "no-law"}}]},
    ),
    "English in the Chinese": ("/title/zh", {"title": text("Trial list", "Trial")}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_list_is_refused_at_its_place(tmp_path: Path, name: str) -> None:
    pointer, change = BROKEN[name]
    found = messages(tmp_path, suspecting("trial.1"), copy.deepcopy(a_list(**change)))
    assert any(told.startswith(f"criteria/trial.json {pointer}: ") for told in found), found


def test_a_combination_looks_at_items_of_the_file(tmp_path: Path) -> None:
    both = {"all": [{"equals": [key, "fail"]} for key in ("fire.exit.clear", "fire.exit.lit")]}
    fine = suspecting("trial.1", candidates=[{"criteria": ["trial.1"], "when": both}])
    assert messages(tmp_path, fine, a_list()) == []
    wrong = {"equals": ["fire.exit.gone", "fail"]}
    bad = suspecting("trial.1", candidates=[{"criteria": ["trial.2"], "when": wrong}])
    assert messages(tmp_path, bad, a_list()) == [
        "fire.json /candidates/0/criteria/0: 'trial.2' is not in checklists/criteria",
        "fire.json /candidates/0/when/equals: 'fire.exit.gone' is not an earlier item or reading",
    ]


def test_a_combination_of_a_place_and_a_device_never_meets(tmp_path: Path) -> None:
    checklist = suspecting("trial.1")
    for item, over in zip(checklist["sections"][0]["items"], ("location", "asset"), strict=True):
        item["repeat"] = {"over": over}
    both = {"all": [{"equals": [key, "fail"]} for key in ("fire.exit.clear", "fire.exit.lit")]}
    checklist["candidates"] = [{"criteria": ["trial.1"], "when": both}]
    found = messages(tmp_path, checklist, a_list())
    assert any("never meet in one row" in told for told in found), found


def test_our_lists_are_honest_about_what_was_read(
    record_property: Callable[[str, object], None],
) -> None:
    lists = {one["key"]: one for one in check(CHECKLISTS).criteria}
    assert {"nhc-490", "gb45067", "order57", "gb35181"} <= set(lists)
    assert not lists["nhc-490"]["complete"]
    assert "不等于不属于重大事故隐患" in lists["nhc-490"]["incomplete"]["zh"]
    assert lists["order57"]["concept"] == "serious"
    entries = [entry for one in lists.values() for entry in one["entries"]]
    assert [
        e["key"] for e in entries if "clause" in e["source"] and e["source"]["tag"] != "verified"
    ] == []
    record_property("examined", f"{len(lists)} lists, {len(entries)} entries")
    assert len(entries) > 30


def test_lists_are_published_and_found_by_their_content(app: Flask) -> None:
    service.publish(CHECKLISTS)
    lists = queries.criteria_lists(clock.today())
    assert {one["key"] for one in lists.values()} >= {"nhc-490", "gb45067"}
    digest = next(d for d, one in lists.items() if one["key"] == "nhc-490")
    assert queries.criteria_version(digest) == lists[digest]
    assert queries.criteria_version("0" * 64) is None
    found = find_entry(lists.values(), "nhc-490.2-2")
    assert found is not None
    assert in_force(*found, "2026-11-22")
    assert not in_force(*found, "2023-12-28")
    assert find_entry(lists.values(), "nhc-490.99") is None


def test_a_word_is_not_a_list_of_criteria(app: Flask) -> None:
    service.publish(CHECKLISTS)
    [words] = [row for row in queries.versions(queries.WORDS) if row.key == "categories"]
    assert queries.criteria_version(words.hash) is None
