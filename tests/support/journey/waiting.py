"""Waiting by the clock, never by a number of looks: on a quiet machine those are over at once."""

import time
from collections.abc import Callable
from typing import TypeVar

from tests.support.journey.phone import PATIENCE_MS, Phone

PAUSE_MS = 50
Found = TypeVar("Found")


def await_found(phone: Phone, wanted: str, look: Callable[[], Found | None]) -> Found:
    """Return what `look` finds as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"{phone.name}: not in time: {wanted}"
        phone.page.wait_for_timeout(PAUSE_MS)
    return found
