"""A server that is made to be killed: its workers are known, and how they ended is read again."""

import contextlib
import os
import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from server.ops import paths
from server.ops.serving import CONFIGURATION, Server
from tests.support.databases import environment
from tests.support.ports import free_port

KILLED = re.compile(r"Worker \(pid:(\d+)\) was sent SIGKILL")


class Victim(Server):
    """gunicorn whose every death is counted."""

    def __init__(
        self,
        folder: Path,
        url: str,
        *,
        weakness: str = "",
        under: Sequence[str] = (),
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.url = folder, url
        self.port = free_port()
        application = "tests.torture.weak:app" if weakness else "wsgi:app"
        self.command = [*under, str(paths.PYTHON), "-m", "gunicorn", "-c", CONFIGURATION]
        self.command.append(application)
        env = {
            **environment(url, folder),
            "ANXUN_BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "2",
            "ANXUN_WEAK": weakness,
            **(extra or {}),
        }
        probe = f"http://127.0.0.1:{self.port}/readyz"
        super().__init__(env, probe=probe, log=folder / "server.log")
        self.sent: set[int] = set()
        self.masters = 0

    def up(self) -> None:
        """Start and wait until it can work."""
        self.start()
        self.await_ready()

    def workers(self) -> list[int]:
        """The processes under the one we started, alive at this moment."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        try:
            return [int(word) for word in listed.read_text().split()]
        except OSError:
            return []

    def kill_workers(self, count: int) -> int:
        """SIGKILL up to *count* workers at once; how many."""
        chosen = self.workers()[:count]
        for pid in chosen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.sent.add(pid)
        return len(chosen)

    def end_watched(self) -> None:
        """End the server that runs under another program, and that program with it."""
        for pid in self.workers():
            os.kill(pid, signal.SIGTERM)
        if self.wait(20) is None:
            self.kill()

    def kill_everything(self) -> None:
        """SIGKILL master and workers; prove that this is how the master ended."""
        self.kill()
        assert self.wait() == -signal.SIGKILL, "the server ended in another way"
        self.masters += 1

    def ended_by_signal(self) -> set[int]:
        """The workers of which the master says that SIGKILL ended them."""
        return {int(pid) for pid in KILLED.findall(self.log.read_text(errors="replace"))}
