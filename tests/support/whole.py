"""
What must hold in a live server's database after phones have worked with it, whoever they were.

Only what came by sync is looked at: the demo county's own records have no commands behind them.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.live import LiveServer

SENT = """SELECT id, client_id, mid, status, name, args FROM sync_mutation
ORDER BY client_id, mid"""


def wrong(server: LiveServer, *, said_lost: int = 0) -> list[str]:
    """
    I1, I2, I4, I5 and I8 (docs/torture.md) for every command that ever arrived.

    *said_lost* photos may be lost: their phones have said that they no longer have the bytes.
    """
    engine = create_engine(server.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        sent = [dict(row) for row in connection.execute(text(SENT)).mappings()]
        found = [
            *_one_state(connection, sent),
            *_one_effect(connection, sent),
            *_pictures(connection, server, sent, said_lost),
            *_order(connection, sent),
        ]
    engine.dispose()
    said = server.flask("sync", "check")
    return found + [f"I8: {line}" for line in said.splitlines() if not line.startswith("rows:")]


def _one_state(connection: Connection, sent: list[dict[str, Any]]) -> Iterator[str]:
    cases = {
        row[0]: row[1]
        for row in connection.execute(text("SELECT mutation_id, kind FROM sync_problem"))
    }
    for one in sent:
        if one["status"] not in ("applied", "merged") and cases.get(one["id"]) != one["status"]:
            yield f"I1: {one['name']} {one['id']} is {one['status']} and kept nowhere"


def _one_effect(connection: Connection, sent: list[dict[str, Any]]) -> Iterator[str]:
    said: Counter[tuple[str, ...]] = Counter()
    for one in sent:
        if one["name"] == "answer.set" and one["status"] in ("applied", "merged"):
            args = json.loads(one["args"])
            place = (args["inspection"], args.get("target", ""), args["item"])
            said.update((*place, field) for field in args["set"])
    rows = connection.execute(text("SELECT inspection_id, target_id, item_key, fields FROM answer"))
    known = {
        (*row[:3], field): state["rev"] for row in rows for field, state in _plain(row[3]).items()
    }
    for key, times in said.items():
        if known.get(key) != times:
            yield f"I2: {key}: said {times} times, counted {known.get(key)} times"


def _pictures(
    connection: Connection, server: LiveServer, sent: list[dict[str, Any]], said_lost: int
) -> Iterator[str]:
    lost = 0
    added = {json.loads(one["args"])["id"] for one in sent if one["name"] == "photo.add"}
    for row in connection.execute(text("SELECT id, sha256, state FROM photo")):
        if row[0] not in added:
            continue
        path = Path(server.env["ANXUN_STORE"]) / "blobs" / row[1][:2] / row[1]
        lost += row[2] == "lost"
        if row[2] != "stored" and (row[2] != "lost" or lost > said_lost):
            yield f"I4: photo {row[0]} is {row[2]}"
        elif row[2] == "stored" and hashlib.sha256(path.read_bytes()).hexdigest() != row[1]:
            yield f"I4: photo {row[0]} has other bytes"


def _order(connection: Connection, sent: list[dict[str, Any]]) -> Iterator[str]:
    by_client: dict[str, list[int]] = {}
    for one in sent:
        by_client.setdefault(one["client_id"], []).append(one["mid"])
    last = {
        row[0]: row[1] for row in connection.execute(text("SELECT id, last_mid FROM sync_client"))
    }
    for client, mids in by_client.items():
        if mids != list(range(1, len(mids) + 1)) or last.get(client) != len(mids):
            yield f"I5: client {client} has {mids[:3]}…{mids[-3:]} and counts {last.get(client)}"


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
