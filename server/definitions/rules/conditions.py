"""Conditions, checked before anybody meets them: what they refer to, and whether they can hold."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from server.definitions.rules.holds import holds
from server.definitions.rules.references import references_of
from server.definitions.rules.shapes import (
    Condition,
    Definition,
    Item,
    Reading,
    Section,
    Spec,
    Value,
)

TIERS = ("hospital", "township", "community", "village", "clinic", "cdc", "other")
MOST_CASES = 50_000
MOST_LOOKS = 500_000
"""Looks at a single test, over a whole file. What was not tried counts as possible: nothing is
called unreachable without proof, and no file keeps the desk waiting."""
MOST_LOOKED_AT = 60
ELSEWHERE = "\N{SECTION SIGN}"
"""Stands for any word that no condition names."""

Fault = tuple[str, str]
Domain = dict[str, list[Value]]
Guard = tuple[str, Condition]
Test = tuple[str, str, list[Any]]
"""A reference, the form that uses it, and the constants it is compared with."""


@dataclass(frozen=True)
class Reference:
    """An item where it stands."""

    pointer: str
    section: Section
    item: Item

    @property
    def over(self) -> str | None:
        """Tell what the item is repeated over."""
        repeat = self.item.get("repeat") or self.section.get("repeat")
        return repeat["over"] if repeat else None


def check_conditions(
    sections: list[tuple[str, Section]],
    items: list[Reference],
    unit: frozenset[str],
    place: frozenset[str],
) -> list[Fault]:
    """Check every `when` of a file, in reading order."""
    scope = _Scope(unit, place)
    faults: list[Fault] = []
    for pointer, section in sections:
        faults += scope.check(f"{pointer}/when", section.get("when"), over=None)
        for reference in items:
            if reference.section is section:
                faults += _check_item(reference, scope)
    return faults


def check_candidates(
    definition: Definition,
    items: list[Reference],
    unit: frozenset[str],
    place: frozenset[str],
) -> list[Fault]:
    """Check combinations of answers: they look at the whole file, of one kind of target each."""
    scope = _Scope(unit, place)
    for reference in items:
        scope.add(reference)
    faults: list[Fault] = []
    for at, candidate in enumerate(definition.get("candidates", ())):
        pointer, when = f"/candidates/{at}/when", candidate["when"]
        overs = {o.over for ref in references_of(when) if (o := scope.owners.get(ref)) and o.over}
        if len(overs) > 1:
            faults.append((pointer, "looks at places and at devices, which never meet in one row"))
        faults += scope.check(pointer, when, over=next(iter(sorted(overs)), None))
    return faults


def _check_item(reference: Reference, scope: "_Scope") -> Iterator[Fault]:
    item, where = reference.item, reference.pointer
    faults = list(scope.check(f"{where}/when", item.get("when"), over=reference.over))
    yield from faults
    if not faults and not scope.can_be_asked(reference):
        yield f"{where}/when" if "when" in item else where, "this item can never be asked"
    own = _Scope(frozenset(), frozenset(), scope.looks)
    for at, reading in enumerate(item.get("readings", [])):
        pointer = f"{where}/readings/{at}"
        wrong = list(own.check(f"{pointer}/when", reading.get("when"), over=None))
        yield from wrong
        if not wrong and not own.can_hold([reading.get("when")]):
            yield f"{pointer}/when", "this reading can never be asked"
        own.add_reading(item, reading)
    yield from _ambiguous(reference, scope)
    scope.add(reference)


def _ambiguous(reference: Reference, scope: "_Scope") -> Iterator[Fault]:
    key = reference.item["key"]
    if key in scope.specs:
        yield f"{reference.pointer}/key", f"{key!r} is also the name of a reading"


class _Scope:
    """What a condition may refer to so far, and what each of these can be."""

    def __init__(
        self, unit: frozenset[str], place: frozenset[str], looks: Counter[str] | None = None
    ) -> None:
        self.unit, self.place = unit, place
        self.looks: Counter[str] = Counter() if looks is None else looks
        self.specs: dict[str, Spec] = {}
        self.owners: dict[str, Reference] = {}

    def add(self, reference: Reference) -> None:
        """Let later conditions refer to an item and its readings."""
        key = reference.item["key"]
        self.specs[key] = reference.item["answer"]
        self.owners[key] = reference
        for reading in reference.item.get("readings", []):
            self.add_reading(reference.item, reading)
            self.owners[f"{key}.{reading['key']}"] = reference

    def add_reading(self, item: Item, reading: Reading) -> None:
        """Let later conditions refer to a reading."""
        self.specs[f"{item['key']}.{reading['key']}"] = reading

    def check(self, pointer: str, when: Condition | None, *, over: str | None) -> Iterator[Fault]:
        """Check the references and constants of a condition."""
        for at, (ref, form, constants) in _tests(when, pointer):
            message = self._wrong_reference(ref, over) or self._wrong_use(ref, form, constants)
            if message:
                yield at, message

    def can_be_asked(self, reference: Reference) -> bool:
        """Tell whether any unit, place and earlier answers would show the item."""
        whens = [reference.section.get("when"), reference.item.get("when")]
        return self.can_hold(whens, reference.item.get("tiers"), _kinds(reference))

    def can_hold(
        self,
        whens: list[Condition | None],
        tiers: list[str] | None = None,
        kinds: list[str] | None = None,
    ) -> bool:
        """Try every case that the conditions tell apart."""
        needed = [when for when in whens if when is not None]
        if not needed or self.is_tired:
            return True
        guards = self._guards(needed)
        if len(guards) > MOST_LOOKED_AT or self.is_tired:
            return True
        looked_at = [*needed, *(when for _, when in guards)]
        domain = self._domain(looked_at, tiers, kinds)
        size = 1
        for values in domain.values():
            size *= len(values)
        looks = sum(1 for when in looked_at for _ in _tests(when, ""))
        if size > MOST_CASES:
            return True
        return self._try(domain, needed, guards, looks)

    @property
    def is_tired(self) -> bool:
        """Tell that the file was looked at for as long as anybody should wait."""
        return self.looks.total() > MOST_LOOKS

    def _try(
        self, domain: Domain, needed: list[Condition], guards: list[Guard], looks: int
    ) -> bool:
        for case in product(*domain.values()):
            self.looks["cases"] += looks
            known = dict(zip(domain, case, strict=True))
            if all(known.get(ref) is None or holds(w, known.get) for ref, w in guards) and all(
                holds(when, known.get) for when in needed
            ):
                return True
            if self.is_tired:
                return True
        return False

    def _guards(self, needed: list[Condition]) -> list[Guard]:
        """List what must hold for an answer referred to to exist at all."""
        guards: list[Guard] = []
        seen: set[str] = set()
        waiting = [ref for when in needed for ref in self._looked_up(when)]
        while waiting and len(guards) <= MOST_LOOKED_AT and not self.is_tired:
            ref = waiting.pop()
            owner = self.owners.get(ref)
            if owner is None or ref in seen:
                continue
            seen.add(ref)
            for when in (owner.section.get("when"), owner.item.get("when")):
                if when is not None:
                    guards.append((ref, when))
                    waiting += self._looked_up(when)
        return guards

    def _looked_up(self, when: Condition) -> list[str]:
        refs = [ref for _, (ref, _, _) in _tests(when, "")]
        self.looks["guards"] += len(refs)
        return refs

    def _domain(
        self, whens: list[Condition], tiers: list[str] | None, kinds: list[str] | None
    ) -> Domain:
        named: dict[str, list[Any]] = {}
        for when in whens:
            for _, (ref, _, constants) in _tests(when, ""):
                named.setdefault(ref, []).extend(constants)
        return {ref: self._values(ref, named[ref], tiers, kinds) for ref in named}

    def _values(
        self, ref: str, constants: list[Any], tiers: list[str] | None, kinds: list[str] | None
    ) -> list[Value]:
        if ref == "unit.tier":
            return list(tiers or TIERS)
        if ref == "place.kind":
            return list(kinds or [*constants, ELSEWHERE])
        if ref.startswith(("unit.attributes.", "place.attributes.")):
            return [True, False]
        spec = self.specs.get(ref)
        if ref != "unit.beds" and spec is not None and spec["type"] != "number":
            return _words_of(spec, constants)
        around = {x + d for x in constants if isinstance(x, int | float) for d in (-0.5, 0, 0.5)}
        return [None, *sorted(around)]

    def _wrong_reference(self, ref: str, over: str | None) -> str | None:
        if ref in ("unit.tier", "unit.beds"):
            return None
        if ref.startswith("unit."):
            return _declared(ref, "unit.attributes.", self.unit)
        if ref.startswith("place."):
            if over is None:
                return "only what is repeated over places may ask about the place"
            return None if ref == "place.kind" else _declared(ref, "place.attributes.", self.place)
        if ref not in self.specs:
            return f"{ref!r} is not an earlier item or reading"
        owner = self.owners.get(ref)
        if owner is not None and owner.over not in (None, over):
            return f"{ref!r} is asked for each {owner.over}, this is not"
        return None

    def _wrong_use(self, ref: str, form: str, constants: list[Any]) -> str | None:
        spec = self.specs.get(ref)
        if form == "compare":
            number = ref == "unit.beds" or (spec is not None and spec["type"] == "number")
            return None if number else f"{ref!r} is not a number"
        allowed = self._allowed(ref, spec)
        strange = [c for c in constants if allowed is not None and not _among(c, allowed)]
        return f"{ref!r} can never be {strange[0]!r}" if strange else None

    def _allowed(self, ref: str, spec: Spec | None) -> list[Any] | None:
        if ref == "unit.tier":
            return list(TIERS)
        if ".attributes." in ref and spec is None:
            return [True, False]
        if spec is not None and spec["type"] in ("pass-fail-na", "choice", "choices"):
            return [value for value in _words_of(spec, []) if value is not None]
        return None


def _among(constant: object, allowed: list[Any]) -> bool:
    return any(type(constant) is type(one) and constant == one for one in allowed)


def _declared(ref: str, start: str, names: frozenset[str]) -> str | None:
    name = ref.removeprefix(start)
    return None if ref.startswith(start) and name in names else f"{ref!r} is not in attributes.json"


def _words_of(spec: Spec, constants: list[Any]) -> list[Value]:
    if spec["type"] == "pass-fail-na":
        return ["pass", "fail", "unable", *(["na"] if spec.get("allow_na") else []), None]
    keys = [option["key"] for option in spec.get("options", [])]
    if spec["type"] == "choices":
        return [None, *keys, *combinations(keys, 2), keys]
    if keys:
        return [*keys, None]
    return [*constants, None]


def _kinds(reference: Reference) -> list[str] | None:
    repeat = reference.item.get("repeat") or reference.section.get("repeat")
    return repeat.get("kinds") if repeat else None


def _tests(when: Condition | None, pointer: str) -> Iterator[tuple[str, Test]]:
    """List the leaves of a condition with their pointers."""
    if when is None:
        return
    for at, inner in _parts(when):
        yield from _tests(inner, f"{pointer}/{at}")
    if "equals" in when:
        yield f"{pointer}/equals", (when["equals"][0], "equals", [when["equals"][1]])
    elif "in" in when:
        yield f"{pointer}/in", (when["in"][0], "in", list(when["in"][1]))
    elif "compare" in when:
        yield f"{pointer}/compare", (when["compare"][0], "compare", [when["compare"][2]])


def _parts(when: Condition) -> Iterable[tuple[str, Condition]]:
    yield from ((f"all/{at}", part) for at, part in enumerate(when.get("all", [])))
    yield from ((f"any/{at}", part) for at, part in enumerate(when.get("any", [])))
    if "not" in when:
        yield "not", when["not"]
