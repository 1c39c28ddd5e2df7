"""The words of a paper, the same on the phone and on the server: contracts/vectors/papers.json."""

import json
from typing import Any

import pytest

from server.kernel.settings import ROOT
from server.papers import rules
from server.papers.composing import code_shown, compose
from server.papers.layouts import SUPERVISION, find, layouts

CASES = json.loads((ROOT / "contracts/vectors/papers.json").read_text(encoding="utf-8"))["cases"]
STATUTORY = ("指令书", "责令", "处罚", "强制", "执法证")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_paper_says_what_the_vector_says(case: dict[str, Any]) -> None:
    body, signing = json.loads(case["body"]), json.loads(case["signing"])
    layout = find(body["layout"], body["version"])
    assert layout is not None
    assert compose(layout, body, signing) == case["paper"]
    assert rules.fingerprint(case["body"], case["signing"]) == case["hash"]
    assert rules.text_hash(case["body"]) == case["over"] == signing["over"]


def test_a_statutory_paper_never_comes_from_the_supervision_track() -> None:
    seen = 0
    for layout in layouts().values():
        words = json.dumps(layout, ensure_ascii=False)
        if layout["track"] == SUPERVISION:
            seen += 1
            assert not [word for word in STATUTORY if word in words]
            assert "不是行政执法文书" in words
            assert not layout["needs"]["register"]
        else:
            assert layout["needs"]["register"]
            assert layout["needs"]["officers"] >= 2
    assert seen >= 2


def test_no_two_layouts_share_a_series() -> None:
    newest = {key: layout for (key, _), layout in layouts().items()}
    marks = [layout["mark"] for layout in newest.values()]
    assert len(marks) == len(set(marks))


def test_a_code_is_read_in_groups() -> None:
    assert code_shown("7K3M9QX5ABCD") == "7K3M 9QX5 ABCD"
