"""
The stack's floor for pushes, photos and files: Flask, msgspec, sqlite3, orjson, and nothing else.

No login, no permission, no rule, no change feed, no conflict. It writes a deduplicating log row and
the newest state of each answer, in one transaction, with the durability that the product has.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
import orjson
from flask import Flask, Response, request, send_file
from pysqlite3 import dbapi2 as sqlite

FOLDER = Path(os.environ.get("BENCH_FLOOR", "."))
PIECE = 128 * 1024


class Envelope(msgspec.Struct):
    """A mutation."""

    id: str
    mid: int
    name: str
    args: dict[str, Any]
    at: int


class Body(msgspec.Struct):
    """A push."""

    client: str
    push: list[Envelope]


def connect(path: Path) -> Any:
    """Open the floor's database as the product opens its own."""
    connection = sqlite.connect(str(path), isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS log (n INTEGER PRIMARY KEY, id TEXT UNIQUE, client TEXT, "
        "mid INTEGER, name TEXT, args TEXT, at INTEGER)"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS state (inspection TEXT, item TEXT, v TEXT, mid INTEGER, "
        "PRIMARY KEY (inspection, item))"
    )
    return connection


def write(connection: Any, client: str, push: list[Envelope]) -> None:
    """Log and state of a batch in one transaction."""
    args = [(e, orjson.dumps(e.args).decode()) for e in push]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO log (id,client,mid,name,args,at) VALUES (?,?,?,?,?,?) "
        "ON CONFLICT (id) DO NOTHING",
        [(e.id, client, e.mid, e.name, text, e.at) for e, text in args],
    )
    connection.executemany(
        "INSERT INTO state VALUES (?,?,?,?) ON CONFLICT (inspection,item) DO UPDATE SET "
        "v=excluded.v, mid=excluded.mid",
        [
            (e.args.get("inspection") or e.args["id"], e.args.get("item", ""), t, e.mid)
            for e, t in args
        ],
    )
    connection.execute("COMMIT")


app = Flask(__name__)
_decoder = msgspec.json.Decoder(Body)
_decoder_of_any = msgspec.json.Decoder()
_connections: list[Any] = []


@app.post("/push")
def push() -> Response:
    """Take a batch."""
    if not _connections:
        _connections.append(connect(FOLDER / "floor.sqlite"))
    body = _decoder.decode(request.get_data())
    write(_connections[0], body.client, body.push)
    results = [{"id": e.id, "mid": e.mid, "status": "applied"} for e in body.push]
    return Response(orjson.dumps({"results": results}), mimetype="application/json")


@app.post("/poll")
def poll() -> Response:
    """Answer a question that reads one row."""
    if not _connections:
        _connections.append(connect(FOLDER / "floor.sqlite"))
    _decoder_of_any.decode(request.get_data())
    found = _connections[0].execute("SELECT max(n) FROM log").fetchone()
    return Response(orjson.dumps({"last": found[0]}), mimetype="application/json")


@app.post("/photo/<name>")
def photo(name: str) -> Response:
    """Take a photo: hash while it streams, sync, rename, sync the folder."""
    digest = hashlib.sha256()
    part = FOLDER / f"{name}.part"
    with part.open("wb") as out:
        while piece := request.stream.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    part.replace(FOLDER / digest.hexdigest())
    folder = os.open(FOLDER, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return Response(status=201)


@app.get("/file/<name>")
def file(name: str) -> Response:
    """Give the bytes of a file."""
    return send_file(FOLDER / name, mimetype="application/octet-stream", etag=False)
