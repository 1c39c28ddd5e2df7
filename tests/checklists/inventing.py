"""
Invented definitions, places and answers, for comparing the two engines.

Hypothesis draws the definition and a seed; the many answers to it come from the seed, because a
thousand drawn values would cost seconds where a thousand random ones cost milliseconds.
"""

from random import Random
from typing import Any

from hypothesis import strategies as st

TIERS = ["hospital", "village", "clinic"]
ATTRIBUTES = ["has_gas", "high_rise"]
PLACES = {
    "f1": {"kind": "floor", "attributes": ["underground"]},
    "f2": {"kind": "floor", "attributes": []},
    "r1": {"kind": "room", "attributes": []},
    "d1": {"kind": "ct", "attributes": ["underground"]},
}
DAYS = [
    "2026-11-21", "2026-11-20", "2026-10-22", "2025-11-21", "2024-02-29", "2024-12-31",
    "1999-01-01", "2027-03-01", "9999-12-31", "0001-01-01", "2026-02-30", "2026-1-1", "",
]  # fmt: skip
TODAYS = ["2026-11-21", "2024-02-29", "2025-03-01", "2028-12-31", "2026-01-01"]
NUMBERS = [0, 1, -1, 2.5, 2.499, 7, 100, 0.1, 1e9]
WORDS = ["a", "b", "zzz"]
STRANGE = [None, True, False, "", " ", "\u3000", "7", [], ["a"], ["a", "b"], ["zzz"], [""]]
RESULTS = ["pass", "pass", "fail", "na", "unable", None, "odd"]

numbers = st.sampled_from(NUMBERS)
REFERENCES = ["l.1", "l.2", "old.1", "l.none", "none.1"]
some_criteria = st.lists(st.sampled_from(REFERENCES), min_size=1, max_size=3, unique=True)
CRITERIA = [
    {"key": "l", "effective_from": "2020-01-01", "entries": [
        {"key": "1"}, {"key": "2", "effective_from": "2025-01-01"}]},
    {"key": "old", "effective_from": "1990-01-01", "effective_to": "2026-01-01",
     "entries": [{"key": "1"}]},
]  # fmt: skip


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Invent a definition whose conditions look back at what was invented before."""
    known: list[str] = []
    sections = []
    for at in range(draw(st.integers(1, 3))):
        over = draw(st.sampled_from([None, None, "location", "asset"]))
        section: dict[str, Any] = {"key": f"s{at}"}
        if over:
            section["repeat"] = draw(repeats(over))
        if draw(st.booleans()):
            section["when"] = draw(conditions(list(known)))
        section["items"] = [
            draw(items(f"t.i{at}{number}", known, is_inside_repeat=bool(over)))
            for number in range(draw(st.integers(1, 4)))
        ]
        sections.append(section)
    found: dict[str, Any] = {"key": "t", "sections": sections}
    if draw(st.booleans()):
        found["candidates"] = draw(st.lists(combinations(list(known)), min_size=1, max_size=3))
    return found | draw(turns_and_caps())


def turns_and_caps() -> st.SearchStrategy[dict[str, Any]]:
    """Invent how many deep items take turns, and what failing mandatory items do to the score."""
    rotation = st.integers(1, 3).map(lambda n: {"rotation": {"per_visit": n}})
    scoring = st.integers(0, 99).map(lambda n: {"scoring": {"mandatory_cap": n}})
    nothing: st.SearchStrategy[dict[str, Any]] = st.just({})
    return st.tuples(nothing | rotation, nothing | scoring).map(lambda two: two[0] | two[1])


@st.composite
def items(draw: st.DrawFn, key: str, known: list[str], *, is_inside_repeat: bool) -> Any:
    """Invent an item and make it known to later conditions."""
    item: dict[str, Any] = {"key": key, "answer": draw(specs(True)), "basis": []}
    item["answer"]["allow_na"] = draw(st.booleans())
    item["photo"] = {"rule": draw(st.sampled_from(["always", "on-fail", "optional", "never"]))}
    item["weight"] = draw(st.integers(1, 5))
    own = [{}, {}, {"mandatory": True}, {"depth": "deep"}, {"depth": "always", "seconds": 45}]
    item |= draw(st.sampled_from(own))
    if draw(st.booleans()):
        item["readings"] = draw(readings(key))
    if draw(st.integers(0, 4)) == 0:
        item["tiers"] = draw(st.lists(st.sampled_from(TIERS), min_size=1, unique=True))
    if draw(st.booleans()):
        item["when"] = draw(conditions(list(known)))
    if not is_inside_repeat and draw(st.integers(0, 3)) == 0:
        item["repeat"] = draw(repeats(draw(st.sampled_from(["location", "asset"]))))
    if draw(st.booleans()):
        item["on_fail"] = {"hazard": draw(hazards())}
    known += [key, *(f"{key}.{r['key']}" for r in item.get("readings", []))]
    return item


@st.composite
def readings(draw: st.DrawFn, key: str) -> list[dict[str, Any]]:
    """Invent readings; later ones may depend on earlier ones."""
    found: list[dict[str, Any]] = []
    for at in range(draw(st.integers(1, 3))):
        reading = {"key": f"r{at}", **draw(specs(False))}
        if draw(st.booleans()):
            reading["optional"] = True
        if found and draw(st.booleans()):
            reading["when"] = draw(conditions([f"{key}.{r['key']}" for r in found], own=True))
        found.append(reading)
    return found


def combinations(known: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Invent answers that together may be major."""
    return st.fixed_dictionaries({"criteria": some_criteria, "when": conditions(known)})


