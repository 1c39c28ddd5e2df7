"""`flask sync tidy` and `flask sync check`."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from server.evidence import sweep
from server.evidence.service import acknowledge_missing
from server.evidence.storage import Store
from server.kernel.db import transaction
from server.kernel.errors import Unavailable
from server.org import login, sessions
from server.sync import absent, check, tidy

sync_group = AppGroup("sync", help="Phones, their feed and their photos.")


@sync_group.command("tidy")
def run_tidy() -> None:
    """Clear away what nobody needs any more; meant for every night."""
    store = current_app.extensions["store"]
    done = tidy.tidy()
    click.echo(
        f"horizons moved: {done.scopes}, clients forgotten: {done.clients}, "
        f"given up: {done.given_up}, "
        f"run after an upgrade: {done.replayed}, old cases forgotten: {done.cases}"
    )
    click.echo(f"uploads dropped: {sweep.drop_uploads(store)}, given up: {absent.give_up()}")
    _tidy_photos(store)
    with transaction():
        answered = acknowledge_missing()
    click.echo(f"receipts made up for: {answered} photos")
    with transaction():
        attempts, ended = login.forget_old_attempts(), sessions.forget_ended()
    click.echo(f"login counters forgotten: {attempts}, ended sessions forgotten: {ended}")


def _tidy_photos(store: Store) -> None:
    """A store that is away is tidied another night; the rest of this one goes on."""
    try:
        click.echo(f"unnamed photos deleted: {sweep.drop_blobs(store)}")
        click.echo(f"copies of photos deleted: {store.trim()}")
    except Unavailable:
        click.echo("the photo store is away: its photos are tidied another night")


@sync_group.command("scrub")
def run_scrub() -> None:
    """Read a thirtieth of the photos again; ask the phones for what is damaged or missing."""
    bad = sweep.scrub(current_app.extensions["store"])
    for sha256 in bad:
        click.echo(f"asked for again: {sha256}")
    sys.exit(1 if bad else 0)


@sync_group.command("check")
def run_check() -> None:
    """Compare the change feed with the tables; ends with 1 when they disagree."""
    findings = check.check()
    click.echo(f"rows: {findings.rows}, announced: {findings.changes}")
    for name, places in (("unannounced", findings.unannounced), ("stray", findings.stray)):
        for place in places[:50]:
            click.echo(f"{name}: {' '.join(place)}")
        if len(places) > 50:
            click.echo(f"{name}: and {len(places) - 50} more")
    sys.exit(0 if findings.sound else 1)
