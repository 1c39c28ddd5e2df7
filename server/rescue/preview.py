"""What a person sees before they decide: whose work, from when to when, what becomes of it."""

from collections import Counter
from typing import Any

from server.access.rules import Actor
from server.evidence.queries import holds_bytes
from server.kernel import clock
from server.kernel.db import db, transaction
from server.org.models import Person
from server.rescue import reach, service, trial
from server.rescue.content import Content, Piece
from server.rescue.models import RescueFile
from server.rescue.reach import Place
from server.rescue.service import Desk
from server.rescue.trial import Judged
from server.sync import secrecy
from server.sync.models import SyncClient

SHOWN = 1000
_WORDS = ("title", "description", "note", "name", "caption", "reason", "code")


def file_data(row: RescueFile) -> dict[str, Any]:
    """Return what is known of a file before it is opened."""
    return {
        "id": row.id,
        "state": row.state,
        "size": row.size,
        "uploaded_at": clock.to_ms(row.uploaded_at),
        "receipt": row.receipt,
    }


def preview(actor: Actor, desk: Desk, file_id: str) -> dict[str, Any]:
    """Judge every piece on trial and describe the whole."""
    with transaction(write=False):
        row = service.own_file(actor, file_id)
        found, person = service.opened(actor, desk, row)
        author, phone_now = service.author_of(person), service.phone_now(found)
    judged = [one for one in trial.judge(author, found, phone_now) if _is_shown(one)]
    with transaction(write=False):
        row = service.own_file(actor, file_id)
        person = db.session.get_one(Person, author.user_id)
        return file_data(row) | {
            "facts": row.facts,
            "sha256": row.sha256,
            "person": {"id": person.id, "name": person.name, "active": person.active},
            "client": _client(found),
            "span": _span(found),
            "counts": _counts(judged),
            "items": _items(actor, person, found, judged),
            "photos": _photos(actor, person, author, found),
            "drafts": found.drafts() if actor.user_id == person.id else [],
            "draft_count": len(found.drafts()),
        }


def _is_shown(one: Judged) -> bool:
    """What opens a sealed visit is brought with the rest; whoever brings it need not know of it."""
    return not secrecy.is_secret(one.piece.envelope.name)


def _client(found: Content) -> dict[str, Any]:
    row = db.session.get(SyncClient, found.manifest.client)
    if row is None:
        return {"id": found.manifest.client, "state": "unknown", "seen_at": None}
    return {"id": row.id, "state": row.state, "seen_at": clock.to_ms(row.seen_at)}


def _span(found: Content) -> dict[str, int | None]:
    moments = [piece.envelope.at for piece in found.work]
    return {"from": min(moments, default=None), "to": max(moments, default=None)}


def fate_of(one: Judged) -> str:
    """Name the fate in one word: here, new (will be taken), held, parked, rejected, unknown."""
    if one.here:
        return "here"
    if one.verdict is None:
        return "unknown"
    return "new" if one.verdict.status in ("applied", "merged") else one.verdict.status


def _counts(judged: list[Judged]) -> dict[str, Any]:
    return {
        "kinds": dict(Counter(one.piece.envelope.name for one in judged)),
        "fates": dict(Counter(fate_of(one) for one in judged)),
    }


def _items(
    actor: Actor, person: Person, found: Content, judged: list[Judged]
) -> list[dict[str, Any]]:
    """What needs reading first: refusals before the rest, each in the phone's order."""
    places = reach.places(found)
    urgent = sorted(judged, key=lambda one: fate_of(one) in ("new", "here"))[:SHOWN]
    return [_item(actor, person, one, places.get(one.piece.envelope.id)) for one in urgent]


def _item(actor: Actor, person: Person, one: Judged, place: Place | None) -> dict[str, Any]:
    shown = reach.may_see(actor, person, place)
    envelope, verdict = one.piece.envelope, one.verdict
    item: dict[str, Any] = {
        "id": envelope.id,
        "name": envelope.name,
        "at": envelope.at,
        "fate": fate_of(one),
        "status": verdict.status if verdict else None,
        "code": verdict.code if verdict else None,
        "hidden": not shown,
    }
    if not shown:
        return item
    params = verdict.params if verdict else {}
    why = {key: params[key] for key in ("title_zh", "title") if key in params}
    return item | why | {"unit": place.name if place else None, "words": _words(one.piece)}


def _words(piece: Piece) -> str:
    """What a person wrote or chose, as far as it can be read without the checklist."""
    args = dict(piece.args)
    given = args.pop("set", None)
    fields = {**args, **given} if isinstance(given, dict) else args
    parts = [str(fields.get("item", "")), str(fields.get("result") or "")]
    parts += [str(fields[key]) for key in _WORDS if isinstance(fields.get(key), str)]
    return " · ".join(dict.fromkeys(part for part in parts if part))[:300]


def _photos(actor: Actor, person: Person, author: Actor, found: Content) -> list[dict[str, Any]]:
    hidden = reach.hidden_photos(actor, person, found)
    return [
        {
            "sha256": fact.sha256,
            "size": fact.size,
            "in_file": fact.sha256 in found.photos(),
            "here": holds_bytes(author, fact.sha256),
            "hidden": fact.sha256 in hidden,
        }
        for fact in found.manifest.photos
    ]
