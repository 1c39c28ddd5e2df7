"""`flask draws …`: what the calendar asks for."""

import click
from flask.cli import AppGroup

from server.draws import rhythm
from server.kernel.db import transaction

group = AppGroup("draws", help="Seeds of draws, and the end of their secrets.")


@group.command("keep")
def keep() -> None:
    """Make and settle seeds, release and publish what is overdue; meant for every night."""
    with transaction():
        done = rhythm.keep()
    click.echo(", ".join(f"{what}: {count}" for what, count in done.items()))
