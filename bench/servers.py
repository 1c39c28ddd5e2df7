"""Real gunicorns on loopback: the product's, and the floor's."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[1]


class Gunicorn:
    """One gunicorn in a process group of its own."""

    def __init__(self, words: list[str], env: dict[str, str], log: Path, probe: str) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", *words, "-b", f"127.0.0.1:{self.port}"]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | env,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._await(probe, log)

    def _await(self, probe: str, log: Path) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(600):
            try:
                opener.open(f"http://127.0.0.1:{self.port}{probe}", timeout=5).read()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            if self.process.poll() is not None:
                break
        raise SystemExit(f"the server did not start: {log.read_text()[-2000:]}")

    def cpu(self) -> float:
        """Seconds of processor time that it and all its children have used."""
        return cpu_below(self.process.pid)

    def stop(self) -> None:
        """End it."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def cpu_below(root: int) -> float:
    """Seconds of processor time of a process, its children and theirs, the dead ones too."""
    parents, used = {}, {}
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if folder.name.isdigit():
            parents[int(folder.name)] = int(fields[1])
            used[int(folder.name)] = sum(map(int, fields[11:15]))
    found = {root}
    while fresh := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= fresh
    return sum(used.get(pid, 0) for pid in found) / os.sysconf("SC_CLK_TCK")


def children(root: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{root}/task/{root}/children").read_text()
    return [int(pid) for pid in listed.split()]


def resident(pid: int) -> int:
    """Bytes of memory that a process holds now."""
    return _status(pid, "VmRSS")


def peak(pid: int) -> int:
    """Bytes of memory that a process has held at most."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def environment(folder: Path, database_url: str | None) -> dict[str, str]:
    """What tells an installation where it lies."""
    env = {"ANXUN_VAR": str(folder), "ANXUN_STORE": str(folder / "store")}
    return env | ({"ANXUN_DATABASE_URL": database_url} if database_url else {})


def world(folder: Path, database_url: str | None) -> dict[str, Any]:
    """Make a fresh installation with the bench's world; what a client has to know."""
    told = folder / "world.json"
    command = [sys.executable, "-m", "bench.world", str(told)]
    env = os.environ | environment(folder, database_url)
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    return dict(json.loads(told.read_text()))


def product(
    folder: Path,
    database_url: str | None,
    workers: int,
    fill: Callable[[dict[str, Any]], None] = lambda world: None,
) -> tuple[Gunicorn, dict[str, Any]]:
    """A fresh installation with the bench's world and what *fill* adds, as `make run` serves it."""
    env = environment(folder, database_url) | {"WEB_CONCURRENCY": str(workers)}
    known = world(folder, database_url)
    fill(known)
    words = ["-c", "server/ops/gunicorn_conf.py", "wsgi:app"]
    return Gunicorn(words, env, folder / "server.log", "/readyz"), known


def floor(folder: Path, workers: int) -> Gunicorn:
    """The floor's gunicorn, with the worker class that suits it best."""
    words = ["-w", str(workers), "-k", "sync", "bench.floor_app:app"]
    env = {"BENCH_FLOOR": str(folder)}
    return Gunicorn(words, env, folder / "floor.log", "/")
