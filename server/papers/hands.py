"""Inspectors' marks that were made on the issuer's phone, and what their owners say of them."""

from typing import Any

import orjson
from sqlalchemy import select

from server.inspections.models import Hand
from server.inspections.service import Mark, ask_owner, hands_of
from server.kernel import clock
from server.kernel.db import db
from server.papers.models import Paper, PaperSheet

Away = tuple[str, str | None, dict[str, Any]]


def ask_officers(paper: Paper, sheet: PaperSheet) -> None:
    """Ask those who signed on the issuer's phone whether they did."""
    for mark_id, person_id, mark in _away(paper, sheet):
        ask_owner(
            paper.inspection_id,
            Mark(
                id=mark_id,
                name=mark["name"],
                person_id=person_id,
                captured_by=paper.issued_by,
                signed_at=clock.from_ms(mark["at"]),
                strokes=mark.get("strokes") or [],
                width=round(mark.get("width") or 0),
                height=round(mark.get("height") or 0),
                paper_id=paper.id,
            ),
        )


def hands_on(paper: Paper, sheet: PaperSheet) -> list[tuple[str, Hand | None]]:
    """Return the names of those who signed on the issuer's phone, with what they were asked."""
    away = _away(paper, sheet)
    found = hands_of([mark_id for mark_id, _person, _mark in away])
    return [(mark["name"], found.get(mark_id)) for mark_id, _person, mark in away]


def elsewhere_of(paper: Paper, sheet: PaperSheet) -> dict[str, Any]:
    """Return who said nothing yet of a mark on the issuer's phone, and who said what."""
    found = [(name, hand.word if hand else None) for name, hand in hands_on(paper, sheet)]
    return {
        "elsewhere": [name for name, word in found if word is None],
        "said": [
            {"name": name, "mine": word["mine"], "at": word["at"]} for name, word in found if word
        ],
    }


def ask_for_earlier() -> int:
    """Ask about the papers that were issued before anybody was asked; return how many papers."""
    known = select(Hand.paper_id).where(Hand.paper_id.is_not(None))
    query = (
        select(Paper, PaperSheet)
        .join(PaperSheet, PaperSheet.id == Paper.id)
        .where(Paper.id.not_in(known))
    )
    rows = db.session.execute(query).all()
    for paper, sheet in rows:
        ask_officers(paper, sheet)
    return len(rows)


def _away(paper: Paper, sheet: PaperSheet) -> list[Away]:
    """Return the marks of officers without the issuer's account: id, account, mark."""
    officers = {one["name"]: one.get("person_id") for one in orjson.loads(sheet.body)["officers"]}
    marks = orjson.loads(sheet.signing)["marks"]
    return [
        (f"{paper.id}:{place}", officers.get(mark["name"]), mark)
        for place, mark in enumerate(marks)
        if mark["party"] == "officer" and officers.get(mark["name"]) != paper.issued_by
    ]
