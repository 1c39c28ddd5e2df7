"""Looking for everything that was acknowledged: there, once, and equal."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

from server.audit.models import AuditEntry
from server.evidence.models import Blob, Photo, Upload
from server.inspections.models import Answer, Inspection
from server.kernel.db import db, is_sqlite
from server.sync import check
from server.sync.models import SyncClient, SyncMutation
from tests.sync.phone import compact
from tests.torture.book import Book
from tests.torture.crowd import Inspector
from tests.torture.pictures import picture_problem

DIGEST = "/api/sync/v1/digest"


def found(app: Flask, store: Path, book: Book) -> list[str]:
    """Every disagreement between what phones were told and what the server has."""
    with app.app_context():
        try:
            return [
                *book.wrong,
                *_ledger(book),
                *_answers(),
                *_once(),
                *_photos(book, store),
                *_files(store),
                *_database(),
            ]
        finally:
            db.session.remove()


def _ledger(book: Book) -> Iterator[str]:
    rows = {row.id: row for row in db.session.scalars(select(SyncMutation))}
    for mid, envelope in book.mutations.items():
        row = rows.get(mid)
        if row is None:
            yield f"acknowledged and lost: {envelope['name']} {mid}"
        elif (row.status, row.sha256) != ("applied", _sha(envelope)):
            yield f"acknowledged and different: {envelope['name']} {mid} {row.status}"
    counted = Counter(row.client_id for row in rows.values())
    for client in db.session.scalars(select(SyncClient)):
        if client.last_mid != counted[client.id]:
            yield f"client {client.id}: {client.last_mid} numbers, {counted[client.id]} mutations"


def _sha(envelope: dict[str, Any]) -> bytes:
    """The digest of docs/custody.md, written down once more."""
    told = [str(envelope[name]).encode() for name in ("id", "name", "v", "at")]
    told += [compact(envelope["args"]), ",".join(envelope.get("blobs", [])).encode()]
    fields = b"".join(b"%d:%s," % (len(field), field) for field in told)
    return hashlib.sha256(b"anxun-mutation-1\n" + fields).digest()


def _answers() -> Iterator[str]:
    """Each answer shows the last word that the ledger has of it, and counts each word once."""
    said: dict[tuple[str, ...], list[Any]] = {}
    query = select(SyncMutation).where(SyncMutation.name == "answer.set")
    for row in db.session.scalars(query.order_by(SyncMutation.client_id, SyncMutation.mid)):
        args = json.loads(row.args or "{}")
        for name, value in args["set"].items():
            key = (args["inspection"], args.get("target", ""), args["item"], name)
            said.setdefault(key, []).append(value)
    for answer in db.session.scalars(select(Answer)):
        for name, state in answer.fields.items():
            key = (answer.inspection_id, answer.target_id, answer.item_key, name)
            words = said.pop(key, [])
            if (state["rev"], state["v"]) != (len(words), words[-1] if words else None):
                yield f"answer {key}: {state['rev']} times, said {len(words)} times"
    yield from (f"answer without effect: {key}" for key in said)


def _once() -> Iterator[str]:
    """What a mutation made stands in the log of acts exactly once."""
    names = ("inspection.start", "photo.add")
    for name, model in zip(names, (Inspection, Photo), strict=True):
        sent = select(func.count()).select_from(SyncMutation).where(SyncMutation.name == name)
        rows = db.session.scalar(select(func.count()).select_from(model))
        if db.session.scalar(sent) != rows:
            yield f"{name}: {db.session.scalar(sent)} in the ledger, {rows} rows"
        acts = select(AuditEntry.subject_id).where(AuditEntry.action == name)
        for subject, times in Counter(db.session.scalars(acts)).items():
            if times != 1:
                yield f"{name} {subject}: logged {times} times"


def _photos(book: Book, store: Path) -> Iterator[str]:
    photos = {photo.id: photo for photo in db.session.scalars(select(Photo))}
    blobs = set(db.session.scalars(select(Blob.sha256)))
    added = {e["args"]["id"] for e in book.mutations.values() if e["name"] == "photo.add"}
    for photo_id, sha256 in book.photos.items():
        if sha256 not in blobs or not (path := _path(store, sha256)).is_file():
            yield f"acknowledged and lost: photo {photo_id}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield f"damaged: photo {photo_id}"
        if photo_id in added and (photo_id not in photos or photos[photo_id].state != "stored"):
            yield f"bytes and facts were taken, but photo {photo_id} is not stored"
    finished = select(Upload.sha256).where(Upload.finished_at.is_not(None))
    yield from (f"finished without bytes: {s}" for s in set(db.session.scalars(finished)) - blobs)


def _path(store: Path, sha256: str) -> Path:
    return store / "blobs" / sha256[:2] / sha256


def _files(store: Path) -> Iterator[str]:
    for path in store.glob("blobs/*/*"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"bytes that are not their name: {path.name}"
    for path in store.glob("derivatives/*/*/*.jpg"):
        side = int(path.stem.rpartition("-")[2])
        if problem := picture_problem(path.read_bytes(), side):
            yield f"half a small picture: {path.name} {problem}"


def _database() -> Iterator[str]:
    if is_sqlite() and (said := db.session.scalar(text("PRAGMA integrity_check"))) != "ok":
        yield f"integrity_check: {said}"
    db.session.remove()
    findings = check.check()
    if not findings.sound:
        yield f"feed and tables: {findings.unannounced[:3]} {findings.stray[:3]}"


def fnv1a(content: str) -> int:
    """The hash of the self-check, as a phone computes it."""
    value = 0x811C9DC5
    for byte in content.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def digests(people: list[Inspector]) -> Iterator[str]:
    """Ask the server whether each phone holds exactly the rows of each of its scopes."""
    for person in people:
        for name, scope in person.phone.scopes.items():
            xor = 0
            for (etype, eid), (rv, _) in scope.rows.items():
                xor ^= fnv1a(f"{etype}\n{eid}\n{rv}")
            assert scope.cursor is not None
            version, tag = scope.cursor
            told = {"scope": name, "version": version, "tag": tag, "count": len(scope.rows)}
            body = compact(told | {"xor_hash": f"{xor:08x}"})
            status, _, said = person.line.ask("push", "POST", DIGEST, body, JSON)
            if status != 200 or json.loads(said)["state"] != "equal":
                yield f"scope {name} of a phone: {said.decode()[:200]}"
        person.line.close()


JSON = {"Content-Type": "application/json"}
