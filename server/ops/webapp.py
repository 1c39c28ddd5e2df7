"""The PWA: its Node packages and its build, each done again only when its sources changed."""

import shutil
from pathlib import Path

from server.ops import paths, process, stamps
from server.ops.console import step

MODULES = paths.PWA / "node_modules"
NOT_SOURCES = frozenset({"node_modules", "dist", "coverage"})
FED_BY = ("contracts/generated", "contracts/vectors")


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
    wanted = stamps.content(_sources())
    stamp = paths.DIST / ".stamp"
    if stamps.fresh(stamp, wanted) and (paths.DIST / "index.html").is_file():
        return
    ensure_modules()
    with step("网页应用 Web app"):
        shutil.rmtree(paths.DIST, ignore_errors=True)
        process.run([npm(), "run", "build"], "web-build", cwd=paths.PWA)
    stamps.remember(stamp, wanted)


def _sources() -> list[Path]:
    found = stamps.tree(paths.PWA, without=NOT_SOURCES)
    for folder in FED_BY:
        found += stamps.tree(paths.ROOT / folder)
    return found
