"""A line hands its places on in the order of coming."""

import threading

import pytest

from server.kernel import line
from server.kernel.errors import Unavailable
from server.kernel.line import Line


def behind(here: Line, name: int, passed: list[int]) -> threading.Thread:
    """Somebody who waits for a place and writes the name down once there."""

    def wait() -> None:
        with here.place():
            passed.append(name)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_who_came_first_goes_first() -> None:
    here, passed, waiting = Line(), list[int](), list[threading.Thread]()
    with here.place():
        for name in range(20):
            waiting.append(behind(here, name, passed))
            while len(here._waiting) <= name:
                pass
    for thread in waiting:
        thread.join(5)
    assert passed == list(range(20))


def test_there_are_as_many_places_as_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE_S", 0.05)
    here = Line(3)
    with here.place(), here.place(), here.place():
        with pytest.raises(Unavailable) as refused, here.place():
            pass
        assert refused.value.extras == {"retry_after": 2}
    with here.place(), here.place(), here.place():
        assert not here._waiting, "who gave up stands in no line"


def test_a_place_is_given_back_when_the_work_breaks() -> None:
    here = Line()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), here.place():
            _ = 1 / 0
    with here.place():
        pass
