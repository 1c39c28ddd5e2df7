"""`flask users …`: accounts from the server's command line."""

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from server.kernel.db import db
from server.org import passwords
from server.org.models import Person, Region, RoleGrant
from server.org.queries import find_account
from tests.factories.org import make_roles
from tests.support.actors import World
from tests.support.clients import AppClient

PASSWORD = "correct horse 1"


def users(app: Flask, *words: str, typed: str = "") -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["users", *words], input=typed)


def found(username: str) -> Person:
    person = find_account(username)
    assert person is not None
    return person


@pytest.fixture
def place(world: World) -> str:
    """The county's code, with roles seeded."""
    make_roles()
    return world.county.code


def test_the_first_administrator_comes_with_a_region_and_roles(app: Flask) -> None:
    first = ("first", "--username", "Admin", "--name", "管理员", "--region-code", "330000")
    told = users(app, *first, "--region-name", "浙江省")
    assert told.exit_code == 0, told.output
    password = re.search(r"initial password: (\S+)", told.output)
    assert password is not None
    admin = found("admin")
    assert passwords.verify(admin.password_hash, password[1])
    assert admin.must_change_password
    assert db.session.scalars(select(Region.name)).all() == ["浙江省"]
    again = users(app, *first)
    assert again.exit_code == 1
    assert "系统已有管理员" in again.output


def test_a_person_is_added_and_can_log_in(app: Flask, place: str, client: AppClient) -> None:
    words = ("--username", "zhang", "--name", "张三", "--role", "inspector", "--region", place)
    done = users(app, "add", *words, "--password-stdin", typed=PASSWORD + "\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    body = {"username": "zhang", "password": PASSWORD}
    answer = client.post("/api/auth/login", json=body)
    assert answer.json["user"]["roles"][0]["role"] == "inspector"
    assert answer.json["user"]["must_change_password"] is False


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"--role": "emperor"}, "没有这个角色"),
        ({"--region": "999999"}, "没有找到唯一的单位或区域"),
        ({"--username": "two words"}, "用户名应为"),
    ],
)
def test_a_mistake_is_told_and_leaves_nothing(
    app: Flask, place: str, changed: dict[str, str], says: str
) -> None:
    given = {"--username": "li", "--name": "李四", "--role": "staff", "--region": place} | changed
    done = users(app, "add", *(word for pair in given.items() for word in pair))
    assert done.exit_code == 1
    assert says in done.output
    assert db.session.scalars(select(Person)).all() == []


def test_a_weak_password_is_refused(app: Flask, place: str) -> None:
    words = ("--username", "li", "--name", "李四", "--role", "staff", "--region", place)
    done = users(app, "add", *words, "--password-stdin", typed="short\n")
    assert done.exit_code == 1
    assert "密码至少需要" in done.output


def test_accounts_are_listed_granted_reset_and_deactivated(
    app: Flask, place: str, world: World
) -> None:
    hospital = world.hospital.name
    users(app, "add", "--username", "li", "--name", "李四", "--role", "staff", "--unit", hospital)
    before = found("li").password_hash
    assert users(app, "grant", "LI", "safety_officer", "--unit", hospital).exit_code == 0
    assert db.session.scalars(select(RoleGrant.role).order_by(RoleGrant.role)).all() == [
        "safety_officer",
        "staff",
    ]
    assert users(app, "password", "li").exit_code == 0
    assert found("li").password_hash != before
    assert users(app, "deactivate", "li").exit_code == 0
    listed = users(app, "list").output
    assert "li\t李四" in listed
    assert "安全管理员" in listed
    assert "inactive" in listed


@pytest.mark.parametrize(
    "words", [("password", "nobody"), ("deactivate", "nobody"), ("grant", "nobody", "staff")]
)
def test_an_unknown_name_is_told(app: Flask, place: str, words: tuple[str, ...]) -> None:
    extra = ("--region", place) if words[0] == "grant" else ()
    done = users(app, *words, *extra)
    assert done.exit_code == 1
    assert "没有这个用户" in done.output
