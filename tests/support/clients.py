"""Test clients: each request runs as it would in the server, apart from the test's own context."""

import contextvars
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from server.kernel.db import db


class AppClient(FlaskClient):
    """
    Sends every request in an empty context.

    Flask would otherwise reuse the test's application context, so that `g` and the session of one
    request would live on in the next. What the test wrote is committed first (inside the outer
    transaction), and what it holds is read anew afterwards.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("buffered", True)  # closes the files that were sent
        db.session.commit()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return answer


def client_of(app: Flask) -> AppClient:
    app.test_client_class = AppClient
    client = app.test_client()
    assert isinstance(client, AppClient)
    return client
