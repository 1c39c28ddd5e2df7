"""Traditional Chinese: complete, alike on the server and in the build, and true to names."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.definitions import service
from server.definitions.hant import (
    GLOSSARY,
    HantFailed,
    chinese_texts,
    hant_faults,
    hant_words,
    to_hant,
)
from server.definitions.load import check
from server.kernel.db import db
from tests.checklists.engines import node
from tests.support.clients import AppClient

ROOT = Path(__file__).resolve().parents[2]
WORDS = sorted((ROOT / "pwa" / "src" / "i18n" / "zh-CN").glob("*.json"))
FILES = [*sorted((ROOT / "checklists").rglob("*.json")), *(ROOT / "contracts/generated").glob("*")]
CONVERT = """
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const { hantOf } = await import(pathToFileURL(process.argv[1]).href);
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(hantOf)));
"""


def every_text() -> list[str]:
    found = {text for file in FILES for text in chinese_texts(json.loads(file.read_text("utf-8")))}
    for file in WORDS:
        found |= set(json.loads(file.read_text("utf-8")).values())
    return sorted(found)


def test_server_and_build_write_every_text_alike(record_property: Any) -> None:
    texts = every_text()
    program = [node(), "--input-type=module", "-e", CONVERT, str(ROOT / "pwa/vite/hant.ts")]
    done = subprocess.run(
        program, input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert len(texts) > 4000
    assert json.loads(done.stdout) == [to_hant(text) for text in texts]
    record_property("examined", f"{len(texts)} texts in Traditional Chinese")


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("《中华人民共和国安全生产法》第41条", "《中華人民共和國安全生產法》第41條"),
        ("GB 35181-2025《重大火灾隐患判定规则》", "GB 35181-2025《重大火災隱患判定規則》"),
        ("医疗卫生机构隐患台账", "醫療衞生機構隱患台賬"),
        ("未签或补签的标签", "未簽或補簽的標籤"),
        ("通风后复测，合格后复用", "通風後複測，合格後復用"),
        ("一次发布并封堵", "一次發佈並封堵"),
        ("干粉灭火器、领导干部", "乾粉滅火器、領導幹部"),
        ("采用、采购、易制毒、易制爆", "採用、採購、易製毒、易製爆"),
    ],
)
def test_words_of_the_field_come_out_right(simplified: str, traditional: str) -> None:
    assert to_hant(simplified) == traditional


def test_numbers_codes_and_places_to_fill_are_untouched() -> None:
    marks = re.compile(r"[A-Za-z0-9{}./〔〕《》%-]+")
    for text in every_text():
        assert marks.findall(to_hant(text)) == marks.findall(text)


def test_every_term_of_the_glossary_names_its_source_and_stands() -> None:
    read = json.loads(GLOSSARY.read_text("utf-8"))
    assert len(read["terms"]) > 50
    for term in read["terms"]:
        assert term["source"] in read["sources"]
        assert to_hant(term["zh"]) == term["hant"]


@pytest.mark.parametrize("broken", ["", "安全\ue001"])
def test_a_text_that_cannot_be_written_is_refused(broken: str) -> None:
    with pytest.raises(HantFailed):
        to_hant(broken)


def test_a_fault_tells_where_it_is() -> None:
    ((where, message),) = hant_faults({"items": [{"ask": {"zh": "安全\ue001", "en": "x"}}]})
    assert where == "/items/0/ask/zh"
    assert "no Traditional Chinese" in message


def test_the_check_of_checklists_refuses_what_has_no_traditional_form(tmp_path: Path) -> None:
    for name in ("attributes.json", "categories.json"):
        (tmp_path / name).write_bytes((ROOT / "checklists" / name).read_bytes())
    duty = json.loads((ROOT / "checklists" / "duty.json").read_text("utf-8"))
    duty["title"]["zh"] = "值班\ue001"
    (tmp_path / "duty.json").write_text(json.dumps(duty))
    found = {mistake.pointer: mistake.message for mistake in check(tmp_path).mistakes}
    assert "no Traditional Chinese" in found["/title/zh"]


def test_names_beside_english_names_are_found_too() -> None:
    data = {"states": [{"name_zh": "待销号", "name_en": "Awaiting closure"}], "n": [1, None]}
    assert hant_words([data]) == {"待销号": "待銷號"}


def test_laws_are_there_as_phones_cite_them(app: Flask, client: AppClient) -> None:
    service.publish(ROOT / "checklists")
    db.session.commit()
    texts = client.get("/api/ref/hant.json").get_json()["texts"]
    assert texts["《中华人民共和国消防法》"] == "《中華人民共和國消防法》"
    assert texts["第17条"] == "第17條"
    assert texts["责任制度"] == "責任制度"


def test_phones_get_all_published_texts_in_one_marked_file(client: AppClient) -> None:
    first = client.get("/api/ref/hant.json")
    texts = first.json["texts"] if first.json else {}
    assert texts["已销号"] == "已銷號"
    again = client.get("/api/ref/hant.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
