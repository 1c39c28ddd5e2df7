"""
What must hold after every history.

I1 every piece of work of a living phone is known to the server, in exactly one state; I2 none has
two effects, and what was refused has none; I3 a phone shows exactly what the tables let its person
see; I4 no photo is silently absent; I5 each phone's order is kept; I6 nothing done without the
right to it counts, nothing unseen can be fetched; I7 a phone that says "all sent" is right; I8 the
feed names every change.
"""

import hashlib
import json
from collections import Counter
from itertools import pairwise
from typing import Any

import orjson
from sqlalchemy import select

from server.evidence.models import Photo
from server.inspections.models import Answer, Inspection
from server.kernel.db import db
from server.org.models import Department, Person
from server.org.queries import actor_of
from server.sync import check as feed_check
from server.sync import rows, scopes
from server.sync.digest import fnv1a
from server.sync.models import SyncClient, SyncMutation, SyncProblem
from server.sync.pages import OWN
from tests.sync.phone import Phone, compact

STATES = frozenset({"applied", "merged", "held", "parked", "rejected"})
DIGEST = "/api/sync/v1/digest"


def statuses(server: Any) -> dict[str, str]:
    """What became of every mutation that the server knows."""
    with server.app.app_context():
        found = db.session.execute(select(SyncMutation.id, SyncMutation.status)).all()
        db.session.remove()
        return {row[0]: row[1] for row in found}


def check(world: Any) -> int:
    """Look at all of them; how many were looked at."""
    everything_is_known(world)
    with world.server.app.app_context():
        assert feed_check.check().sound, "I8: the feed and the tables differ"
        one_effect_each()
        order_is_kept(world.order)
        no_photo_is_silently_absent(world)
        nothing_without_right(world.unentitled)
        seen = [visible(person) for person in world.server.people[:2]]
        db.session.remove()
    for n, phone in enumerate(world.phones):
        expected = seen[world.owners[n]]
        assert phone.rows() == expected, f"I3: phone {n}: {difference(phone.rows(), expected)}"
    the_server_agrees(world)
    return 8


def difference(shown: dict[Any, Any], expected: dict[Any, Any]) -> str:
    """The first few rows that differ."""
    keys = [k for k in shown.keys() | expected.keys() if shown.get(k) != expected.get(k)]
    return "; ".join(f"{k}: {shown.get(k)} for {expected.get(k)}" for k in sorted(keys)[:3])


def everything_is_known(world: Any) -> None:
    """I1 and I7."""
    known = statuses(world.server)
    for n, phone in enumerate(world.phones):
        assert not phone.outbox, f"I7: phone {n} still holds work"
        missing = world.written[n] - known.keys()
        assert not missing, f"I1: phone {n} has lost {len(missing)}"
    assert set(known.values()) <= STATES
    with world.server.app.app_context():
        cases = select(SyncProblem.mutation_id, SyncProblem.kind)
        kinds = {row[0]: row[1] for row in db.session.execute(cases)}
        _nothing_waits_for_what_is_here()
        db.session.remove()
    waiting = {i: s for i, s in known.items() if s in ("held", "parked", "rejected")}
    assert {i: kinds.get(i) for i in waiting} == waiting, "I1: kept nowhere"


def _nothing_waits_for_what_is_here() -> None:
    """I1: what is held is held for a reason."""
    query = select(SyncProblem.waits_for).where(
        SyncProblem.kind == "held", SyncProblem.state == "open"
    )
    for key in db.session.scalars(query):
        etype, _, eid = (key or "").partition(":")
        assert etype != "inspection" or db.session.get(Inspection, eid) is None, (
            f"I1: {key} is here"
        )


def whole_pictures(server: Any) -> None:
    """I4: whatever lies in the store is what its name says."""
    for path in (server.store.root / "blobs").rglob("*"):
        if path.is_file() and len(path.name) == 64:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name, "I4: other bytes"


def one_effect_each() -> None:
    """I2: each answer counts the words said about it; a crashed command left nothing behind."""
    said: Counter[tuple[str, ...]] = Counter()
    query = select(SyncMutation.args).where(
        SyncMutation.name == "answer.set", SyncMutation.status.in_(("applied", "merged"))
    )
    for text in db.session.scalars(query):
        args = json.loads(text or "{}")
        for name in args["set"]:
            said[(args["inspection"], args["target"], args["item"], name)] += 1
    for row in db.session.scalars(select(Answer)):
        for name, state in row.fields.items():
            key = (row.inspection_id, row.target_id, row.item_key, name)
            assert state["rev"] == said[key], ("I2", key, state["rev"], said[key])
    half = db.session.scalars(select(Department.name).where(Department.name.startswith("毒"))).all()
    assert not half, "I2: half an effect"


