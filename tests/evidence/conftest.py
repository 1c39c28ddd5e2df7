"""A worker of the picture queue for tests that ask for pictures through the application."""

from collections.abc import Callable

import pytest
from flask import Flask

from server.evidence import worker
from server.kernel.db import db

Examined = Callable[[int, str], None]
Work = Callable[[], int]


@pytest.fixture
def work(app: Flask) -> Work:
    """`work()` draws and compares everything that is due."""

    def until_idle() -> int:
        db.session.commit()
        db.session.remove()
        return worker.work_all(app.extensions["store"])

    return until_idle


@pytest.fixture
def worker_beside(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a picture finds a worker that draws it, as in a web process."""
    monkeypatch.setattr(worker.WORKER, "wakes", [work])


@pytest.fixture
def examined(record_property: Callable[[str, object], None]) -> Examined:
    """`examined(7, "pictures")` is printed at the end of the run."""
    return lambda count, what: record_property("examined", f"{count} {what}")
