"""Hazards in every state, and the inspections still to come."""

from datetime import timedelta
from typing import Any

from server.campaigns.service import AssignmentDraft, create_assignment
from server.demo.organisation import County
from server.demo.phone import Mutation, at
from server.hazards.models import Hazard
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.org.models import Person
from server.org.queries import actor_of

Data = dict[str, Any]
STAGES = ("open", "assigned", "rectified", "verified", "closed")


def report(county: County, entry: Data) -> None:
    """Carry one reported hazard as far as the data says."""
    hazard = new_id()
    opened = clock.now() - timedelta(days=entry["days_ago"])
    with at(opened):
        phone = county.phone(entry["by"])
        phone.send(
            ("hazard.open", _opening(county, entry, hazard)),
            phone.photo(entry["photo"], "found", hazard=hazard),
        )
    if entry["to"] == "void":
        with at(opened + timedelta(hours=3)):
            move = _move(hazard, "void", "open", note="与已有记录重复。")
            county.phone("office").send(move)
        return
    steps = (_assign, _rectify, _accept, _close)
    for number, step in enumerate(steps[: STAGES.index(entry["to"])], 1):
        with at(opened + timedelta(hours=5 * number)):
            step(county, entry, hazard)


def _opening(county: County, entry: Data, hazard: str) -> Data:
    due = clock.today() + timedelta(days=entry["due_days"])
    return {
        "id": hazard,
        "unit_id": county.units[entry["unit"]],
        "location_id": county.rooms[entry["unit"], entry["at"]],
        "source": "report",
        "title": entry["title"],
        "description": entry["description"],
        "basis": [],
        "category": entry["category"],
        "grade": "general",
        "suspected_major": False,
        "due_on": due.isoformat(),
    }


def _move(hazard: str, action: str, state: str, **more: Any) -> Mutation:
    with transaction(write=False):
        rev = db.session.get_one(Hazard, hazard).rev
    args = {"id": hazard, "action": action, "expect": {"state": state, "rev": rev}, "photos": []}
    return "hazard.move", args | more


def _assign(county: County, entry: Data, hazard: str) -> None:
    assignee = county.people[entry["assignee"]]
    county.phone("office").send(_move(hazard, "assign", "open", assignee_id=assignee))


def _rectify(county: County, entry: Data, hazard: str) -> None:
    phone = county.phone(entry["assignee"])
    photo = phone.photo(entry["after"], "rectified", hazard=hazard)
    note = "已按要求整改到位，责任人已复查。"
    done = _move(hazard, "submit_rectification", "assigned", note=note, photos=[photo[1]["id"]])
    phone.send(photo, done)


def _accept(county: County, entry: Data, hazard: str) -> None:
    move = _move(hazard, "accept", "rectified", note="现场复查，整改到位。")
    county.phone(entry["verifier"]).send(move)


def _close(county: County, entry: Data, hazard: str) -> None:
    county.phone("office").send(_move(hazard, "close", "verified"))


def plan(county: County, entry: Data) -> None:
    """Make one assignment."""
    with transaction():
        office = actor_of(db.session.get_one(Person, county.people["office"]))
        create_assignment(
            office,
            AssignmentDraft(
                id=new_id(),
                title=entry["title"],
                unit_id=county.units[entry["unit"]],
                checklist_keys=entry["checklists"],
                mode=entry["mode"],
                due_on=clock.today() + timedelta(days=entry["due_in"]),
                lead_id=county.people[entry["lead"]],
                inspector_ids=[county.people[key] for key in entry["members"]],
                note=entry["note"],
            ),
        )