def order_is_kept(order: dict[str, int]) -> None:
    """I5: under each client's numbers stands what was written, in that order, without a gap."""
    query = select(SyncMutation.client_id, SyncMutation.mid, SyncMutation.id)
    by_client: dict[str, list[tuple[int, str]]] = {}
    for client, mid, mutation in db.session.execute(query):
        by_client.setdefault(client, []).append((mid, mutation))
    last = {
        row[0]: row[1] for row in db.session.execute(select(SyncClient.id, SyncClient.last_mid))
    }
    for client, sent in by_client.items():
        ranks = [order[mutation] for _, mutation in sorted(sent)]
        assert all(a < b for a, b in pairwise(ranks)), f"I5: {client} out of order"
        assert max(sent)[0] <= last[client], f"I5: {client} counts less than it has"


def no_photo_is_silently_absent(world: Any) -> None:
    """I4: stored is stored; what is missing is nowhere any more, or waited for."""
    store = world.server.store
    held = {s.sha256 for p in world.phones for s in p.shots.values() if s.data is not None}
    for photo in db.session.scalars(select(Photo)):
        if photo.state == "stored":
            with store.open(photo.sha256) as handle:
                assert hashlib.sha256(handle.read()).hexdigest() == photo.sha256, "I4: other bytes"
        else:
            assert photo.state in ("expected", "lost"), photo.state
            assert photo.sha256 not in held, f"I4: a phone holds a photo that is {photo.state}"
            assert photo.sha256 in world.given_up, f"I4: {photo.state} without anybody's act"


def nothing_without_right(unentitled: set[str]) -> None:
    """I6: what came after the right was gone has no effect."""
    query = select(SyncMutation.id).where(SyncMutation.status.in_(("applied", "merged")))
    late = set(db.session.scalars(query)) & unentitled
    assert not late, "I6: counted without the right to it"


def visible(person_id: str) -> dict[tuple[str, str], Any]:
    """What a person may see, from the tables alone."""
    actor = actor_of(db.session.get_one(Person, person_id))
    mine = scopes.scopes(actor)
    hidden = {scope: scopes.hidden(actor, scope) for scope in mine}
    places: dict[tuple[str, str], set[str]] = {("me", person_id): {f"user:{person_id}"}}
    for etype, model in feed_check.synced_models().items():
        for row in db.session.scalars(select(model)):
            for scope, eid in _places(etype, row):
                if scope in hidden:
                    places.setdefault((etype, eid), set()).add(scope)
    found = {
        key: data
        for key, (_, data) in rows.load(places).items()
        if any(_may(actor, hidden[s], key[0], data) and rows.belonging(s)(key[0], data)
               for s in places[key])
    }  # fmt: skip
    return {key: orjson.loads(orjson.dumps(data)) for key, data in found.items()}


def _places(etype: str, row: Any) -> list[tuple[str, str]]:
    if etype == feed_check.ANSWER:
        eid = f"{row.inspection_id}|{row.target_id}|{row.item_key}"
        return [(f"insp:{row.inspection_id}", eid)]
    eid = getattr(row, row.sync_id)
    return [(scope, eid) for scope in row.sync_scopes(lambda name: getattr(row, name))]


def _may(actor: Any, hidden: frozenset[str], etype: str, data: Any) -> bool:
    return etype not in hidden or data.get(OWN.get(etype, "")) == actor.user_id


def the_server_agrees(world: Any) -> None:
    """I8, seen from a phone: one scope's own digest is that of the server."""
    n = len(world.steps) % len(world.phones)
    phone: Phone = world.phones[n]
    for name, scope in phone.scopes.items():
        assert scope.cursor is not None
        xor = 0
        for (etype, eid), (rv, _) in scope.rows.items():
            xor ^= fnv1a(f"{etype}\n{eid}\n{rv}")
        told = {"scope": name, "version": scope.cursor[0], "tag": scope.cursor[1],
                "count": len(scope.rows), "xor_hash": f"{xor:08x}"}  # fmt: skip
        _, _, data = phone.send(DIGEST, compact(told), {})
        assert json.loads(data).get("state") == "equal", f"I8: {name}: {data!r}"
