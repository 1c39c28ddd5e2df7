"""A checklist as the rows of an XLSForm: questions in walking order, groups, repeats, choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.authoring.workbook_words import RESULT_WORDS, TIER_WORDS
from server.authoring.xlsform_xpath import to_xpath
from server.definitions.rules.references import references_of

Tree = Mapping[str, Any]
Text = dict[str, str]
EMPTY: Text = {}
_SIMPLE = {"text": "text", "date": "date", "photo": "image", "signature": "image",
           "scan": "barcode", "pass-fail-na": "select_one result"}  # fmt: skip
_EN = {"pass": "Pass", "fail": "Fail", "na": "Not applicable", "unable": "Could not be checked"}
PHOTO, NOTE, LIMIT = "_PHOTO", "_NOTE", "_LIMIT"
_UNIT: Text = {"zh": "单位情况", "en": "The unit"}
_TIER: Text = {"zh": "机构类别", "en": "Tier"}
_BEDS: Text = {"zh": "床位数", "en": "Beds"}
_HAS: Text = {"zh": "单位具备哪些情况", "en": "What the unit has"}
_KIND: Text = {"zh": "场所种类", "en": "Kind of place"}
_PLACE: Text = {"zh": "场所具备哪些情况", "en": "What the place has"}
_PHOTO: Text = {"zh": "照片", "en": "Photo"}
_NOTE: Text = {"zh": "情况说明", "en": "Note"}
_OVER: Text = {"zh": "超出限值，应判为不合格", "en": "Outside the limit: this fails"}


@dataclass(frozen=True)
class FormRow:
    """One row of the survey. `label` and `hint` are texts of the definition itself."""

    type: str
    name: str
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    relevant: str = ""
    required: str = ""
    constraint: str = ""
    message: Text = field(default_factory=dict)
    appearance: str = ""
    carried: Tree | None = None


@dataclass
class Form:
    """The rows of the survey and the lists of choices."""

    rows: list[FormRow] = field(default_factory=list)
    choices: dict[str, list[tuple[str, Text]]] = field(default_factory=dict)


def form_of(definition: Tree, names: Mapping[str, str]) -> Form:
    """Write a checklist as a form; *names* are the Chinese names of attributes by reference."""
    return _Writer(definition, names).form


class _Writer:
    def __init__(self, definition: Tree, names: Mapping[str, str]) -> None:
        self.form = Form()
        self._names = names
        self._specs = dict(_specs(definition))
        self._refs = sorted(_refs(definition))
        self._place = ""
        results = [(key, {"zh": zh, "en": _EN[key]}) for key, zh in RESULT_WORDS.items()]
        self.form.choices["result_na"] = results
        self.form.choices["result"] = [one for one in results if one[0] != "na"]
        self._unit()
        for section in definition["sections"]:
            self._section(section)

    def _add(self, *args: Any, **fields: Any) -> None:
        self.form.rows.append(FormRow(*args, **fields))

    def _unit(self) -> None:
        self._add("begin_group", "UNIT", _UNIT)
        tiers = [(key, {"zh": zh, "en": key}) for key, zh in TIER_WORDS.items()]
        self.form.choices["tiers"] = tiers
        self._add("select_one tiers", "unit.tier", _TIER, required="yes")
        self._add("integer", "unit.beds", _BEDS)
        self._attributes("unit", "unit.attributes", _HAS)
        self._add("end_group", "")

    def _attributes(self, kind: str, name: str, label: Text) -> None:
        start = f"{kind}.attributes."
        keys = [ref.removeprefix(start) for ref in self._refs if ref.startswith(start)]
        if keys:
            listed = f"{kind}_attributes"
            self.form.choices[listed] = [
                (key, {"zh": self._names.get(start + key, key), "en": key}) for key in keys
            ]
            self._add(f"select_multiple {listed}", name, label)

    def _section(self, section: Tree) -> None:
        kind = "repeat" if "repeat" in section else "group"
        own = {key: value for key, value in section.items() if key != "items"}
        relevant = self._xpath(section.get("when"))
        fields = {"relevant": relevant, "carried": {"section": own}}
        self._add(f"begin_{kind}", section["key"], section["title"], **fields)
        self._begin_place(section["key"], section)
        for item in section["items"]:
            self._item(item)
        self._place = ""
        self._add(f"end_{kind}", "")

    def _begin_place(self, name: str, repeated: Tree) -> None:
        if "repeat" in repeated and any(ref.startswith("place.") for ref in self._refs):
            self._place = name
            self._add("text", f"place.kind_{name}", _KIND)
            self._attributes("place", f"place.attributes_{name}", _PLACE)

    def _item(self, item: Tree) -> None:
        key = item["key"]
        is_repeated = "repeat" in item
        if is_repeated:
            self._add("begin_repeat", f"{key}_EACH", item["ask"])
            self._begin_place(f"{key}_EACH", item)
        relevant = self._relevant(item)
        self._question(item["answer"], key, item["ask"], item["method"], relevant, item)
        for reading in item.get("readings", ()):
            self._reading(item, reading, relevant)
        self._photo(item, relevant)
        note = _both(relevant, f"${{{key}}} = 'fail' or ${{{key}}} = 'unable'")
        if _is_judged(item):
            self._add("text", f"{key}{NOTE}", _NOTE, relevant=note)
        if is_repeated:
            self._place = ""
            self._add("end_repeat", "")

    def _question(
        self, spec: Tree, name: str, label: Text, hint: Text, relevant: str, item: Tree
    ) -> None:
        self._add(
            self._type(spec), name, label, hint, relevant,
            "yes" if _is_judged(item) else "",
            *_limits(spec, None),
            "signature" if spec["type"] == "signature" else "",
            {"item": item},
        )  # fmt: skip
        self._limit_note(spec, name, relevant)

    def _limit_note(self, spec: Tree, name: str, relevant: str) -> None:
        tests = [f"${{{name}}} {sign} {spec[way]}" for way, sign in _BEYOND if way in spec]
        if tests:
            beyond = f"${{{name}}} != '' and ({' or '.join(tests)})"
            self._add("note", f"{name}{LIMIT}", _OVER, relevant=_both(relevant, beyond))

    def _reading(self, item: Tree, reading: Tree, relevant: str) -> None:
        key, name = item["key"], f"{item['key']}.{reading['key']}"
        shown = _both(relevant, self._xpath(reading.get("when")))
        judged = _is_judged(item)
        needed = f"${{{key}}} = 'pass' or ${{{key}}} = 'fail'" if judged else "yes"
        required = "" if reading.get("optional") else needed
        limits = _limits(reading, key if judged else None)
        hint = reading.get("note", EMPTY)
        self._add(self._type(reading), name, reading["label"], hint, shown, required, *limits)
        if not judged:
            self._limit_note(reading, name, shown)

    def _photo(self, item: Tree, relevant: str) -> None:
        rule, key = item["photo"]["rule"], item["key"]
        if rule == "never" or item["answer"]["type"] in ("photo", "signature"):
            return
        judged = _is_judged(item)
        failed = f"${{{key}}} = 'fail'"
        if rule == "on-fail" and judged:
            relevant = _both(relevant, failed)
        required = {"always": f"{failed} or ${{{key}}} = 'pass'", "on-fail": "yes"}.get(rule, "")
        hint = item["photo"].get("hint", EMPTY)
        name = f"{key}{PHOTO}"
        self._add("image", name, _PHOTO, hint, relevant, required if judged else "")

    def _type(self, spec: Tree) -> str:
        kind = spec["type"]
        if kind in ("choice", "choices"):
            name = f"list{len(self.form.choices)}"
            self.form.choices[name] = [(o["key"], o["label"]) for o in spec["options"]]
            return f"{'select_one' if kind == 'choice' else 'select_multiple'} {name}"
        if kind == "number":
            return "integer" if spec.get("step") == 1 else "decimal"
        return "select_one result_na" if spec.get("allow_na") and kind == "pass-fail-na" else (
            _SIMPLE[kind]
        )  # fmt: skip

    def _relevant(self, item: Tree) -> str:
        tiers = [f"${{unit.tier}} = '{tier}'" for tier in item.get("tiers", ())]
        return _both(" or ".join(tiers), self._xpath(item.get("when")))

    def _xpath(self, when: Tree | None) -> str:
        return to_xpath(when, self._named, self._several) if when else ""

    def _named(self, ref: str) -> str:
        for start in ("unit.attributes", "place.attributes", "place.kind"):
            if ref == start or ref.startswith(f"{start}."):
                return f"${{{start}_{self._place}}}" if start[0] == "p" else f"${{{start}}}"
        return f"${{{ref}}}"

    def _several(self, ref: str) -> bool:
        return bool(self._specs.get(ref, EMPTY).get("type") == "choices")


_BEYOND = (("min", "<"), ("max", ">"))
_WITHIN = (("min", ">="), ("max", "<="))


def _limits(spec: Tree, judged: str | None) -> tuple[str, Text]:
    """Let a value outside its limit in where the question itself was answered with fail."""
    if "max_length" in spec:
        return f"string-length(.) <= {spec['max_length']}", EMPTY
    tests = [f". {sign} {spec[way]}" for way, sign in _WITHIN if way in spec]
    if not tests or judged is None:
        return "", EMPTY
    return f"({' and '.join(tests)}) or ${{{judged}}} = 'fail'", _OVER


def _both(one: str, other: str) -> str:
    parts = [part for part in (one, other) if part]
    return " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)


def _is_judged(item: Tree) -> bool:
    return bool(item["answer"]["type"] == "pass-fail-na")


def _specs(definition: Tree) -> Iterator[tuple[str, Tree]]:
    for section in definition["sections"]:
        for item in section["items"]:
            yield item["key"], item["answer"]
            for reading in item.get("readings", ()):
                yield f"{item['key']}.{reading['key']}", reading


def _refs(definition: Tree) -> set[str]:
    found: set[str] = set()
    for section in definition["sections"]:
        for one in [section, *section["items"]]:
            found |= set(references_of(one.get("when")))
    return found
