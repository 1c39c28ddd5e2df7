"""A visit by two people whose phones sign what they send."""

import base64
import hashlib
import io
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.custody import rules
from server.kernel import clock, ids
from tests.evidence.uploads import create, picture, sha
from tests.factories.definitions import make_definition
from tests.factories.inspections import STROKES
from tests.factories.papers import mark, marks_of, written
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.sync.phone import Phone, compact, through


@dataclass
class SealedPhone(Phone):
    """A phone with a device key: one seal over each push."""

    client_: AppClient | None = None
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    links: dict[int, bytes] = field(default_factory=dict)
    seals: bool = True

    def register(self) -> None:
        assert self.client_ is not None
        body = {"client": self.client, "public_key": base64.b64encode(self.public).decode()}
        answer = self.client_.post("/api/custody/device-keys", json=body)
        assert answer.status_code == 200, answer.json

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def request(self, count: int = 100, pull: bool = True) -> dict[str, Any]:
        body = super().request(count, pull)
        if body["push"] and self.seals:
            first, last = body["push"][0]["mid"], body["push"][-1]["mid"]
            for envelope in body["push"]:
                before = self.links.get(envelope["mid"] - 1, rules.origin(self.client))
                self.links[envelope["mid"]] = rules.link(before, digest_of(envelope))
            prev = self.links.get(first - 1, rules.origin(self.client))
            body["seal"] = self.seal(last, prev, self.links[last])
        return body

    def seal(self, mid: int, prev: bytes, head: bytes) -> dict[str, Any]:
        text = rules.seal_text(self.client, mid, prev, head)
        return {
            "key": rules.key_id(self.public),
            "mid": mid,
            "prev": prev.hex(),
            "head": head.hex(),
            "sig": signed_by(self.key, text),
        }


def signed_by(key: ec.EllipticCurvePrivateKey, text: bytes) -> str:
    """A signature as WebCrypto writes it."""
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


def digest_of(envelope: dict[str, Any]) -> bytes:
    return rules.digest(
        envelope["id"],
        envelope["name"],
        envelope["v"],
        envelope["at"],
        compact(envelope["args"]),
        envelope["blobs"],
    )


@dataclass
class Visit:
    """What was done, for tests that look for it again."""

    id: str
    lead: SealedPhone
    other: SealedPhone
    photos: list[str]
    hazard: str


def sealed_phone(actors: Actors, role: str, *, sealed: bool = True) -> SealedPhone:
    client = actors.login(role)
    phone = SealedPhone(through(client), client_=client, seals=sealed)
    if sealed:
        phone.register()
    return phone


def photograph(
    phone: SealedPhone, visit: str, seed: int, *, bring: bool = True, **args: Any
) -> str:
    """Take a photo; its bytes follow by tus unless they are never brought."""
    data, photo = picture(seed, side=32), ids.new_id()
    facts = {
        "id": photo,
        "sha256": sha(data),
        "size": len(data),
        "mime": "image/jpeg",
        "w": 32,
        "h": 32,
        "taken_at": clock.now_ms(),
        "origin": "camera",
        "purpose": "answer",
        "annotations": [],
        "inspection": visit,
        **args,
    }
    phone.write("photo.add", facts, blobs=[sha(data)])
    if bring:
        assert phone.client_ is not None
        answer = create(phone.client_, data, body=data, photo=photo)
        assert answer.status_code == 201, answer.data
    return photo


def sign(phone: SealedPhone, visit: str, party: str, name: str) -> None:
    phone.write(
        "signature.add",
        {
            "id": ids.new_id(),
            "inspection": visit,
            "party": party,
            "name": name,
            "refused": False,
            "strokes": STROKES,
            "width": 1000,
            "height": 1000,
            "signed_at": clock.now_ms(),
            "photo_ids": [],
        },
    )


