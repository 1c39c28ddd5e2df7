"""`flask db|definitions|contracts|users|demo …`: thin; the work is in the features."""

import click
from flask.cli import AppGroup

from server import installation
from server.kernel import migrate
from server.org import commands as org_commands

db_group = AppGroup("db", help="The database's shape.")


@db_group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration."""
    migrate.upgrade()
    click.echo("database is up to date")


@db_group.command("revision")
@click.option("--message", "-m", required=True)
def revision(message: str) -> None:
    """Write a migration from the difference between models and database."""
    migrate.revision(message)


GROUPS = [db_group, installation.group, org_commands.group]
