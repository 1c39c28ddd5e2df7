"""The queue's worker: a green thread in every web process, or `flask pictures work`."""

import logging
from collections.abc import Callable

from flask import Flask

from server.evidence import jobs, likeness
from server.evidence.storage import Store
from server.kernel.errors import Problem

IDLE_S = 2.0
TROUBLE_S = 15.0
_log = logging.getLogger(__name__)
_wake: list[Callable[[], None]] = []


def is_here() -> bool:
    """Say whether this process has a worker of its own."""
    return bool(_wake)


def nudge() -> None:
    """Tell the worker of this process that there is something to do."""
    for wake in _wake:
        wake()


def work_once(store: Store) -> int:
    """Draw and compare what is due; return how much that was."""
    return jobs.work(store) + likeness.work()


def work_all(store: Store) -> int:
    """Go on until nothing is due."""
    total = 0
    while done := work_once(store):
        total += done
    return total


def run(app: Flask, wait: Callable[[float], object]) -> None:
    """Work for as long as the process lives; *wait* sleeps, or less when there is work."""
    store: Store = app.extensions["store"]
    while True:
        pause = IDLE_S
        try:
            with app.app_context():
                pause = 0.0 if work_once(store) else IDLE_S
        except Problem:
            pause = TROUBLE_S  # the database or the disk is away; it is tried again
        except Exception:
            _log.exception("pictures: the worker goes on after a mistake")
            pause = TROUBLE_S
        wait(pause)


def start(app: Flask) -> None:
    """Begin working beside the requests of a gevent process."""
    import gevent
    from gevent.event import Event

    woken = Event()

    def wait(seconds: float) -> None:
        woken.wait(seconds or 0.05)
        woken.clear()

    _wake.append(woken.set)
    gevent.spawn(run, app, wait)