def visit_of_two(
    actors: Actors,
    *,
    sealed: bool = True,
    lose: bool = False,
    dispute: bool = False,
    mode: str = "self-check",
) -> Visit:
    """Two inspectors, one record: answers, photos, a hazard, signatures; and work elsewhere."""
    unit = actors.world.hospital
    lead, other = (sealed_phone(actors, who, sealed=sealed) for who in ("inspector", "expert"))
    elsewhere, visit, hazard = ids.new_id(), ids.new_id(), ids.new_id()
    start = {
        "unit_id": unit.id,
        "checklist_key": "ward",
        "definition": make_definition().hash,
        "mode": mode,
        "targets": {},
        "started_at": clock.now_ms(),
        "member_ids": [],
    }
    lead.write("inspection.start", {"id": elsewhere, **start})
    lead.answer(elsewhere, "ward.rules.posted", result="pass")
    lead.sync()
    team = [actors.person("expert").id]
    lead.write("inspection.start", {"id": visit, **start, "member_ids": team})
    lead.answer(visit, "ward.rules.posted", result="fail", note=" 制度未上墙，\n 有三处 ")
    if lose:
        lead.exchange(lose=True)
    first = photograph(lead, visit, 1, item="ward.rules.posted", target="")
    lead.answer(elsewhere, "ward.rules.drill", result="pass")
    lead.sync()
    other.sync()
    other.answer(visit, "ward.rules.drill", result="pass")
    other.answer(visit, "ward.room.exit", result="pass", **{"r.width": 1.4})
    other.answer(visit, "ward.rules.drill", result="fail", note="没有预案")
    second = photograph(other, visit, 2, item="ward.room.exit", target="")
    other.sync()
    if dispute:
        disagree(lead, other, visit)
    lead.write("hazard.open", hazard_args(hazard, unit.id, visit, [first]))
    sign(lead, visit, "inspector", "王检查")
    sign(lead, visit, "unit", "陈院长")
    if mode != "self-check":
        sign(lead, visit, "inspector", "吴专家")
    lead.sync()
    lead.write("inspection.submit", {"inspection": visit, "submitted_at": clock.now_ms()})
    lead.sync()
    refused = {k: v for k, v in lead.verdicts.items() if v["status"] not in ("applied", "merged")}
    assert refused == {}, refused
    return Visit(visit, lead, other, [first, second], hazard)


def disagree(lead: SealedPhone, other: SealedPhone, visit: str) -> None:
    """Both answer without having seen the other; the lead decides on the phone."""
    lead.answer(visit, "ward.room.exit", result="fail", note="堆放纸箱")
    lead.sync()
    [(_, conflict)] = [row for row in lead.rows().items() if row[0][0] == "conflict"]
    decision = {
        "id": conflict["id"],
        "inspection": visit,
        "target": conflict["target_id"],
        "item": conflict["item_key"],
        "field": conflict["field"],
        "value": "fail",
        "base": 2,
        "reason": "现场复看",
    }
    lead.write("conflict.resolve", decision)
    lead.sync()
    other.sync()


def hazard_args(hazard: str, unit: str, visit: str, photos: list[str]) -> dict[str, Any]:
    return {
        "id": hazard,
        "unit_id": unit,
        "source": "inspection",
        "inspection": visit,
        "target": "",
        "item": "ward.rules.posted",
        "title": "制度未上墙",
        "description": "三处没有",
        "basis": [],
        "grade": "general",
        "suspected_major": False,
        "due_on": clock.today().isoformat(),
        "photos": photos,
    }


PAPER_NAMES = ["王检查", "吴专家"]


def visit_with_papers(actors: Actors) -> Visit:
    """A record, its correction, and a notice that was refused after the submission."""
    visit = visit_of_two(actors, mode="spot")
    phone = visit.lead
    first = issue(phone, visit.id, written(PAPER_NAMES), marks_of(PAPER_NAMES))
    said = {"id": first["id"], "number": json.loads(first["body"])["code"], "reason": "地址写错"}
    body = written(PAPER_NAMES, edition=2, replaces=said)
    issue(phone, visit.id, body, marks_of(PAPER_NAMES), replaces=first["id"])
    photo = photograph(phone, visit.id, 7, purpose="refusal")
    data = next(e["args"] for e in phone.outbox if e["args"].get("id") == photo)
    proof = [{"id": photo, "sha256": data["sha256"]}]
    words = {"reason": "对认定有异议", "witness": "邀请保安张强见证", "photos": proof}
    unit = mark("unit", "赵海燕", "refused", **words)
    notice = written(PAPER_NAMES, layout="rectification-notice")
    issue(phone, visit.id, notice, marks_of(PAPER_NAMES, unit), photos=[photo])
    phone.sync()
    refused = {k: v for k, v in phone.verdicts.items() if v["status"] not in ("applied", "merged")}
    assert refused == {}, refused
    return visit


def issue(
    phone: SealedPhone, visit: str, body: dict[str, Any], marks: list[Any], **given: Any
) -> dict[str, Any]:
    """Write a paper on the phone."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    signing = {"v": 1, "over": hashlib.sha256(text.encode()).hexdigest(), "marks": marks}
    args = {
        "id": ids.new_id(), "inspection": visit, "body": text,
        "signing": json.dumps(signing, ensure_ascii=False, separators=(",", ":")),
        "made_at": clock.now_ms(), "photos": [], **given,
    }  # fmt: skip
    phone.write("paper.issue", args)
    return args


def fetch(actors: Actors, role: str, visit: str) -> Any:
    """Ask for the package."""
    return actors.login(role).get(f"/api/inspections/{visit}/dossier.zip")


def package(actors: Actors, visit: Visit) -> io.BytesIO:
    answer = fetch(actors, "bureau_office", visit.id)
    assert answer.status_code == 200, answer.data
    return io.BytesIO(answer.data)
