"""Our own form come back: what rode along, with the texts that were changed in the form."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.authoring.workbook_build import Built
from server.authoring.workbook_places import Mistake
from server.authoring.workbook_rows import Found
from server.authoring.xlsform_export import CARRIED
from server.authoring.xlsform_foreign import Foreign
from server.authoring.xlsform_rows import FormRow, form_of
from server.authoring.xlsform_sheets import FormLine, FormSheets
from server.definitions.load import schema_faults
from server.kernel import strict_json
from server.kernel.errors import Invalid

_SECTION = {"key": "name", "title/zh": "label::zh", "title/en": "label::en", "when": "relevant"}
_ITEM = {
    "key": "name", "ask/zh": "label::zh", "ask/en": "label::en", "method/zh": "hint::zh",
    "method/en": "hint::en", "when": "relevant", "answer/type": "type",
}  # fmt: skip
_COMPARED = ("relevant", "required", "constraint", "appearance")


def is_own(form: FormSheets) -> bool:
    """Tell whether the form was exported by this program."""
    return form.settings is not None and bool(form.settings.get(CARRIED))


def read_own(form: FormSheets, names: Mapping[str, str], found: Found) -> Built:
    """Put the checklist together again."""
    assert form.settings is not None
    head = _carried(form.settings, "head", found)
    built = Built({**head, "sections": []})
    built.places.add(built.definition, form.settings.origin({"key": "form_id", "title": CARRIED}))
    foreign = Foreign(form, found, str(head.get("key", "form")))
    _collect(form, built, foreign, found)
    if not found.mistakes and not any(schema_faults("checklist.schema.json", built.definition)):
        expected = form_of(built.definition, names)
        _take_texts(form, built.definition, {r.name: r for r in expected.rows if r.name}, found)
        rows = {r.name: r for r in expected.rows if r.name}
        _take_labels(form, expected.choices, rows, found)
        _tell_rows(form, rows, found)
    return built


def _collect(form: FormSheets, built: Built, foreign: Foreign, found: Found) -> None:
    section: dict[str, Any] | None = None
    for line in form.survey:
        text = line.get(CARRIED)
        if text.startswith('{"section"'):
            section = {**_carried(line, "section", found), "items": []}
            built.places.add(section, line.origin(_SECTION))
            built.definition["sections"].append(section)
        elif text and section is not None:
            item = _carried(line, "item", found)
            built.places.add(item, line.origin(_ITEM))
            section["items"].append(item)
        elif section is not None and not _is_ours(line):
            foreign.add(line, section, built)


def _is_ours(line: FormLine) -> bool:
    """Tell rows that accompany an item from questions that somebody added."""
    name = line.get("name")
    ours = "." in name or name == "UNIT" or name == ""
    return ours or line.get("type").startswith(("begin", "end"))


def _carried(line: FormLine, name: str, found: Found) -> dict[str, Any]:
    try:
        value = strict_json.loads(line.get(CARRIED).encode())[name]
        if isinstance(value, dict):
            return value
    except (Invalid, KeyError, TypeError):
        pass
    zh, en = "anxun 列的内容被改动，无法读取", "what stands in the column anxun was changed"
    found.mistakes.append(line.at(CARRIED, zh, en))
    return {}


def _take_texts(
    form: FormSheets, definition: Any, expected: Mapping[str, FormRow], found: Found
) -> None:
    own = {id(text) for text in _texts(definition)}
    for line in form.survey:
        row = expected.get(line.get("name"))
        if row is None:
            continue
        for name, text in (("label", row.label), ("hint", row.hint)):
            given = line.text(name)
            if id(text) in own and given:
                text.update(given)
            elif given and given != text:
                found.left_out.append(line.at(name, *_NOT_TAKEN))
        _tell_changes(line, row, found)


_NOT_TAKEN = ("这里的改动没有导入，请在检查表里修改", "not taken over; change it in the checklist")


def _tell_changes(line: FormLine, row: FormRow, found: Found) -> None:
    for name in _COMPARED:
        if line.get(name) != getattr(row, name):
            found.left_out.append(line.at(name, *_NOT_TAKEN))
    given, ours = line.get("type").split(" "), row.type.split(" ")
    if given[0] != ours[0] or (_is_fixed(ours) and given != ours):
        found.left_out.append(line.at("type", *_NOT_TAKEN))


def _is_fixed(words: list[str]) -> bool:
    """Tell a list of results, tiers or attributes; those of options are numbered anew each time."""
    return len(words) > 1 and not words[1].startswith("list")


def _tell_rows(form: FormSheets, expected: Mapping[str, FormRow], found: Found) -> None:
    """Tell readings that were added, and those that were deleted below an item that is kept."""
    there = {line.get("name") for line in form.survey}
    items = {line.get("name"): line for line in form.survey if line.get(CARRIED)}
    for line in form.survey:
        name = line.get("name")
        if "." in name and _is_ours(line) and not line.get(CARRIED) and name not in expected:
            found.left_out.append(line.at("name", *_NOT_TAKEN))
    for name in expected.keys() - there:
        item = items.get(name.rpartition(".")[0])
        if item is not None:
            zh = f"删去的“{name}”仍然保留，请在检查表里修改"
            found.left_out.append(item.at("name", zh, f"{name!r} was kept; change it there"))


def _take_labels(
    form: FormSheets,
    choices: Mapping[str, list[tuple[str, dict[str, str]]]],
    expected: Mapping[str, FormRow],
    found: Found,
) -> None:
    """Take changed labels of options; the lists of results and tiers are not the checklist's."""
    for line in form.survey:
        row = expected.get(line.get("name"))
        given, ours = line.get("type").split(" "), row.type.split(" ") if row else []
        if len(given) < 2 or len(ours) < 2:
            continue
        lines = form.choices.get(given[1], [])
        if ours[1].startswith("list"):
            labels = {one.get("name"): one.text("label") for one in lines}
            for key, label in choices[ours[1]]:
                label.update(labels.get(key, {}))
        _tell_options(line, lines, choices[ours[1]], found)


def _tell_options(
    line: FormLine, given: list[FormLine], ours: list[tuple[str, dict[str, str]]], found: Found
) -> None:
    """Tell options that came, went or changed places, each once for all who share the list."""
    keys, names = [key for key, _ in ours], [one.get("name") for one in given]
    for one in given:
        if one.get("name") not in keys or names.count(one.get("name")) > 1:
            _tell(one.at("name", *_NOT_TAKEN), found)
    for key, label in ours:
        if key not in names:
            zh = f"选项“{label['zh']}”（{key}）没有删去，请在检查表里修改"
            _tell(line.at("type", zh, f"option {key!r} was kept; change it there"), found)
    if names != keys and sorted(names) == sorted(keys):
        zh, en = "选项的次序没有导入，请在检查表里修改", "the order of options was not taken over"
        _tell(line.at("type", zh, en), found)


def _tell(note: Mistake, found: Found) -> None:
    if note not in found.left_out:
        found.left_out.append(note)


def _texts(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
