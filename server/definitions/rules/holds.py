"""Whether a condition holds. Six forms, no arithmetic."""

from collections.abc import Callable

from server.definitions.rules.shapes import Condition, Scalar, Value
from server.definitions.rules.values import is_number, same

Look = Callable[[str], Value]


def holds(condition: Condition, look: Look) -> bool:
    """Decide a condition, asking `look` for the value behind each reference."""
    if "all" in condition:
        return all(holds(part, look) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, look) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], look)
    if "equals" in condition:
        ref, wanted = condition["equals"]
        return _meets(look(ref), [wanted])
    if "in" in condition:
        ref, several = condition["in"]
        return _meets(look(ref), several)
    ref, operator, limit = condition["compare"]
    return _compares(look(ref), operator, limit)


def _meets(value: Value, wanted: list[Scalar]) -> bool:
    # Of several choices one is enough: "equals" on a list means "contains".
    several = value if isinstance(value, list | tuple) else [value]
    return any(same(x, y) for x in several for y in wanted)


def _compares(value: Value, operator: str, limit: float) -> bool:
    if not is_number(value):
        return False
    assert isinstance(value, int | float)
    match operator:
        case "<":
            return value < limit
        case "<=":
            return value <= limit
        case ">":
            return value > limit
        case _:
            return value >= limit
