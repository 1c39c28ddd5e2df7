"""`flask pictures work`, `state` and `send`."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from server.evidence import sweep, worker
from server.evidence.models import Picture
from server.kernel.db import db, transaction

group = AppGroup("pictures", help="Small pictures of photos, and their comparison.")


@group.command("work")
def work() -> None:
    """Draw and compare everything that waits, then end; the web processes do so by themselves."""
    click.echo(f"done: {worker.work_all(current_app.extensions['store'])}")


@group.command("state")
def state() -> None:
    """Count pictures by what became of them."""
    query = select(Picture.state, func.count()).group_by(Picture.state).order_by(Picture.state)
    with transaction(write=False):
        for name, count in db.session.execute(query):
            click.echo(f"{name}: {count}")


@group.command("send")
def send() -> None:
    """Bring every photo into the object store that is named; ends with 1 when some are absent."""
    there, absent = sweep.send(current_app.extensions["store"])
    click.echo(f"there: {there}, absent: {absent}")
    sys.exit(1 if absent else 0)
