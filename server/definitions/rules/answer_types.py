"""
The answer types: one entry each, and nothing else decides what a type takes.

`parse` takes a value from outside or refuses it; `validate` finds mistakes in how a definition uses
the type; `summarise` writes the value for people.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from server.definitions.rules.shapes import Spec, Text, Value
from server.definitions.rules.values import chosen, is_number, is_words, parse_day
from server.kernel.errors import Invalid

Language = Literal["zh", "en"]
Fault = tuple[str, str]
"""Where in the type's options, as a JSON pointer, and what is wrong."""

MAX_TEXT = 500
MAX_CODE = 200
MAX_PHOTOS = 9
LARGEST = 1e12
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


class AnswerRefused(Invalid):
    """The value does not fit its answer type."""

    code = "definitions-answer-refused"
    title = "This value does not fit the question."
    title_zh = "填写的内容不符合该检查项的要求。"


@dataclass(frozen=True)
class AnswerType:
    """One way to answer."""

    name: str
    label: Text
    value: Literal["none", "number", "word", "words", "text", "date", "ids", "id"]
    is_reading: bool
    parse: Callable[[Spec, object], Value]
    validate: Callable[[Spec], list[Fault]]
    summarise: Callable[[Spec, Value, Language], str]


def _refuse(why: str) -> AnswerRefused:
    return AnswerRefused(why)


def _parse_none(_spec: Spec, raw: object) -> Value:
    raise _refuse(f"This item is answered by its result alone, not by {raw!r:.40}.")


def _parse_number(_spec: Spec, raw: object) -> Value:
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        raise _refuse("A number is needed.")
    if not math.isfinite(raw) or abs(raw) > LARGEST:
        raise _refuse("The number is too large.")
    return raw


def _parse_choice(spec: Spec, raw: object) -> Value:
    if not isinstance(raw, str) or not chosen(spec, raw):
        raise _refuse("One of the offered options is needed.")
    return raw


def _parse_choices(spec: Spec, raw: object) -> Value:
    if not isinstance(raw, list) or not all(isinstance(key, str) for key in raw):
        raise _refuse("A list of offered options is needed.")
    if len(set(raw)) < len(raw) or (raw and not chosen(spec, raw)):
        raise _refuse("Each offered option may be chosen once.")
    return [option["key"] for option in spec.get("options", []) if option["key"] in raw]


def _parse_text(spec: Spec, raw: object) -> Value:
    return _text(raw, spec.get("max_length", MAX_TEXT))


def _parse_code(_spec: Spec, raw: object) -> Value:
    return _text(raw, MAX_CODE)


def _parse_date(_spec: Spec, raw: object) -> Value:
    if not isinstance(raw, str) or parse_day(raw) is None:
        raise _refuse("A date like 2026-11-21 is needed.")
    return raw


def _parse_ids(_spec: Spec, raw: object) -> Value:
    if not isinstance(raw, list) or len(raw) > MAX_PHOTOS:
        raise _refuse(f"A list of at most {MAX_PHOTOS} photos is needed.")
    return [_text(one, MAX_CODE) for one in raw]


def _text(raw: object, longest: int) -> str:
    if not isinstance(raw, str) or len(raw) > longest:
        raise _refuse(f"A text of at most {longest} characters is needed.")
    if _CONTROLS.search(raw):
        raise _refuse("The text holds control characters.")
    return raw


def _nothing_to_validate(_spec: Spec) -> list[Fault]:
    return []


def _validate_number(spec: Spec) -> list[Fault]:
    order = ("min", "warn_min", "warn_max", "max")
    given = [(name, spec[name]) for name in order if name in spec]  # type: ignore[literal-required]
    return [
        (f"/{name}", f"must not be below {before}")
        for (before, low), (name, high) in pairwise(given)
        if high < low
    ]