def repeats(over: str) -> st.SearchStrategy[dict[str, Any]]:
    """Invent a repeat."""
    kinds = st.sampled_from([None, ["floor"], ["room", "ct"], ["none"]])
    return kinds.map(lambda k: {"over": over} | ({"kinds": k} if k else {}))


@st.composite
def specs(draw: st.DrawFn, with_plain: bool) -> dict[str, Any]:
    """Invent how a value is given."""
    alone = ["pass-fail-na"] * 4 + ["photo", "signature"]
    kinds = ["number", "choice", "choices", "text", "date", "scan"]
    kind = draw(st.sampled_from(kinds + alone * with_plain))
    spec: dict[str, Any] = {"type": kind}
    if kind == "number":
        names = draw(st.lists(st.sampled_from(["min", "max", "warn_min", "warn_max"]), unique=True))
        spec |= {name: draw(numbers) for name in names}
    elif kind in ("choice", "choices"):
        results = st.sampled_from([{}, {"result": "fail"}, {"result": "pass"}])
        spec["options"] = [{"key": word, **draw(results)} for word in WORDS[:2]]
    elif kind == "date" and draw(st.booleans()):
        spec["expiry"] = draw(expiries())
    elif kind == "photo":
        spec["min_count"] = draw(st.integers(1, 2))
    return spec


@st.composite
def expiries(draw: st.DrawFn) -> dict[str, Any]:
    """Invent when a date runs out."""
    forms = [
        st.integers(1, 800).map(lambda n: {"valid_days": n}),
        st.integers(1, 100).map(lambda n: {"valid_years": n}),
        st.just({"is_expiry": True}),
    ]
    expiry = dict(draw(st.one_of(*forms)))
    if draw(st.booleans()):
        expiry["warn_days"] = draw(st.integers(0, 366))
    if draw(st.booleans()):
        expiry["advisory"] = True
    return expiry


@st.composite
def hazards(draw: st.DrawFn) -> dict[str, Any]:
    """Invent what a fail proposes."""
    text = {"zh": "字", "en": "text"}
    hazard = {"title": text, "category": "fire", "suggest": text}
    hazard["due_days"] = draw(st.integers(0, 365))
    hazard["grade"] = draw(st.sampled_from(["general", "suspect-major"]))
    if draw(st.booleans()):
        hazard |= {"criterion": text, "stop_use": draw(st.booleans())}
    if draw(st.booleans()):
        hazard["criteria"] = draw(some_criteria)
    return hazard


