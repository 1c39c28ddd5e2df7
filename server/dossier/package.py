"""Laying out the package: its members in their order, listed and signed."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import select

from server.custody import keys, rules
from server.custody.models import Receipt, ServerKey
from server.definitions.models import DefinitionVersion
from server.dossier.chains import chains_of, device_keys
from server.dossier.container import Member, crc_of
from server.dossier.excerpt import excerpt_of
from server.dossier.mutations import said_of
from server.dossier.papers import papers_data
from server.dossier.queries import Matter, clients_of, pieces
from server.dossier.readme import readme_of
from server.dossier.sealed import visit_data
from server.evidence.rules import MIMES
from server.evidence.storage import Store, chunks_of
from server.evidence.wire import photo_data
from server.hazards.wire import hazard_data
from server.inspections.record import record_bytes
from server.kernel import clock
from server.kernel.db import db
from server.kernel.settings import ROOT
from server.locations.models import Asset, Location
from server.org.models import Person, Unit

FORMAT = "anxun-dossier-1"
PROGRAM = ROOT / "tools" / "verify.py"


def contents_of(matter: Matter) -> dict[str, bytes]:
    """Return every member but photos and manifest; reads the database and nothing else."""
    clients = clients_of(matter)
    said = list(said_of(matter, clients))
    receipts = _receipts(matter)
    pieces_, seals, key_ids = chains_of(said, clients, _heads(receipts))
    definition = db.session.get_one(DefinitionVersion, matter.inspection.definition)
    return {
        "record.json": record_bytes(matter.inspection),
        "hazards.json": _json(_around(matter)),
        "definition.json": definition.body.encode(),
        "mutations.jsonl": _lines(one.data for one in said),
        "chain.jsonl": _lines(pieces_),
        "seals.jsonl": _lines(seals),
        "keys.json": _json({"device": device_keys(key_ids), "server": _server_keys()}),
        "receipts.jsonl": _lines(_receipt(row) for row in receipts),
        "audit.jsonl": _lines(excerpt_of(matter, key_ids)),
        **_sealed(matter),
        **_papers(matter),
    }


def _sealed(matter: Matter) -> dict[str, bytes]:
    """A visit that nobody had announced brings its log along; others bring nothing."""
    told = visit_data(matter.inspection)
    return {} if told is None else {"visit.json": _json(told)}


def _papers(matter: Matter) -> dict[str, bytes]:
    """Papers stand beside the record: some are made after it was submitted."""
    if not matter.papers:
        return {}
    return {"papers.json": _json(papers_data(matter.papers, matter.paper_photos))}


def members_of(
    matter: Matter, contents: dict[str, bytes], photos: Sequence[Member]
) -> list[Member]:
    """Put everything in its order; the manifest lists all else and is signed."""
    unit = db.session.get_one(Unit, matter.inspection.unit_id)
    readme = readme_of(matter.inspection.number or "", unit.name, len(photos))
    first = [_member("README.txt", readme), _member("verify.py", PROGRAM.read_bytes())]
    rest = [*(_member(name, data) for name, data in contents.items()), *photos]
    manifest = _json(
        {
            "format": FORMAT,
            "inspection": matter.inspection.id,
            "number": matter.inspection.number,
            "unit": unit.name,
            "members": [
                {"name": one.name, "size": one.size, "sha256": one.sha256} for one in first + rest
            ],
        }
    )
    key_id, signature = keys.sign(f"{FORMAT}\n".encode() + manifest)
    signed = _json({"key": key_id, "signature": rules.to_base64(signature)})
    middle = [_member("manifest.json", manifest), _member("manifest.sig", signed)]
    return [*first, *middle, *rest]


def photo_members(photos: Iterable[tuple[str, str]], store: Store) -> list[Member]:
    """Read every photo that is here once, for its size and what it really hashes to."""
    found = []
    for sha256, mime in sorted(set(photos)):
        if store.has(sha256):
            found.append(_photo_member(f"photos/{sha256}.{MIMES.get(mime, 'bin')}", sha256, store))
    return found


def hashes_of(matter: Matter) -> list[tuple[str, str]]:
    """Name the bytes of all photos, and of what kind they are."""
    return [(photo.sha256, photo.mime) for photo in matter.all_photos]


def _photo_member(name: str, sha256: str, store: Store) -> Member:
    def read() -> Iterator[bytes]:
        with store.open(sha256) as handle:
            yield from chunks_of(handle)

    digest, size = hashlib.sha256(), 0

    def looked_at() -> Iterator[bytes]:
        nonlocal size
        for part in read():
            digest.update(part)
            size += len(part)
            yield part

    crc = crc_of(looked_at())
    return Member(name, size, crc, digest.hexdigest(), read)


def _member(name: str, data: bytes) -> Member:
    return Member(name, len(data), crc_of([data]), hashlib.sha256(data).hexdigest(), lambda: [data])


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _lines(values: Iterable[Any]) -> bytes:
    return b"".join(_json(value) + b"\n" for value in values)


def _receipts(matter: Matter) -> list[Receipt]:
    """Every receipt of the visit and of its photos, in the order of giving."""
    found: dict[str, Receipt] = {}
    subjects = sorted({matter.inspection.id, *(photo.id for photo in matter.all_photos)})
    for some in pieces(subjects):
        rows = db.session.scalars(select(Receipt).where(Receipt.subject_id.in_(some)))
        found |= {row.id: row for row in rows}
    return sorted(found.values(), key=lambda row: (row.at, row.id))


def _receipt(row: Receipt) -> dict[str, Any]:
    return {
        "id": row.id,
        "key": row.key_id,
        "payload": row.payload,
        "sig": rules.to_base64(row.signature),
    }


def _heads(receipts: Sequence[Receipt]) -> dict[str, int]:
    """Return how far each chain reached when the record was submitted last."""
    payloads = [orjson.loads(row.payload) for row in receipts if row.kind == "submission"]
    return {head["client"]: head["mid"] for said in payloads for head in said["chains"]}


def _server_keys() -> list[dict[str, Any]]:
    query = select(ServerKey).order_by(ServerKey.made_at, ServerKey.id)
    return [
        {
            "id": row.id,
            "use": row.use,
            "algorithm": row.algorithm,
            "public_key": rules.to_base64(row.public_key),
            "made_at": clock.to_ms(row.made_at),
            "retired_at": clock.to_ms(row.retired_at) if row.retired_at else None,
        }
        for row in db.session.scalars(query)
        if row.use == keys.USE
    ]


def _around(matter: Matter) -> dict[str, Any]:
    """What was found and how it went on, and the names behind the identifiers."""
    hazards = hazard_data(matter.hazards)
    visit = matter.inspection
    people = {visit.lead_id, visit.submitted_by, *visit.member_ids}
    people |= {photo.author_id for photo in matter.all_photos}
    people |= {paper.head.issued_by for paper in matter.papers}
    people |= {step["by"] for hazard in hazards for step in hazard["steps"]}
    targets = visit.targets or {}
    places = {visit.location_id, *targets.get("location", ()), *(h["location_id"] for h in hazards)}
    assets = {*targets.get("asset", ()), *(h["asset_id"] for h in hazards)}
    return {
        "hazards": hazards,
        "photos": [photo_data(photo) for photo in matter.hazard_photos],
        "names": {
            "unit": {visit.unit_id: db.session.get_one(Unit, visit.unit_id).name},
            "people": _names(Person, Person.name, people),
            "places": _names(Location, Location.path, places),
            "assets": _names(Asset, Asset.name, assets),
        },
    }


def _names(model: Any, name: Any, ids: Iterable[str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in pieces(sorted({one for one in ids if one})):
        rows = db.session.execute(select(model.id, name).where(model.id.in_(some)))
        found |= {row[0]: row[1] for row in rows}
    return found
