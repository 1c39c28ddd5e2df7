"""A terminal with a program in it: what it prints can be awaited, Ctrl-C can be pressed."""

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence

from server.ops import paths

CTRL_C = b"\x03"


class Terminal:
    """Runs a command on a pseudo-terminal, in a session of its own."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        self.text = ""
        self._process = subprocess.Popen(
            command,
            cwd=paths.ROOT,
            env=dict(env),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)

    def await_text(self, pattern: str, seconds: float) -> re.Match[str]:
        """Return the match as soon as it was printed."""
        deadline = time.monotonic() + seconds
        while (found := re.search(pattern, self.text)) is None:
            assert time.monotonic() < deadline, f"{pattern!r} was not printed:\n{self.text}"
            ended = self._process.poll() is not None
            if not self._read(0.1):
                assert not ended, f"ended before {pattern!r}:\n{self.text}"
        return found

    def press(self, key: bytes) -> None:
        os.write(self._master, key)

    def await_end(self, seconds: float) -> int:
        """Return the exit code."""
        deadline = time.monotonic() + seconds
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"still running:\n{self.text}"
            self._read(0.1)
        while self._read(0):
            pass
        return int(self._process.returncode)

    def close(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(30)
        os.close(self._master)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux says so when the other side has closed
            return False
        self.text += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)


def _take_terminal() -> None:
    """Make the pseudo-terminal the one whose Ctrl-C reaches the program."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
