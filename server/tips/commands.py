"""`flask tips tidy`, `flask tips work` and `flask tips rotate-key`."""

import click
from flask import current_app
from flask.cli import AppGroup

from server.tips import drawn, keys
from server.tips import tidy as tidying

group = AppGroup("tips", help="Reports by people without an account.")


@group.command("tidy")
def run_tidy() -> None:
    """Delete what has had its time: networks, contacts, spam."""
    for what, count in tidying.tidy(current_app.extensions["store"]).items():
        click.echo(f"{what}: {count}")


@group.command("work")
def run_work() -> None:
    """Draw every picture that waits."""
    click.echo(f"pictures drawn: {drawn.work_all(current_app.extensions['store'])}")


@group.command("rotate-key")
def run_rotate_key() -> None:
    """Seal contacts with a new key; older ones can still be opened."""
    click.echo(f"contacts are now sealed with: {keys.rotate()}")
