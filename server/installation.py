"""`flask installation prepare`: all that must be true before the first request, in one process.

`make run` asks for it at every start, so that a second start costs one interpreter, not four.
"""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from server.kernel.db import db, transaction
from server.org.models import Person, Setting
from server.setup import set_up

group = AppGroup("installation", help="This installation as a whole.")

ADMINISTRATOR = {
    "username": "admin",
    "name": "系统管理员",
    "region_code": "100000",
    "region_name": "本辖区",
}
LOADING = "installation.loading"
HALF = (
    "上次装入演示数据时中断，请先清空这个数据库 "
    "Loading the demo was interrupted last time; empty this database first: {url}"
)


@group.command("prepare")
@click.option("--demo/--empty", default=False, help="what a first start begins with")
@click.pass_context
def prepare(context: click.Context, demo: bool) -> None:
    """Migrate; on the first start load the demo or make an administrator; report as JSON."""
    _set_up()
    if _is_half_loaded():
        _begin_again()
    first = _is_empty()
    said = None
    if first and demo:
        _mark_loading(True)
        _run(context, "demo", "load")
        _mark_loading(False)
    elif first:
        said = _run(context, "users", "first", ADMINISTRATOR)
    accounts = json.loads(_run(context, "demo", "accounts")) if demo else []
    report = {"first": first, "administrator": said, "accounts": accounts}
    click.echo(json.dumps(report, ensure_ascii=False))


def _set_up() -> None:
    with redirect_stdout(io.StringIO()):
        set_up()


def _is_empty() -> bool:
    with transaction(write=False):
        return db.session.scalar(select(func.count()).select_from(Person)) == 0


def _is_half_loaded() -> bool:
    with transaction(write=False):
        return db.session.get(Setting, LOADING) is not None


def _mark_loading(begun: bool) -> None:
    with transaction():
        if begun:
            db.session.add(Setting(key=LOADING, value={}))
        else:
            db.session.delete(db.session.get_one(Setting, LOADING))


def _begin_again() -> None:
    """Throw away a half-loaded demo: nobody was ever served from it, so nothing is lost."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or url.database is None:
        raise click.ClickException(HALF.format(url=url.render_as_string()))
    db.engine.dispose()
    for ending in ("", "-wal", "-shm"):
        Path(url.database + ending).unlink(missing_ok=True)
    _set_up()


def _run(
    context: click.Context, group_name: str, name: str, options: Mapping[str, str] | None = None
) -> str:
    """Carry out another command; what it would have printed."""
    found = current_app.cli.commands[group_name]
    assert isinstance(found, click.Group)
    with redirect_stdout(io.StringIO()) as said:
        context.invoke(found.commands[name], **(options or {}))
    return said.getvalue()
