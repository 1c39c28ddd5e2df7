"""One gunicorn with its workers, as a process that can be started, awaited and ended."""

import contextlib
import json
import os
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from server.ops import paths, process
from server.ops.console import Failure
from server.ops.process import LOOK_SECONDS

CONFIGURATION = "server/ops/gunicorn_conf.py"
START_SECONDS = 60
GRACE_SECONDS = 12
QUICK_SECONDS = 3


class Server:
    """
    A gunicorn in its own process group, so that Ctrl-C at the terminal reaches only us.

    `pause` sleeps between two looks at it; what it raises ends the wait (`Stopping.pause`).
    """

    command: Sequence[str] = (str(paths.PYTHON), "-m", "gunicorn", "-c", CONFIGURATION, "wsgi:app")

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        probe: str,
        log: Path,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.env = dict(env)
        self.probe = probe
        self.log = log
        self.pause = pause
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was not started"
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                list(self.command),
                cwd=paths.ROOT,
                env=process.environment(self.env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def await_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when the server says that it can do its work."""
        deadline = time.monotonic() + seconds
        while (said := ask(self.probe)) is not None:
            if self.ended():
                raise Failure(process.tail_of(self.log))
            if time.monotonic() > deadline:
                tail = process.tail_of(self.log)
                raise Failure(f"{tail}\n  {seconds:.0f} s 后仍未就绪 Not ready: {said}")
            self.pause(LOOK_SECONDS)

    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the end; None when it is still running after *seconds*."""
        assert self._process is not None, "the server was not started"
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self.ended():
            left = LOOK_SECONDS if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return None
            self.pause(min(left, LOOK_SECONDS))
        return self._process.returncode

    def stop(self) -> None:
        """End it as an administrator would: let requests finish, then insist."""
        for number, patience in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGQUIT, QUICK_SECONDS)):
            if self.ended():
                return
            os.kill(self.pid, number)
            self.wait(patience)
        self.kill()

    def kill(self) -> None:
        """End the master and its workers at once, as a power cut of the process would."""
        if self._process is not None and not self.ended():
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            self._await_workers_gone()

    def _await_workers_gone(self) -> None:
        """A dying worker still holds the port for a moment."""
        deadline = time.monotonic() + QUICK_SECONDS
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(self.pid, 0)
                time.sleep(0.01)


def ask(url: str) -> str | None:
    """None when the probe answers 200, else what stood in the way."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # our own server on our own machine
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        with opener.open(url, timeout=5) as answer:
            json.load(answer)
            return None
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read(300).decode(errors='replace')}"
    except (OSError, ValueError) as error:
        return str(error)
