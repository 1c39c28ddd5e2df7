"""`flask custody …`: keys are listed, changed and withdrawn by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.custody import keys, rules
from server.custody.models import DeviceKey
from server.kernel.db import db
from tests.custody.phone import SealingPhone

MakePhone = Callable[..., SealingPhone]


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    def invoke(*words: str) -> Any:
        db.session.commit()
        return app.test_cli_runner().invoke(args=["custody", *words])

    return invoke


def test_the_key_is_changed_and_both_are_listed(run: Callable[..., Any], app: Flask) -> None:
    old = keys.ensure()
    db.session.commit()
    said = run("rotate-key")
    assert said.exit_code == 0, said.output
    assert old in said.output
    fresh = keys.ensure()
    assert fresh != old
    listed = run("keys").output
    assert f"{old}  Ed25519  retired" in listed
    assert f"{fresh}  Ed25519  in use" in listed


def test_a_phones_key_is_revoked_by_its_name(run: Callable[..., Any], phone: MakePhone) -> None:
    mine = phone("inspector")
    name = rules.key_id(mine.public_key)
    assert mine.client in run("revoke-device-key", name).output
    db.session.expire_all()
    assert db.session.get_one(DeviceKey, name).revoked_at is not None
    unknown = run("revoke-device-key", "0" * 32)
    assert unknown.exit_code == 1
    assert "no device key" in unknown.output
