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
