"""Inspections and what belongs to them as phones and desks receive them."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import JSON, select

from server.inspections.models import (
    Answer,
    AnswerConflict,
    Hand,
    Inspection,
    InspectionPart,
    JointPerson,
    Signature,
)
from server.kernel import clock, driver
from server.kernel.db import db
from server.org.models import Person

Row = tuple[int, dict[str, Any]]
_HEADER = (
    "id", "number", "assignment_id", "unit_id", "location_id", "checklist_key", "definition",
    "mode", "style", "sections", "deep_items", "deep_checked", "state", "lead_id", "member_ids",
    "lead_claims", "summary", "score", "counts", "submitted_by",
)  # fmt: skip
_MOMENTS = ("started_at", "device_started_at", "submitted_at")
_IN_JSON = frozenset(c.name for c in Inspection.__table__.columns if isinstance(c.type, JSON))
_HEADERS = (
    "SELECT rev, TEXT(targets), "  # noqa: S608 - names of columns
    + ", ".join(f"TEXT({n})" if n in _IN_JSON else n for n in (*_HEADER, *_MOMENTS))
    + " FROM inspection WHERE id IN @ids"
)
_IN_JSON &= set(_HEADER)
_SIGNATURE = (
    "id", "inspection_id", "party", "person_id", "name", "title", "refused", "reason", "strokes",
    "width", "height", "photo_ids", "witness", "target_id", "item_key",
)  # fmt: skip
_HAND = (
    "id", "inspection_id", "paper_id", "person_id", "name", "strokes", "width", "height", "mine",
)  # fmt: skip
_PART = ("id", "inspection_id", "part", "person_id", "said_by", "said_at")
_JOINT = ("id", "inspection_id", "name", "agency", "title", "certificate", "shown")
_CONFLICT = (
    "id", "inspection_id", "target_id", "item_key", "field", "values", "state", "resolution",
)  # fmt: skip
_ANSWERS_OF_MANY = """
    SELECT a.inspection_id, a.target_id, a.item_key, a.rev, TEXT(a.fields) FROM answer a
    WHERE a.inspection_id IN @inspections AND a.item_key IN @items
"""
_ANSWERS_OF_ONE = f"{_ANSWERS_OF_MANY} AND a.target_id IN @targets"


def _plain(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def inspection_data(row: Inspection) -> dict[str, Any]:
    """Return the header of an inspection."""
    data = _plain(row, _HEADER)
    data["target_ids"] = row.targets
    for name in _MOMENTS:
        moment = getattr(row, name)
        data[name] = clock.to_ms(moment) if moment else None
    return data


def _answer(eid: str, inspection: str, target: str, item: str, fields: Any) -> dict[str, Any]:
    return {
        "id": eid,
        "inspection_id": inspection,
        "target_id": target,
        "item_key": item,
        "fields": fields,
    }


def answer_data(row: Answer) -> dict[str, Any]:
    """Return an answer."""
    eid = f"{row.inspection_id}|{row.target_id}|{row.item_key}"
    return _answer(eid, row.inspection_id, row.target_id, row.item_key, row.fields)


def signature_data(row: Signature) -> dict[str, Any]:
    """Return a signature."""
    return _plain(row, _SIGNATURE) | {"signed_at": clock.to_ms(row.signed_at)}


def conflict_data(row: AnswerConflict) -> dict[str, Any]:
    """Return a contradiction."""
    return _plain(row, _CONFLICT)


def part_data(row: InspectionPart) -> dict[str, Any]:
    """Return who takes on a part."""
    return _plain(row, _PART)


def joint_data(row: JointPerson) -> dict[str, Any]:
    """Return somebody of another agency."""
    return _plain(row, _JOINT) | {"added_at": clock.to_ms(row.added_at)}


def load_inspections(ids: Sequence[str]) -> dict[str, Row]:
    """Load headers, as columns: every exchange of an inspector brings some."""
    found: dict[str, Row] = {}
    for rev, targets, *values in driver.rows(_HEADERS, ids=list(ids)):
        data = dict(zip((*_HEADER, *_MOMENTS), values, strict=True))
        for name in _IN_JSON:
            data[name] = orjson.loads(data[name]) if data[name] is not None else None
        data["target_ids"] = orjson.loads(targets)
        found[data["id"]] = (rev, data)
    return found


def load_answers(ids: Sequence[str]) -> dict[str, Row]:
    """
    Load answers by "inspection|target|item": there are thousands of them.

    Their fields stay the text that the database keeps: it is JSON already.
    """
    wanted = set(ids)
    inspections, targets, items = (
        sorted(set(p)) for p in zip(*(_parts(e) for e in ids), strict=False)
    )
    found: dict[str, Row] = {}
    # Of several visits at once nearly everything is asked; of one, what changed.
    query = _ANSWERS_OF_ONE if len(inspections) == 1 else _ANSWERS_OF_MANY
    values = {"targets": targets} if len(inspections) == 1 else {}
    for inspection, target, item, rev, fields in driver.rows(
        query, inspections=inspections, items=items, **values
    ):
        eid = f"{inspection}|{target}|{item}"
        if eid in wanted:
            found[eid] = (rev, _answer(eid, inspection, target, item, orjson.Fragment(fields)))
    return found


def _parts(eid: str) -> list[str]:
    return eid.split("|", 2)


def load_signatures(ids: Sequence[str]) -> dict[str, Row]:
    """Load signatures."""
    rows = db.session.scalars(select(Signature).where(Signature.id.in_(ids)))
    return {row.id: (row.rev, signature_data(row)) for row in rows}


def load_conflicts(ids: Sequence[str]) -> dict[str, Row]:
    """Load contradictions."""
    rows = db.session.scalars(select(AnswerConflict).where(AnswerConflict.id.in_(ids)))
    return {row.id: (row.rev, conflict_data(row)) for row in rows}


def load_parts(ids: Sequence[str]) -> dict[str, Row]:
    """Load who takes on which part."""
    rows = db.session.scalars(select(InspectionPart).where(InspectionPart.id.in_(ids)))
    return {row.id: (row.rev, part_data(row)) for row in rows}


def load_joint(ids: Sequence[str]) -> dict[str, Row]:
    """Load people of other agencies."""
    rows = db.session.scalars(select(JointPerson).where(JointPerson.id.in_(ids)))
    return {row.id: (row.rev, joint_data(row)) for row in rows}


def load_hands(ids: Sequence[str]) -> dict[str, Row]:
    """Load what whoever signed on a colleague's phone is asked about, and their words."""
    query = (
        select(Hand, Inspection, Person.name)
        .join(Inspection, Inspection.id == Hand.inspection_id)
        .join(Person, Person.id == Hand.captured_by)
        .where(Hand.id.in_(ids))
    )
    found = db.session.execute(query)
    return {row.id: (row.rev, _hand_data(row, visit, name)) for row, visit, name in found}


def _hand_data(row: Hand, visit: Inspection, by_name: str) -> dict[str, Any]:
    word = row.word or {"at": None, "reason": None}
    return _plain(row, _HAND) | {
        "unit_id": visit.unit_id,
        "checklist_key": visit.checklist_key,
        "started_at": clock.to_ms(visit.started_at),
        "number": visit.number,
        "by_name": by_name,
        "signed_at": clock.to_ms(row.signed_at),
        "said_at": word["at"],
        "reason": word["reason"],
    }


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {
    "inspection": load_inspections,
    "part": load_parts,
    "joint": load_joint,
    "answer": load_answers,
    "signature": load_signatures,
    "hand": load_hands,
    "conflict": load_conflicts,
}
