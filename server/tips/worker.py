"""The queue of reports' pictures beside the requests, and the tidying once an hour."""

import logging
import time
from collections.abc import Callable

from flask import Flask

from server.evidence.storage import Store
from server.kernel.errors import Problem
from server.tips import drawn, tidy

IDLE_S = 5.0
BREATH_S = 0.2
TROUBLE_S = 30.0
HOUR_S = 3600.0
_log = logging.getLogger(__name__)
_wake: list[Callable[[], None]] = []


def nudge() -> None:
    """Tell the worker of this process that a picture has arrived."""
    for wake in _wake:
        wake()


def run(app: Flask, wait: Callable[[float], object]) -> None:
    """Work for as long as the process lives."""
    store: Store = app.extensions["store"]
    tidied = time.monotonic()
    while True:
        pause = IDLE_S
        try:
            with app.app_context():
                pause = BREATH_S if drawn.work(store) else IDLE_S
                if time.monotonic() - tidied > HOUR_S:
                    tidied = time.monotonic()
                    tidy.tidy(store)
        except Problem:
            pause = TROUBLE_S  # the database or the disk is away; it is tried again
        except Exception:
            _log.exception("tips: the worker goes on after a mistake")
            pause = TROUBLE_S
        wait(pause)


def start(app: Flask) -> None:
    """Begin working beside the requests of a gevent process."""
    import gevent
    from gevent.event import Event

    woken = Event()

    def wait(seconds: float) -> None:
        woken.wait(seconds)
        woken.clear()

    _wake.append(woken.set)
    gevent.spawn(run, app, wait)
