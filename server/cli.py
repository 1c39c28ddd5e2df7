"""`flask db|definitions|contracts|users|demo …`: thin; the work is in the features."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from server import contracts, installation
from server.authoring.workbook_commands import COMMANDS as WORKBOOK_COMMANDS
from server.custody import commands as custody_commands
from server.definitions.load import check as check_definitions
from server.definitions.telling import counts, listed
from server.demo import commands as demo_commands
from server.dossier import audit_commands
from server.draws import commands as draws_commands
from server.evidence import commands as picture_commands
from server.kernel import clock, migrate
from server.kernel.settings import Settings
from server.org import commands as org_commands
from server.rescue import commands as rescue_commands
from server.setup import set_up
from server.sync import commands as sync_commands
from server.tips import commands as tips_commands
from server.visits import commands as visits_commands

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


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Bring schema, roles and published checklists up to date."""
    done = set_up()
    added, unchanged = done.definitions.added, done.definitions.unchanged
    click.echo(f"roles changed: {', '.join(done.roles) or 'none'}")
    click.echo(f"definitions published: {', '.join(added) or 'none'}; unchanged: {len(unchanged)}")


definitions_group = AppGroup("definitions", help="The checklist files.")


@definitions_group.command("check")
def check() -> None:
    """Check every checklist file and name each mistake with its line."""
    settings: Settings = current_app.extensions["settings"]
    report = check_definitions(settings.checklists)
    for mistake in report.mistakes:
        click.echo(str(mistake), err=True)
    for line in counts(report):
        click.echo(line)
    if report.mistakes:
        raise SystemExit(1)


@definitions_group.command("citations")
@click.option("--csv", "as_csv", is_flag=True, help="as a file for a spreadsheet")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="the day; today by default")
def citations(as_csv: bool, day: datetime | None) -> None:
    """List every citation that is not verified, and what a person has to do about it."""
    settings: Settings = current_app.extensions["settings"]
    on = day.date() if day else clock.today()
    for line in listed(settings.checklists, on, as_csv=as_csv):
        click.echo(line)


for command in WORKBOOK_COMMANDS:
    definitions_group.add_command(command)


contracts_group = AppGroup("contracts", help="Files generated from the code.")


@contracts_group.command("export")
@click.option("--check", "only_check", is_flag=True, help="only say whether a file is out of date")
def export(only_check: bool) -> None:
    """Write what the phone and the documents are built from."""
    changed = contracts.stale() if only_check else contracts.export()
    for name in changed:
        click.echo(f"{'out of date' if only_check else 'written'}: {name}", err=only_check)
    click.echo(f"{len(contracts.FILES)} files examined")
    if only_check and changed:
        raise SystemExit(1)


GROUPS: list[click.Command] = [
    setup,
    definitions_group,
    contracts_group,
    db_group,
    installation.group,
    org_commands.group,
    sync_commands.sync_group,
    rescue_commands.group,
    custody_commands.group,
    picture_commands.group,
    tips_commands.group,
    audit_commands.group,
    draws_commands.group,
    visits_commands.group,
    demo_commands.group,
]
