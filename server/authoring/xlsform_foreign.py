"""A form that somebody else wrote, as far as a checklist can say the same."""

import re
from collections.abc import Mapping
from typing import Any, cast

from server.authoring.workbook_build import Built
from server.authoring.workbook_places import mistake_in
from server.authoring.workbook_rows import Found
from server.authoring.xlsform_sheets import FormLine, FormSheets
from server.authoring.xlsform_xpath import NotCarried, from_xpath
from server.definitions.rules.references import references_of
from server.definitions.rules.shapes import Condition

_TYPES = {
    "text": "text", "string": "text", "integer": "number", "int": "number", "decimal": "number",
    "range": "number", "date": "date", "today_date": "date", "image": "photo", "photo": "photo",
    "barcode": "scan", "select_one": "choice", "select_multiple": "choices",
}  # fmt: skip
_QUIET = ("start", "end", "today", "deviceid", "phonenumber", "username", "email", "audit")
_NOT_READ = (
    "calculation", "choice_filter", "default", "trigger", "repeat_count", "guidance_hint",
    "image", "audio", "video", "media", "read_only", "appearance", "parameters",
)  # fmt: skip
_ITEM = {
    "key": "name", "ask/zh": "label::zh", "ask/en": "label::en", "method/zh": "hint::zh",
    "method/en": "hint::en", "when": "relevant", "answer/type": "type", "answer": "type",
}  # fmt: skip
_LIMIT = re.compile(r"\s*\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)\s*")
_LENGTH = re.compile(r"\s*string-length\(\s*\.\s*\)\s*<=\s*(\d{1,4})\s*")
_RESULTS = {"pass", "fail", "na", "unable"}
_FACTS_EACH = 99


