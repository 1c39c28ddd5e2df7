"""The answer types: what each takes, refuses and says."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.definitions.rules import (
    ANSWER_TYPES,
    AnswerRefused,
    FieldUnknown,
    parse_field,
    parse_value,
    spec_of,
    summarise,
)

OPTIONS = [
    {"key": "a", "label": {"zh": "甲", "en": "First"}},
    {"key": "b", "label": {"zh": "乙", "en": "Second"}},
]
METRES = {"zh": "m", "en": "m"}

TAKEN: list[tuple[Any, Any, Any]] = [
    ({"type": "number"}, 0, 0),
    ({"type": "number"}, -2.5, -2.5),
    ({"type": "choice", "options": OPTIONS}, "b", "b"),
    ({"type": "choices", "options": OPTIONS}, ["b", "a"], ["a", "b"]),
    ({"type": "choices", "options": OPTIONS}, [], []),
    ({"type": "text"}, "看过\n两处", "看过\n两处"),
    ({"type": "date"}, "2024-02-29", "2024-02-29"),
    ({"type": "photo"}, ["p1"], ["p1"]),
    ({"type": "signature"}, "s1", "s1"),
    ({"type": "scan"}, "AX-12", "AX-12"),
    ({"type": "number"}, None, None),
]

REFUSED: list[tuple[Any, Any]] = [
    ({"type": "pass-fail-na"}, "pass"),
    ({"type": "number"}, "3"),
    ({"type": "number"}, True),
    ({"type": "number"}, float("nan")),
    ({"type": "number"}, float("inf")),
    ({"type": "number"}, 1e13),
    ({"type": "choice", "options": OPTIONS}, "c"),
    ({"type": "choice", "options": OPTIONS}, ["a"]),
    ({"type": "choices", "options": OPTIONS}, "a"),
    ({"type": "choices", "options": OPTIONS}, ["a", "a"]),
    ({"type": "choices", "options": OPTIONS}, ["a", "c"]),
    ({"type": "choices", "options": OPTIONS}, [1]),
    ({"type": "text", "max_length": 3}, "四个字了"),
    ({"type": "text"}, "bell\x07"),
    ({"type": "text"}, 5),
    ({"type": "date"}, "2026-02-29"),
    ({"type": "date"}, "2026-2-1"),
    ({"type": "date"}, 20260201),
    ({"type": "photo"}, "p1"),
    ({"type": "photo"}, ["p"] * 10),
    ({"type": "photo"}, [1]),
    ({"type": "scan"}, "x" * 201),
]

SAID: list[tuple[Any, Any, str, str]] = [
    ({"type": "number", "unit": METRES}, 2.4, "2.4 m", "2.4 m"),
    ({"type": "number", "unit": {"zh": "人", "en": "people"}}, 2.0, "2 人", "2 people"),
    ({"type": "number", "unit": {"zh": "%", "en": "%"}}, 95, "95%", "95%"),
    ({"type": "number"}, 0, "0", "0"),
    ({"type": "choice", "options": OPTIONS}, "a", "甲", "First"),
    ({"type": "choices", "options": OPTIONS}, ["a", "b"], "甲、乙", "First, Second"),
    ({"type": "text"}, "看过", "看过", "看过"),
    ({"type": "date"}, "2026-11-21", "2026-11-21", "2026-11-21"),
    ({"type": "photo"}, ["p1"], "1 张照片", "1 photo"),
    ({"type": "photo"}, ["p1", "p2"], "2 张照片", "2 photos"),
    ({"type": "signature"}, "s1", "已签名", "signed"),
    ({"type": "scan"}, "AX", "AX", "AX"),
    ({"type": "number"}, None, "", ""),
]


@pytest.mark.parametrize(("spec", "raw", "value"), TAKEN)
def test_a_fitting_value_is_taken(spec: Any, raw: Any, value: Any) -> None:
    assert parse_value(spec, raw) == value


@pytest.mark.parametrize(("spec", "raw"), REFUSED)
def test_a_value_that_does_not_fit_is_refused(spec: Any, raw: Any) -> None:
    with pytest.raises(AnswerRefused):
        parse_value(spec, raw)


@pytest.mark.parametrize(("spec", "value", "zh", "en"), SAID)
def test_a_value_is_written_for_people(spec: Any, value: Any, zh: str, en: str) -> None:
    assert (summarise(spec, value, "zh"), summarise(spec, value, "en")) == (zh, en)


def test_every_type_is_taken_refused_and_written_somewhere_above() -> None:
    tried = {spec["type"] for spec, *_ in TAKEN}, {spec["type"] for spec, *_ in SAID}
    assert all(types == set(ANSWER_TYPES) - {"pass-fail-na"} for types in tried)


def test_the_registry_and_the_schema_know_the_same_types() -> None:
    path = Path(__file__).resolve().parents[2] / "contracts" / "checklist.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))["$defs"]
    assert schema["answer"]["properties"]["type"]["enum"] == list(ANSWER_TYPES)
    readings = [name for name, kind in ANSWER_TYPES.items() if kind.is_reading]
    assert schema["reading"]["properties"]["type"]["enum"] == readings


ITEM: Any = {
    "key": "fire.exit.clear",
    "answer": {"type": "pass-fail-na", "allow_na": True},
    "readings": [{"key": "width", "type": "number"}],
}
MEASURED: Any = {"key": "fire.exit.width", "answer": {"type": "number"}}


def test_the_fields_of_an_item_are_taken() -> None:
    given = {"result": "na", "note": "窄", "reason": None, "r.width": 1.2}
    assert {field: parse_field(ITEM, field, raw) for field, raw in given.items()} == given
    assert parse_field(MEASURED, "v", 3) == 3
    assert spec_of(ITEM, "r.width")["type"] == "number"


@pytest.mark.parametrize("field", ["v", "r.height", "colour", "r.", ""])
def test_a_field_that_the_item_does_not_have_is_refused(field: str) -> None:
    with pytest.raises(FieldUnknown):
        parse_field(ITEM, field, 1)


@pytest.mark.parametrize(
    ("item", "result"), [(ITEM, "ok"), (ITEM, True), (MEASURED, "na"), (MEASURED, "pass")]
)
def test_a_result_that_the_item_does_not_allow_is_refused(item: Any, result: Any) -> None:
    with pytest.raises(AnswerRefused):
        parse_field(item, "result", result)


def test_a_note_has_a_length() -> None:
    with pytest.raises(AnswerRefused):
        parse_field(ITEM, "note", "长" * 2001)
