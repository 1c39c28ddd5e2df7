"""What counts as a value, when two are the same, and how days are counted."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from server.definitions.rules.shapes import Expiry, Spec, Value

# Spelt out, because Python and JavaScript disagree on what white space is.
BLANKS = " \t\r\n\u00a0\u3000"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_number(value: object) -> bool:
    """Tell numbers from yes and no, which Python counts as numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(a: Value, b: Value) -> bool:
    """Compare two values the way both languages agree on."""
    if is_number(a) or is_number(b):
        return is_number(a) and is_number(b) and a == b
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and a == b


def parse_day(value: Value) -> date | None:
    """Read YYYY-MM-DD; anything else is no day."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def add_days(day: date, days: int) -> date:
    """Count on, stopping at the last day there is."""
    return date.max if days > (date.max - day).days else day + timedelta(days=days)


def add_years(day: date, years: int) -> date:
    """Count on by years; 29 February becomes 28 where the year has none."""
    if day.year + years > date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_valid_day(day: date, expiry: Expiry) -> date:
    """Tell the last day on which a date still counts."""
    if "valid_days" in expiry:
        return add_days(day, expiry["valid_days"])
    return add_years(day, expiry["valid_years"]) if "valid_years" in expiry else day


def is_words(value: Value) -> bool:
    """Tell a list of words that says something."""
    return isinstance(value, list | tuple) and len(value) > 0 and all(is_text(x) for x in value)


def is_text(value: Value) -> bool:
    """Tell a text that says something."""
    return isinstance(value, str) and value.strip(BLANKS) != ""


def chosen(spec: Spec, value: Value) -> Sequence[str]:
    """List the chosen options; empty when the value is not among those offered."""
    picked = [value] if isinstance(value, str) else value if is_words(value) else []
    known = {option["key"] for option in spec.get("options", [])}
    assert isinstance(picked, list | tuple)
    return picked if all(key in known for key in picked) else []


def is_given(spec: Spec, value: Value) -> bool:
    """Tell whether the value answers; one of the wrong kind does not."""
    match spec["type"]:
        case "number":
            return is_number(value)
        case "date":
            return parse_day(value) is not None
        case "choice":
            return isinstance(value, str) and len(chosen(spec, value)) > 0
        case "choices":
            return not isinstance(value, str) and len(chosen(spec, value)) > 0
        case "photo":
            return is_words(value) and len(value) >= spec.get("min_count", 1)  # type: ignore[arg-type]
        case _:
            return is_text(value)
