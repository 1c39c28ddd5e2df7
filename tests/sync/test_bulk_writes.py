"""Bulk statements pass the commit hook by: on synced tables they are forbidden outside the sync."""

import ast
from collections.abc import Iterator
from pathlib import Path

import server
from server.sync.check import synced_models

ROOT = Path(server.__file__).parent
BULK = {"update", "delete", "insert", "bulk_insert_mappings", "bulk_update_mappings"}
#: file → why it may
ALLOWED = {
    "sync/answers.py": "touches the scope of every answer it writes",
    "sync/conflicts.py": "writes through the unit of work",
    "sync/tidy.py": "clears cases that were dealt with long ago and are in no scope",
}


def _bulk_calls(tree: ast.AST, models: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        named = {arg.id for arg in node.args if isinstance(arg, ast.Name)}
        if name in BULK and named & models:
            yield node.lineno, f"{name}({', '.join(named & models)})"


def test_no_bulk_statement_touches_a_synced_table() -> None:
    models = {model.__name__ for model in synced_models().values()}
    files = sorted(ROOT.rglob("*.py"))
    found = [
        f"{path.relative_to(ROOT)}:{line} {call}"
        for path in files
        if str(path.relative_to(ROOT)) not in ALLOWED
        for line, call in _bulk_calls(ast.parse(path.read_text()), models)
    ]
    assert len(files) > 100
    assert len(models) >= 14
    assert found == []


def test_the_search_finds_a_planted_one() -> None:
    tree = ast.parse("db.session.execute(update(Hazard).values(state='closed'))")
    assert [call for _, call in _bulk_calls(tree, {"Hazard"})] == ["update(Hazard)"]
