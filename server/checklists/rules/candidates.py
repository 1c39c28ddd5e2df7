"""
Answers that may meet a criterion of a major hazard. Candidates only: a person decides.

An item that fails brings the criteria it names; a combination brings its own when the answers of
one visit together fulfil its condition, at one place or once for the whole unit.
"""

from collections.abc import Iterator, Sequence

from server.checklists.rules.judge import active_readings, judge
from server.checklists.rules.lines import items_by_key, lines, unit_value
from server.checklists.rules.shapes import (
    Answers,
    Context,
    Judgement,
    MajorCandidate,
    Reason,
    answer_key,
)
from server.definitions.rules.criteria import CriteriaList, find_entry, in_force
from server.definitions.rules.holds import Look, holds
from server.definitions.rules.references import references_of
from server.definitions.rules.shapes import CandidateRule, Condition, Definition, Item, Value

SET_ASIDE = ("na", "unable")


def candidates(
    definition: Definition, context: Context, answers: Answers, criteria: Sequence[CriteriaList]
) -> list[MajorCandidate]:
    """List what may be major, single lines first, each with the answers that led there."""
    view = _View(definition, context, answers)
    found: dict[tuple[str, tuple[tuple[str, str], ...]], MajorCandidate] = {}
    for candidate in (*_alone(view), *_together(view, definition.get("candidates", ()))):
        listed = find_entry(criteria, candidate["criterion"])
        if listed is not None and in_force(*listed, context["today"]):
            because = tuple((one["target"], one["item"]) for one in candidate["because"])
            found.setdefault((candidate["criterion"], because), candidate)
    return list(found.values())


def reasons(condition: Condition, look: Look) -> list[str]:
    """List the references that made a condition hold."""
    if "all" in condition:
        return [ref for part in condition["all"] for ref in reasons(part, look)]
    if "any" in condition:
        true = [part for part in condition["any"] if holds(part, look)]
        return [ref for part in true for ref in reasons(part, look)]
    return references_of(condition)


def _alone(view: "_View") -> Iterator[MajorCandidate]:
    for row in view.rows:
        item = view.items[row["item"]]
        hazard = item["on_fail"]["hazard"] if "on_fail" in item else None
        if hazard is None or "criteria" not in hazard:
            continue
        verdict = view.verdict(item, row["target"])
        if verdict["result"] != "fail":
            continue
        fields = verdict["out"] or ["result"]
        because: Reason = {"target": row["target"], "item": item["key"], "fields": fields}
        for reference in hazard["criteria"]:
            note = hazard.get("note")
            yield {"criterion": reference, "because": [because], "note": note}


def _together(view: "_View", rules: Sequence[CandidateRule]) -> Iterator[MajorCandidate]:
    for rule in rules:
        refs = references_of(rule["when"])
        for target in view.targets_of(refs):
            look = view.look_at(target)
            if not holds(rule["when"], look):
                continue
            because = view.because(reasons(rule["when"], look), target)
            if because:
                for reference in rule["criteria"]:
                    note = rule.get("note")
                    yield {"criterion": reference, "because": because, "note": note}


class _View:
    """The visible rows and what a combination sees of them: results as judged, not as tapped."""

    def __init__(self, definition: Definition, context: Context, answers: Answers) -> None:
        self.items = items_by_key(definition)
        self.rows = lines(definition, context, answers)
        self.context = context
        self.answers = answers
        self.shown = {(row["item"], row["target"]) for row in self.rows}

    def verdict(self, item: Item, target: str) -> Judgement:
        """Judge one line."""
        values = self.answers.get(answer_key(target, item["key"]), {})
        return judge(item, values, self.context["today"])

    def targets_of(self, refs: Sequence[str]) -> list[str]:
        """List the places at which the items of these references are asked."""
        owners = {self._owner(ref) for ref in refs}
        return list(dict.fromkeys(r["target"] for r in self.rows if r["item"] in owners))

    def look_at(self, target: str) -> Look:
        """Return what a condition sees at one place."""
        return lambda ref: self._value(ref, target)

    def because(self, refs: Sequence[str], target: str) -> list[Reason]:
        """Name the lines and fields behind references, each line once."""
        found: dict[str, list[str]] = {}
        where: dict[str, str] = {}
        for ref in refs:
            key = self._owner(ref)
            at = None if key is None else self._where(key, target)
            if key is not None and at is not None:
                where[key] = at
                fields = found.setdefault(key, [])
                fields += [f for f in self._fields(ref, key, at) if f not in fields]
        return [{"target": where[key], "item": key, "fields": found[key]} for key in found]

    def _owner(self, ref: str) -> str | None:
        if ref in self.items:
            return ref
        key = ref.rpartition(".")[0]
        return key if key in self.items else None

    def _where(self, key: str, target: str) -> str | None:
        # The same place first, else what was answered once for the whole unit.
        return next((at for at in (target, "") if (key, at) in self.shown), None)

    def _fields(self, ref: str, key: str, at: str) -> list[str]:
        if ref != key:
            return [f"r.{ref.rpartition('.')[2]}"]
        item = self.items[key]
        if item["answer"]["type"] != "pass-fail-na":
            return ["v"]
        return self.verdict(item, at)["out"] or ["result"]

    def _value(self, ref: str, target: str) -> Value:
        owner, _, rest = ref.partition(".")
        if owner == "unit":
            return unit_value(rest, self.context)
        if owner == "place":
            return self._place(rest, target)
        key = self._owner(ref)
        at = None if key is None else self._where(key, target)
        return None if key is None or at is None else self._answer(ref, self.items[key], at)

    def _place(self, name: str, target: str) -> Value:
        place = self.context["places"].get(target)
        if name == "kind":
            return place["kind"] if place else None
        return place is not None and name.partition(".")[2] in place["attributes"]

    def _answer(self, ref: str, item: Item, at: str) -> Value:
        values = self.answers.get(answer_key(at, item["key"]), {})
        if ref == item["key"] and item["answer"]["type"] == "pass-fail-na":
            return self.verdict(item, at)["result"]
        if values.get("result") in SET_ASIDE:
            return None
        if ref == item["key"]:
            return values.get("v")
        key = ref.rpartition(".")[2]
        active = (reading["key"] for reading in active_readings(item, values))
        return values.get(f"r.{key}") if key in active else None
