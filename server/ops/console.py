"""What a person at the terminal sees: calm steps, and one clear line when something is missing."""

import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WIDTH = 46
_lock = threading.Lock()
_on_standard_error = False


class Failure(Exception):
    """Something that a person must change. Its text is the whole message."""


def width(text: str) -> int:
    """Columns on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, columns: int) -> str:
    return text + " " * max(1, columns - width(text))


def to_standard_error() -> None:
    """Keep standard output for a program that reads us."""
    global _on_standard_error
    _on_standard_error = True


def _out() -> TextIO:
    return sys.stderr if _on_standard_error else sys.stdout


def say(text: str = "") -> None:
    with _lock:
        print(text, file=_out(), flush=True)


def complain(text: str) -> None:
    with _lock:
        print(text, file=sys.stderr, flush=True)


@contextmanager
def step(label: str) -> Iterator[None]:
    """Announce a piece of work and say how long it took."""
    started = time.monotonic()
    live = _out().isatty()
    if live:
        print(f"  … {label}", end="\r", file=_out(), flush=True)
    try:
        yield
    except BaseException:
        say(_line("✗", label, started))
        raise
    say(_line("✓", label, started))


def result(good: bool, label: str, started: float) -> None:
    """Report work that ran beside other work."""
    say(_line("✓" if good else "✗", label, started))


def _line(mark: str, label: str, started: float) -> str:
    return f"  {mark} {pad(label, WIDTH)}{time.monotonic() - started:6.1f} s"
