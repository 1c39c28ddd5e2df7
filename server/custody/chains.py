"""
A client's chain over one push, and what the phone signed of it.

The server makes every link itself, from what it received. Nothing here refuses work: what does not
fit is a finding for a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from server.custody import rules
from server.custody.models import ChainRepeat
from server.custody.receipts import Head
from server.kernel import clock, driver
from server.kernel.db import db


class Sent(Protocol):
    """A mutation as it came."""

    id: str
    mid: int
    name: str
    v: int
    at: int
    args: msgspec.Raw
    blobs: list[str]


class Claim(msgspec.Struct):
    """What the phone says of its push: between which links it lies, and its signature over that."""

    key: str
    mid: int
    prev: str
    head: str
    sig: str


@dataclass(frozen=True)
class Chain:
    """The links of a push: `head` was the last one before it, `links` are those that it adds."""

    client_id: str
    after: int
    head: bytes
    links: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)

    def head_at(self, mid: int) -> bytes:
        """Return the link of a mutation of this push, or the head before it."""
        return self.links[mid][1] if mid in self.links else self.head


@dataclass(frozen=True)
class Sealed:
    """What became of a seal, and for which reason it does not hold."""

    state: str
    why: str = ""
    key_id: str | None = None


_KEY = "SELECT person_id, client_id, public_key, revoked_at FROM device_key WHERE id = :id"
# A push that was cut short comes again from where it was cut, up to the same number.
_NOTE = """
    INSERT INTO seal (client_id, mid, "after", person_id, key_id, prev, head, signature, claim,
        state, received_at)
    VALUES (:client, :mid, :after, :person, :key, :prev, :head, :signature, :claim, :state, :now)
    ON CONFLICT DO NOTHING
"""


def digest_of(sent: Sent) -> bytes:
    """Hash what makes a mutation what it is."""
    return rules.digest(sent.id, sent.name, sent.v, sent.at, bytes(sent.args), sent.blobs)


def follow(client_id: str, after: int, head: bytes | None, sent: Iterable[Sent]) -> Chain:
    """Make the links of what a push adds behind number *after*."""
    link = before = head or rules.origin(client_id)
    links: dict[int, tuple[bytes, bytes]] = {}
    for one in sent:
        if one.mid > after:
            digest = digest_of(one)
            link = rules.link(link, digest)
            links[one.mid] = digest, link
    return Chain(client_id, after, before, links)


def begin(chain: Chain) -> None:
    """Note the chain of the push that this transaction applies."""
    db.session().info["chain"] = chain


def head_of(client_id: str, mid: int) -> Head | None:
    """Return the link of a mutation that is being applied; None outside its own push."""
    chain: Chain | None = db.session().info.get("chain")
    if chain is None or chain.client_id != client_id or mid not in chain.links:
        return None
    return Head(client_id, mid, chain.links[mid][1].hex())


def judge(chain: Chain, sent: Sequence[Sent], raw: bytes | None, person_id: str) -> Sealed:
    """Compare what the phone claims with what came; *raw* is its seal as JSON."""
    if raw is None or raw == b"null":
        return Sealed(rules.ABSENT)
    try:
        claim = msgspec.json.decode(raw, type=Claim)
        prev, head = bytes.fromhex(claim.prev), bytes.fromhex(claim.head)
        signature = rules.from_base64(claim.sig)
    except (msgspec.MsgspecError, ValueError):
        return Sealed(rules.BROKEN, "unreadable")
    if why := _misfit(chain, sent, claim.mid, prev, head):
        return Sealed(rules.BROKEN, why, claim.key[:32])
    found = driver.rows(_KEY, id=claim.key[:32])
    key = found[0] if found else None
    if key is None or key[0] != person_id or key[1] != chain.client_id or key[3] is not None:
        return Sealed(rules.UNKNOWN_KEY, "revoked" if key and key[3] else "", claim.key[:32])
    text = rules.seal_text(chain.client_id, claim.mid, prev, head)
    if not rules.device_signed(bytes(key[2]), text, signature):
        return Sealed(rules.BROKEN, "signature", claim.key[:32])
    return Sealed(rules.OK, key_id=claim.key)


def _misfit(chain: Chain, sent: Sequence[Sent], mid: int, prev: bytes, head: bytes) -> str:
    """Say where the claimed links leave those that the server made; "" for nowhere."""
    link = prev
    for one in sent:
        if one.mid == chain.after + 1 and link != chain.head:
            return "before"  # what this push continues is not what the server has
        known = chain.links.get(one.mid)
        if known and link == chain.head_at(one.mid - 1):
            link = known[1]
        else:
            link = rules.link(link, known[0] if known else digest_of(one))
    if mid != sent[-1].mid:
        return "number"
    return "" if link == head else "content"


def note(chain: Chain, person_id: str, raw: bytes | None, sealed: Sealed) -> None:
    """Keep the seal of a push that added something."""
    signature, claim = None, None
    if sealed.state in (rules.OK, rules.UNKNOWN_KEY) and raw is not None:
        signature = rules.from_base64(msgspec.json.decode(raw, type=Claim).sig)[:64]
    elif sealed.state == rules.BROKEN and raw is not None:
        claim = raw[:2000].decode(errors="replace")
    mid = max(chain.links)
    driver.run(
        _NOTE,
        client=chain.client_id,
        mid=mid,
        after=chain.after,
        person=person_id,
        key=sealed.key_id,
        prev=chain.head,
        head=chain.head_at(mid),
        signature=signature,
        claim=claim,
        state=sealed.state,
        now=clock.now_ms(),
    )


def note_repeats(chain: Chain, repeats: Iterable[Sent]) -> None:
    """Keep the place in this chain of mutations whose words stand under another client."""
    rows = [
        {
            "client_id": chain.client_id,
            "mid": one.mid,
            "mutation_id": one.id,
            "digest": chain.links[one.mid][0],
            "link": chain.links[one.mid][1],
        }
        for one in repeats
    ]
    if rows:
        db.session.execute(ChainRepeat.__table__.insert(), rows)  # type: ignore[attr-defined]
