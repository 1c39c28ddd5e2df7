"""Starting other programs: their output goes to a log, their failure is shown with its tail."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from server.ops import paths
from server.ops.console import Failure

TAIL = 25
LOOK_SECONDS = 0.05


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's environment, with the clone's own programs first and a home that exists."""
    env = dict(os.environ)
    env["PATH"] = os.pathsep.join([str(paths.VENV_BIN), env.get("PATH") or os.defpath])
    env["PYTHONUTF8"] = "1"
    env.setdefault("NODE_USE_SYSTEM_CA", "1")  # trust what the computer trusts, as pip does
    env.pop("PYTHONHOME", None)
    env.pop("VIRTUAL_ENV", None)
    home = env.get("HOME")
    if not home or not os.access(home, os.W_OK):
        spare = paths.var() / "home"
        spare.mkdir(exist_ok=True)
        env["HOME"] = str(spare)
    env.update(extra or {})
    return env


def log_file(name: str) -> Path:
    return paths.logs() / f"{name}.log"


def attempt(
    command: Sequence[str | Path],
    log: str,
    *,
    cwd: Path = paths.ROOT,
    env: Mapping[str, str] | None = None,
    pause: Callable[[float], None] | None = None,
) -> int:
    """
    Run a program to its end, its output in var/log/<log>.log.

    Where signals are counted (`Stopping`), its `pause` says that nobody waits for the end any more.
    """
    with (
        log_file(log).open("wb") as out,
        subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=environment({"NO_COLOR": "1", **(env or {})}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as program,
    ):
        try:
            while pause is not None and program.poll() is None:
                pause(LOOK_SECONDS)
            return program.wait()
        except BaseException:
            program.kill()
            raise


def run(
    command: Sequence[str | Path],
    log: str,
    *,
    cwd: Path = paths.ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a program that must succeed."""
    if attempt(command, log, cwd=cwd, env=env) != 0:
        raise Failure(tail_of(log_file(log)))


def answer(command: Sequence[str | Path], log: str, *, env: Mapping[str, str] | None = None) -> str:
    """Run a program that must succeed and return what it wrote to its standard output."""
    with log_file(log).open("wb") as errors:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=paths.ROOT,
            env=environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    if done.returncode != 0:
        raise Failure(tail_of(log_file(log)))
    return done.stdout.decode()


def tail_of(log: Path, lines: int = TAIL) -> str:
    """The end of a log, headed by where to read the rest."""
    text = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()
    shown = [f"    {line}" for line in text[-lines:]]
    return "\n".join([f"  {paths.shown(log)}:", *shown])
