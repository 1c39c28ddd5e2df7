"""Checks say how many things they examined: one that examined nothing has proved nothing."""

from collections.abc import Callable

import pytest

Examined = Callable[[int, str], None]


@pytest.fixture
def examined(record_property: Callable[[str, object], None]) -> Examined:
    """`examined(len(files), "files")`: told at the end of the run; zero is a failure."""

    def note(count: int, what: str) -> None:
        assert count > 0, f"no {what} were examined"
        record_property("examined", f"{count} {what}")

    return note
