"""`make run` tidies up while it serves."""

import subprocess
import sys
import time
from pathlib import Path

from server.ops.running import serve
from server.ops.serving import Server


class Sleeper(Server):
    """A server that does nothing for a moment and ends with 7."""

    def start(self) -> None:
        words = "import sys; sys.stdin.read(); sys.exit(7)"
        self._process = subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE)

    def end(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()


def test_it_tidies_again_and_again_until_the_server_ends(tmp_path: Path) -> None:
    server = Sleeper({}, probe="", log=tmp_path / "log")
    server.start()
    tidied: list[float] = []

    def tidy() -> None:
        tidied.append(time.monotonic())
        if len(tidied) == 3:
            server.end()

    assert serve(server, tidy, first=0.01, again=0.01) == 7
    assert len(tidied) >= 3


def test_a_server_that_ends_at_once_is_not_tidied(tmp_path: Path) -> None:
    server = Sleeper({}, probe="", log=tmp_path / "log")
    server.start()
    server.end()
    tidied: list[int] = []
    assert serve(server, lambda: tidied.append(1)) == 7
    assert not tidied
