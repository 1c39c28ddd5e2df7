"""
Importing, a step at a time: what is not here yet is found anew at each step.

Nothing is remembered between steps but the records themselves. Whoever dies half-way, imports
twice, or imports while the phone sends, therefore ends with every piece exactly once.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from server.access.rules import Actor
from server.audit.service import record
from server.evidence import uploads
from server.evidence.parts import Part
from server.evidence.queries import holds_bytes
from server.evidence.rules import Announced
from server.evidence.storage import Store
from server.kernel import clock, ids
from server.kernel.db import db, transaction
from server.org.models import Person
from server.rescue import service, trial
from server.rescue.content import Content, PhotoFact
from server.rescue.models import RescueFile
from server.rescue.service import Desk
from server.sync.ledger import ClientForked, ClientUnknown, DeviceRevoked, Gap
from server.sync.models import SyncClient
from server.sync.push import push
from server.sync.schemas import MAX_BATCH, Envelope, Exchange

BYTES_AT_ONCE = 16 * 1024 * 1024
TRIES = 3
_ELSEWHERE = (Gap, ClientForked, ClientUnknown, DeviceRevoked)
DEVICE = "rescue file"


@dataclass(frozen=True)
class Bringing:
    """One file, its author, and who brings it in."""

    actor: Actor
    author: Actor
    found: Content
    store: Store
    file_id: str
    phone_now: int


@dataclass(frozen=True)
class Progress:
    """How far an import has come."""

    work: int
    photos: int
    done: bool


def step(actor: Actor, desk: Desk, store: Store, file_id: str) -> dict[str, Any]:
    """Bring in the next part of what is missing; the last step writes the receipt."""
    with desk.spool(file_id).locked():
        bringing = _bringing(actor, desk, store, file_id)
        before = _missing(bringing)
        if before.work:
            _bring_work(bringing)
        elif before.photos:
            _bring_photos(bringing)
        after = _missing(bringing)
        if not after.work and not after.photos:
            _finish(bringing)
        return _told(bringing, after)


def _bringing(actor: Actor, desk: Desk, store: Store, file_id: str) -> Bringing:
    with transaction(write=False):
        row = service.own_file(actor, file_id)
        found, person = service.opened(actor, desk, row)
        author, now = service.author_of(person), service.phone_now(found)
    return Bringing(actor, author, found, store, file_id, now)


def _missing(bringing: Bringing) -> Progress:
    with transaction(write=False):
        work, photos = len(_new_work(bringing)), len(_new_photos(bringing))
    return Progress(work, photos, done=not work and not photos)


def _told(bringing: Bringing, left: Progress) -> dict[str, Any]:
    with transaction(write=False):
        row = db.session.get_one(RescueFile, bringing.file_id)
        return {
            "work": {"all": len(bringing.found.work), "left": left.work},
            "photos": {"all": len(bringing.found.photos()), "left": left.photos},
            "done": row.state == "done" and left.done,
            "receipt": row.receipt if left.done else None,
        }


def _new_work(bringing: Bringing) -> list[Envelope]:
    """
    Return what the server has never answered.

    An id that names something else there can only be refused; it is not sent again and again.
    """
    known = trial.known_of(bringing.found)
    return [piece.envelope for piece in bringing.found.work if piece.envelope.id not in known]


def _new_photos(bringing: Bringing) -> list[PhotoFact]:
    facts = bringing.found.photos().values()
    return [fact for fact in facts if not holds_bytes(bringing.author, fact.sha256)]


def _bring_work(bringing: Bringing) -> None:
    """Send a batch as the phone would; when its numbers do not fit, under a client apart."""
    with transaction(write=False):
        batch = _new_work(bringing)[:MAX_BATCH]
        face = db.session.get(SyncClient, bringing.found.manifest.client)
        before = (face.seen_at, face.skew_ms, face.app) if face is not None else None
    if not batch:
        return
    client = bringing.found.manifest.client
    try:
        push(bringing.author, _exchange(bringing, client), batch)
    except _ELSEWHERE:
        _bring_apart(bringing)
        return
    if before is not None:
        _keep_face(client, *before)


def _exchange(bringing: Bringing, client: str) -> Exchange:
    app = bringing.found.manifest.app
    device = DEVICE if client == bringing.file_id else ""
    return Exchange(p=1, client=client, sent_at=bringing.phone_now, app=app, device=device)


def _keep_face(client: str, seen_at: Any, skew_ms: int, app: str) -> None:
    """The phone itself was not heard of: when it was last seen, and its clock, stay."""
    with transaction():
        db.session.execute(
            update(SyncClient)
            .where(SyncClient.id == client)
            .values(seen_at=seen_at, skew_ms=skew_ms, app=app)
        )


def _bring_apart(bringing: Bringing) -> None:
    """
    Send a batch under a client of the file's own, numbered from where that one stands.

    Ids stay: what the phone still sends itself is recognised by them.
    """
    for tries in range(TRIES):
        with transaction(write=False):
            batch = _new_work(bringing)[:MAX_BATCH]
            client, last_mid = _client_apart(bringing)
        if not batch:
            return
        renumbered = [_numbered(envelope, last_mid + 1 + i) for i, envelope in enumerate(batch)]
        try:
            push(bringing.author, _exchange(bringing, client), renumbered)
            return
        except _ELSEWHERE:
            if tries == TRIES - 1:
                raise


def _numbered(envelope: Envelope, mid: int) -> Envelope:
    fields = {name: getattr(envelope, name) for name in Envelope.__struct_fields__}
    return Envelope(**fields | {"mid": mid})


def _client_apart(bringing: Bringing) -> tuple[str, int]:
    row = db.session.get_one(RescueFile, bringing.file_id)
    client = db.session.get(SyncClient, row.id)
    return row.id, client.last_mid if client is not None else 0


def _bring_photos(bringing: Bringing) -> None:
    with transaction(write=False):
        facts = _new_photos(bringing)
    room = BYTES_AT_ONCE
    for fact in facts:
        _bring_photo(bringing, fact)
        room -= fact.size
        if room <= 0:
            return


def _bring_photo(bringing: Bringing, fact: PhotoFact) -> None:
    """Store a photo by the way that uploads take, as its author's."""
    announced = Announced(fact.sha256, fact.mime, fact.size, fact.id)
    transfer = uploads.begin(bringing.author, announced, bringing.store)
    part = Part(bringing.store.parts(), transfer.id)
    try:
        with bringing.found.photo(fact.sha256).open("rb") as handle:
            part.append(handle, 0, fact.size)
        uploads.finish(transfer, part, bringing.store)
    finally:
        part.remove()


