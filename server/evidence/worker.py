"""The queue of the staff's pictures: drawn beside the requests, or by `flask pictures work`."""

from flask import Flask

from server.evidence import jobs, likeness
from server.evidence.storage import Store
from server.kernel.beside import Worker

IDLE_S = 2.0
TROUBLE_S = 15.0


def work_once(store: Store) -> int:
    """Draw and compare what is due; return how much that was."""
    return jobs.work(store) + likeness.work()


def work_all(store: Store) -> int:
    """Go on until nothing is due."""
    total = 0
    while done := work_once(store):
        total += done
    return total


def _turn(app: Flask) -> float:
    return 0.0 if work_once(app.extensions["store"]) else IDLE_S


WORKER = Worker("pictures", _turn, TROUBLE_S)
