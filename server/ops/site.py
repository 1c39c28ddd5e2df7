"""The installation's own data: its database, the demo region, the first administrator."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.ops import paths, process
from server.ops.console import complain, step

FLASK = (str(paths.PYTHON), "-m", "flask", "--app", "wsgi")


@dataclass(frozen=True)
class Account:
    """Someone who can log in to the demo, and what to try as them."""

    name: str
    username: str
    password: str
    try_zh: str
    try_en: str


@dataclass(frozen=True)
class Site:
    """What was found or made: demo accounts, or how the first administrator logs in."""

    accounts: tuple[Account, ...]
    administrator: str | None


def prepare(env: Mapping[str, str], *, demo: bool) -> Site:
    """Migrate; fill an empty database with the demo region or with one administrator."""
    command = [*FLASK, "installation", "prepare", "--demo" if demo else "--empty"]
    with step("数据库 Database"):
        said = json.loads(process.answer(command, "database", env=env))
    return Site(
        accounts=tuple(_account(entry) for entry in said["accounts"]),
        administrator=said["administrator"],
    )


CHORES = (
    (("audit", "sign"), "audit"),
    (("sync", "tidy"), "tidy"),
    (("rescue", "tidy"), "rescue"),
    (("draws", "keep"), "draws"),
)


def tidy(env: Mapping[str, str], pause: Callable[[float], None]) -> None:
    """
    Sign the end of the audit log, clear away what nobody needs any more.

    A failure is for the log, not for who is working; what `pause` raises ends it at once.
    """
    for words, log in CHORES:
        if process.attempt([*FLASK, *words], log, env=env, pause=pause) != 0:
            complain(f"夜间任务失败 Nightly chore failed: {paths.shown(process.log_file(log))}")


def _account(entry: Mapping[str, Any]) -> Account:
    return Account(
        name=entry["name"],
        username=entry["username"],
        password=entry["password"],
        try_zh=entry["try"]["zh"],
        try_en=entry["try"]["en"],
    )
