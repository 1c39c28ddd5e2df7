"""Small files, small functions, words of the glossary, no loose ends."""

import ast
import re

from server import registry
from server.kernel.db import Base
from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.support.sources import code_files, relative, tree_of

MOST_LINES = 400
MOST_FUNCTION_LINES = 40
GENERATED = (
    "contracts/generated/",
    "migrations/versions/",
    "pwa/package-lock.json",
    "server/demo/",
)
#: people take it with them as it is: one file, at any length
ONE_FILE = ("tools/verify.py",)
LOOSE_END = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
CODE = (".py", ".ts", ".vue", ".mjs", ".js", ".css")


def written_by_hand() -> list[str]:
    names = [relative(path) for path in code_files(*CODE)]
    return [name for name in names if not name.startswith(GENERATED)]


def test_no_file_is_too_long_to_read_at_once(examined: Examined) -> None:
    names = [name for name in written_by_hand() if name not in ONE_FILE]
    sizes = {name: len((ROOT / name).read_text().splitlines()) for name in names}
    examined(sum(sizes.values()), f"lines of code in {len(names)} files")
    assert len(names) > 100
    assert {name: lines for name, lines in sizes.items() if lines > MOST_LINES} == {}


def test_no_function_of_the_server_is_too_long_to_hold_in_mind(examined: Examined) -> None:
    functions, long = 0, []
    for path in code_files(".py"):
        if not path.is_relative_to(ROOT / "server"):
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                functions += 1
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_FUNCTION_LINES:
                    long.append(f"{relative(path)}:{node.name} {lines}")
    examined(functions, "functions of the server")
    assert long == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    names = written_by_hand()
    found = [name for name in names if LOOSE_END.search((ROOT / name).read_text())]
    assert found == []


def test_the_glossary_knows_every_kind_of_record() -> None:
    assert registry.MODELS
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    known = set(re.findall(r"`(\w+)`", text))
    kinds = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    assert len(kinds) > 20
    assert sorted(kinds - known) == []


def test_tables_are_named_after_their_records() -> None:
    wrong = [
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if re.sub(r"(?<!^)(?=[A-Z])", "_", mapper.class_.__name__).lower()
        != mapper.local_table.name  # type: ignore[attr-defined]
    ]
    assert wrong == []
