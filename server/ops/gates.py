"""The static gates: everything that can be wrong before a single test runs.

Two lanes run side by side, Python's and the web app's. A failing gate does not stop the others.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from server.ops import console, paths, process, webapp
from server.ops.site import FLASK


@dataclass(frozen=True)
class Gate:
    """A name for people, and something that ends with 0 when all is well, given a log's name."""

    name: str
    run: Callable[[str], int]

    @property
    def log(self) -> str:
        return "check-" + self.name.replace(" ", "-")


def _tool(name: str, *arguments: str) -> Callable[[str], int]:
    command = [str(paths.VENV_BIN / name), *arguments]
    return lambda log: process.attempt(command, log)


def _flask(*arguments: str) -> Callable[[str], int]:
    return lambda log: process.attempt([*FLASK, *arguments], log)


def _npm(script: str) -> Callable[[str], int]:
    return lambda log: process.attempt([webapp.npm(), "run", script], log, cwd=paths.PWA)


PYTHON_LANE = (
    Gate("ruff format", _tool("ruff", "format", "--check", ".")),
    Gate("ruff", _tool("ruff", "check", ".")),
    Gate("lint-imports", _tool("lint-imports")),
    Gate("definitions", _flask("definitions", "check")),
    Gate("contracts", _flask("contracts", "export", "--check")),
    Gate("mypy", _tool("mypy")),
)
WEB_LANE = (
    Gate("depcruise", _npm("deps")),
    Gate("vue-tsc", _npm("types")),
    Gate("eslint", _npm("lint")),
    Gate("vitest", _npm("test")),
    Gate("vite build", webapp.build),
    Gate("size budget", _npm("size")),
)


def run_all() -> list[str]:
    """Run every gate and return the names of those that failed."""
    with ThreadPoolExecutor(2) as lanes:
        results = list(lanes.map(_run_lane, (PYTHON_LANE, WEB_LANE)))
    failed = [gate for lane in results for gate in lane]
    for gate in failed:
        console.say(f"\n✗ {gate.name}")
        console.say(process.tail_of(process.log_file(gate.log), lines=60))
    return [gate.name for gate in failed]


def _run_lane(lane: Sequence[Gate]) -> list[Gate]:
    return [gate for gate in lane if not _passes(gate)]


def _passes(gate: Gate) -> bool:
    started = time.monotonic()
    good = gate.run(gate.log) == 0
    console.result(good, gate.name, started)
    return good
