"""Broken records of the law: each is refused, at the very place where it is broken."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.definitions.load import Report, check, load
from server.definitions.rules.citations import cite, snapshot, words
from tests.definitions.test_broken import ITEM_0, a_checklist, write

CHECKLISTS = Path(__file__).resolve().parents[2] / "checklists"
Break = Callable[[dict[str, Any], list[dict[str, Any]]], object]


def an_edition(number: str, **given: Any) -> dict[str, Any]:
    source = {"zh": "条文页", "en": "Page"}
    return {"number": number, **given, "verified": {"how": "partly", "source": source}}


def a_record(key: str = "gb-1", **given: Any) -> dict[str, Any]:
    editions = [
        an_edition("GB 1-2017", effective_to="2025-10-31", replaced_by="GB 1-2025"),
        an_edition("GB 1-2025", effective_from="2025-11-01"),
    ]
    title = {"zh": "判定规则", "en": "Rules"}
    whole = {"key": key, "kind": "standard-mandatory", "title": title, "binding": "binding"}
    return {**whole, "editions": editions, **given}


def folder_of(folder: Path, *records: dict[str, Any], cited: str = "gb-1") -> Report:
    checklist = a_checklist()
    checklist["sections"][0]["items"][0]["basis"].append({"law": cited, "tag": "to-verify"})
    write(folder, json.dumps(checklist).encode())
    for record in records:
        text = json.dumps(record, ensure_ascii=False, indent=1)
        (folder / "basis" / f"{record['key']}.json").write_text(text, encoding="utf-8")
    return check(folder)


def test_the_sound_one_is_accepted(tmp_path: Path) -> None:
    report = folder_of(tmp_path, a_record())
    assert report.mistakes == []
    assert (sorted(report.records), report.unused) == (["fire-law", "gb-1"], [])


BROKEN: dict[str, tuple[str, Break]] = {
    "an unknown key": ("/colour", lambda r, e: r.update(colour="red")),
    "a kind that is none": ("/kind", lambda r, e: r.update(kind="rumour")),
    "no edition": ("/editions", lambda r, e: e.clear()),
    "an edition that nobody answers for": ("/editions/1", lambda r, e: e[1].pop("verified")),
    "a day that does not exist": (
        "/editions/1/effective_from", lambda r, e: e[1].update(effective_from="2025-11-31")),
    "an edition that ends before it begins": (
        "/editions/1/effective_to", lambda r, e: e[1].update(effective_to="2025-10-31")),
    "an edition given twice": (
        "/editions/1/number", lambda r, e: e[1].update(number="GB 1-2017")),
    "editions that overlap": (
        "/editions/0/effective_to", lambda r, e: e[0].update(effective_to="2025-11-01")),
    "a gap between editions": (
        "/editions/0/effective_to", lambda r, e: e[0].update(effective_to="2025-10-30")),
    "an edition without its last day before one with its first": (
        "/editions/0", lambda r, e: e[0].pop("effective_to")),
    "an edition that names no follower": (
        "/editions/0/replaced_by", lambda r, e: e[0].pop("replaced_by")),
    "an edition that names another follower": (
        "/editions/0/replaced_by", lambda r, e: e[0].update(replaced_by="GB 1-2019")),
    "a follower that does not exist": (
        "/editions/1/replaced_by",
        lambda r, e: e[1].update(effective_to="2026-01-01", replaced_by="gb-7")),
    "a record replaced on no day": (
        "/editions/1/replaced_by", lambda r, e: e[1].update(replaced_by="fire-law")),
    "a record that replaces itself": (
        "/editions/1/replaced_by",
        lambda r, e: e[1].update(effective_to="2026-01-01", replaced_by="gb-1")),
    "English in the Chinese": (
        "/title/zh", lambda r, e: r["title"].update(zh="Rules of judging")),
    "a web address": (
        "/editions/1/verified/source/zh",
        lambda r, e: e[1]["verified"]["source"].update(zh="见 https://example.org")),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_record_is_refused_where_it_is_broken(tmp_path: Path, what: str) -> None:
    pointer, destroy = BROKEN[what]
    record = copy.deepcopy(a_record())
    destroy(record, record["editions"])
    report = folder_of(tmp_path, record)
    mine = [mistake for mistake in report.mistakes if mistake.file == "basis/gb-1.json"]
    assert [mistake.pointer for mistake in mine] == [pointer]
    assert all(mistake.line >= 1 and mistake.message for mistake in mine)


def test_a_record_is_called_like_its_file(tmp_path: Path) -> None:
    folder_of(tmp_path, a_record())
    (tmp_path / "basis" / "gb-1.json").rename(tmp_path / "basis" / "gb-2.json")
    found = {(m.file, m.pointer) for m in check(tmp_path).mistakes}
    assert found == {("basis/gb-2.json", "/key"), ("fire.json", f"{ITEM_0}/basis/1/law")}


def test_records_do_not_replace_each_other_in_a_ring(tmp_path: Path) -> None:
    ring = {"effective_to": "2025-01-01"}
    one = a_record("one", editions=[an_edition("A-1", **ring, replaced_by="two")])
    two = a_record("two", editions=[an_edition("A-2", **ring, replaced_by="one")])
    report = folder_of(tmp_path, one, two, cited="one")
    assert [(m.file, m.pointer) for m in report.mistakes] == [
        ("basis/one.json", "/editions/0/replaced_by"),
        ("basis/two.json", "/editions/0/replaced_by"),
    ]


def test_an_edition_that_was_not_verified_carries_no_verified_citation(tmp_path: Path) -> None:
    record = a_record()
    record["editions"][1]["verified"]["how"] = "to-verify"
    folder_of(tmp_path, record)
    checklist = a_checklist()
    cited = {"law": "gb-1", "edition": "GB 1-2025", "clause": "5.1", "tag": "verified"}
    checklist["sections"][0]["items"][0]["basis"] = [cited]
    (tmp_path / "fire.json").write_text(json.dumps(checklist), encoding="utf-8")
    assert [m.pointer for m in check(tmp_path).mistakes] == [f"{ITEM_0}/basis/0/tag"]


def test_a_record_that_nothing_cites_is_told_and_is_no_mistake(tmp_path: Path) -> None:
    report = folder_of(tmp_path, a_record(), a_record("gb-2"))
    assert (report.mistakes, report.unused) == ([], ["gb-2"])


@pytest.fixture(scope="module")
def shipped() -> Report:
    return check(CHECKLISTS)


CHANGES = [
    ("gb-35181", "2025-10-31", "GB 35181-2017", "GB 35181-2025"),
    ("tsg-08", "2026-04-30", "TSG 08-2017", "TSG 08-2026"),
    ("tsg-92", "2026-06-30", "TSG ZF001-2006", "TSG 92-2026"),
    ("tsg-23", "2024-12-31", "TSG 23-2021", "TSG 23-2021（含第1号修改单）"),
    ("tsg-t7001", "2023-04-01", "TSG T7001-2009", "TSG T7001-2023"),
    ("gb-15603", "2023-06-30", "GB 15603-1995", "GB 15603-2022"),
    ("gb-18597", "2023-06-30", "GB 18597-2001", "GB 18597-2023"),
    ("gb-2894", "2026-02-28", "GB 2894-2008", "GB 2894-2025"),
    ("gbz-188", "2026-07-31", "GBZ 188-2014", "GBZ 188-2025"),
    ("gbz-130", "2020-09-30", "GBZ 130-2013", "GBZ 130-2020"),
    ("ws-76", "2021-04-30", "WS 76-2017", "WS 76-2020"),
    ("gb-26875-9", "2027-02-28", "GB 26875.1-2011", "GB 26875.9-2026"),
    ("cybersecurity-law", "2025-12-31", "2016年文本", "2025年修改文本"),
]
BEGINNINGS = [
    ("hazardous-chemicals-law", "2026-04-30"),
    ("gb-46768", "2026-04-30"),
    ("gb-45067", "2024-11-30"),
    ("gb-55036", "2023-02-28"),
    ("gbz-121", "2021-04-30"),
    ("gb-14287-5", "2026-10-31"),
    ("high-rise-fire-rule", "2021-07-31"),
    ("special-equipment-inspection-rule", "2022-06-30"),
    ("ga-1511", "2018-10-31"),
    ("samr-2021-41", "2022-05-31"),
]


@pytest.mark.parametrize(("key", "eve", "old", "new"), CHANGES)
def test_each_known_change_of_edition_happens_on_its_day(
    shipped: Report, key: str, eve: str, old: str, new: str
) -> None:
    after = str(int(eve[:4]) + 1) + "-12-31"
    citation: Any = {"law": key, "tag": "to-verify"}
    for day, edition in ((eve, old), (after, new)):
        cited = cite(citation, shipped.records, day)
        assert (cited["edition"], cited["state"]) == (edition, "in-force")


def test_every_shipped_citation_names_a_record(shipped: Report) -> None:
    cited = [
        basis
        for found in shipped.definitions
        for section in found.definition["sections"]
        for item in section["items"]
        for basis in item["basis"]
    ]
    assert len(cited) > 700
    assert [basis for basis in cited if "law" not in basis] == []


@pytest.mark.parametrize(("key", "eve"), BEGINNINGS)
def test_nothing_is_in_force_on_the_eve_of_its_first_day(
    shipped: Report, key: str, eve: str
) -> None:
    citation: Any = {"law": key, "tag": "document-only"}
    assert cite(citation, shipped.records, eve)["state"] == "not-yet"
    assert snapshot([citation], shipped.records, eve) == []
    assert cite(citation, shipped.records, "2027-12-31")["state"] == "in-force"


def test_clauses_of_the_old_fire_standard_are_not_told_as_current(shipped: Report) -> None:
    old: Any = {"law": "gb-35181", "edition": "GB 35181-2017", "clause": "7.2.2", "tag": "verified"}
    cited = cite(old, shipped.records, "2026-11-22")
    assert (cited["doc"], cited["clause"], cited["tag"]) == (
        "GB 35181-2025《重大火灾隐患判定规则》", None, "to-verify",
    )  # fmt: skip


def test_what_was_cited_before_is_said_in_the_same_words_or_stricter(shipped: Report) -> None:
    """The names under which the first checklists cited, and what they are today."""
    before = json.loads(Path(__file__).with_name("cited-before.json").read_text(encoding="utf-8"))
    changed: dict[str, str] = {}
    for name, citation in before["names"].items():
        cited = cite({**citation, "tag": "document-only"}, shipped.records, "2026-11-22")
        if cited["doc"] != name:
            changed[name] = cited["doc"]
            assert cited["tag"] == "to-verify" or name in before["fuller"]
    assert changed == before["changed"]
    assert len(before["names"]) > 140


def test_every_edition_has_words_and_a_way_to_be_checked(shipped: Report) -> None:
    assert len(load(CHECKLISTS)) >= 15
    editions = [(r, e) for r in shipped.records.values() for e in r["editions"]]
    assert len(editions) > 150
    assert [words(r, e) for r, e in editions if not words(r, e).strip()] == []
    bare = [e["number"] for r, e in editions if len(e["verified"]["source"]["zh"]) < 6]
    assert bare == []
