"""Compiling the loose ranges of requirements*.in into pinned files with hashes.

One resolution holds for every Python and platform, and no registry's address is written down.
"""

from server.ops import packages, paths, process
from server.ops.console import step

OLDEST_PYTHON = "3.11"


def main() -> int:
    packages.ensure_tools()
    for name in ("requirements", "requirements-dev"):
        with step(f"{name}.txt"):
            _compile(name)
    return 0


def _compile(name: str) -> None:
    command = [str(paths.VENV_BIN / "uv"), "pip", "compile", "--quiet", "--upgrade"]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command += ["--no-emit-index-url", "--custom-compile-command", "make lock"]
    process.run([*command, f"{name}.in", "--output-file", f"{name}.txt"], "lock")
