"""What each kind of file inside a feature must not do."""

import ast
from pathlib import Path

import pytest

from server.ops.paths import ROOT
from tests.support.sources import code_files, imports_of, relative, tree_of

FORBIDDEN = {
    "models.py": ("flask", "schemas", "service", "routes"),
    "queries.py": ("flask", "schemas", "service", "routes"),
    "service.py": ("flask", "schemas", "routes", "server.web"),
    "schemas.py": ("flask", "service", "routes"),
    "rules.py": ("sqlalchemy", "flask", "pydantic", "server.kernel.db", "server.kernel.clock"),
    "workflow.py": ("sqlalchemy", "flask", "pydantic", "server.kernel.db", "server.kernel.clock"),
}


def feature_files(name: str) -> list[Path]:
    """Files of one kind; a feature that grew has a folder of that name instead."""
    stem = name.removesuffix(".py")
    return [
        path
        for path in code_files(".py")
        if path.is_relative_to(ROOT / "server") and (path.name == name or path.parent.name == stem)
    ]


def _names(module: str, forbidden: str) -> bool:
    if "." in forbidden or forbidden in ("flask", "sqlalchemy", "pydantic"):
        return module == forbidden or module.startswith(forbidden + ".")
    return module.startswith("server.") and forbidden in module.split(".")


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_a_file_imports_only_what_its_kind_may(kind: str) -> None:
    files = feature_files(kind)
    assert files, f"there is no {kind}: the check would be empty"
    wrong = [
        f"{relative(path)}: {module}"
        for path in files
        for module in imports_of(path)
        for forbidden in FORBIDDEN[kind]
        if _names(module, forbidden)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", ["service.py", "queries.py"])
def test_services_and_queries_never_end_a_transaction(kind: str) -> None:
    files = feature_files(kind)
    assert files
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in files
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")
    ]
    assert wrong == []
