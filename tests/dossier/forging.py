"""Everything that whoever holds the server, with its key, could do to a package."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.custody import rules
from server.dossier.container import Member, crc_of, packed
from tests.dossier.visiting import Visit, signed_by

Sign = Callable[[bytes], bytes]


@dataclass
class Package:
    """A package taken apart; `pack` puts it together again, listed and signed anew."""

    members: dict[str, bytes]
    key: Ed25519PrivateKey
    visit: Visit

    @classmethod
    def of(cls, data: bytes, key: Ed25519PrivateKey, visit: Visit) -> "Package":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()}, key, visit)

    def json(self, name: str) -> Any:
        return json.loads(self.members[name])

    def lines(self, name: str) -> list[Any]:
        return [json.loads(line) for line in self.members[name].splitlines()]

    def put(self, name: str, value: Any) -> None:
        rows = value if name.endswith(".jsonl") else [value]
        texts = [json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in rows]
        self.members[name] = "".join(f"{text}\n" for text in texts).encode()

    def pack(self, *, sign: bool = True) -> io.BytesIO:
        if sign:
            self._sign()
        return io.BytesIO(b"".join(packed([self._member(name) for name in self.members])))

    def _sign(self) -> None:
        manifest = self.json("manifest.json")
        order = [one["name"] for one in manifest["members"] if one["name"] in self.members]
        order += [n for n in self.members if n not in order and not n.startswith("manifest.")]
        manifest["members"] = [
            {"name": n, "size": len(self.members[n]), "sha256": sha(self.members[n])} for n in order
        ]
        self.members["manifest.json"] = json.dumps(manifest).encode()
        signature = self.key.sign(b"anxun-dossier-1\n" + self.members["manifest.json"])
        sig = self.json("manifest.sig") | {"signature": base64.b64encode(signature).decode()}
        self.members["manifest.sig"] = json.dumps(sig).encode()

    def _member(self, name: str) -> Member:
        data = self.members[name]
        return Member(name, len(data), crc_of([data]), sha(data), lambda: [data])

    def link_again(self) -> None:
        """Work out every digest, link and head anew, and receipts for what now is."""
        mutations = {m["id"]: m for m in self.lines("mutations.jsonl")}
        pieces, heads = self.lines("chain.jsonl"), {}
        for piece in pieces:
            link = bytes.fromhex(piece["link"])
            for mid, step in enumerate(piece["steps"], piece["after"] + 1):
                m = mutations[step[1:]] if step.startswith("=") else None
                link = rules.link(link, digest_of(m) if m else bytes.fromhex(step))
                heads[piece["client"], mid] = link.hex()
                if m:
                    m["mid"], m["link"] = mid, link.hex()
            piece["head"] = link.hex()
        self.put("chain.jsonl", pieces)
        self.put("mutations.jsonl", list(mutations.values()))
        self._receipt_again(heads)

    def _receipt_again(self, heads: dict[tuple[str, int], str]) -> None:
        rows = self.lines("receipts.jsonl")
        for row in rows:
            said = json.loads(row["payload"])
            if said["kind"] == "submission":
                said["record"] = sha(self.members["record.json"])
                for head in said["chains"]:
                    head["head"] = heads.get((head["client"], head["mid"]), head["head"])
            row["payload"] = json.dumps(said)
            signature = self.key.sign(b"anxun-receipt-1\n" + row["payload"].encode())
            row["sig"] = base64.b64encode(signature).decode()
        self.put("receipts.jsonl", rows)

    def seal_again(self, client: str, key: ec.EllipticCurvePrivateKey, name: str) -> None:
        """Seal a client's chain with a key of one's own."""
        links: dict[int, str] = {}
        for piece in (p for p in self.lines("chain.jsonl") if p["client"] == client):
            mutations = {m["id"]: m for m in self.lines("mutations.jsonl")}
            link = bytes.fromhex(piece["link"])
            links[piece["after"]] = link.hex()
            for mid, step in enumerate(piece["steps"], piece["after"] + 1):
                m = mutations[step[1:]] if step.startswith("=") else None
                link = rules.link(link, digest_of(m) if m else bytes.fromhex(step))
                links[mid] = link.hex()
        seals = self.lines("seals.jsonl")
        for seal in (s for s in seals if s["client"] == client):
            before, head = (bytes.fromhex(links[n]) for n in (seal["after"], seal["mid"]))
            text = rules.seal_text(client, seal["mid"], before, head)
            seal |= {"key": name, "sig": signed_by(key, text)}
        self.put("seals.jsonl", seals)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(m: dict[str, Any]) -> bytes:
    return rules.digest(m["id"], m["name"], m["v"], m["at"], m["args"].encode(), m["blobs"])
