"""
What stands in the columns of the table of inspections: one column a question.

Pure but for the words of the checklist engine. An answer that is one tap and nothing more, as nine
of ten are, is recognised by its text; all others are parsed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from server.checklists.rules import Values, judge, lines
from server.checklists.rules.shapes import Context, answer_key
from server.definitions.rules import RESULTS, summarise
from server.definitions.rules.shapes import Definition, Item, Reading
from server.reports.record_lines import OPEN, spoken
from server.reports.record_team import CONFIRMED, DECIDED
from server.reports.table_answers import Given

DISPUTED = "（意见不一，待组长确认）"
_TEXTS = ("reason", "note")
_LIMITS = ("min", "max", "warn_min", "warn_max", "expiry", "when")
_FEW = 3
_MOST_PLANS = 200
# How a result begins in the text of either database, as far as it takes to tell them apart.
_SHORT = 20
_TAPPED = {
    (start + f'{key}",')[:_SHORT]: words["zh"]
    for key, words in RESULTS.items()
    for start in ('{"result":{"v":"', '{"result": {"v": "')
}


class Question:
    """An item as a column says it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self._alone = {f"r.{r['key']}": r for r in item.get("readings", []) if _is_plain(r)}

    def told(self, text: str, today: str) -> str:
        """Say an answer as the database keeps it; a reading alone, without limits, at once."""
        fields = orjson.loads(text)
        if len(fields) == 1:
            [(name, state)] = fields.items()
            reading = self._alone.get(name)
            if reading and "candidates" not in state and state.get("how") != DECIDED:
                words = summarise(reading, state["v"], "zh")
                return f"{reading['label']['zh']} {words}" if words else OPEN
        return self.say(fields, today)

    def say(self, fields: Mapping[str, Any], today: str) -> str:
        """Say the standing result, the readings, then what was written about it."""
        values: Values = {name: state["v"] for name, state in fields.items()}
        verdict = judge(self.item, values, today)
        result = verdict["result"]
        words = [RESULTS[result]["zh"]] if result else []
        words += spoken(self.item, values, verdict)
        words += [str(values[name]) for name in _TEXTS if values.get(name)]
        return ("；".join(words) or OPEN) + remark(fields)


def _is_plain(reading: Reading) -> bool:
    """Say whether a reading means nothing beyond itself."""
    if any(name in reading for name in _LIMITS):
        return False
    return not any("result" in option for option in reading.get("options", []))


def remark(fields: Mapping[str, Any]) -> str:
    """Say that people disagree, or that the lead has decided between them."""
    states = [state for name, state in fields.items() if name not in _TEXTS]
    if any(_is_disputed(state) for state in states):
        return DISPUTED
    return CONFIRMED if any(state.get("how") == DECIDED for state in states) else ""


def _is_disputed(state: Mapping[str, Any]) -> bool:
    """Say whether two people differ; what one person said on two phones is that person's alone."""
    words = state.get("candidates") or ()
    return len({w["by"] for w in words}) > 1 and any(w["v"] != state["v"] for w in words)


def columns_of(editions: Sequence[Definition]) -> dict[str, str]:
    """
    Return item and heading of every column, the newest edition first.

    What only an older edition asked stands where it stood there: behind what came before it.
    """
    order: list[str] = []
    heads: dict[str, str] = {}
    for edition in editions:
        place = 0
        for item in _items(edition):
            if item["key"] not in heads:
                heads[item["key"]] = item["ask"]["zh"]
                order.insert(place, item["key"])
            place = order.index(item["key"]) + 1
    return {key: heads[key] for key in order}


def _items(definition: Definition) -> Iterator[Item]:
    for section in definition["sections"]:
        yield from section["items"]


class Edition:
    """One edition of the checklist, laid under the columns of all editions."""

    def __init__(self, definition: Definition, columns: Sequence[str]) -> None:
        self.definition = definition
        self.questions = {item["key"]: Question(item) for item in _items(definition)}
        self.places = {key: n for n, key in enumerate(columns) if key in self.questions}
        self.is_flat = _is_flat(definition)
        self.open = [OPEN if key in self.places else "" for key in columns]
        self.width = len(columns)
        self._plans: dict[str, list[tuple[int, Question]]] = {}

    def flat(self, given: Given, today: str) -> list[str]:
        """Say the answers where every question is asked once and of everybody."""
        cells = self.open.copy()
        for (place, question), text in zip(self._plan(given), given.texts(), strict=True):
            word = _TAPPED.get(text[:_SHORT])
            is_tap = word is not None and text.count("{") == 2 and DECIDED not in text
            cells[place] = word if is_tap and word else question.told(text, today)
        return cells

    def _plan(self, given: Given) -> list[tuple[int, Question]]:
        """Find column and question of each answer; most inspections have the same ones."""
        plan = self._plans.get(given.asked)
        if plan is None:
            plan = [(self.places[item], self.questions[item]) for _, item in given.pairs()]
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            self._plans[given.asked] = plan
        return plan

    def walked(self, given: Given, context: Context) -> list[str]:
        """Say the answers of the lines that were asked, as the record does; others are empty."""
        said = {
            answer_key(target, item): orjson.loads(text)
            for (target, item), text in zip(given.pairs(), given.texts(), strict=True)
        }
        values = {k: {n: s["v"] for n, s in fields.items()} for k, fields in said.items()}
        found: dict[str, list[tuple[str, str]]] = {}
        for line in lines(self.definition, context, values):
            fields = said.get(answer_key(line["target"], line["item"]), {})
            place = context["places"].get(line["target"])
            words = self.questions[line["item"]].say(fields, context["today"])
            name = place.get("name", "") if place else ""
            found.setdefault(line["item"], []).append((name, words))
        cells = [""] * self.width
        for item, told in found.items():
            cells[self.places[item]] = folded(told)
        return cells


def _is_flat(definition: Definition) -> bool:
    """Say whether all is asked once, whatever was answered and wherever."""
    sections = definition["sections"]
    parts: list[Mapping[str, Any]] = [*sections, *_items(definition)]
    return not any(part.get(name) for part in parts for name in ("when", "tiers", "repeat"))


def folded(told: Sequence[tuple[str, str]]) -> str:
    """
    Put what was said at several places into one cell: like with like, what is wrong first.

    Where all is well at more than a few places, their number is enough.
    """
    if len(told) == 1 and not told[0][0]:
        return told[0][1]
    places: dict[str, list[str]] = {}
    for name, words in sorted(told):
        places.setdefault(words, []).append(name)
    ordered = sorted(places, key=lambda words: (_is_well(words), words))
    return "\n".join(_group(words, places[words]) for words in ordered)


def _is_well(words: str) -> bool:
    return words in (RESULTS["pass"]["zh"], RESULTS["na"]["zh"])


def _group(words: str, places: Sequence[str]) -> str:
    if _is_well(words) and len(places) > _FEW:
        return f"{words}（{len(places)} 处）"
    return f"{'、'.join(places)}：{words}"
