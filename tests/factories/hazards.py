"""Hazards in any state, walked there by the commands themselves."""

from typing import Any

from server.access.rules import Actor
from server.evidence.models import Photo
from server.hazards.models import Hazard
from server.hazards.service import HazardDraft, move_hazard, open_hazard
from server.hazards.service.deciding import DECIDING
from server.kernel import clock, ids
from server.kernel.db import db
from server.org.models import Unit
from tests.factories.criteria import make_criteria
from tests.support.actors import Actors

#: for each state the acts that lead there, and who takes them
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "open": (),
    "assigned": (("assign", "inspector"),),
    "rectified": (("assign", "inspector"), ("submit_rectification", "safety_officer")),
    "verified": (
        ("assign", "inspector"),
        ("submit_rectification", "safety_officer"),
        ("accept", "inspector"),
    ),
    "closed": (
        ("assign", "inspector"),
        ("submit_rectification", "safety_officer"),
        ("accept", "inspector"),
        ("close", "bureau_office"),
    ),
    "void": (("void", "bureau_office"),),
}


def make_photo(author: str, **given: Any) -> Photo:
    """A photo of a person, its bytes announced and not here yet."""
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "sha256": ids.new_id().replace("-", "") * 2,
        "size": 300_000,
        "mime": "image/jpeg",
        "w": 1600,
        "h": 1200,
        "taken_at": clock.now(),
        "received_at": clock.now(),
        "author_id": author,
        "origin": "camera",
        "purpose": "rectified",
        "annotations": [],
        "state": "expected",
    }
    photo = Photo(**values | given)
    db.session.add(photo)
    db.session.flush()
    return photo


def draft(unit: Unit, **given: Any) -> HazardDraft:
    """A hazard of *unit* as someone would find it."""
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "unit_id": unit.id,
        "source": "report",
        "title": "安全出口堆放杂物",
        "description": "三楼东侧安全出口被病床占用。",
    }
    return HazardDraft(**values | given)


def make_hazard(actor: Actor, unit: Unit, **given: Any) -> Hazard:
    """A hazard that *actor* has just opened."""
    return open_hazard(actor, draft(unit, **given))


def hazard_in(state: str, actors: Actors, **given: Any) -> Hazard:
    """A hazard of the hospital, walked to *state* by the people whose work that is."""
    hazard = make_hazard(actors["inspector"], actors.world.hospital, **given)
    for action, role in WAYS[state]:
        if action == "close" and hazard.suspected_major:
            make_criteria()
            decided = words_for("decide_major", actors, "bureau_office")
            move_hazard(actors["bureau_office"], hazard.id, "decide_major", **decided)
        move_hazard(actors[role], hazard.id, action, **words_for(action, actors, role))
    return hazard


def words_for(action: str, actors: Actors, role: str) -> dict[str, Any]:
    """What an act needs besides itself."""
    if action in ("assign", "reassign"):
        return {"assignee_id": actors.person("safety_officer").id}
    if action == "submit_rectification":
        return {"note": "已清理", "photos": [make_photo(actors.person(role).id).id]}
    if action in DECIDING:
        return {"note": "说明", "criterion": "trial.1"}
    return {"note": "说明"}
