"""
Traditional Chinese of published texts: OpenCC, under the glossary in `contracts/zh-hant.json`.

Made here and never on the phone. A definition keeps its two languages and with them its hash; the
Traditional texts are another file, which only phones that show them fetch.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from opencc import OpenCC
from sqlalchemy import select

from server.definitions.models import DefinitionVersion
from server.definitions.rules.citations import words
from server.kernel.db import db
from server.kernel.settings import ROOT

GLOSSARY = ROOT / "contracts" / "zh-hant.json"
_HOLD = 0xE000
_CHINESE = ("zh", "doc", "clause")
_made: dict[str, dict[str, str]] = {}
_PRIVATE = re.compile("[\ue000-\uf8ff]")


class HantFailed(Exception):
    """A text did not become Traditional Chinese."""


@cache
def _glossary() -> tuple[str, re.Pattern[str], dict[str, int], tuple[str, ...]]:
    """Give OpenCC's configuration and the glossary: pattern, numbers of its words, their forms."""
    read = json.loads(GLOSSARY.read_text(encoding="utf-8"))
    terms = sorted(read["terms"], key=lambda term: (-len(term["zh"]), term["zh"]))
    pattern = re.compile("|".join(re.escape(term["zh"]) for term in terms))
    numbers = {term["zh"]: at for at, term in enumerate(terms)}
    return read["config"], pattern, numbers, tuple(term["hant"] for term in terms)


@cache
def _converter() -> OpenCC:
    return OpenCC(_glossary()[0])


@cache
def to_hant(text: str) -> str:
    """Write a Simplified text in Traditional characters, or raise HantFailed."""
    _, pattern, numbers, forms = _glossary()
    if not text or _PRIVATE.search(text):
        raise HantFailed(f"nothing to write, or a private character: {text!r}")
    held = pattern.sub(lambda found: chr(_HOLD + numbers[found.group()]), text)
    made: str = _converter().convert(held)
    made = _PRIVATE.sub(lambda found: forms[ord(found.group()) - _HOLD], made)
    if not made:
        raise HantFailed(f"nothing came of {text!r}")
    return made


def chinese_texts(value: object) -> Iterator[str]:
    """Find every Chinese text in published data, also those that have no English beside them."""
    return (text for text, _ in _placed_texts(value, ""))


def _placed_texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    inside: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for key, inner in inside:
        where = f"{pointer}/{key}"
        if isinstance(inner, str) and (key in _CHINESE or str(key).endswith("_zh")):
            yield inner, where
        else:
            yield from _placed_texts(inner, where)


def hant_faults(value: object) -> list[tuple[str, str]]:
    """Tell which texts of a file cannot be written in Traditional Chinese, by JSON pointer."""
    faults = []
    for text, where in _placed_texts(value, ""):
        try:
            # That a text is there at all is the schema's business.
            to_hant(text or "-")
        except HantFailed as fault:
            faults.append((where, f"no Traditional Chinese: {fault}"))
    return faults


def hant_words(published: Iterable[Any]) -> dict[str, str]:
    """Return the Traditional form of every Chinese text in the data, each text once."""
    found = {text for data in published for text in chinese_texts(data)}
    return {text: to_hant(text) for text in sorted(found)}


def published_hant() -> dict[str, str]:
    """Return the Traditional form of all that is published here, of older versions too."""
    hashes = set(db.session.scalars(select(DefinitionVersion.hash)))
    _make(hashes - _made.keys())
    made = {text: form for digest in sorted(hashes) for text, form in _made[digest].items()}
    return made | _of_contracts()


def _make(hashes: set[str]) -> None:
    """A hash names its text for ever, so its words are made once."""
    query = select(DefinitionVersion.hash, DefinitionVersion.body)
    for digest, body in db.session.execute(query.where(DefinitionVersion.hash.in_(hashes))):
        content = json.loads(body)
        _made[digest] = hant_words([content, *_laws(content)])


def _laws(content: Any) -> Iterator[dict[str, str]]:
    """Give what a phone makes of the records of the law: each edition as it is cited."""
    for record in content.get("records", {}).values():
        for edition in record["editions"]:
            yield {"doc": words(record, edition)}


@cache
def _of_contracts() -> dict[str, str]:
    """States, actions, roles and answer types have names too."""
    files = sorted((ROOT / "contracts" / "generated").glob("*.json"))
    return hant_words(json.loads(file.read_text(encoding="utf-8")) for file in files)
