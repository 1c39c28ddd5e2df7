"""The team arrives: the visit becomes a task, and everybody who may read there sees it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.campaigns.models import Assignment, AssignmentInspector, Campaign
from server.campaigns.rules import STARTED
from server.inspections.rules import MODE_NAMES
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import one_line
from server.locations.models import Tag
from server.org.models import Person, Unit
from server.visits import rules
from server.visits.models import Visit, VisitOpening
from server.visits.queries import visit_of
from server.visits.service import knowledge, people
from server.visits.service.opening import NO_LONGER_YOURS, WAS_CANCELLED
from server.visits.service.planning import own_places
from server.visits.service.releasing import release

_PARTS = (rules.LEADER, rules.MEMBER, rules.FORMER)


@dataclass(frozen=True)
class Position:
    """Where a phone says that it is."""

    lat: float
    lon: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Proof:
    """By what an arrival is believed."""

    kind: str
    tag: str | None = None
    position: Position | None = None
    inspector_ids: Sequence[str] = ()
    photo_id: str | None = None


@dataclass(frozen=True)
class Met:
    """Somebody of the unit who was there."""

    name: str
    title: str = ""


@dataclass(frozen=True)
class Arrival:
    """An arrival as a phone tells it; `arrived_at` is put right by this server's clock."""

    id: str
    assignment_id: str
    arrived_at: datetime
    proof: Proof
    met: Sequence[Met] = ()
    escort: bool | None = None


def arrive(actor: Actor, arrival: Arrival) -> str | None:
    """
    Take note that the team is there; return what is to be told about it.

    Whoever was on the spot may bring it in, late, twice, after the end or a cancellation: the
    earliest arrival stands, and no work is refused for it. One that came before the opening waits.
    """
    visit = visit_of(actor.user_id, arrival.id, _PARTS)
    if arrival.assignment_id != visit.assignment_id:
        raise rules.VisitTaskDiffers()
    if visit.opened_at is None:
        raise rules.VisitNotOpened()
    told = _told(actor, visit, arrival)
    was_cancelled = visit.state == rules.CANCELLED
    visit.arrival = _joined(visit.arrival, told)
    visit.arrived_at = clock.from_ms(visit.arrival["at"])
    visit.state = rules.ARRIVED
    _note(actor, visit, told)
    _lend(visit)
    _enter_task(actor, visit)
    release(visit, "arrived", actor)
    if actor.user_id not in people.team_of(visit):
        return NO_LONGER_YOURS
    return WAS_CANCELLED if was_cancelled else None


def _joined(before: dict[str, Any] | None, told: dict[str, Any]) -> dict[str, Any]:
    """
    Return the earliest arrival; where it is not believed, `confirmed` is the earliest that is.

    Only the later time was proved: the two are never made into one.
    """
    if before is None:
        return told
    first = told if told["at"] < before["at"] else before
    believed = [one for one in (before.get("confirmed"), _proved(before), _proved(told)) if one]
    kept = {name: value for name, value in first.items() if name != "confirmed"}
    if kept["verified"] or not believed:
        return kept
    return kept | {"confirmed": min(believed, key=lambda one: int(one["at"]))}


def _proved(told: dict[str, Any]) -> dict[str, Any] | None:
    """Return when, by whom and by what an arrival was proved; None when it was not."""
    return {name: told[name] for name in ("at", "by", "proof")} if told["verified"] else None


def _told(actor: Actor, visit: Visit, arrival: Arrival) -> dict[str, Any]:
    at = min(arrival.arrived_at, clock.now())
    verified, facts = _judge(visit, arrival.proof)
    return {
        "at": clock.to_ms(at),
        "by": actor.user_id,
        "received_at": clock.now_ms(),
        "proof": _proof_data(arrival.proof) | facts,
        "verified": verified,
        "met": [{"name": one_line(m.name), "title": one_line(m.title)} for m in arrival.met],
        "escort": arrival.escort,
        "early": rules.is_early(at, visit.opens_at),
        "late": at > visit.ends_at,
    }


