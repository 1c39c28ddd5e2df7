"""Ctrl-C at the worst moment: between a lock and the `try` that gives it back."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from server.ops import process
from server.ops.serving import Server
from server.ops.stopping import ASKING, Stopping

LONG = [sys.executable, "-c", "import time; time.sleep(60)"]


class Interrupted(subprocess.Popen[bytes]):
    """A program that nobody can look at without a signal in the middle of the look, once."""

    number = signal.SIGINT

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.looks = 0
        super().__init__(LONG)

    def poll(self) -> int | None:
        assert self.lock.acquire(timeout=1), "somebody went away with the lock"
        self.looks += 1
        if self.looks == 1:
            signal.raise_signal(self.number)
        self.lock.release()
        return super().poll()


class Sleeper(Server):
    def begin(self) -> Interrupted:
        self._process = Interrupted()
        return self._process


@pytest.mark.parametrize("number", ASKING)
def test_a_signal_in_the_middle_of_a_look_is_heeded_after_it(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Interrupted, "number", number)
    before = signal.getsignal(number)
    with Stopping() as asked:
        server = Sleeper({}, probe="", log=tmp_path / "log", pause=asked.pause)
        program = server.begin()
        with pytest.raises(KeyboardInterrupt):
            server.wait(30)
        assert program.looks == 1
        server.stop()
    assert program.returncode == -signal.SIGTERM
    assert signal.getsignal(number) is before


def test_each_signal_is_heeded_once_and_several_at_once_as_one() -> None:
    with Stopping() as asked:
        asked.pause(0)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            asked.pause(0)
        asked.pause(0)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            asked.pause(0)


def test_a_second_ctrl_c_ends_at_once_what_takes_long_to_stop(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    )
    with Stopping() as asked:
        server = Server({}, probe="", log=tmp_path / "log", pause=asked.pause)
        server.command = [sys.executable, "-c", deaf]
        server.start()
        while not (tmp_path / "log").read_bytes():
            asked.pause(0.01)
        presser = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
        presser.start()
        with pytest.raises(KeyboardInterrupt):
            server.stop()
        assert server.wait(0) is None
        server.kill()
    assert server.wait(0) == -signal.SIGKILL


def test_a_chore_is_given_up_when_we_are_asked_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXUN_VAR", str(tmp_path))
    ended: list[int] = []

    def attempt(pause: Callable[[float], None]) -> None:
        ended.append(process.attempt(LONG, "chore", pause=pause))

    with Stopping() as asked:
        threading.Timer(0.2, signal.raise_signal, [signal.SIGTERM]).start()
        with pytest.raises(KeyboardInterrupt):
            attempt(asked.pause)
    assert not ended
    assert process.attempt([sys.executable, "-c", "raise SystemExit(3)"], "chore") == 3
    with Stopping() as asked:
        words = [sys.executable, "-c", "raise SystemExit(4)"]
        assert process.attempt(words, "chore", pause=asked.pause) == 4
