"""Every mistake that the checks can find is said in Chinese."""

import copy
import json
import re
from pathlib import Path

import pytest

from server.authoring.rules.sentences import in_words, is_translated
from server.definitions.load import check
from tests.definitions.test_broken import BROKEN, a_checklist, write

CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("what", BROKEN)
def test_every_known_mistake_has_a_sentence(what: str, tmp_path: Path) -> None:
    definition = copy.deepcopy(a_checklist())
    first, second = definition["sections"][0]["items"]
    BROKEN[what][1](definition, first, second)
    report = check(write(tmp_path, json.dumps(definition).encode()))
    messages = {mistake.message for mistake in report.mistakes}
    assert messages
    assert {message for message in messages if not is_translated(message)} == set()
    assert all(CHINESE.search(in_words(message)["zh"]) for message in messages)


def test_what_nobody_foresaw_is_told_as_it_is() -> None:
    assert in_words("brand new")["zh"].endswith("brand new")
    assert in_words("brand new")["en"] == "brand new"
