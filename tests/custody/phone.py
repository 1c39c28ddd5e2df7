"""A phone in Python that signs what it sends, as the app does."""

import base64
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.custody import rules
from tests.sync.phone import Phone, compact

REGISTER = "/api/custody/device-keys"


def raw_signature(key: ec.EllipticCurvePrivateKey, text: bytes) -> bytes:
    """r and s side by side, as WebCrypto gives them."""
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


@dataclass
class SealingPhone(Phone):
    """`links[mid]` is its own chain; `sealing` off sends as an older app does."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    links: dict[int, bytes] = field(default_factory=dict)
    sealing: bool = True

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def register(self) -> int:
        body = {"client": self.client, "public_key": base64.b64encode(self.public_key).decode()}
        status, _, data = self.send(REGISTER, compact(body), {})
        self.registered = data
        return status

    def write(self, name: str, args: dict[str, Any], **more: Any) -> str:
        """Queue a mutation and tie it into the chain."""
        mutation = super().write(name, args, **more)
        self.tie(self.outbox[-1])
        return mutation

    def tie(self, envelope: dict[str, Any]) -> None:
        before = self.links.get(envelope["mid"] - 1, rules.origin(self.client))
        digest = rules.digest(
            envelope["id"],
            envelope["name"],
            envelope["v"],
            envelope["at"],
            compact(envelope["args"]),
            envelope["blobs"],
        )
        self.links[envelope["mid"]] = rules.link(before, digest)

    def seal(self, sent: list[dict[str, Any]]) -> dict[str, Any]:
        """What the phone signs of these envelopes."""
        prev = self.links.get(sent[0]["mid"] - 1, rules.origin(self.client))
        head = self.links[sent[-1]["mid"]]
        text = rules.seal_text(self.client, sent[-1]["mid"], prev, head)
        return {
            "key": rules.key_id(self.public_key),
            "mid": sent[-1]["mid"],
            "prev": prev.hex(),
            "head": head.hex(),
            "sig": base64.b64encode(raw_signature(self.key, text)).decode(),
        }

    def request(self, count: int = 100, pull: bool = True) -> dict[str, Any]:
        body = super().request(count, pull)
        if self.sealing and body["push"]:
            body["seal"] = self.seal(body["push"])
        return body

    def reconcile(self) -> None:
        """A new client id begins a new chain, with a key of its own."""
        before = self.client
        super().reconcile()
        if self.client != before:
            self.links = {}
            for envelope in self.outbox:
                self.tie(envelope)
            self.key = ec.generate_private_key(ec.SECP256R1())
            self.register()
