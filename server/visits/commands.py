"""`flask visits release-due` and `flask visits verify`."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from server.kernel.db import db, transaction
from server.visits import service
from server.visits.models import Visit

group = AppGroup("visits", help="Sealed visits.")


@group.command("release-due")
def release_due() -> None:
    """Release visits whose time is over; `sync tidy` does so every night, desks when they look."""
    with transaction():
        count = service.release_due()
    click.echo(f"visits released: {count}")


@group.command("verify")
def verify() -> None:
    """Recompute the logs of released visits; ends with 1 when one is not what was written."""
    bad: list[str] = []
    with transaction(write=False):
        ids = db.session.scalars(select(Visit.id).where(Visit.released_at.is_not(None))).all()
        bad += [name for name in ids if not service.is_sound(service.lines_of(name), name)]
    for name in bad:
        click.echo(f"changed: {name}")
    click.echo(f"logs examined: {len(ids)}")
    sys.exit(1 if bad else 0)
