"""What must be true before the first request: schema, roles, definitions, a signing key."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from server.custody import keys
from server.definitions.service import Published, publish
from server.draws import rhythm
from server.inspections.service import ask_for_earlier
from server.kernel import migrate
from server.kernel.db import db, transaction
from server.kernel.settings import Settings
from server.org.models import Setting
from server.org.service import seed_roles
from server.papers.hands import ask_for_earlier as ask_for_earlier_papers
from server.sync import tidy

_MEMORY = "definitions.folder"
_ASKED = "hands.asked"


@dataclass(frozen=True)
class SetUp:
    """What was brought up to date."""

    roles: tuple[str, ...]
    definitions: Published


def set_up() -> SetUp:
    """Migrate, roles, definitions, a key, what draws are due. Again, it changes nothing."""
    migrate.upgrade()
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        roles = tuple(seed_roles())
        published = _publish_if_changed(settings)
        keys.ensure()
        rhythm.keep()
        _ask_once()
    tidy.after_upgrade()
    return SetUp(roles, published)


def _ask_once() -> None:
    """Ask, once, about signatures on colleagues' phones that are older than the question."""
    if db.session.get(Setting, _ASKED) is None:
        found = ask_for_earlier() + ask_for_earlier_papers()
        db.session.add(Setting(key=_ASKED, value={"rows": found}))


def _publish_if_changed(settings: Settings) -> Published:
    """Checking every file takes a second: spare it when not a byte differs from last time."""
    files = sorted(settings.checklists.rglob("*.json"))
    digest = _digest([*files, *sorted(settings.contracts.glob("*.schema.json"))])
    memory = db.session.get(Setting, _MEMORY) or Setting(key=_MEMORY, value={})
    if memory.value.get("sha256") == digest:
        return Published(added=(), unchanged=tuple(file.stem for file in files))
    published = publish(settings.checklists)
    memory.value = {"sha256": digest}
    db.session.add(memory)
    return published


def _digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"\0{file.name}\0".encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()
