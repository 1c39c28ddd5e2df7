"""The worker of the reports' pictures: one picture a turn, tidying once an hour, and no end."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.kernel.errors import Unavailable
from server.tips import worker


class Ended(Exception):
    """Ends a loop that has no end."""


def _ending(turns: int, pauses: list[float]) -> Callable[[float], None]:
    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == turns:
            raise Ended

    return wait


def test_turns_draw_breathe_and_tidy_once_an_hour(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, drawn, tidied = [0.0], [1, 0, 0, 0], []
    monkeypatch.setattr(worker.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(worker.tidy, "tidy", lambda _store: tidied.append(now[0]))

    def work(_store: object) -> int:
        now[0] += worker.HOUR_S * 0.4
        return drawn.pop(0)

    monkeypatch.setattr(worker.drawn, "work", work)
    pauses: list[float] = []
    with pytest.raises(Ended):
        worker.Worker("tips", worker._Turns(), 30.0).run(app, _ending(4, pauses))
    assert pauses == [worker.BREATH_S, worker.IDLE_S, worker.IDLE_S, worker.IDLE_S]
    assert tidied == [worker.HOUR_S * 0.4 * 3]


def test_a_disk_that_is_away_ends_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    troubles: list[Exception] = [Unavailable(), OSError("gone")]

    def work(_store: object) -> int:
        if troubles:
            raise troubles.pop(0)
        return 0

    monkeypatch.setattr(worker.drawn, "work", work)
    pauses: list[float] = []
    with pytest.raises(Ended):
        worker.WORKER.run(app, _ending(3, pauses))
    assert pauses == [worker.TROUBLE_S, worker.TROUBLE_S, worker.IDLE_S]
