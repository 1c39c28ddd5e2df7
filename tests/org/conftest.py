"""Somebody with a password, and the way in."""

import pytest

from server.org import passwords
from server.org.models import Person
from tests.factories.org import make_person
from tests.support.actors import World
from tests.support.clients import AppClient

PASSWORD = "correct horse 1"
OTHER = "battery staple 2"


@pytest.fixture
def zhang(world: World) -> Person:
    """An inspector with a password."""
    return make_person(
        role="inspector",
        region=world.county,
        username="zhang",
        name="张检查",
        password_hash=passwords.hash_password(PASSWORD),
    )


def log_in(
    client: AppClient, password: str = PASSWORD, username: str = "zhang", address: str = "10.0.0.1"
) -> tuple[int, dict[str, object]]:
    answer = client.post(
        "/api/auth/login",
        json={"username": username, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )
    return answer.status_code, answer.json