class Foreign:
    """Turns rows of a survey into items, remembering what each name became."""

    def __init__(self, form: FormSheets, found: Found, key: str) -> None:
        self._form, self._found, self._key = form, found, key
        self._refs: dict[str, str] = {}
        self._values: dict[str, dict[str, str]] = {}
        self._count = 0
        self._used: set[str] = set()

    def add(self, line: FormLine, section: dict[str, Any], built: Built, when: Any = None) -> None:
        """Add a question to a section, or tell why it cannot be one."""
        words = line.get("type").split()
        kind = _TYPES.get(words[0].replace(" ", "_").lower()) if words else None
        if kind is None or "from_file" in words[0] or (kind in ("choice", "choices")
                                                       and len(words) < 2):  # fmt: skip
            self._leave(line, "type", words[0] if words else "")
            return
        item = self._item(line, kind, words)
        own = self.condition(line)
        both = [one for one in (when, own) if one]
        if both:
            item["when"] = both[0] if len(both) == 1 else {"all": both}
        built.places.add(item, line.origin(_ITEM))
        built.definition["header"].setdefault("facts", []).extend(item["facts"])
        section["items"].append(item)
        for name in _NOT_READ:
            if line.get(name) and not (
                name == "appearance" and item["answer"]["type"] == "signature"
            ):
                self._leave(line, name, line.get(name))

    def condition(self, line: FormLine) -> dict[str, Any] | None:
        """Read the condition of a row; one that says more than ours is left out."""
        text = line.get("relevant") or line.get("relevance")
        if not text:
            return None
        try:
            return self._translated(from_xpath(text, self._refs))
        except NotCarried:
            self._leave(line, "relevant", text)
            return None

    def _translated(self, condition: dict[str, Any]) -> dict[str, Any]:
        """Exchange the values of choices for the keys they became."""
        for ref in references_of(cast(Condition, condition)):
            if ref not in self._values:
                continue
            condition = _replaced(condition, ref, self._values[ref])
        return condition

    def _item(self, line: FormLine, kind: str, words: list[str]) -> dict[str, Any]:
        name = line.get("name")
        key = self._unique(f"{self._key}.{slug(name, '-')}")
        self._refs[name] = key
        self._count += 1
        answer = self._answer(line, kind, words, key)
        prefix = "X" + chr(ord("A") + (self._count - 1) // _FACTS_EACH % 26)
        number = (self._count - 1) % _FACTS_EACH + 1
        item: dict[str, Any] = {"key": key, "facts": [f"{prefix}-{number:02d}"], "basis": []}
        item |= {"ask": _both(line.text("label")), "method": _both(line.text("hint"))}
        return item | {"answer": answer, "photo": {"rule": "optional"}, "weight": 1}

    def _answer(self, line: FormLine, kind: str, words: list[str], key: str) -> dict[str, Any]:
        if kind in ("choice", "choices"):
            return self._choices(line, kind, words[1], key)
        answer: dict[str, Any] = {"type": kind}
        if kind == "photo" and "signature" in line.get("appearance"):
            answer["type"] = "signature"
        if words[0] in ("integer", "int"):
            answer["step"] = 1
        self._limits(line, answer)
        return answer

    def _choices(self, line: FormLine, kind: str, name: str, key: str) -> dict[str, Any]:
        listed = self._form.choices.get(name, [])
        given = {one.get("name") for one in listed}
        if kind == "choice" and given <= _RESULTS and {"pass", "fail"} <= given:
            self._values[key] = {word: word for word in given}
            return {"type": "pass-fail-na"} | ({"allow_na": True} if "na" in given else {})
        keys: dict[str, str] = {}
        options = []
        for one in listed:
            word = slug(one.get("name"), "_")
            word = word if word not in keys.values() else f"{word}_{len(keys)}"
            keys[one.get("name")] = word
            options.append({"key": word, "label": one.text("label")})
        self._values[key] = keys
        if line.get("choice_filter") or not listed:
            self._leave(line, "type", name)
        return {"type": kind, "options": options}

    def _limits(self, line: FormLine, answer: dict[str, Any]) -> None:
        text = line.get("constraint")
        length = _LENGTH.fullmatch(text)
        if length and answer["type"] == "text":
            answer["max_length"] = int(length[1])
            return
        parts = [_LIMIT.fullmatch(part) for part in text.split(" and ")] if text else []
        if answer["type"] == "number" and all(parts):
            for part in parts:
                assert part is not None
                number = float(part[2]) if "." in part[2] else int(part[2])
                answer["min" if part[1] == ">=" else "max"] = number
        elif text:
            self._leave(line, "constraint", text)

    def _unique(self, key: str) -> str:
        made = key if key not in self._used else f"{key}-{len(self._used)}"
        self._used.add(made)
        return made

    def _leave(self, line: FormLine, heading: str, what: str) -> None:
        zh = f"“{line.get('name') or line.get('type')}”的 {heading}（{what[:40]}）没有导入"
        en = f"{heading} of {line.get('name')!r} was not carried over"
        self._found.left_out.append(line.at(heading, zh, en))


def read_foreign(form: FormSheets, found: Found, today: str) -> Built:
    """Make a checklist of a form: groups become sections, questions become items."""
    settings = form.settings
    name = settings.get("form_id") or settings.get("form_title") if settings else ""
    key = re.sub(r"[^a-z]+", "-", name.lower()).strip("-") or "imported-form"
    title = settings.text("form_title") if settings else {}
    if name.isascii() and name:  # a form has one title; its name stands in for the English one
        title.setdefault("en", re.sub(r"[_\W]+", " ", name).strip())
    note = {"zh": "由 XLSForm 导入，依据和方法须补充核对。",
            "en": "Imported from XLSForm; basis and method must be added."}  # fmt: skip
    built = Built({
        "key": key, "title": _both(title), "effective_from": today, "minutes": 30,
        "header": {"facts": [], "note": note, "omitted": []}, "sections": [],
    })  # fmt: skip
    where = {"key": "form_id", "title/zh": "form_title", "title/en": "form_title"}
    anywhere = settings or form.survey[0]
    built.places.add(built.definition, anywhere.origin(where if settings else {}))
    zh = "英文名称、权重、拍照要求、启用日期、预计分钟和依据点编号是默认值，请核对"
    en = "English title, weights, photo rules, day, minutes and facts are defaults; check them"
    found.left_out.append(mistake_in("", zh, en))
    _Sections(form, built, Foreign(form, found, key), found).read()
    return built


class _Sections:
    def __init__(self, form: FormSheets, built: Built, foreign: Foreign, found: Found) -> None:
        self.form, self.built, self.foreign, self.found = form, built, foreign, found
        self.open: list[tuple[Any, Any]] = []
        self.section: dict[str, Any] | None = None

    def read(self) -> None:
        for line in self.form.survey:
            kind = line.get("type").lower().replace(" ", "_")
            if kind.startswith("begin"):
                self._begin(line, is_repeat="repeat" in kind)
            elif kind.startswith("end_") and ("group" in kind or "repeat" in kind):
                self._end()
            elif kind in _QUIET:
                zh, en = f"{kind} 由系统自动记录，不需要导入", f"{kind} is recorded anyway"
                self.found.left_out.append(line.at("type", zh, en))
            elif kind:
                whens = [when for _, when in self.open[1:] if when]
                when = {"all": whens} if len(whens) > 1 else (whens[0] if whens else None)
                self.foreign.add(line, self._current(line), self.built, when)
        sections = self.built.definition["sections"]
        self.built.definition["sections"] = [one for one in sections if one["items"]]

    def _begin(self, line: FormLine, *, is_repeat: bool) -> None:
        when = self.foreign.condition(line)
        if not self.open:
            self.section = self._new(line, line.get("name"), line.text("label"))
            if is_repeat:
                self.section["repeat"] = {"over": "location"}
            if when:
                self.section["when"] = when
        elif is_repeat:
            zh, en = "套在里面的重复组没有导入为重复", "a repeat inside a group does not repeat"
            self.found.left_out.append(line.at("type", zh, en))
        self.open.append((line, when))

    def _end(self) -> None:
        if self.open:
            self.open.pop()
        if not self.open:
            self.section = None

    def _current(self, line: FormLine) -> dict[str, Any]:
        if self.section is None:
            self.section = self._new(line, "general", {"zh": "其他", "en": "General"})
        return self.section

    def _new(self, line: FormLine, name: str, title: Mapping[str, str]) -> dict[str, Any]:
        taken = {one["key"] for one in self.built.definition["sections"]}
        key = slug(name, "-")
        key = key if key not in taken else f"{key}-{len(taken)}"
        made: dict[str, Any] = {"key": key, "title": _both(title), "items": []}
        where = {"key": "name", "title/zh": "label::zh", "title/en": "label::en"}
        self.built.places.add(made, line.origin(where | {"when": "relevant"}))
        self.built.definition["sections"].append(made)
        return made


def _both(text: Mapping[str, str]) -> dict[str, str]:
    """Leave a gap where a language is missing: it is told as a mistake and filled in by hand."""
    return {"zh": text.get("zh", ""), "en": text.get("en", "")}


def slug(text: str, joint: str) -> str:
    """Make a name that keys can hold: small letters and digits, begun by a letter."""
    parts = re.findall(r"[a-z0-9]+", text.lower())
    made = joint.join(parts)
    return made if made[:1].isalpha() else f"q{made}"


def _replaced(condition: Any, ref: str, values: Mapping[str, str]) -> dict[str, Any]:
    if "equals" in condition and condition["equals"][0] == ref:
        value = str(condition["equals"][1])
        if value not in values:
            raise NotCarried(value)
        return {"equals": [ref, values[value]]}
    return {
        form: [_replaced(one, ref, values) for one in body] if form in ("all", "any")
        else _replaced(body, ref, values) if form == "not" else body
        for form, body in condition.items()
    }  # fmt: skip
