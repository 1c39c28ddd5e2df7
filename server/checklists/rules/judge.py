"""What an answer means: within limits, expired, passed or failed."""

from datetime import date
from typing import Literal

from server.checklists.rules.shapes import Judgement, Result, Values
from server.definitions.rules.holds import holds
from server.definitions.rules.shapes import Item, Reading, Spec, Value
from server.definitions.rules.values import chosen, is_given, last_valid_day, parse_day

WARN_DAYS = 30

Verdict = Literal["ok", "out", "warn", "expiring"]


def active_readings(item: Item, values: Values) -> list[Reading]:
    """List the readings that apply, given the earlier readings of the same item."""
    seen: dict[str, Value] = {}
    active = []
    for reading in item.get("readings", []):
        when = reading.get("when")
        if when is None or holds(when, seen.get):
            active.append(reading)
            seen[f"{item['key']}.{reading['key']}"] = values.get(f"r.{reading['key']}")
    return active


def judge(item: Item, values: Values, today: str) -> Judgement:
    """Say what the answer means. A value outside a hard limit fails, whatever was tapped."""
    said = said_result(item, values)
    found: Judgement = {"result": said, "out": [], "warn": [], "expiring": []}
    if said in ("na", "unable"):
        return found
    for field, verdict in _verdicts(item, values, today):
        if verdict != "ok":
            found[verdict].append(field)
    if found["out"]:
        found["result"] = "fail"
    elif said is None and is_answered(item, values):
        found["result"] = "pass"
    return found


def said_result(item: Item, values: Values) -> Result:
    """Read the result a person gave, if it is one the item allows."""
    match values.get("result"):
        case "na":
            return "na" if item["answer"].get("allow_na") else None
        case "unable":
            return "unable"
        case "fail":
            return "fail"
        case "pass":
            return "pass" if item["answer"]["type"] == "pass-fail-na" else None
        case _:
            return None


def is_answered(item: Item, values: Values) -> bool:
    """Tell whether the answer itself was given, by a tap or by a value."""
    if item["answer"]["type"] == "pass-fail-na":
        return said_result(item, values) is not None
    return is_given(item["answer"], values.get("v"))


def _verdicts(item: Item, values: Values, today: str) -> list[tuple[str, Verdict]]:
    specs: list[tuple[str, Spec]] = []
    if item["answer"]["type"] != "pass-fail-na":
        specs.append(("v", item["answer"]))
    specs += [(f"r.{reading['key']}", reading) for reading in active_readings(item, values)]
    return [
        (field, _verdict(spec, values.get(field), today))
        for field, spec in specs
        if is_given(spec, values.get(field))
    ]


def _verdict(spec: Spec, value: Value, today: str) -> Verdict:
    if isinstance(value, int | float):
        return _of_number(spec, value)
    if spec["type"] in ("choice", "choices"):
        return _of_choice(spec, value)
    day, now = parse_day(value), parse_day(today)
    if spec["type"] == "date" and "expiry" in spec and day is not None and now is not None:
        return _of_day(spec, day, now)
    return "ok"


def _of_number(spec: Spec, value: float) -> Verdict:
    if value < spec.get("min", value) or value > spec.get("max", value):
        return "out"
    if value < spec.get("warn_min", value) or value > spec.get("warn_max", value):
        return "warn"
    return "ok"


def _of_choice(spec: Spec, value: Value) -> Verdict:
    picked = chosen(spec, value)
    failing = {o["key"] for o in spec.get("options", []) if o.get("result") == "fail"}
    return "out" if any(key in failing for key in picked) else "ok"


def _of_day(spec: Spec, day: date, today: date) -> Verdict:
    expiry = spec["expiry"]
    left = (last_valid_day(day, expiry) - today).days
    if left < 0:
        return "warn" if expiry.get("advisory") else "out"
    return "expiring" if left <= expiry.get("warn_days", WARN_DAYS) else "ok"
