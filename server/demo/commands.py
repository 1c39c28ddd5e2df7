"""`flask demo load` and `flask demo accounts`."""

import json
import os
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from server.demo import campaigns, doubts, draws, ledger, organisation, peers, pool, sealed, visits
from server.demo import tips as demo_tips
from server.demo.presence import Walk, ask
from server.kernel.db import db, transaction
from server.org.models import Person
from server.org.service import seed_roles

DATA = Path(__file__).parent / "data"
group = AppGroup("demo", help="The invented county.")


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _accounts_file() -> Path:
    var: Path = current_app.extensions["settings"].var
    return var / "demo-accounts.json"


def _keep(accounts: list[dict[str, Any]]) -> None:
    """Write the passwords of this installation where only its owner may read them."""
    handle = os.open(_accounts_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(accounts, file, ensure_ascii=False, indent=2)


@group.command("load")
def load() -> None:
    """Fill an empty installation; a second call changes nothing."""
    with transaction(write=False):
        if db.session.scalar(select(func.count()).select_from(Person)):
            click.echo("there are people already; nothing loaded")
            return
    with transaction():
        seed_roles()
    county = organisation.build(_read("region.json"))
    around = _read("peers.json")
    peers.settle(county, around)
    _keep(county.accounts)
    plans = _read("ledger.json")
    ways = _read("presence.json")
    asked = ask(county, ways)
    for visit in plans["inspections"]:
        visits.hold(county, visit, Walk(ways, asked))
    for entry in plans["reports"]:
        ledger.report(county, entry)
    for entry in plans["assignments"]:
        ledger.plan(county, entry)
    peers.send_guests(county, around["round"])
    pool.stock(county, _read("pool.json"))
    draws.hold(county)
    campaigns.run(county)
    demo_tips.leave_some(county, _read("tips.json"))
    sealed.run(county)
    doubts.leave_one()
    click.echo(f"{len(county.units)} units, {len(county.accounts)} accounts")


@group.command("accounts")
def accounts() -> None:
    """Print the demo accounts of this installation as JSON."""
    path = _accounts_file()
    click.echo(path.read_text(encoding="utf-8") if path.exists() else "[]")
