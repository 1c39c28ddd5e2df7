"""Which rows are asked: one pass in order, because conditions look only backwards."""

from collections.abc import Iterator, Sequence

from server.checklists.rules.judge import active_readings
from server.checklists.rules.shapes import Answers, Context, Line, Values, answer_key
from server.definitions.rules.depth import is_deep
from server.definitions.rules.holds import holds
from server.definitions.rules.shapes import Condition, Definition, Item, Repeat, Section, Value

ONCE: tuple[str, ...] = ("",)


def lines(definition: Definition, context: Context, answers: Answers) -> list[Line]:
    """List the visible rows in walking order; answers to hidden items count for nothing."""
    walk = _Walk(definition, context, answers)
    rows: list[Line] = []
    for section in definition["sections"]:
        if is_in_part(section, context) and walk.shows(section.get("when"), ""):
            rows += _rows(section, walk)
    return rows


def items_by_key(definition: Definition) -> dict[str, Item]:
    """Index the items."""
    return {item["key"]: item for section in definition["sections"] for item in section["items"]}


def is_in_part(section: Section, context: Context) -> bool:
    """Tell whether the section belongs to the part that this visit takes on."""
    part = context.get("sections")
    return part is None or section["key"] in part


def unit_value(name: str, context: Context) -> Value:
    """Return what conditions see behind "unit." and a name."""
    unit = context["unit"]
    if name == "tier":
        return unit["tier"]
    return unit["beds"] if name == "beds" else name.partition(".")[2] in unit["attributes"]


def _rows(section: Section, walk: "_Walk") -> Iterator[Line]:
    for target in walk.targets(section.get("repeat")):
        for item in section["items"]:
            inner = walk.targets(item["repeat"]) if "repeat" in item else (target,)
            for each in inner:
                if walk.asks(item, each):
                    yield {"section": section["key"], "target": each, "item": item["key"]}


class _Walk:
    """What has been shown so far, and the values that conditions may see."""

    def __init__(self, definition: Definition, context: Context, answers: Answers) -> None:
        self.items = items_by_key(definition)
        self.context = context
        self.answers = answers
        self.drawn = context.get("deep_items")
        self.shown: set[str] = set()

    def targets(self, repeat: Repeat | None) -> Sequence[str]:
        """List the targets of a repeat; none of the right kind means once for the whole unit."""
        if repeat is None:
            return ONCE
        kinds = repeat.get("kinds")
        chosen = dict.fromkeys(self.context["targets"][repeat["over"]])
        found = [t for t in chosen if kinds is None or self._kind(t) in kinds]
        return found or ONCE

    def asks(self, item: Item, target: str) -> bool:
        """Decide one row and remember it."""
        if self.drawn is not None and is_deep(item) and item["key"] not in self.drawn:
            return False
        if "tiers" in item and self.context["unit"]["tier"] not in item["tiers"]:
            return False
        if not self.shows(item.get("when"), target):
            return False
        self.shown.add(answer_key(target, item["key"]))
        return True

    def shows(self, when: Condition | None, target: str) -> bool:
        """Decide a condition at a target."""
        return when is None or holds(when, lambda ref: self._look(ref, target))

    def _kind(self, target: str) -> str | None:
        place = self.context["places"].get(target)
        return place["kind"] if place else None

    def _look(self, ref: str, target: str) -> Value:
        owner, _, rest = ref.partition(".")
        if owner == "unit":
            return unit_value(rest, self.context)
        if owner == "place":
            return self._place(rest, target)
        if ref in self.items:
            return self._answer(self.items[ref], target)
        key, _, reading = ref.rpartition(".")
        return self._reading(self.items[key], reading, target) if key in self.items else None

    def _place(self, name: str, target: str) -> Value:
        if name == "kind":
            return self._kind(target)
        place = self.context["places"].get(target)
        return place is not None and name.partition(".")[2] in place["attributes"]

    def _answer(self, item: Item, target: str) -> Value:
        values = self._values(item, target)
        if item["answer"]["type"] == "pass-fail-na":
            return values.get("result")
        return None if values.get("result") in ("na", "unable") else values.get("v")

    def _reading(self, item: Item, key: str, target: str) -> Value:
        values = self._values(item, target)
        if values.get("result") in ("na", "unable"):
            return None
        active = (reading["key"] for reading in active_readings(item, values))
        return values.get(f"r.{key}") if key in active else None

    def _values(self, item: Item, target: str) -> Values:
        # The same place first, else what was answered once for the whole unit.
        for where in (target, ""):
            key = answer_key(where, item["key"])
            if key in self.shown:
                return self.answers.get(key, {})
        return {}