def _proof_data(proof: Proof) -> dict[str, Any]:
    if proof.kind == "statement":
        told: dict[str, Any] = {"inspector_ids": list(proof.inspector_ids)}
        told["photo_id"] = proof.photo_id
        return {"kind": proof.kind, "statement": told}
    if proof.kind == "position" and proof.position is not None:
        return {"kind": proof.kind, "position": asdict(proof.position)}
    return {"kind": proof.kind, "tag": proof.tag}


def _judge(visit: Visit, proof: Proof) -> tuple[bool, dict[str, Any]]:
    """Compare a proof with what is known of the unit: it becomes a doubt, never a refusal."""
    if proof.kind == "tag" and proof.tag:
        tag = db.session.get(Tag, proof.tag)
        fits = tag is not None and tag.unit_id == visit.unit_id and tag.state == "bound"
        return fits, {"target_id": tag.target_id if tag is not None and fits else None}
    if proof.kind == "position" and proof.position is not None:
        return _near(visit, proof.position)
    if proof.kind == "statement" and proof.inspector_ids:
        team = [*people.team_of(visit), *people.people_of(visit.id, (rules.FORMER,))]
        agreed = rules.stands_in_for(team, proof.inspector_ids)
        return agreed and proof.photo_id is not None, {}
    raise rules.VisitProofIncomplete()


def _near(visit: Visit, here: Position) -> tuple[bool, dict[str, Any]]:
    unit = db.session.get_one(Unit, visit.unit_id)
    if unit.lat is None or unit.lon is None:
        return False, {"distance_m": None}
    distance = rules.distance_m((here.lat, here.lon), (unit.lat, unit.lon))
    return rules.is_near(distance, here.accuracy), {"distance_m": round(distance)}


def _note(actor: Actor, visit: Visit, told: dict[str, Any]) -> None:
    facts = {"device_at": told["at"], "proof": told["proof"]["kind"], "verified": told["verified"]}
    marks: dict[str, Any] = {name: True for name in ("early", "late") if told[name]}
    knowledge.note(visit, "arrived", actor.user_id, **facts, **marks)


def _lend(visit: Visit) -> None:
    """Let the team bring in what it did, also when its time was over before there was a signal."""
    now = clock.now()
    people.lend_rights(visit, visit.ends_at if now < visit.ends_at else now + rules.LATE_WORK)


def _enter_task(actor: Actor, visit: Visit) -> None:
    """Write the task that the team's inspections belong to; whoever came belongs to it."""
    task = db.session.get(Assignment, visit.assignment_id, with_for_update=True)
    if task is None:
        task = _task(visit)
        db.session.add(task)
    unit = db.session.get_one(Unit, visit.unit_id)
    came = [actor.user_id] if _fits(actor.user_id, unit) else []
    wanted = dict.fromkeys([*people.team_of(visit), *came])
    added = [one for one in wanted if one not in task.inspector_ids]
    task.inspector_ids = [*task.inspector_ids, *added]
    db.session.flush()
    db.session.add_all(
        AssignmentInspector(assignment_id=task.id, person_id=person) for person in added
    )


def _fits(person_id: str, unit: Unit) -> bool:
    person = db.session.get(Person, person_id)
    return person is not None and people.holds_right(person, unit)


def _task(visit: Visit) -> Assignment:
    unit = db.session.get_one(Unit, visit.unit_id)
    opening = db.session.get_one(VisitOpening, visit.id)
    on = clock.today()
    return Assignment(
        id=visit.assignment_id,
        title=visit.title or f"{MODE_NAMES[visit.mode][0]}：{unit.short_name or unit.name}"[:200],
        unit_id=visit.unit_id,
        region_id=unit.region_id,
        checklist_keys=list(dict.fromkeys([*visit.checklist_keys, *opening.checklist_keys])),
        location_ids=own_places(visit),
        mode=visit.mode,
        due_on=on,
        lead_id=visit.leader_id,
        inspector_ids=[],
        note=visit.note,
        state=STARTED,
        created_by=visit.created_by,
        created_at=clock.now(),
        campaign_id=_campaign(visit),
    )


def _campaign(visit: Visit) -> str | None:
    found = db.session.get(Campaign, visit.campaign_id) if visit.campaign_id else None
    return found.id if found else None
