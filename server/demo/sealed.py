"""暗访 of the demo: one under way since this morning, one that still lies closed."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server.definitions.queries import current_checklists
from server.demo.organisation import County
from server.demo.phone import at
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.locations.models import Tag
from server.org.models import Person
from server.org.queries import actor_of
from server.visits.models import Visit
from server.visits.service import VisitDraft, plan_visit

LEADER = "expert"
PLACE = {"lat": 30.0, "lon": 119.0}


def run(county: County) -> None:
    """Plan two visits; the team of the first has arrived."""
    came = clock.now() - timedelta(minutes=40)
    with at(came - timedelta(hours=20)):
        first = _plan(county, "tcm", came - timedelta(minutes=30), "从急诊后门进，先看配电房。")
    phone = county.phone(LEADER)
    with at(came - timedelta(minutes=25)):
        opened = {"id": first["id"], "opened_at": clock.now_ms(), "how": "time"}
        phone.send(("visit.open", opened))
    with at(came):
        phone.send(("visit.arrive", _arrival(first)))
    with at(clock.now() - timedelta(hours=1)):
        opens = clock.now() + timedelta(hours=20)
        _plan(county, "shiqiao", opens, "不与卫生院任何人联系。")


def _plan(county: County, unit: str, opens_at: Any, note: str) -> dict[str, Any]:
    with transaction():
        planner = actor_of(db.session.get_one(Person, county.people["planner"]))
        known = {row.key for row in current_checklists(clock.today())}
        draft = VisitDraft(
            id=new_id(),
            unit_id=county.units[unit],
            checklist_keys=[key for key in ("fire", "gas") if key in known],
            leader_id=county.people[LEADER],
            opens_at=opens_at,
            ends_at=opens_at + timedelta(hours=10),
            note=note,
            # Years ago the expert worked at the first of the two: why they go all the same is kept.
            recusal_reason="离职已满三年，本专业全市只有一名专家。",
        )
        visit: Visit = plan_visit(planner, draft)
        return {"id": visit.id, "task": visit.assignment_id, "unit": visit.unit_id}


def _arrival(visit: dict[str, Any]) -> dict[str, Any]:
    with transaction(write=False):
        query = select(Tag.code).where(Tag.unit_id == visit["unit"], Tag.state == "bound")
        code = db.session.scalars(query.order_by(Tag.code).limit(1)).first()
        proof = {"kind": "tag", "tag": code} if code else {"kind": "position", "position": PLACE}
    return {
        "id": visit["id"],
        "assignment_id": visit["task"],
        "arrived_at": clock.now_ms(),
        "proof": proof,
        "met": [{"name": "周卫东", "title": "值班主任"}],
        "escort": False,
    }
