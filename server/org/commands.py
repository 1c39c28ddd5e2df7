"""`flask users …`: accounts from the command line of the server."""

import sys
from dataclasses import dataclass

import click
from flask.cli import AppGroup
from sqlalchemy import select

from server.kernel.db import db, transaction
from server.kernel.errors import Problem
from server.org import passwords, service
from server.org.models import Person, Region, Role, RoleGrant, Unit
from server.org.queries import find_account
from server.org.rules import normal_username

group = AppGroup("users", help="People who can log in.")


def _refusal(problem: Problem) -> click.ClickException:
    extras = f" {dict(problem.extras)}" if problem.extras else ""
    return click.ClickException(f"{problem.title_zh} {problem.title}{extras}")


def _person(username: str) -> Person:
    person = find_account(normal_username(username))
    if person is None:
        raise click.ClickException(f"没有这个用户 No such user: {username}")
    return person


@dataclass(frozen=True)
class Place:
    """A unit or a region."""

    unit_id: str | None = None
    region_id: str | None = None


def _place(unit: str | None, region: str | None) -> Place:
    """Find a unit by id, credit code or name, or a region by id or code."""
    if unit is not None:
        wanted = (Unit.id == unit) | (Unit.uscc == unit) | (Unit.name == unit)
        found = db.session.scalars(select(Unit.id).where(wanted)).all()
    else:
        wanted = (Region.id == region) | (Region.code == region)
        found = db.session.scalars(select(Region.id).where(wanted)).all()
    if len(found) != 1:
        raise click.ClickException("没有找到唯一的单位或区域 No single such unit or region")
    return Place(unit_id=found[0]) if unit is not None else Place(region_id=found[0])


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return passwords.initial_password()


def _tell(username: str | None, password: str, from_stdin: bool) -> None:
    shown = "（来自标准输入 from standard input）" if from_stdin else password
    click.echo(f"用户名 user name: {username}\n初始密码 initial password: {shown}")


@group.command("add")
@click.option("--username", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True)
@click.option("--unit", help="id, credit code or name")
@click.option("--region", help="id or code")
@click.option("--title")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def add(
    username: str,
    name: str,
    role: str,
    unit: str | None,
    region: str | None,
    title: str | None,
    password_stdin: bool,
) -> None:
    """Add a person with a role on one unit or one region."""
    password = _password(password_stdin)
    try:
        with transaction():
            place = _place(unit, region)
            new = service.NewPerson(name, place.unit_id, place.region_id, username, title)
            person = service.create_person(
                None, new, password=password, must_change=not password_stdin
            )
            service.grant_role(
                None, service.NewGrant(person.id, role, place.unit_id, place.region_id)
            )
            kept = person.username
    except Problem as problem:
        raise _refusal(problem) from problem
    _tell(kept, password, password_stdin)


@group.command("first")
@click.option("--username", required=True)
@click.option("--name", required=True)
@click.option("--region-code", required=True, help="root region; made if there is none")
@click.option("--region-name", default="")
@click.option("--region-level", default="province", show_default=True)
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def first(
    username: str,
    name: str,
    region_code: str,
    region_name: str,
    region_level: str,
    password_stdin: bool,
) -> None:
    """Make the first administrator of an empty installation."""
    password = _password(password_stdin)
    try:
        with transaction():
            service.seed_roles()
            region_id = db.session.scalar(select(Region.id).where(Region.code == region_code))
            if region_id is None:
                new = service.NewRegion(region_code, region_name or region_code, region_level)
                region_id = service.create_region(None, new).id
            new_person = service.NewPerson(name=name, username=username, region_id=region_id)
            kept = service.create_first_administrator(new_person, password).username
    except Problem as problem:
        raise _refusal(problem) from problem
    _tell(kept, password, password_stdin)


@group.command("list")
def list_people() -> None:
    """List accounts with their roles."""
    with transaction(write=False):
        roles = select(RoleGrant.person_id, Role.name_zh).join(Role, Role.key == RoleGrant.role)
        held: dict[str, list[str]] = {}
        for person_id, role in db.session.execute(roles):
            held.setdefault(person_id, []).append(role)
        accounts = select(Person).where(Person.username.is_not(None)).order_by(Person.username)
        for person in db.session.scalars(accounts):
            state = "" if person.active else "（停用 inactive）"
            roles_text = "、".join(held.get(person.id, []))
            click.echo(f"{person.username}\t{person.name}\t{roles_text}{state}")


@group.command("password")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def reset_password(username: str, password_stdin: bool) -> None:
    """Give a person a new password and log them out everywhere."""
    password = _password(password_stdin)
    try:
        with transaction():
            person = _person(username)
            kept = person.username
            service.set_password(None, person.id, password, must_change=not password_stdin)
    except Problem as problem:
        raise _refusal(problem) from problem
    _tell(kept, password, password_stdin)


@group.command("grant")
@click.argument("username")
@click.argument("role")
@click.option("--unit", help="id, credit code or name")
@click.option("--region", help="id or code")
def grant(username: str, role: str, unit: str | None, region: str | None) -> None:
    """Give a person a role on one unit or one region."""
    try:
        with transaction():
            place, person = _place(unit, region), _person(username)
            new = service.NewGrant(person.id, role, place.unit_id, place.region_id)
            service.grant_role(None, new)
    except Problem as problem:
        raise _refusal(problem) from problem
    click.echo("已授予 granted")


@group.command("deactivate")
@click.argument("username")
def deactivate(username: str) -> None:
    """Take a person's access away at once."""
    try:
        with transaction():
            service.deactivate(None, _person(username).id)
    except Problem as problem:
        raise _refusal(problem) from problem
    click.echo("已停用 deactivated")
