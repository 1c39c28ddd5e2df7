"""Device keys: who may register which, and what is told about it."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from server.custody.devices import MOST_KEYS, DeviceKeyTaken, DeviceKeyUnreadable
from server.custody.models import DeviceKey
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from tests.custody.phone import REGISTER, SealingPhone
from tests.custody.test_seals import seals, work
from tests.sync.phone import compact

Visit = Callable[..., Inspection]
MakePhone = Callable[..., SealingPhone]


def test_registering_twice_changes_nothing_and_a_taken_key_is_refused(phone: MakePhone) -> None:
    mine, theirs = phone("inspector"), phone("expert")
    assert mine.register() == 200
    theirs.key = mine.key
    assert theirs.register() == 409
    assert json.loads(theirs.registered)["code"] == DeviceKeyTaken.code == "device-key-taken"
    mine.client = ids.new_id()
    assert mine.register() == 409
    assert db.session.scalar(select(func.count()).select_from(DeviceKey)) == 2


@pytest.mark.parametrize("public_key", ["", "x", "AAAA", "5" * 124])
def test_what_is_no_key_is_not_registered(phone: MakePhone, public_key: str) -> None:
    mine = phone("inspector", register=False)
    body = compact({"client": mine.client, "public_key": public_key})
    status, _, data = mine.send(REGISTER, body, {})
    code = json.loads(data)["code"]
    assert (status, code) == (422, DeviceKeyUnreadable.code) == (422, "device-key-unreadable")


def test_a_person_has_so_many_keys_and_no_more(
    phone: MakePhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_KEYS >= 100
    monkeypatch.setattr("server.custody.devices.MOST_KEYS", 2)
    assert [phone("inspector", register=False).register() for _ in range(3)] == [200, 200, 429]


def test_nobody_learns_where_anothers_chain_stands(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit("inspector", "expert"), phone("inspector")
    work(mine, inspection)
    mine.sync()
    theirs = phone("expert", register=False)
    theirs.client = mine.client
    assert theirs.register() == 200
    assert json.loads(theirs.registered)["head"] is None
    work(mine, inspection)
    mine.sync()
    assert [s.state for s in seals(mine.client)] == ["ok", "ok"]
