"""What a planner should look at before the day: nothing of it stops a visit."""

from server.access.rules import Actor, Permission
from server.custody import sealing
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Unit
from server.visits import rules
from server.visits.models import Visit
from server.visits.service import knowledge, people, standing_aside


def concerns(actor: Actor, visit: Visit) -> list[str]:
    """Return what may keep a visit that is to come from being made as planned."""
    unit = db.session.get(Unit, visit.unit_id)
    if visit.state not in (rules.SEALED, rules.OPENED) or clock.now() >= visit.ends_at:
        return []
    if unit is None or not unit.active:
        return ["unit-closed"]
    unfit = people.unfit(people.team_of(visit), unit)
    given = standing_aside.reasons_of(visit.id)
    is_sealed = visit.state == rules.SEALED
    found = {
        "unit-moved": not actor.may(Permission.VISITS_SEAL, on=unit),
        "leader-unfit": visit.leader_id in unfit,
        "member-unfit": bool(unfit - {visit.leader_id}),
        "recused": any(
            one.key not in given and one.person_id not in unfit
            for one in standing_aside.of_team(visit)
        ),
        "no-device": is_sealed and not sealing.keys_of(visit.leader_id),
        "not-delivered": is_sealed and not _is_delivered(visit),
    }
    if found["no-device"]:
        found["not-delivered"] = False
    return [name for name, is_so in found.items() if is_so]


def _is_delivered(visit: Visit) -> bool:
    return knowledge.has(visit.id, "delivered", visit.leader_id)
