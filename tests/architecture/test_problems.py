"""Every refusal has a code of its own, says itself in both languages, and is documented."""

import re
from collections import Counter
from pathlib import Path

import pytest

from server.kernel.errors import Problem
from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.support.sources import code_files

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def every_problem() -> list[type[Problem]]:
    """All classes below Problem that the application loaded."""
    found: list[type[Problem]] = []
    waiting = list(Problem.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("server."):
            found.append(kind)
    return sorted(set(found), key=lambda kind: kind.code)


@pytest.fixture(scope="module")
def problems() -> list[type[Problem]]:
    found = every_problem()
    assert len(found) > 10
    return found


def test_no_two_problems_share_a_code(problems: list[type[Problem]], examined: Examined) -> None:
    examined(len(problems), "kinds of problem")
    counted = Counter(kind.code for kind in problems)
    assert [code for code, number in counted.items() if number > 1] == []


def test_codes_are_words_joined_by_hyphens(problems: list[type[Problem]]) -> None:
    assert [kind.code for kind in problems if not CODE.fullmatch(kind.code)] == []


def test_titles_are_there_in_both_languages(problems: list[type[Problem]]) -> None:
    own = [kind for kind in problems if "title" not in vars(kind) or "title_zh" not in vars(kind)]
    assert own == [], "a problem without its own title says what its parent says"
    assert [kind.code for kind in problems if not CHINESE.search(kind.title_zh)] == []
    assert [kind.code for kind in problems if CHINESE.search(kind.title)] == []


def test_every_problem_is_documented(problems: list[type[Problem]]) -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert [kind.code for kind in problems if f"`{kind.code}`" not in text] == []


def test_every_problem_is_met_in_some_test(problems: list[type[Problem]]) -> None:
    folder = ROOT / "tests"
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in code_files(".py")
        if path.is_relative_to(folder) and path != Path(__file__)
    )
    unmet = [
        kind.code
        for kind in problems
        if f'"{kind.code}"' not in text and not re.search(rf"\b{kind.__name__}\b", text)
    ]
    assert unmet == []
