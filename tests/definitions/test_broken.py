"""Broken checklists: each is refused, at the very place where it is broken."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.definitions.load import DefinitionsBroken, check, load

WORDS = {
    "attributes.json": {
        "unit": [{"key": "has_gas", "label": {"zh": "用燃气", "en": "Uses gas"}}],
        "place": [{"key": "underground", "label": {"zh": "地下", "en": "Underground"}}],
    },
    "categories.json": {"categories": [{"key": "fire", "label": {"zh": "消防", "en": "Fire"}}]},
    "basis/fire-law.json": {
        "key": "fire-law",
        "kind": "law",
        "title": {"zh": "消防法", "en": "Fire law"},
        "binding": "binding",
        "editions": [
            {"number": "2021", "verified": {"how": "verified", "source": {"zh": "文", "en": "T"}}}
        ],
    },
}
ITEM_0 = "/sections/0/items/0"
ITEM_1 = "/sections/0/items/1"


def text(zh: str = "问题", en: str = "Question") -> dict[str, str]:
    return {"zh": zh, "en": en}


def an_item(key: str, fact: str) -> dict[str, Any]:
    hazard = {"title": text(), "grade": "general", "category": "fire", "due_days": 3}
    return {
        "key": key,
        "facts": [fact],
        "ask": text(),
        "method": text(),
        "basis": [{"law": "fire-law", "edition": "2021", "clause": "第28条", "tag": "verified"}],
        "answer": {"type": "pass-fail-na", "allow_na": True},
        "photo": {"rule": "always"},
        "on_fail": {"hazard": {**hazard, "suggest": text()}},
        "weight": 1,
    }


def a_checklist() -> dict[str, Any]:
    first, second = an_item("fire.exit.clear", "FIRE-01"), an_item("fire.exit.lit", "FIRE-02")
    first["readings"] = [
        {"key": "kind", "label": text(), "type": "choice", "options": [
            {"key": "a", "label": text()}, {"key": "b", "label": text()}]},
        {"key": "width", "label": text(), "type": "number", "min": 1, "max": 2},
    ]  # fmt: skip
    section = {"key": "exits", "title": text("出口", "Exits"), "items": [first, second]}
    return {
        "key": "fire",
        "title": text("消防", "Fire"),
        "header": {"facts": ["FIRE-01", "FIRE-02"], "note": text(), "omitted": []},
        "effective_from": "2026-11-01",
        "minutes": 30,
        "sections": [section],
    }


def write(folder: Path, raw: bytes) -> Path:
    (folder / "basis").mkdir(exist_ok=True)
    for name, content in WORDS.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    (folder / "fire.json").write_bytes(raw)
    return folder


def pointers(folder: Path) -> list[str]:
    return [mistake.pointer for mistake in check(folder).mistakes]


def test_the_sound_one_is_accepted(tmp_path: Path) -> None:
    report = check(write(tmp_path, json.dumps(a_checklist()).encode()))
    assert report.mistakes == []
    assert (report.items, report.facts, dict(report.citations)) == (2, 2, {"verified": 2})


Break = Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], object]

BROKEN: dict[str, tuple[str, Break]] = {
    "an unknown key at the top": ("/colour", lambda d, a, b: d.update(colour="red")),
    "an unknown key in an item": (f"{ITEM_0}/wieght", lambda d, a, b: a.update(wieght=1)),
    "an option of another type": (
        f"{ITEM_0}/answer/max", lambda d, a, b: a["answer"].update(max=3)),
    "an unknown answer type": (
        f"{ITEM_0}/answer/type", lambda d, a, b: a.update(answer={"type": "stars"})),
    "a photo as a reading": (
        f"{ITEM_0}/readings/1/type",
        lambda d, a, b: a["readings"].__setitem__(
            1, {"key": "p", "label": text(), "type": "photo"})),
    "no basis": (f"{ITEM_0}/basis", lambda d, a, b: a.update(basis=[])),
    "no photo rule": (ITEM_0, lambda d, a, b: a.pop("photo")),
    "a clause that was not verified": (
        f"{ITEM_0}/basis/0/tag", lambda d, a, b: a["basis"][0].update(tag="document-only")),
    "a law that has no record": (
        f"{ITEM_0}/basis/0/law", lambda d, a, b: a["basis"][0].update(law="fire-lwa")),
    "an edition that the record does not have": (
        f"{ITEM_0}/basis/0/edition", lambda d, a, b: a["basis"][0].update(edition="2009")),
    "a clause without the edition it was read in": (
        f"{ITEM_0}/basis/0", lambda d, a, b: a["basis"][0].pop("edition")),
    "a paper without a record that is called verified": (
        f"{ITEM_0}/basis/0/doc",
        lambda d, a, b: a.update(basis=[{"doc": "本院制度", "tag": "verified"}])),
    "both a record and a paper": (
        f"{ITEM_0}/basis/0", lambda d, a, b: a["basis"][0].update(doc="消防法")),
    "a missing translation": (f"{ITEM_0}/ask", lambda d, a, b: a["ask"].pop("en")),
    "an empty translation": (f"{ITEM_0}/ask/en", lambda d, a, b: a["ask"].update(en="")),
    "Chinese left in the English": (
        f"{ITEM_0}/ask/en", lambda d, a, b: a["ask"].update(en="Is the 通道 clear?")),
    "English left in the Chinese": (
        f"{ITEM_0}/ask/zh", lambda d, a, b: a["ask"].update(zh="Is it clear?")),
    "a web address": (
        f"{ITEM_0}/method/zh",
        lambda d, a, b: a["method"].update(zh="见 https://example.org 页")),
    "a source code": (
        f"{ITEM_0}/method/zh", lambda d, a, b: a["method"].update(zh="见条文[V S12]")),
    "an item key given twice": (
        f"{ITEM_1}/key", lambda d, a, b: b.update(key="fire.exit.clear")),
    "an item key that reads like a reading": (
        f"{ITEM_1}/key", lambda d, a, b: b.update(key="fire.exit.clear.width")),
    "an item key that reads like the unit": (
        f"{ITEM_1}/key", lambda d, a, b: b.update(key="unit.tier")),
    "a reading given twice": (
        f"{ITEM_0}/readings/1/key", lambda d, a, b: a["readings"][1].update(key="kind")),
    "a section given twice": (
        "/sections/1/key",
        lambda d, a, b: d["sections"].append(
            {"key": "exits", "title": text(), "items": [d["sections"][0]["items"].pop()]})),
    "an option given twice": (
        f"{ITEM_0}/readings/0/options/1/key",
        lambda d, a, b: a["readings"][0]["options"][1].update(key="a")),
    "options that all fail": (
        f"{ITEM_0}/readings/0/options",
        lambda d, a, b: [o.update(result="fail") for o in a["readings"][0]["options"]]),
    "a minimum above the maximum": (
        f"{ITEM_0}/readings/1/max", lambda d, a, b: a["readings"][1].update(min=3)),
    "a soft limit outside the hard one": (
        f"{ITEM_0}/readings/1/warn_min", lambda d, a, b: a["readings"][1].update(warn_min=0.5)),
    "two ways to expire": (
        f"{ITEM_0}/readings/1/expiry",
        lambda d, a, b: a["readings"].__setitem__(1, {
            "key": "d", "label": text(), "type": "date",
            "expiry": {"valid_days": 3, "is_expiry": True}})),
    "a condition on a later item": (
        f"{ITEM_0}/when/equals",
        lambda d, a, b: a.update(when={"equals": ["fire.exit.lit", "pass"]})),
    "a condition on an item that does not exist": (
        f"{ITEM_1}/when/equals",
        lambda d, a, b: b.update(when={"equals": ["fire.exit.gone", "pass"]})),
    "a condition on an undeclared attribute": (
        f"{ITEM_1}/when/not/equals",
        lambda d, a, b: b.update(when={"not": {"equals": ["unit.attributes.has_gaz", True]}})),
    "a condition on the place where there is none": (
        f"{ITEM_1}/when/equals",
        lambda d, a, b: b.update(when={"equals": ["place.kind", "floor"]})),
    "a condition on a result that cannot be": (
        f"{ITEM_1}/when/equals",
        lambda d, a, b: b.update(when={"equals": ["fire.exit.clear", "yes"]})),
    "a condition on an option that is not offered": (
        f"{ITEM_1}/when/all/0/in",
        lambda d, a, b: b.update(when={"all": [{"in": ["fire.exit.clear.kind", ["a", "c"]]}]})),
    "a comparison with a word": (
        f"{ITEM_1}/when/compare",
        lambda d, a, b: b.update(when={"compare": ["fire.exit.clear.kind", ">", 3]})),
    "two forms in one condition": (
        f"{ITEM_1}/when",
        lambda d, a, b: b.update(when={
            "equals": ["unit.tier", "hospital"], "not": {"equals": ["unit.tier", "clinic"]}})),
    "an item that can never be asked": (
        f"{ITEM_1}/when",
        lambda d, a, b: b.update(tiers=["village"], when={"equals": ["unit.tier", "hospital"]})),
    "a contradiction over two items": (
        f"{ITEM_1}/when",
        lambda d, a, b: b.update(when={"all": [
            {"equals": ["fire.exit.clear", "pass"]}, {"equals": ["fire.exit.clear", "fail"]}]})),
    "a reading that can never be asked": (
        f"{ITEM_0}/readings/1/when",
        lambda d, a, b: a["readings"][1].update(when={"all": [
            {"equals": ["fire.exit.clear.kind", "a"]},
            {"equals": ["fire.exit.clear.kind", "b"]}]})),
    "a reading that looks ahead": (
        f"{ITEM_0}/readings/0/when/compare",
        lambda d, a, b: a["readings"][0].update(
            when={"compare": ["fire.exit.clear.width", ">", 1]})),
    "a repeat inside a repeat": (
        f"{ITEM_0}/repeat",
        lambda d, a, b: (
            d["sections"][0].update(repeat={"over": "location"}),
            a.update(repeat={"over": "asset"}))),
    "a fact carried twice": (
        f"{ITEM_1}/facts/1", lambda d, a, b: b.update(facts=["FIRE-02", "FIRE-01"])),
    "a fact that is not in the header": (
        f"{ITEM_1}/facts/1", lambda d, a, b: b.update(facts=["FIRE-02", "FIRE-09"])),
    "a fact that nobody carries": (
        "/header/facts/2", lambda d, a, b: d["header"]["facts"].append("FIRE-03")),
    "a fact both carried and omitted": (
        "/header/omitted/0/facts/0",
        lambda d, a, b: d["header"]["omitted"].append({"facts": ["FIRE-01"], "why": text()})),
    "a duty both carried and omitted": (
        "/header/omitted/0/facts/0",
        lambda d, a, b: (
            d["header"]["facts"].append("D-045"), a["facts"].append("D-045"),
            d["header"]["omitted"].append({"facts": ["D-045"], "why": text()}))),
    "an unknown category": (
        f"{ITEM_0}/on_fail/hazard/category",
        lambda d, a, b: a["on_fail"]["hazard"].update(category="fires")),
    "a suspected major hazard without criterion": (
        f"{ITEM_0}/on_fail/hazard",
        lambda d, a, b: a["on_fail"]["hazard"].update(grade="suspect-major")),
    "a hint for a photo that is never taken": (
        f"{ITEM_0}/photo/hint",
        lambda d, a, b: a.update(photo={"rule": "never", "hint": text()})),
    "a day that does not exist": (
        "/effective_from", lambda d, a, b: d.update(effective_from="2026-02-30")),
    "a name that is not the file's": ("/key", lambda d, a, b: d.update(key="flood")),
    "an item that is no object": (
        f"{ITEM_1}", lambda d, a, b: d["sections"][0]["items"].__setitem__(1, "later")),
    "no sections": ("/sections", lambda d, a, b: d.update(sections=[])),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_refused_where_it_is_broken(name: str, tmp_path: Path) -> None:
    pointer, breaks = BROKEN[name]
    definition = a_checklist()
    first, second = definition["sections"][0]["items"]
    breaks(definition, first, second)
    assert pointer in pointers(write(tmp_path, json.dumps(definition).encode()))


RAW: dict[str, tuple[str, int, bytes]] = {
    "a key given twice": ("/title/zh", 3, b'{"key": "fire",\n"title": {"zh": "a",\n "zh": "b"}}'),
    "not a number": ("/minutes", 2, b'{"key": "fire",\n"minutes": NaN}'),
    "infinity": ("/minutes", 1, b'{"minutes": -Infinity}'),
    "a number beyond counting": ("/minutes", 1, b'{"minutes": 1e999}'),
    "too deep": ("/a" + "/0" * 31, 1, b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}"),
    "a byte order mark": ("", 1, b"\xef\xbb\xbf{}"),
    "not UTF-8": ("", 2, b'{"a":\n"\xb0\xb2"}'),
    "half a character": ("/a", 1, b'{"a": "\\ud800"}'),
    "a comma too many": ("", 1, b'{"a": 1,}'),
    "a comment": ("", 1, b"{// here\n}"),
    "single quotes": ("", 1, b"{'a': 1}"),
    "cut off": ("/a", 2, b'{"a":\n'),
    "two documents": ("", 2, b"{}\n{}"),
    "a line break in a text": ("/a", 1, b'{"a": "x\ny"}'),
    "a leading nought": ("/a", 1, b'{"a": [01]}'),
    "nothing": ("", 1, b""),
}


@pytest.mark.parametrize("name", RAW)
def test_unreadable_text_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    pointer, line, raw = RAW[name]
    (mistake,) = check(write(tmp_path, raw)).mistakes
    assert (mistake.file, mistake.pointer, mistake.line) == ("fire.json", pointer, line)


def test_several_items_may_carry_one_duty(tmp_path: Path) -> None:
    file = a_checklist()
    file["header"]["facts"].append("D-045")
    for item in file["sections"][0]["items"]:
        item["facts"].append("D-045")
    assert check(write(tmp_path, json.dumps(file).encode())).mistakes == []


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    first, second = a_checklist(), a_checklist()
    first["sections"][0]["items"][0].update(wieght=1, basis=[])
    first["sections"][0]["items"][1]["facts"] = ["FIRE-01", "FIRE-02"]
    second["minutes"] = 0
    (write(tmp_path, json.dumps(first).encode()) / "gas.json").write_text(json.dumps(second))
    found = {(m.file, m.pointer) for m in check(tmp_path).mistakes}
    assert found >= {
        ("fire.json", f"{ITEM_0}/wieght"),
        ("fire.json", f"{ITEM_0}/basis"),
        ("fire.json", f"{ITEM_1}/facts/0"),
        ("gas.json", "/minutes"),
        ("gas.json", "/key"),
    }


def test_a_key_may_not_be_used_in_two_files(tmp_path: Path) -> None:
    other = {**a_checklist(), "key": "gas"}
    (write(tmp_path, json.dumps(a_checklist()).encode()) / "gas.json").write_text(json.dumps(other))
    assert [(m.file, m.pointer) for m in check(tmp_path).mistakes] == [
        ("gas.json", f"{ITEM_0}/key"),
        ("gas.json", f"{ITEM_1}/key"),
    ]


def test_a_folder_without_checklists_is_refused(tmp_path: Path) -> None:
    write(tmp_path, b"{}")
    (tmp_path / "fire.json").unlink()
    assert [m.message for m in check(tmp_path).mistakes] == ["no checklist file was found"]


def test_missing_and_broken_word_files_are_refused(tmp_path: Path) -> None:
    write(tmp_path, json.dumps(a_checklist()).encode())
    (tmp_path / "attributes.json").unlink()
    twice = copy.deepcopy(WORDS["categories.json"])
    twice["categories"] *= 2
    (tmp_path / "categories.json").write_text(json.dumps(twice))
    assert [(m.file, m.pointer) for m in check(tmp_path).mistakes] == [
        ("attributes.json", ""),
        ("categories.json", "/categories/1/key"),
    ]


def test_loading_raises_with_every_mistake_in_words(tmp_path: Path) -> None:
    definition = a_checklist()
    definition["sections"][0]["items"][0]["wieght"] = 1
    folder = write(tmp_path, json.dumps(definition, indent=1).encode())
    with pytest.raises(DefinitionsBroken, match=r"fire\.json:\d+ .*wieght.*unknown") as caught:
        load(folder)
    assert len(caught.value.mistakes) == 1
    assert caught.value.mistakes[0].line > 10


def test_enough_ways_to_break_a_checklist_were_tried() -> None:
    assert len(BROKEN) + len(RAW) >= 60