def _validate_options(spec: Spec) -> list[Fault]:
    options = spec.get("options", [])
    keys = [option["key"] for option in options]
    faults = [
        (f"/options/{at}/key", f"{key!r} is offered twice")
        for at, key in enumerate(keys)
        if key in keys[:at]
    ]
    if all(option.get("result") == "fail" for option in options):
        faults.append(("/options", "every option fails; one must be able to pass"))
    return faults


def _say_number(spec: Spec, value: Value, language: Language) -> str:
    assert is_number(value)
    assert isinstance(value, int | float)
    text = str(int(value)) if value == int(value) else str(value)
    unit = spec["unit"][language] if "unit" in spec else ""
    return f"{text}{unit}" if unit == "%" else f"{text} {unit}".rstrip()


def _say_options(spec: Spec, value: Value, language: Language) -> str:
    keys = chosen(spec, value)
    labels = [o["label"][language] for o in spec.get("options", []) if o["key"] in keys]
    return ("、" if language == "zh" else ", ").join(labels)


def _say_text(_spec: Spec, value: Value, _language: Language) -> str:
    return str(value)


def _say_photos(_spec: Spec, value: Value, language: Language) -> str:
    count = len(value) if is_words(value) and isinstance(value, list | tuple) else 0
    if language == "zh":
        return f"{count} 张照片"
    return "1 photo" if count == 1 else f"{count} photos"


def _say_signature(_spec: Spec, _value: Value, language: Language) -> str:
    return "已签名" if language == "zh" else "signed"


_TYPES = (
    AnswerType(
        "pass-fail-na", {"zh": "合格、不合格", "en": "Pass or fail"}, "none", False,
        _parse_none, _nothing_to_validate, _say_text,
    ),
    AnswerType(
        "number", {"zh": "数字", "en": "Number"}, "number", True,
        _parse_number, _validate_number, _say_number,
    ),
    AnswerType(
        "choice", {"zh": "单选", "en": "One of several"}, "word", True,
        _parse_choice, _validate_options, _say_options,
    ),
    AnswerType(
        "choices", {"zh": "多选", "en": "Any of several"}, "words", True,
        _parse_choices, _validate_options, _say_options,
    ),
    AnswerType(
        "text", {"zh": "文字", "en": "Text"}, "text", True,
        _parse_text, _nothing_to_validate, _say_text,
    ),
    AnswerType(
        "date", {"zh": "日期", "en": "Date"}, "date", True,
        _parse_date, _nothing_to_validate, _say_text,
    ),
    AnswerType(
        "photo", {"zh": "照片", "en": "Photo"}, "ids", False,
        _parse_ids, _nothing_to_validate, _say_photos,
    ),
    AnswerType(
        "signature", {"zh": "签名", "en": "Signature"}, "id", False,
        _parse_code, _nothing_to_validate, _say_signature,
    ),
    AnswerType(
        "scan", {"zh": "扫码", "en": "Scanned code"}, "text", True,
        _parse_code, _nothing_to_validate, _say_text,
    ),
)  # fmt: skip
ANSWER_TYPES = {kind.name: kind for kind in _TYPES}

RESULTS: dict[str, Text] = {
    "pass": {"zh": "合格", "en": "Pass"},
    "fail": {"zh": "不合格", "en": "Fail"},
    "na": {"zh": "不适用", "en": "Not applicable"},
    "unable": {"zh": "查不了", "en": "Could not be checked"},
}


def parse_value(spec: Spec, raw: object) -> Value:
    """Take a value from outside, or refuse it; nothing (null) always clears."""
    return None if raw is None else ANSWER_TYPES[spec["type"]].parse(spec, raw)


def summarise(spec: Spec, value: Value, language: Language) -> str:
    """Write a value for people; empty when there is none."""
    return "" if value is None else ANSWER_TYPES[spec["type"]].summarise(spec, value, language)


def export_answer_types() -> dict[str, object]:
    """Give what the phone compares its registry with."""
    return {
        "types": [
            {"name": k.name, "label": k.label, "value": k.value, "reading": k.is_reading}
            for k in _TYPES
        ],
        "results": [{"name": name, "label": label} for name, label in RESULTS.items()],
    }
