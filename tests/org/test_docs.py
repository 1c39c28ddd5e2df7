"""docs/access.md says what the code does."""

import json
import re

from server.access.rules import Permission
from server.ops.paths import ROOT
from server.org import rules
from server.org.roles import SHIPPED

TEXT = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")


def test_the_table_of_roles_is_the_shipped_one() -> None:
    shipped = {row["key"]: set(row["permissions"]) for row in json.loads(SHIPPED.read_text())}
    lines = [line for line in TEXT.splitlines() if line.startswith("| ")]
    start = next(n for n, line in enumerate(lines) if line.startswith("| permission"))
    keys = re.findall(r"`(\w+)`", lines[start])
    told: dict[str, set[str]] = {key: set() for key in keys}
    for line in lines[start + 1 : start + 1 + len(Permission)]:
        name, *marks = (cell.strip() for cell in line.strip("|").split("|"))
        for key, mark in zip(keys, marks, strict=True):
            if mark:
                told[key].add(name.strip("`"))
    assert told == shipped


def test_the_table_of_waits_is_the_one_in_force() -> None:
    waits = re.findall(r"^\| one .*? \| (\d+) \| (\d+) s, .*? up to (\d+) (s|min) ", TEXT, re.M)
    told = [(int(f), int(s), int(n) * (60 if u == "min" else 1)) for f, s, n, u in waits]
    assert told == [(t.free, t.first, t.longest) for t in (rules.PAIR, rules.NAME, rules.ADDRESS)]
