"""The small targets: accounts, bench, contracts, build, fmt."""

import os
import shlex
import subprocess

from server.ops import console, debian, packages, paths, process, webapp
from server.ops.site import FLASK

SERVERS = ("run", "layers", "growth", "ledger", "table", "papers", "gap", "spying", "junk")
BROWSERS = ("pages", "walking", "handset")


def accounts() -> int:
    """Print the demo accounts as JSON and nothing else."""
    console.to_standard_error()
    packages.ensure_run_time()
    return _run([*FLASK, "demo", "accounts"])


def bench() -> int:
    """
    Measure every workload beside its floor, growth, the ledger, then pages and taps on a phone.

    ARGS beginning with the name of a part run that part alone, e.g. "growth --phones 8"; "--quick"
    shows that every server part works; other ARGS go to bench.run, e.g. "--only push".
    """
    packages.ensure_tools()
    debian.ensure_postgresql()
    debian.ensure_chromium()
    webapp.ensure_built()
    chosen = shlex.split(os.environ.get("ARGS", ""))
    if chosen and chosen[0] in (*SERVERS, *BROWSERS):
        return _bench(*chosen)
    if chosen and chosen != ["--quick"]:
        return _bench("run", *chosen)
    parts = SERVERS if chosen else (*SERVERS, *BROWSERS)
    return max(_bench(part, *chosen) for part in parts)


def _bench(name: str, *arguments: str) -> int:
    return _run([str(paths.PYTHON), "-m", f"bench.{name}", *arguments])


def contracts() -> int:
    """Write contracts/generated and the documents that come from the same tables."""
    packages.ensure_run_time()
    code = _run([*FLASK, "contracts", "export"])
    return code or _run([str(paths.PYTHON), "-m", "tests.support.faults"])


def build() -> int:
    """Build the web app, if its sources changed."""
    packages.ensure_run_time()
    webapp.ensure_built()
    return 0


def fmt() -> int:
    """Lay out and repair what tools can."""
    packages.ensure_tools()
    webapp.ensure_modules()
    ruff = str(paths.VENV_BIN / "ruff")
    codes = [_run([ruff, "format", "."]), _run([ruff, "check", "--fix", "."])]
    command = [webapp.npm(), "run", "lint", "--", "--fix"]
    codes.append(subprocess.call(command, cwd=paths.PWA, env=process.environment()))
    return max(codes)


def _run(command: list[str]) -> int:
    return subprocess.call(command, cwd=paths.ROOT, env=process.environment())