def conditions(known: list[str], *, own: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Invent a condition over what is known."""
    general = ["unit.tier", "unit.beds", "unit.attributes.has_gas", "place.kind"]
    general += ["place.attributes.underground", "t.unknown"]
    refs = st.sampled_from(known + ([] if own else general))
    scalars = st.sampled_from(
        [*WORDS, *NUMBERS, True, False, "pass", "fail", "na", "hospital", "floor", "2026-11-21"]
    )
    leaves = st.one_of(
        st.tuples(refs, scalars).map(lambda p: {"equals": list(p)}),
        st.tuples(refs, st.lists(scalars, min_size=1, max_size=3)).map(lambda p: {"in": list(p)}),
        st.tuples(refs, st.sampled_from(["<", "<=", ">", ">="]), numbers).map(
            lambda p: {"compare": list(p)}
        ),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=2).map(lambda c: {"all": c}),
            st.lists(inner, min_size=1, max_size=2).map(lambda c: {"any": c}),
            inner.map(lambda c: {"not": c}),
        ),
        max_leaves=3,
    )


def a_context(random: Random) -> dict[str, Any]:
    """Make a unit with places, and say which part of the checklist is walked."""
    return {
        "unit": {
            "tier": random.choice(TIERS),
            "attributes": random.sample(ATTRIBUTES, random.randint(0, 2)),
            "beds": random.choice([None, 0, 7, 100]),
        },
        "places": PLACES,
        "targets": {
            "location": random.choices(["f1", "f2", "r1", "gone"], k=random.randint(0, 3)),
            "asset": random.choices(["d1", "gone"], k=random.randint(0, 2)),
        },
        "today": random.choice(TODAYS),
        **a_part(random),
    }


def a_part(random: Random) -> dict[str, Any]:
    """Take on the whole, or some sections and some drawn items, known or not."""
    part: dict[str, Any] = {}
    if random.random() < 0.3:
        part["sections"] = random.choice([None, ["s0"], ["s1", "s0", "gone"], []])
    if random.random() < 0.5:
        keys = [f"t.i{at}{number}" for at in range(3) for number in range(4)]
        part["deep_items"] = random.choice([None, random.sample(keys, random.randint(0, 6))])
    return part


def some_last_checks(random: Random, definition: dict[str, Any]) -> dict[str, int | None]:
    """Say when some items were checked last."""
    keys = [item["key"] for section in definition["sections"] for item in section["items"]]
    days = [None, 0, 1, 1_700_000_000_000, 1_700_000_000_001, random.randint(0, 2**42)]
    return {key: random.choice(days) for key in keys if random.random() < 0.7}


def some_times(random: Random, definition: dict[str, Any]) -> dict[str, int]:
    """Measure some items."""
    keys = [item["key"] for section in definition["sections"] for item in section["items"]]
    return {key: random.randint(1, 300) for key in keys if random.random() < 0.4}


def some_answers(random: Random, definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Answer some items at some places, mostly sensibly."""
    found = {}
    for section in definition["sections"]:
        for item in section["items"]:
            for target in random.sample(["", "f1", "f2", "r1", "d1"], random.randint(0, 4)):
                found[f"{target}|{item['key']}"] = some_values(random, item)
    return found


def some_values(random: Random, item: dict[str, Any]) -> dict[str, Any]:
    """Fill the fields of one item."""
    values: dict[str, Any] = {}
    if random.random() < 0.6:
        values["result"] = random.choice(RESULTS)
    if random.random() < 0.7:
        values["v"] = a_value(random, item["answer"])
    for reading in item.get("readings", []):
        if random.random() < 0.7:
            values[f"r.{reading['key']}"] = a_value(random, reading)
    for name in ("note", "reason"):
        if random.random() < 0.3:
            values[name] = random.choice(["", " ", "\u3000", "坏了", None])
    return values


def a_value(random: Random, spec: dict[str, Any]) -> Any:
    """Give a value that usually fits."""
    if random.random() < 0.15:
        return random.choice(STRANGE)
    match spec["type"]:
        case "number":
            return random.choice(NUMBERS)
        case "date":
            return random.choice(DAYS)
        case "choices" | "photo":
            return random.sample(WORDS, random.randint(0, 3))
        case _:
            return random.choice(WORDS)


def some_words(random: Random, count: int) -> list[dict[str, Any]]:
    """Let several people speak on one field without having seen each other."""
    kinds = random.choice(
        [["pass", "fail", "na", "unable", None], ["好", "坏", "", None], [1, 1.5, 2]]
    )
    return [
        {
            "v": random.choice(kinds), "base": 0, "by": random.choice(["ann", "bob", "cas"]),
            "at": random.randint(1, 3), "client": f"c{number}",
        }
        for number in range(count)
    ]  # fmt: skip


LAWS = ["a", "b", "c", "gone", "constructor"]
LAW_DAYS = ["2020-01-01", "2024-12-31", "2025-01-01", "2026-05-01", "2027-01-01"]
TAGS = ["verified", "document-only", "recommended", "to-verify"]


def some_records(random: Random) -> dict[str, Any]:
    """Invent records, sound or not: what is published was checked, what is compared need not be."""
    return {key: _a_record(random, key) for key in LAWS[:3]}


def _a_record(random: Random, key: str) -> dict[str, Any]:
    title = {"zh": f"文件{key}", "en": key}
    kind = random.choice(["law", "standard-mandatory", "specification", "practice"])
    editions = [_an_edition(random, f"{key}-{n}") for n in range(random.randint(1, 3))]
    binding = random.choice(["binding", "reference"])
    return {"key": key, "kind": kind, "title": title, "binding": binding, "editions": editions}


def _an_edition(random: Random, number: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": {"zh": f"旧名{number}", "en": number},
        "cited": f"《{number}》",
        "effective_from": random.choice(LAW_DAYS),
        "effective_to": random.choice(LAW_DAYS),
        "replaced_by": random.choice(LAWS),
        "replaces": [f"old-{number}"],
        "doubt": {"zh": "存疑", "en": "doubt"},
    }
    kept = {name: value for name, value in given.items() if random.random() < 0.35}
    source = {"zh": "文本", "en": "text"}
    return {"number": number, **kept, "verified": {"how": "partly", "source": source}}


def some_basis(random: Random) -> list[dict[str, Any]]:
    """Invent citations, also of what does not exist."""
    return [_a_citation(random) for _ in range(random.randint(0, 4))]


def _a_citation(random: Random) -> dict[str, Any]:
    law = random.choice(LAWS)
    given: dict[str, Any] = {
        "edition": f"{law}-{random.randint(0, 3)}",
        "clause": "第1条",
        "note": {"zh": "说明", "en": "note"},
    }
    named = {"law": law} if random.random() < 0.9 else {"doc": "本院制度"}
    kept = {name: value for name, value in given.items() if random.random() < 0.6}
    return named | kept | {"tag": random.choice(TAGS)}
