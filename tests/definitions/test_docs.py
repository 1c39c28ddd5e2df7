"""The page on adding a focus area is carried out, step by step."""

import json
import re
import shutil
from pathlib import Path

from server.checklists.rules import findings, lines
from server.definitions.load import check, load

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-focus-area.md"


def test_the_file_on_the_page_is_a_sound_checklist_that_works(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "checklists", tmp_path, dirs_exist_ok=True)
    (block,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / f"{json.loads(block)['key']}.json").write_text(block, encoding="utf-8")

    assert [str(mistake) for mistake in check(tmp_path).mistakes] == []
    definition = next(d.definition for d in load(tmp_path) if d.key == "e-bikes")
    unit = {"tier": "clinic", "attributes": [], "beds": None}
    context = {
        "unit": unit, "places": {}, "targets": {"location": [], "asset": []}, "today": "2026-11-21",
    }  # fmt: skip
    answers = {"|ebike.indoors.none": {"result": "pass", "r.found": 2}}
    assert len(lines(definition, context, answers)) == 1
    assert [f["out"] for f in findings(definition, context, answers)] == [["r.found"]]


def test_the_record_on_the_page_about_laws_is_sound(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "checklists", tmp_path, dirs_exist_ok=True)
    page = (ROOT / "docs" / "how-to" / "add-a-law.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "basis" / f"{json.loads(block)['key']}.json").write_text(block, encoding="utf-8")
    assert [str(mistake) for mistake in check(tmp_path).mistakes] == []
