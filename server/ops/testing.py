"""`make test` and `make check`: install what is missing, run the gates, then the tests."""

import argparse
import os
import shlex
import signal
import subprocess

from server.ops import debian, gates, packages, paths, process, webapp
from server.ops.console import complain, say

WORKERS = 2
#: no test of a torture lasts longer
SECONDS = 3600
TORTURES = (
    "tests/torture",
    "tests/sync/test_histories.py",
    "tests/sync/test_mechanisms.py",
    "tests/sync/test_bad_line.py",
    "tests/sync/test_core_histories.py",
)


def check() -> int:
    """The static gates alone."""
    packages.ensure_tools()
    webapp.ensure_modules()
    return _verdict(gates.run_all())


def test() -> int:
    """Everything the gate runs. pytest comes last: its summary closes the output."""
    chosen = shlex.split(os.environ.get("ARGS", ""))
    packages.ensure_tools()
    debian.ensure_chromium()
    debian.ensure_postgresql()
    debian.ensure_strace()
    if chosen:
        webapp.ensure_built()
        return _pytest(chosen)
    webapp.ensure_modules()
    code = _verdict(gates.run_all())
    return _pytest(["-n", str(WORKERS), "--dist", "loadgroup"]) or code


def torture() -> int:
    """Kill the server, cut its power, play random histories; ends by itself."""
    parser = argparse.ArgumentParser(prog="make torture ARGS=...", allow_abbrev=False)
    parser.add_argument("--kills", type=int, default=600, help="of servers, half on each database")
    parser.add_argument("--points", type=int, default=5000, help="power cuts in one history")
    parser.add_argument("--histories", type=int, default=1500, help="of phones and a server")
    parser.add_argument("--search", type=int, default=60, help="histories a safety may stay off")
    parser.add_argument("--seed", type=int, default=0, help="repeat a plan; 0 chooses one")
    told = parser.parse_args(shlex.split(os.environ.get("ARGS", "")))
    packages.ensure_tools()
    debian.ensure_postgresql()
    debian.ensure_strace()
    debian.ensure_webkit()
    debian.ensure_chromium()
    webapp.ensure_built()
    for name in ("kills", "points", "seed"):
        os.environ[f"ANXUN_TORTURE_{name.upper()}"] = str(getattr(told, name))
    os.environ |= {
        "ANXUN_HISTORIES": str(told.histories),
        "ANXUN_SEARCH": str(told.search),
        "ANXUN_REAL_PACE": "1",
        "ANXUN_WEBKIT": "1",
        "ANXUN_KILLED_BROWSER": "12",
        # The core's own histories take longer: each opens databases.
        "HISTORIES": str(max(1, told.histories // 4)),
        "SEARCH": str(told.search),
        "SEED": str(told.seed),
    }
    return _pytest([*TORTURES, "--timeout", str(SECONDS)])


def _verdict(failed: list[str]) -> int:
    if failed:
        complain(
            f"\n未通过 Failed gates: {', '.join(failed)}. 整体结果为失败 This run has failed.\n"
        )
    return 1 if failed else 0


def _pytest(arguments: list[str]) -> int:
    """Run pytest at the terminal; Ctrl-C is its own to answer."""
    say()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(
            [paths.PYTHON, "-m", "pytest", *arguments],
            cwd=paths.ROOT,
            env=process.environment(),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            check=False,
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)
