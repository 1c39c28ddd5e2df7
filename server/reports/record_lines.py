"""The lines of an inspection record: question, result, readings, who found it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from server.checklists.rules import (
    Judgement,
    Line,
    Values,
    active_readings,
    answer_key,
    judge,
)
from server.checklists.rules.lines import items_by_key
from server.definitions.rules import RESULTS, summarise
from server.definitions.rules.shapes import Item
from server.inspections.models import Answer
from server.inspections.parts import passed_together
from server.inspections.queries import Walk
from server.reports.record_team import CONFIRMED, Finders, is_decided, told_texts

OPEN = "未查"
MARKS = {"rest": "本节其余合格", "quick": "例外式"}
_MARKS = (("out", "超出限值"), ("warn", "接近限值"), ("expiring", "即将到期"))


@dataclass(frozen=True)
class Row:
    """One line as it is printed."""

    number: int
    line: Line
    item: Item
    verdict: Judgement
    answer: Answer | None
    place: str
    finders: Sequence[str] = ()

    @property
    def key(self) -> str:
        """Return the key of the answer."""
        return answer_key(self.line["target"], self.line["item"])

    def value(self, name: str) -> Any:
        """Return a field of the answer."""
        field = self.answer.fields.get(name) if self.answer else None
        return field["v"] if field else None

    def author(self) -> str | None:
        """Return who gave the result that stands; of several the first."""
        return self.finders[0] if self.finders else None

    def authors(self, people: Mapping[str, str]) -> str:
        """Name everybody who gave the result that stands, and say whether the lead decided."""
        names = "、".join(people.get(person, "") for person in self.finders)
        return f"{names}{CONFIRMED}" if is_decided(self.answer) else names

    def text(self, name: str, people: Mapping[str, str]) -> str:
        """Return a note or reason, each author's own words beside the name."""
        return told_texts(self.answer.fields.get(name) if self.answer else None, people)

    def how(self) -> str | None:
        """Return how it was passed, if it was not one by one."""
        return passed_together(self.answer.fields) if self.answer else None


def rows_of(walk: Walk, answers: Sequence[Answer], finders: Finders) -> list[Row]:
    """Return every line that was asked, in walking order, numbered from one."""
    items = items_by_key(walk.definition)
    given = {answer_key(answer.target_id, answer.item_key): answer for answer in answers}
    rows = []
    for number, line in enumerate(walk.lines(), 1):
        item, key = items[line["item"]], answer_key(line["target"], line["item"])
        verdict = judge(item, walk.values.get(key, {}), walk.context["today"])
        place = walk.place_name(line["target"])
        by = finders.get(key, ())
        rows.append(Row(number, line, item, verdict, given.get(key), place, by))
    return rows


def sections_of(
    walk: Walk, rows: Sequence[Row], people: Mapping[str, str], signers: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the table: a section for each part of the checklist at each of its places."""
    titles = {section["key"]: section["title"]["zh"] for section in walk.definition["sections"]}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row.line["section"], row.line["target"])
        title = titles[key[0]]
        section = found.setdefault(key, {"title": title, "place": row.place, "rows": []})
        section["rows"].append(_printed(row, people, signers))
    return list(found.values())


def _printed(row: Row, people: Mapping[str, str], signers: Mapping[str, str]) -> dict[str, Any]:
    result = row.verdict["result"]
    return {
        "number": row.number,
        "ask": row.item["ask"]["zh"],
        "result": RESULTS[result]["zh"] if result else OPEN,
        "failed": result == "fail",
        "values": spoken_values(row, signers),
        "note": "\n".join(v for n in ("reason", "note") if (v := row.text(n, people))),
        "by": row.authors(people),
        "mark": MARKS.get(row.how() or "", ""),
        "mandatory": bool(row.item.get("mandatory")),
    }


def spoken_values(row: Row, signers: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Say the readings of a line."""
    values = {name: f["v"] for name, f in row.answer.fields.items()} if row.answer else {}
    return spoken(row.item, values, row.verdict, signers)


def spoken(
    item: Item,
    values: Values,
    verdict: Judgement,
    signers: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Say the readings of an answer, each with what is remarkable about it."""
    specs = [("v", "", item["answer"])] if item["answer"]["type"] != "pass-fail-na" else []
    said = []
    for name, label, spec in [
        *specs,
        *((f"r.{r['key']}", r["label"]["zh"], r) for r in active_readings(item, values)),
    ]:
        text = summarise(spec, values.get(name), "zh")
        if text and spec["type"] == "signature":
            text = f"{text} {signers.get(str(values[name]), '')}".strip()
        if text:
            marks = [word for key, word in _MARKS if name in verdict[key]]  # type: ignore[literal-required]
            said.append(f"{label} {text}".strip() + (f"（{'、'.join(marks)}）" if marks else ""))
    return said
