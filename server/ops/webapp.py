"""The PWA: its Node packages and its build, each done again only when its sources changed."""

import shutil
from pathlib import Path

from server.ops import paths, process, stamps
from server.ops.console import Failure, step

MODULES = paths.PWA / "node_modules"
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage", "tests"})
STAMP = paths.DIST / ".stamp"
FED_BY = ("contracts",)


def npm() -> str:
    """The npm that came as a Python package."""
    return str(paths.VENV_BIN / "npm")


def ensure_modules() -> None:
    """Install exactly the packages of the lock file."""
    lock = stamps.content([paths.PWA / "package.json", paths.PWA / "package-lock.json"])
    stamp = MODULES / ".stamp-lock"
    if stamps.fresh(stamp, lock):
        return
    with step("网页组件 Web packages"):
        command = [npm(), "ci", "--no-audit", "--no-fund", "--no-update-notifier"]
        process.run(command, "npm", cwd=paths.PWA)
    stamps.remember(stamp, lock)


def ensure_built() -> None:
    """Build the app into pwa/dist when a source differs from the last build."""
    if _built():
        return
    ensure_modules()
    with step("网页应用 Web app"):
        if build("web-build") != 0:
            raise Failure(process.tail_of(process.log_file("web-build")))


def build(log: str) -> int:
    """Build unless the last build was from these very sources; return npm's exit code."""
    wanted = stamps.content(_sources())
    if _built():
        process.log_file(log).write_text("built from these sources before\n")
        return 0
    shutil.rmtree(paths.DIST, ignore_errors=True)
    code = process.attempt([npm(), "run", "build"], log, cwd=paths.PWA)
    if code == 0:
        stamps.remember(STAMP, wanted)
    return code


def _built() -> bool:
    return (paths.DIST / "index.html").is_file() and stamps.fresh(STAMP, stamps.content(_sources()))


def _sources() -> list[Path]:
    found = stamps.tree(paths.PWA, without=NOT_SOURCES)
    for folder in FED_BY:
        found += stamps.tree(paths.ROOT / folder)
    return found
