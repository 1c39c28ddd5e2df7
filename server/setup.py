"""What must be true before the first request: schema, roles and published definitions."""

from dataclasses import dataclass

from flask import current_app

from server.definitions.service import Published, publish
from server.kernel import migrate
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.org.service import seed_roles


@dataclass(frozen=True)
class SetUp:
    """What was brought up to date."""

    roles: tuple[str, ...]
    definitions: Published


def set_up() -> SetUp:
    """Migrate, lay out the roles, publish new definitions. Running it again changes nothing."""
    migrate.upgrade()
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        roles = tuple(seed_roles())
        published = publish(settings.checklists)
    return SetUp(roles, published)
