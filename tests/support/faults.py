"""Which test shows which fault of the catalogue, read from marks and titles."""

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.ops.paths import ROOT
from tests.support.sources import code_files, relative, tree_of

CATALOGUE: dict[str, dict[str, str]] = json.loads(
    (ROOT / "tests" / "faults.json").read_text(encoding="utf-8")
)
NUMBERS = frozenset(int(number) for part in CATALOGUE.values() for number in part)
PAGE = ROOT / "docs" / "faults.md"
BY_HAND = ROOT / "docs" / "how-to" / "device-checks.md"
TITLE = re.compile(r"""(['"`])((?:(?!\1).)*\[faults? ([\d, ]+)\](?:(?!\1).)*)\1""")
HAND = re.compile(r"\[faults? ([\d, ]+)\]")
#: the first that fits a path names the layer
LAYERS = (
    ("tests/journeys/", "browser"),
    ("tests/torture/test_killed_browser", "browser"),
    ("tests/torture/test_webkit", "browser"),
    ("tests/torture/", "killed server"),
    ("tests/checklists/", "shared rules"),
    ("tests/sync/test_core_meets_server", "core and server"),
    ("pwa/tests/sync/cross", "core and server"),
    ("pwa/src/features/", "pages"),
    ("pwa/", "core"),
    ("tests/", "server"),
)
HEAD = (
    "# Faults and the tests that show them\n\n"
    "What can go wrong between a phone and the server, and where each case is shown. After every\n"
    "random history, and after most of these, the same invariants are checked: [torture.md]"
    "(torture.md).\nMade by `python -m tests.support.faults` from `tests/faults.json`, the marks "
    "`@pytest.mark.fault(…)`\nand the `[fault …]` in titles; a test keeps them together.\n\n"
    "Layers: **shared rules** (both engines, no storage), **server** (the application on both\n"
    "databases), **core** (the phone's own code over a database in memory), **core and server**\n"
    "(the same against real workers over a bad line), **pages** (screens without a\n"
    "browser), **killed server** (processes killed, power cut), **browser** (Chromium), **by\n"
    "hand** (real devices).\n"
)


@dataclass(frozen=True)
class Shown:
    """One test and a fault that it shows."""

    fault: int
    path: str
    test: str

    @property
    def layer(self) -> str:
        return next(name for start, name in LAYERS if self.path.startswith(start))


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.replace(",", " ").split()]


def _marked(node: ast.AST) -> Iterator[int]:
    """The numbers of `pytest.mark.fault(…)` anywhere below a node."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.mark.fault":
            yield from (int(ast.literal_eval(number)) for number in one.args)


def _in_python(path: Path) -> Iterator[Shown]:
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            numbers = {one for mark in node.decorator_list for one in _marked(mark)}
            yield from (Shown(one, relative(path), node.name) for one in sorted(numbers))


def _in_typescript(path: Path) -> Iterator[Shown]:
    for _, title, numbers in TITLE.findall(path.read_text(encoding="utf-8")):
        words = re.sub(r" ?\[faults? [\d, ]+\]", "", title)
        yield from (Shown(one, relative(path), words) for one in _numbers(numbers))


def shown() -> list[Shown]:
    """Every test that names a fault."""
    found = [
        one
        for path in code_files(".py")
        if path.name.startswith("test_")
        for one in _in_python(path)
    ]
    found += [one for path in code_files(".test.ts") for one in _in_typescript(path)]
    return sorted(found, key=lambda one: (one.fault, one.path, one.test))


def by_hand() -> frozenset[int]:
    """Faults of which a part is on the checklist for real devices."""
    text = BY_HAND.read_text(encoding="utf-8") if BY_HAND.exists() else ""
    return frozenset(one for numbers in HAND.findall(text) for one in _numbers(numbers))


def uncovered() -> frozenset[int]:
    """Faults that no test names."""
    return NUMBERS - {one.fault for one in shown()}


def _row(number: int, words: str, tests: list[Shown], hand: bool) -> str:
    layers = list(dict.fromkeys(one.layer for one in tests))
    if hand:
        layers.append("[by hand](how-to/device-checks.md)")
    places: dict[str, list[str]] = defaultdict(list)
    for one in tests:
        places[one.path].append(one.test.replace("|", "\\|"))
    cells = [f"`{path}`: {'; '.join(dict.fromkeys(names))}" for path, names in places.items()]
    return f"| {number} | {words} | {', '.join(layers)} | {'<br>'.join(cells)} |"


def page() -> str:
    """The text of docs/faults.md."""
    tests: dict[int, list[Shown]] = defaultdict(list)
    for one in shown():
        tests[one.fault].append(one)
    lines, hand = [HEAD], by_hand()
    for part, faults in CATALOGUE.items():
        lines += [f"## {part}", "", "| | fault | layers | tests |", "| --- | --- | --- | --- |"]
        lines += [_row(int(n), words, tests[int(n)], int(n) in hand) for n, words in faults.items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}; without a test: {sorted(uncovered()) or 'none'}\n")
