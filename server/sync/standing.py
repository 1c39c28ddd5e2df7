"""Where a piece of work was done, and who decides about it when its author cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.models import AuditEntry
from server.evidence.models import Photo
from server.hazards.models import Hazard
from server.inspections.models import Inspection
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.ended import guested_units
from server.org.models import Person, Region, Unit
from server.org.queries import all_grants
from server.peers.models import PeerPairing
from server.peers.queries import targets_of
from server.sync.work import Work

_KINDS: dict[str, Any] = {
    "inspection": Inspection,
    "hazard": Hazard,
    "location": Location,
    "asset": Asset,
    "photo": Photo,
    "peer": PeerPairing,
}


@dataclass(frozen=True)
class Standing:
    """`subject` names what the work speaks of; `former`: the author has no role there any more."""

    unit_id: str | None
    lead_region_id: str | None
    subject: str | None
    former: bool


def standing_of(work: Work, args: Any) -> Standing:
    """
    Say where the work belongs.

    Its own region's lead decides, if the author belongs there or did. Otherwise the author's home
    does: naming a foreign place must not put words on a foreign desk.
    """
    named = args if isinstance(args, Mapping) else {}
    subject, place = _place(work.envelope.name, named)
    home = Standing(None, _home(work.actor), subject, former=False)
    if place is None:
        return home
    unit_id, region_id = place
    if any(grant.covers(unit_id, region_id) for grant in work.actor.grants):
        return Standing(unit_id, region_id, subject, former=False)
    if not _belonged(work.actor.user_id, unit_id, region_id):
        return home
    return Standing(unit_id, region_id, subject, former=True)


def _named(name: str, args: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the rows that a command speaks of, the most telling first."""
    own = name.partition(".")[0]
    keys = [("inspection", args.get("inspection")), ("hazard", args.get("hazard"))]
    keys += [(own, args.get("id")), ("location", args.get("location_id"))]
    keys += [(str(args.get("target_kind")), args.get("target_id"))]
    return [(kind, eid) for kind, eid in keys if kind in _KINDS and isinstance(eid, str) and eid]


def _place(name: str, args: Mapping[str, Any]) -> tuple[str | None, tuple[str, str] | None]:
    subject: str | None = None
    for kind, eid in _named(name, args):
        subject = subject or f"{kind}:{eid}"[:60]
        model = _KINDS[kind]
        unit_id = _unit_of(db.session.get(model, eid))
        if unit_id is not None:
            return subject, (unit_id, _region(unit_id))
    unit = args.get("unit_id")
    if isinstance(unit, str) and (found := db.session.get(Unit, unit)) is not None:
        return subject, (found.id, found.region_id)
    return subject, None


def _unit_of(row: Any) -> str | None:
    if isinstance(row, PeerPairing):
        return next((one.unit_id for one in targets_of([row.id])), None)
    return row.unit_id if row is not None else None


def _region(unit_id: str) -> str:
    return db.session.get_one(Unit, unit_id).region_id


def _home(actor: Actor) -> str | None:
    person = db.session.get_one(Person, actor.user_id)
    if person.region_id is not None or person.unit_id is None:
        return person.region_id
    return _region(person.unit_id)


def _belonged(person_id: str, unit_id: str, region_id: str) -> bool:
    """Say whether the person ever held a role there: ended and lent are kept, revoked is logged."""
    path = db.session.get_one(Region, region_id).path
    places = {unit_id, *path.strip("/").split("/")}
    held = {
        place for grant, _ in all_grants(person_id) for place in (grant.unit_id, grant.region_id)
    }
    revoked = select(AuditEntry.details).where(
        AuditEntry.subject_type == "person",
        AuditEntry.subject_id == person_id,
        AuditEntry.action == "role.revoke",
    )
    for details in db.session.scalars(revoked):
        held |= {details.get("unit_id"), details.get("region_id")}
    return bool(places & held) or unit_id in guested_units(person_id)
