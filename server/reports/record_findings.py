"""The problems of an inspection record: each with its basis, what is to be done, and its photos."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from server.checklists.rules import answer_key
from server.definitions.rules.law import Kept
from server.definitions.rules.shapes import HazardDefaults, Item
from server.evidence.models import Photo
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.hazards.queries import steps_of
from server.hazards.service.deciding import DECIDING
from server.kernel.db import db
from server.reports.decisions import people_of, standing, told
from server.reports.figures import Figures
from server.reports.hazard_ledger import basis_words, grade_name
from server.reports.names import Names
from server.reports.record_lines import Row

Law = Callable[[Item], Sequence[Kept]]
"""What the citations of an item said on the day of the inspection."""
NOT_ENTERED = "未登记为隐患"


@dataclass(frozen=True)
class Found:
    """A hazard as it was opened, and the photos of that moment."""

    hazard: Hazard
    due_on: date
    photos: Sequence[Photo]
    decisions: Sequence[HazardStep] = ()


def hazards_of(inspection_id: str) -> list[Found]:
    """Return the hazards that an inspection opened, as they were at their opening."""
    query = select(Hazard).where(Hazard.inspection_id == inspection_id)
    hazards = list(db.session.scalars(query.order_by(Hazard.opened_at, Hazard.number)))
    steps = steps_of([hazard.id for hazard in hazards])
    openings = {key: taken[0] for key, taken in steps.items()}
    photos = _photos(step.id for step in openings.values())
    return [
        Found(
            hazard,
            step.due_on or hazard.due_on,
            photos.get(step.id, []),
            [taken for taken in steps[hazard.id] if taken.action in DECIDING],
        )
        for hazard in hazards
        if (step := openings[hazard.id])
    ]


def _photos(step_ids: Iterable[str]) -> dict[str, list[Photo]]:
    rows = db.session.execute(
        select(HazardPhoto.step_id, Photo)
        .join(Photo, Photo.id == HazardPhoto.photo_id)
        .where(HazardPhoto.step_id.in_(list(step_ids)), Photo.state != "removed")
        .order_by(Photo.taken_at, Photo.id)
    )
    found: dict[str, list[Photo]] = {}
    for step_id, photo in rows:
        found.setdefault(str(step_id), []).append(photo)
    return found


def findings_of(
    rows: Sequence[Row],
    found: Sequence[Found],
    photos: Mapping[str, Sequence[Photo]],
    names: Names,
    figures: Figures,
    law: Law,
) -> list[dict[str, Any]]:
    """Return the problems in walking order, those without a line of their own at the end."""
    names.learn(people=(by for entry in found for by in people_of(entry.decisions)))
    by_line: dict[str, list[Found]] = {}
    for entry in found:
        by_line.setdefault(_key(entry.hazard), []).append(entry)
    told: list[dict[str, Any]] = []
    for row in rows:
        entered = by_line.pop(row.key, [])
        shown = photos.get(row.key, ())
        told += [_entered(entry, row, shown, names, figures) for entry in entered]
        if not entered and row.verdict["result"] == "fail":
            told.append(_bare(row, shown, names, figures) | _cited(law(row.item)))
    rest = [entry for entries in by_line.values() for entry in entries]
    told += [_entered(entry, None, (), names, figures) for entry in rest]
    return [{"number": number, **problem} for number, problem in enumerate(told, 1)]


def _key(hazard: Hazard) -> str:
    return answer_key(hazard.target_id or "", hazard.item_key) if hazard.item_key else hazard.id


def _entered(
    entry: Found, row: Row | None, photos: Sequence[Photo], names: Names, figures: Figures
) -> dict[str, Any]:
    hazard = entry.hazard
    listed = {photo.id: photo for photo in (*photos, *entry.photos)}
    place = names.where(hazard.location_id, hazard.asset_id) or (row.place if row else "")
    return {
        "title": hazard.title,
        "text": hazard.description if hazard.description != hazard.title else "",
        "line": row.number if row else None,
        "place": place,
        "by": names.person(hazard.opened_by),
        "grade": grade_name(hazard),
        "criterion": hazard.criterion or "",
        "decision": standing(hazard, entry.decisions),
        "decisions": told(entry.decisions, names),
        **_cited(hazard.basis),
        "suggestion": hazard.suggestion or "",
        "due": entry.due_on.isoformat(),
        "entered": f"{hazard.number}{'（已作废）' if hazard.state == 'void' else ''}",
        "figures": figures.show(listed.values(), hazard.title),
    }


def _cited(basis: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"basis": [basis_words(entry) for entry in basis]}


def _bare(row: Row, photos: Sequence[Photo], names: Names, figures: Figures) -> dict[str, Any]:
    """Describe a line that failed and that nobody entered into the ledger."""
    proposed: HazardDefaults | None = (
        row.item["on_fail"]["hazard"] if "on_fail" in row.item else None
    )
    title = proposed["title"]["zh"] if proposed else row.item["ask"]["zh"]
    return {
        "title": title,
        "text": str(row.value("note") or ""),
        "line": row.number,
        "place": row.place,
        "by": names.person(row.author()),
        "grade": "",
        "criterion": "",
        "decision": "",
        "decisions": [],
        "suggestion": proposed["suggest"]["zh"] if proposed else "",
        "due": "",
        "entered": NOT_ENTERED,
        "figures": figures.show(photos, title),
    }
