"""The installation's own data: its database, the demo region, the first administrator."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from server.ops import paths, process
from server.ops.console import step

FLASK = (str(paths.PYTHON), "-m", "flask", "--app", "wsgi")
ADMINISTRATOR = "admin"


@dataclass(frozen=True)
class Account:
    """Someone who can log in to the demo, and what to try as them."""

    name: str
    username: str
    password: str
    try_zh: str
    try_en: str


def upgrade(env: Mapping[str, str]) -> None:
    """Bring the database to the newest form."""
    with step("数据库 Database"):
        process.run([*FLASK, "db", "upgrade"], "database", env=env)


def fill(env: Mapping[str, str], *, demo: bool) -> Account | None:
    """On the first start only: load the demo region, or make an administrator and return it."""
    if not _empty(env):
        return None
    if demo:
        with step("演示数据 Demo region"):
            process.run([*FLASK, "demo", "load"], "demo", env=env)
        return None
    return _first_administrator(env)


def demo_accounts(env: Mapping[str, str]) -> list[Account]:
    """Who can log in to the demo; nobody when the demo was never loaded."""
    said = json.loads(process.answer([*FLASK, "demo", "accounts"], "accounts", env=env))
    return [
        Account(
            name=entry["name"],
            username=entry["username"],
            password=entry["password"],
            try_zh=entry["try_zh"],
            try_en=entry["try_en"],
        )
        for entry in said
    ]


def _empty(env: Mapping[str, str]) -> bool:
    return process.answer([*FLASK, "users", "count"], "users", env=env).strip() == "0"


def _first_administrator(env: Mapping[str, str]) -> Account:
    password = secrets.token_urlsafe(12)
    with step("管理员 Administrator"):
        command = [*FLASK, "users", "add", "--username", ADMINISTRATOR, "--name", "系统管理员"]
        secret = {"ANXUN_NEW_PASSWORD": password}
        process.run([*command, "--role", "administrator"], "users", env={**env, **secret})
    return Account(
        "系统管理员", ADMINISTRATOR, password, "请立即登录并改密", "Log in and change it"
    )
