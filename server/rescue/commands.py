"""`flask rescue tidy` and `flask rescue rotate-key`."""

import click
from flask import current_app
from flask.cli import AppGroup

from server.rescue import keys, service
from server.rescue.service import Desk

group = AppGroup("rescue", help="Files of unsent work.")


def _desk() -> Desk:
    return Desk(current_app.extensions["settings"])


@group.command("tidy")
def run_tidy() -> None:
    """Delete the bytes of files that are a week old; rows and receipts stay."""
    click.echo(f"rescue files cleared away: {service.sweep(_desk())}")


@group.command("rotate-key")
def run_rotate_key() -> None:
    """Make a new key pair; files sealed to the old one can still be opened."""
    click.echo(f"phones now seal to: {keys.make(_desk().keys).id}")
