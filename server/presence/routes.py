"""Presence at the desk: the path of a visit, and what is asked on the spot."""

from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.inspections.queries import get_inspection
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.models import Person
from server.org.queries import get_unit
from server.presence import service, wire
from server.presence.judging import scans_of
from server.presence.models import PlaceFact
from server.web.api import ApiBlueprint, body, query
from server.web.schemas import Arguments, Body, Id, Word

bp = ApiBlueprint("presence", __name__, url_prefix="/api")
Data = dict[str, Any]


class FactBody(Body):
    """A question and its answer."""

    target_kind: Literal["location", "asset"]
    target_id: Id
    kind: Literal["code", "last4", "gauge"]
    ask: Annotated[Word, Field(min_length=1, max_length=120)]
    text: Annotated[Word | None, Field(max_length=120)] = None
    low: float | None = None
    high: float | None = None


class FactArguments(Arguments):
    """Whose questions."""

    unit_id: Word


@bp.get("/inspections/<inspection_id>/presence", permission=Permission.FLAGS_READ)
def path_of(actor: Actor, inspection_id: str) -> Data:
    """Return the scans of a visit in their order, with places and people by name."""
    inspection = get_inspection(actor, inspection_id)
    scans = scans_of(inspection.id)
    names = _names({scan.target_id for scan in scans if scan.target_id})
    people = select(Person.id, Person.name).where(Person.id.in_({s.person_id for s in scans}))
    return {
        "items": [
            wire.scan_data(scan) | {"place": names.get(scan.target_id or "")} for scan in scans
        ],
        "people": {row[0]: row[1] for row in db.session.execute(people)},
        "started_tag": inspection.tag,
    }


def _names(ids: set[str]) -> dict[str, str]:
    places = db.session.execute(select(Location.id, Location.path).where(Location.id.in_(ids)))
    things = db.session.execute(select(Asset.id, Asset.name).where(Asset.id.in_(ids)))
    return {row[0]: row[1] for row in (*places, *things)}


@bp.get("/presence/facts", permission=Permission.ASSIGNMENTS_MANAGE)
def list_facts(actor: Actor) -> Data:
    """List the questions of a unit; their answers are shown to nobody, not even here."""
    unit = get_unit(actor, query(FactArguments).unit_id)
    rows = select(PlaceFact).where(PlaceFact.unit_id == unit.id, PlaceFact.active)
    found = list(db.session.scalars(rows.order_by(PlaceFact.made_at, PlaceFact.id)))
    names = _names({row.target_id for row in found})
    return {"items": [wire.ask_data(row) | {"place": names.get(row.target_id)} for row in found]}


@bp.post("/presence/facts", permission=Permission.ASSIGNMENTS_MANAGE)
def make_fact(actor: Actor) -> Data:
    """Keep a question and its answer."""
    given = body(FactBody)
    expected = {"text": given.text, "low": given.low, "high": given.high}
    target = (given.target_kind, given.target_id)
    return wire.ask_data(service.make_fact(actor, target, given.kind, given.ask, expected))


@bp.post("/presence/facts/<fact_id>/retire", permission=Permission.ASSIGNMENTS_MANAGE)
def retire_fact(actor: Actor, fact_id: str) -> None:
    """Ask a question no longer."""
    service.retire_fact(actor, fact_id)
