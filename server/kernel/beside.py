"""Work that goes on beside the requests of a web process, for as long as that lives."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask

from server.kernel.errors import Problem

BREATH_S = 0.05
_log = logging.getLogger(__name__)


@dataclass
class Worker:
    """
    One queue's worker: a green thread in every web process.

    `turn` does what is due, in a context of its own, and says how long to wait for the next;
    `trouble_s` is that wait when the database or the disk is away, or after a mistake.
    """

    name: str
    turn: Callable[[Flask], float]
    trouble_s: float
    wakes: list[Callable[[], object]] = field(default_factory=list)

    def is_here(self) -> bool:
        """Say whether this process has such a worker."""
        return bool(self.wakes)

    def nudge(self) -> None:
        """Tell the worker of this process that there is something to do."""
        for wake in self.wakes:
            wake()

    def run(self, app: Flask, wait: Callable[[float], object]) -> None:
        """Take turn after turn; *wait* sleeps, or less when there is work."""
        while True:
            wait(self._pause_after_turn(app))

    def _pause_after_turn(self, app: Flask) -> float:
        try:
            with app.app_context():
                return self.turn(app)
        except Problem:
            return self.trouble_s  # the database or the disk is away; it is tried again
        except Exception:
            _log.exception("%s: the worker goes on after a mistake", self.name)
            return self.trouble_s

    def start(self, app: Flask) -> None:
        """Begin working beside the requests of a gevent process."""
        import gevent
        from gevent.event import Event

        woken = Event()

        def wait(seconds: float) -> None:
            woken.wait(max(seconds, BREATH_S))
            woken.clear()

        self.wakes.append(woken.set)
        gevent.spawn(self.run, app, wait)
