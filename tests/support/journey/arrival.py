"""Comparing what lay on the phone with what the server has: everything, unchanged, once."""

from dataclasses import dataclass
from typing import Any

from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.journey.storage import Row, values_of


@dataclass(frozen=True)
class Luggage:
    """What the phone carried at one moment."""

    inspection: str
    answers: dict[str, dict[str, Any]]
    photos: dict[str, Row]
    hazards: dict[str, Row]
    signatures: dict[str, Row]
    outbox: list[Row]


def pack(phone: Phone, inspection: str) -> Luggage:
    """Write down what the phone holds of an inspection."""
    storage = phone.storage

    def own(etype: str) -> dict[str, Row]:
        rows = storage.view(etype)
        return {eid: row for eid, row in rows.items() if row["inspection_id"] == inspection}

    answers = {eid: values_of(row) for eid, row in own("answer").items()}
    shown, bytes_of = own("photo"), storage.photos()
    photos = {eid: bytes_of[eid] for eid in shown if eid in bytes_of}
    assert len(photos) == len(shown)
    return Luggage(inspection, answers, photos, own("hazard"), own("signature"), storage.outbox())


def check_arrival(packed: Luggage, ledger: Ledger) -> None:
    """Everything that was packed lies at the server, and nothing more."""
    inspection = packed.inspection
    assert ledger.answers(inspection) == packed.answers
    _check_photos(packed, ledger)
    _check_commands(packed, ledger)
    for table, expected in (("hazard", packed.hazards), ("signature", packed.signatures)):
        query = f"SELECT id FROM {table} WHERE inspection_id = :id"
        assert sorted(row["id"] for row in ledger.rows(query, id=inspection)) == sorted(expected)


def _check_photos(packed: Luggage, ledger: Ledger) -> None:
    """The same photos, and in the store the very bytes that the camera wrote."""
    query = "SELECT id, sha256, size, state FROM photo WHERE inspection_id = :id"
    there = {row["id"]: row for row in ledger.rows(query, id=packed.inspection)}
    assert set(there) == set(packed.photos)
    for photo, local in packed.photos.items():
        assert local["bytes"] == {"size": local["size"], "sha256": local["sha256"]}
        assert there[photo]["sha256"] == local["sha256"]
        assert there[photo]["size"] == local["size"]
        assert there[photo]["state"] == "stored"
        assert ledger.stored(local["sha256"]) == local["sha256"]


def _check_commands(packed: Luggage, ledger: Ledger) -> None:
    """Each command of the phone was applied once."""
    wanted = [entry["id"] for entry in packed.outbox if entry["state"] == "queued"]
    assert wanted
    query = "SELECT id, status FROM sync_mutation"
    told = [(row["id"], row["status"]) for row in ledger.rows(query)]
    ours = [(mutation, status) for mutation, status in told if mutation in set(wanted)]
    assert sorted(ours) == sorted((mutation, "applied") for mutation in wanted)
