"""One outer transaction around a test: application code commits freely, nothing stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from server.kernel.db import db


@contextmanager
def rolled_back(app: Flask) -> Iterator[None]:
    """Bind the app's sessions to one connection whose transaction never commits."""
    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        engines: dict[str | None, Any] = db.engines  # type: ignore[assignment]
        engines[None] = connection
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine
