"""Our own form come back: what rode along, with the texts that were changed in the form."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.authoring.workbook_build import Built
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
        _take_labels(form, expected.choices, {r.name: r for r in expected.rows if r.name})
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
    if line.get("type").split(" ")[0] != row.type.split(" ")[0]:
        found.left_out.append(line.at("type", *_NOT_TAKEN))


def _take_labels(
    form: FormSheets,
    choices: Mapping[str, list[tuple[str, dict[str, str]]]],
    expected: Mapping[str, FormRow],
) -> None:
    """Take changed labels of options; the lists of results and tiers are not the checklist's."""
    for line in form.survey:
        row = expected.get(line.get("name"))
        given, ours = line.get("type").split(" "), row.type.split(" ") if row else []
        if row is None or len(given) < 2 or len(ours) < 2 or not ours[1].startswith("list"):
            continue
        labels = {one.get("name"): one.text("label") for one in form.choices.get(given[1], ())}
        for key, label in choices[ours[1]]:
            label.update(labels.get(key, {}))


def _texts(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
