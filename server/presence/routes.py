"""Presence at the desk: the path of a visit, and what is asked on the spot."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.inspections.models import Inspection
from server.inspections.queries import get_inspection
from server.inspections.rules import SUBMITTED
from server.kernel.db import db
from server.kernel.paging import Order, Page, page
from server.locations.queries import get_tag
from server.locations.rules import require_tag_code
from server.org.models import Person
from server.presence import facts, queries, wire
from server.presence.models import PlaceFact, Scan
from server.presence.paths import place_names, scans_of
from server.presence.schemas import ChangeBody, FactBody, FactFilter, TrialBody, TryBody
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("presence", __name__, url_prefix="/api")
Data = dict[str, Any]
_ORDER = (Order(PlaceFact.made_at, descending=True), Order(PlaceFact.id))


@bp.get("/inspections/<inspection_id>/presence", permission=Permission.FLAGS_READ)
def path_of(actor: Actor, inspection_id: str) -> Data:
    """Return the scans of a visit in their order, with places and people by name."""
    inspection = get_inspection(actor, inspection_id)
    scans = scans_of(inspection.id)
    open_questions = queries.unanswered(inspection, scans)
    names = place_names(scan.target_id for scan in scans if scan.target_id)
    asks = _asks({scan.fact_id for scan in scans if scan.fact_id})
    return {
        "items": [
            wire.scan_data(scan)
            | {"place": names.get(scan.target_id or ""), "ask": asks.get(scan.fact_id or "")}
            | _kept_back(actor, inspection)
            for scan in scans
        ],
        "unanswered": [
            {"place": names.get(target), "ask": fact.ask}
            for target, fact in sorted(open_questions.items())
        ],
        "people": _people(scans),
        "started_tag": inspection.tag,
    }


def _kept_back(actor: Actor, inspection: Inspection) -> Data:
    """While a visit is under way its team does not learn what came of their answers."""
    if inspection.state == SUBMITTED or actor.user_id not in inspection.member_ids:
        return {}
    return {"verdict": "none"}


def _asks(ids: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(PlaceFact.id, PlaceFact.ask).where(PlaceFact.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _people(scans: Sequence[Scan]) -> dict[str, str]:
    wanted = {scan.person_id for scan in scans}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


@bp.get("/tags/<code>/scans", permission=Permission.FLAGS_READ)
def scans_of_tag(actor: Actor, code: str) -> Data:
    """Return the latest scans of a tag, those of inspections that the actor may read."""
    tag = get_tag(actor, require_tag_code(code))
    scans = queries.scans_of_tag(actor, tag.code)
    shown = ("id", "inspection_id", "person_id", "how", "mark")
    items = [
        {name: getattr(scan, name) for name in shown} | {"at": wire.scan_data(scan)["at"]}
        for scan in scans
    ]
    return {"items": items, "people": _people(scans)}


@bp.get("/presence/facts", permission=Permission.ASSIGNMENTS_MANAGE)
def list_facts(actor: Actor) -> Page:
    """List questions with what came of them; their answers are shown to nobody, not even here."""
    args = query(FactFilter)
    active = None if args.active is None else args.active == "yes"
    found = queries.visible_facts(
        actor, unit_id=args.unit_id, target_id=args.target_id, active=active, q=args.q
    )
    shown = page(found, _ORDER, cursor=args.cursor, limit=args.limit)
    return replace(shown, items=_told(shown.items))


def _told(rows: Sequence[PlaceFact]) -> list[Data]:
    hits = queries.hits_of([row.id for row in rows])
    places = place_names(row.target_id for row in rows)
    makers = select(Person.id, Person.name).where(Person.id.in_({row.made_by for row in rows}))
    names = {row[0]: row[1] for row in db.session.execute(makers)}
    return [
        wire.fact_data(
            row,
            hits.get(row.id, queries.Hits()),
            places.get(row.target_id),
            names.get(row.made_by),
        )
        for row in rows
    ]


@bp.get("/presence/facts/<fact_id>", permission=Permission.ASSIGNMENTS_MANAGE)
def get_fact(actor: Actor, fact_id: str) -> Data:
    """Return one question."""
    return _told([queries.get_fact(actor, fact_id)])[0]


@bp.post("/presence/facts", permission=Permission.ASSIGNMENTS_MANAGE)
def make_fact(actor: Actor) -> Data:
    """Keep a question and its answer."""
    given = body(FactBody)
    target = (given.target_kind, given.target_id)
    return _told([facts.make_fact(actor, target, given.wanted())])[0]


@bp.post("/presence/facts/try", permission=Permission.ASSIGNMENTS_MANAGE)
def try_answer(actor: Actor) -> Data:
    """Try an answer before the question is kept."""
    given = body(TrialBody)
    expected = facts.expected_of(given.wanted())
    return {"verdict": facts.verdict(given.kind, expected, given.answer)}


@bp.post("/presence/facts/<fact_id>/try", permission=Permission.ASSIGNMENTS_MANAGE)
def try_fact(actor: Actor, fact_id: str) -> Data:
    """Try an answer on a question that is kept."""
    return {"verdict": facts.try_fact(actor, fact_id, body(TryBody).answer)}


@bp.post("/presence/facts/<fact_id>/change", permission=Permission.ASSIGNMENTS_MANAGE)
def change_fact(actor: Actor, fact_id: str) -> Data:
    """Put a new question in the place of one."""
    return _told([facts.change_fact(actor, fact_id, body(ChangeBody).wanted())])[0]


@bp.post("/presence/facts/<fact_id>/retire", permission=Permission.ASSIGNMENTS_MANAGE)
def retire_fact(actor: Actor, fact_id: str) -> None:
    """Ask a question no longer."""
    facts.set_active(actor, fact_id, active=False)


@bp.post("/presence/facts/<fact_id>/resume", permission=Permission.ASSIGNMENTS_MANAGE)
def resume_fact(actor: Actor, fact_id: str) -> None:
    """Ask a question again."""
    facts.set_active(actor, fact_id, active=True)