def _finish(bringing: Bringing) -> None:
    """Write the receipt and the log, once."""
    with transaction():
        row = service.own_file(bringing.actor, bringing.file_id, lock=True)
        if row.state == "done":
            return
        row.state, row.done_at = "done", clock.now()
        row.receipt = _receipt(bringing, row)
        if bringing.found.manifest.whole:
            _clear_queue(bringing.found.manifest.client)
        person = db.session.get_one(Person, bringing.author.user_id)
        details = {"person": person.id, "sha256": row.sha256, "counts": row.receipt["counts"]}
        record(
            bringing.actor, "rescue.import", "rescue", row.id,
            unit_id=person.unit_id, details=details,
        )  # fmt: skip


def _clear_queue(client: str) -> None:
    """All that the phone had was brought in: nobody need look for it."""
    row = db.session.get(SyncClient, client, with_for_update=True)
    if row is not None:
        row.queue = None


def _receipt(bringing: Bringing, row: RescueFile) -> dict[str, Any]:
    known = trial.known_of(bringing.found)
    counts: dict[str, int] = {}
    for piece in bringing.found.work:
        before = known[piece.envelope.id]
        status = before.status if trial.same(piece.envelope, before) else "rejected"
        counts[status] = counts.get(status, 0) + 1
    manifest = bringing.found.manifest
    return {
        "number": ids.new_id(),
        "file": manifest.file,
        "sha256": row.sha256,
        "client": manifest.client,
        "device": manifest.device,
        "made_at": manifest.made_at,
        "person": {"id": bringing.author.user_id, "name": bringing.author.name},
        "imported_by": {"id": bringing.actor.user_id, "name": bringing.actor.name},
        "imported_at": clock.now_ms(),
        "counts": counts,
        "photos": len(bringing.found.photos()),
        "photos_missing": sorted(
            {f.sha256 for f in manifest.photos} - set(bringing.found.photos())
        ),
    }
