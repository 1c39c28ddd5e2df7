"""The queue of reports' pictures beside the requests, and the tidying once an hour."""

import time

from flask import Flask

from server.evidence.storage import Store
from server.kernel.beside import Worker
from server.tips import drawn, tidy

IDLE_S = 5.0
BREATH_S = 0.2
TROUBLE_S = 30.0
HOUR_S = 3600.0


class _Turns:
    """One picture a turn; the tidying when an hour has gone by."""

    def __init__(self) -> None:
        self._tidied = time.monotonic()

    def __call__(self, app: Flask) -> float:
        store: Store = app.extensions["store"]
        pause = BREATH_S if drawn.work(store) else IDLE_S
        if time.monotonic() - self._tidied > HOUR_S:
            self._tidied = time.monotonic()
            tidy.tidy(store)
        return pause


WORKER = Worker("tips", _Turns(), TROUBLE_S)
