"""Many rows at once: what is written is what is read, whatever the values."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.kernel.bulk import Bulk
from server.kernel.db import db
from server.sync.models import SyncChange, SyncMutation

COLUMNS = (
    "client_id", "mid", "id", "name", "v", "status", "result", "args", "blobs", "device_at",
    "received_at", "sha256", "link",
)  # fmt: skip
LEDGER = Bulk("sync_mutation", COLUMNS, json=frozenset({"result"}))
FEED_KEY = ("scope", "etype", "eid")
TEXTS = [
    "",
    "NULL",
    "null",
    '{"a":"\\"\\\\"}',
    "'; --",
    "{1,2}",
    "灭火器\n\t过期",
    "𠮷\u2028",
    None,
]


def row(mid: int, **values: Any) -> tuple[Any, ...]:
    plain: dict[str, Any] = {
        "client_id": "c", "mid": mid, "id": f"m{mid}", "name": "answer.set", "v": 1,
        "status": "applied", "result": None, "args": "{}", "blobs": None, "device_at": 0,
        "received_at": 0, "sha256": b"\0" * 32, "link": b"\xff" * 32,
    }  # fmt: skip
    return tuple((plain | values)[column] for column in COLUMNS)


def kept(column: str) -> list[Any]:
    query = select(getattr(SyncMutation, column)).order_by(SyncMutation.mid)
    return list(db.session.scalars(query))


def test_every_text_comes_back_as_it_went(app: Flask) -> None:
    LEDGER.write(db.session.connection(), [row(n + 1, args=t) for n, t in enumerate(TEXTS)])
    assert kept("args") == TEXTS
    assert kept("blobs") == [None] * len(TEXTS)


def test_small_and_great_numbers_stand_in_one_column(app: Flask) -> None:
    numbers = [0, 1, -1, 2**15, 2**31, 2**53, 253_402_300_799_999]
    LEDGER.write(db.session.connection(), [row(n + 1, device_at=v) for n, v in enumerate(numbers)])
    assert kept("device_at") == numbers


def test_bytes_and_json_come_back_as_they_went(app: Flask) -> None:
    told = [None, '{"code":"x","params":{"名":[1,2.5,null,true]}}', "{}"]
    rows = [row(n + 1, result=t, link=bytes([n]) * 32) for n, t in enumerate(told)]
    LEDGER.write(db.session.connection(), rows)
    wanted = [None, {"code": "x", "params": {"名": [1, 2.5, None, True]}}, {}]
    assert kept("result") == wanted
    assert kept("link") == [bytes([n]) * 32 for n in range(3)]


def test_a_text_too_long_for_its_column_is_refused_and_not_cut(app: Flask, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite knows no lengths")
    with pytest.raises(Exception, match="too long"):
        LEDGER.write(db.session.connection(), [row(1, client_id="c" * 37)])
    db.session.rollback()


def test_a_second_row_of_one_key_is_an_integrity_error(app: Flask) -> None:
    with pytest.raises(IntegrityError):
        LEDGER.write(db.session.connection(), [row(1), row(1, id="other")])
    db.session.rollback()


def test_rows_of_a_known_key_get_the_new_values(app: Flask) -> None:
    scopes = Bulk("sync_change", ("scope", "etype", "eid", "version", "op"), key=FEED_KEY)
    scopes.write(
        db.session.connection(), [("s", "tag", "a", 1, "put"), ("s", "tag", "b", 1, "put")]
    )
    scopes.write(
        db.session.connection(), [("s", "tag", "b", 2, "del"), ("s", "tag", "c", 2, "put")]
    )
    query = select(SyncChange.eid, SyncChange.version, SyncChange.op).order_by(SyncChange.eid)
    assert [tuple(found) for found in db.session.execute(query)] == [
        ("a", 1, "put"),
        ("b", 2, "del"),
        ("c", 2, "put"),
    ]


def test_no_rows_are_no_statement(app: Flask) -> None:
    LEDGER.write(db.session.connection(), [])
    assert kept("mid") == []
