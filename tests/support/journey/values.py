"""What one would find where everything is in order, from the limits and options of the items."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from server.checklists.rules import active_readings, judge
from server.definitions.rules.shapes import Item
from server.ops.paths import ROOT

Spec = dict[str, Any]


class Items:
    """The items of one checklist."""

    def __init__(self, definition: Mapping[str, Any], today: date) -> None:
        self._today = today
        self._items = {
            item["key"]: item for section in definition["sections"] for item in section["items"]
        }

    def is_pass_fail(self, key: str) -> bool:
        return bool(self._items[key]["answer"]["type"] == "pass-fail-na")

    def needs_photo(self, key: str) -> bool:
        return bool(self._items[key]["photo"]["rule"] == "always")

    def next_field(self, key: str, entered: Mapping[str, Any]) -> tuple[str, Spec] | None:
        """The next field that must have a value, after those that were entered."""
        item = self._items[key]
        if not self.is_pass_fail(key) and "v" not in entered:
            return "v", item["answer"]
        for reading in active_readings(cast(Item, item), dict(entered)):
            field = f"r.{reading['key']}"
            if field not in entered and not reading.get("optional"):
                return field, cast(Spec, reading)
        return None

    def passing(self, key: str, field: str, spec: Spec, entered: Mapping[str, Any]) -> Any:
        """A value that neither fails nor warns, if there is one."""
        item = cast(Item, self._items[key])
        good: list[Any] = []
        for value in self._candidates(spec):
            said = judge(item, {**entered, field: value}, self._today.isoformat())
            if field in said["out"]:
                continue
            if field not in said["warn"] and field not in said["expiring"]:
                return value
            good.append(value)
        assert good, f"{key} {field}: no value passes"
        return good[0]

    def _candidates(self, spec: Spec) -> Iterator[Any]:
        match spec["type"]:
            case "number":
                limits = [spec[k] for k in ("warn_min", "warn_max", "min", "max") if k in spec]
                yield from limits
                yield from (sum(limits) / len(limits) if limits else 1, 0, 1, 5, 20, 100)
            case "date":
                for days in (-5, 200, 400):
                    yield (self._today + timedelta(days=days)).isoformat()
            case "choice":
                yield from (option["key"] for option in spec["options"])
            case "choices":
                yield from ([option["key"]] for option in spec["options"])
            case _:
                yield "现场核对无误"


def read_items(checklist: str) -> Items:
    """The items of a checklist of this project."""
    path = ROOT / "checklists" / f"{checklist}.json"
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return Items(json.loads(path.read_text(encoding="utf-8")), today)
