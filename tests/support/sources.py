"""The project's own files, for tests that read source code."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from server.ops.paths import ROOT

SKIPPED = {"node_modules", ".venv", ".git", "dist", "var", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file under version control or about to be; all but run-time ones without git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0:
        names = done.stdout.decode().split("\0")
        return tuple(sorted(ROOT / name for name in names if name and (ROOT / name).is_file()))
    return tuple(sorted(path for path in ROOT.rglob("*") if _counts(path)))


def _counts(path: Path) -> bool:
    return path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts)


def code_files(*endings: str) -> Iterator[Path]:
    return (path for path in project_files() if path.name.endswith(endings))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> list[str]:
    """The modules that a Python file names in its imports, at any depth."""
    found: list[str] = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
    return found
