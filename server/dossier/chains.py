"""
The pieces of the phones' chains that the package needs.

A piece begins where a device signed and ends where it signed, so that each hangs on two signatures
even when it is taken out of a long chain. What a phone said of other inspections is in it as
digests: it proves that nothing was left out and tells nothing of what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union_all

from server.custody import rules
from server.custody.models import ChainRepeat, DeviceKey, Seal
from server.dossier.mutations import Said
from server.kernel import clock
from server.kernel.db import db
from server.sync.models import SyncMutation

# So many foreign digests are carried rather than beginning a new piece.
BRIDGE = 2000
# A push is at most so long: a seal begins no further before what it added.
PUSH = 100
# A place whose mutation the server has no more.
LOST = ""


@dataclass(frozen=True)
class Signed:
    """A seal, and the number after which it begins; that is earlier when a push came again."""

    row: Seal
    after: int


@dataclass(frozen=True)
class Piece:
    """Mutations after + 1 … end of one client."""

    client: str
    after: int
    end: int

    def holds(self, signed: Signed) -> bool:
        """Say whether all that a device signed lies in it."""
        return self.after <= signed.after and signed.row.mid <= self.end


class Chain:
    """One client's links, read where they are needed."""

    def __init__(self, client: str) -> None:
        self.client = client
        self._links: dict[int, tuple[str, bytes, bytes]] = {}
        self._read: set[int] = set()

    def read(self, after: int, end: int) -> None:
        """Read the links after + 1 … end."""
        m, r = SyncMutation, ChainRepeat
        own = select(m.mid, m.id, m.sha256, m.link).where(
            m.client_id == self.client, m.mid > after, m.mid <= end
        )
        repeats = select(r.mid, r.mutation_id, r.digest, r.link).where(
            r.client_id == self.client, r.mid > after, r.mid <= end
        )
        for row in db.session.execute(union_all(own, repeats)):
            self._links[row[0]] = (row[1], row[2], row[3])
        self._read.update(range(after + 1, end + 1))

    def at(self, mid: int) -> bytes | None:
        """Return a link; None for one that the server does not have."""
        if mid == 0:
            return rules.origin(self.client)
        if mid not in self._read:
            self.read(mid - 1, mid)
        found = self._links.get(mid)
        return found[2] if found else None

    def step(self, mid: int, told: set[str]) -> str:
        """Return how a mutation stands in the piece: by name when its words are in the package."""
        if self.at(mid) is None:
            return LOST
        mutation, digest, _ = self._links[mid]
        return f"={mutation}" if mutation in told else digest.hex()


def chains_of(
    said: Sequence[Said], clients: Mapping[str, str], heads: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], set[str]]:
    """Return pieces, seals and the names of the device keys; *heads* are ends once receipted."""
    told = {one.id for one in said}
    needed: dict[str, list[int]] = {}
    for one in said:
        needed.setdefault(one.client, []).append(one.mid)
    pieces, seals, keys = [], [], set()
    for client, mids in sorted(needed.items()):
        chain = Chain(client)
        last = heads.get(client, 0)
        reach = [*mids, last] if mids[-1] < last <= mids[-1] + BRIDGE else mids
        signed = _signed(chain, reach)
        cut = _pieces(client, reach, signed)
        pieces += [_written(chain, piece, clients[client], told) for piece in cut]
        for seal in (seal for seal in signed if any(piece.holds(seal) for piece in cut)):
            seals.append(_seal(seal))
            keys |= {seal.row.key_id} if seal.row.key_id else set()
    return pieces, seals, keys


def device_keys(key_ids: set[str]) -> list[dict[str, Any]]:
    """Return the keys that sealed, with whose they are."""
    query = select(DeviceKey).where(DeviceKey.id.in_(sorted(key_ids))).order_by(DeviceKey.id)
    return [
        {
            "id": row.id,
            "client": row.client_id,
            "person": row.person_id,
            "public_key": rules.to_base64(row.public_key),
            "registered_at": clock.to_ms(row.registered_at),
            "revoked_at": clock.to_ms(row.revoked_at) if row.revoked_at else None,
        }
        for row in db.session.scalars(query)
    ]


def _signed(chain: Chain, mids: Sequence[int]) -> list[Signed]:
    """Return the seals of the pushes that brought *mids*, and those in between."""
    first, last = mids[0], mids[-1]
    c = Seal.client_id == chain.client
    end = db.session.scalar(
        select(Seal.mid).where(c, Seal.mid >= last, Seal.after < last).order_by(Seal.mid).limit(1)
    )
    end = max(end or last, last)
    if end - first < PUSH * BRIDGE:
        chain.read(max(0, first - PUSH), end)
    query = select(Seal).where(c, Seal.mid >= first, Seal.mid <= end)
    found = [Signed(row, _begins(chain, row)) for row in db.session.scalars(query)]
    return sorted(found, key=lambda one: one.row.mid)


def _begins(chain: Chain, row: Seal) -> int:
    """Find the link before the push that was signed: some of it may have come before."""
    if row.state != rules.OK or row.signature is None:
        return row.after
    key = db.session.get_one(DeviceKey, row.key_id)
    head = chain.at(row.mid) or row.head
    for after in range(row.after, max(-1, row.after - PUSH), -1):
        before = chain.at(after)
        if before is None:
            break
        text = rules.seal_text(chain.client, row.mid, before, head)
        if rules.device_signed(key.public_key, text, row.signature):
            return after
    return row.after


def _pieces(client: str, mids: Sequence[int], signed: Sequence[Signed]) -> list[Piece]:
    """Join what each needed mutation hangs on, and what lies close enough together."""
    spans = sorted(_span(mid, signed) for mid in mids)
    joined = [spans[0]]
    for after, end in spans[1:]:
        if after <= joined[-1][1] + BRIDGE:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((after, end))
    return [Piece(client, after, end) for after, end in joined]


def _span(mid: int, signed: Sequence[Signed]) -> tuple[int, int]:
    """Return the shortest signed stretch around a mutation; itself when no device signed it."""
    holding = [
        (one.row.mid - one.after, one.after, one.row.mid)
        for one in signed
        if one.row.state == rules.OK and one.after < mid <= one.row.mid
    ]
    return min(holding)[1:] if holding else (mid - 1, mid)


def _written(chain: Chain, piece: Piece, person: str, told: set[str]) -> dict[str, Any]:
    chain.read(piece.after, piece.end)
    before, head = chain.at(piece.after), chain.at(piece.end)
    return {
        "client": chain.client,
        "person": person,
        "after": piece.after,
        "link": before.hex() if before else LOST,
        "steps": [chain.step(mid, told) for mid in range(piece.after + 1, piece.end + 1)],
        "head": head.hex() if head else LOST,
    }


def _seal(signed: Signed) -> dict[str, Any]:
    row = signed.row
    return {
        "client": row.client_id,
        "after": signed.after,
        "mid": row.mid,
        "state": row.state,
        "key": row.key_id,
        "sig": rules.to_base64(row.signature) if row.signature else None,
        "claim": row.claim,
        "received_at": clock.to_ms(row.received_at),
    }
