"""Two people decide offline whether a hazard is major: the first word stands, both are kept."""

from collections.abc import Callable
from typing import Any

import pytest

from server.hazards.models import Hazard
from server.kernel.db import db
from tests.factories.criteria import make_criteria
from tests.factories.hazards import make_hazard
from tests.factories.org import make_person
from tests.support.actors import Actors
from tests.sync.phone import Phone, through

MakePhone = Callable[..., Phone]


@pytest.fixture
def hazard(actors: Actors) -> Hazard:
    """A hazard that may be major."""
    made = make_hazard(
        actors["inspector"], actors.world.hospital, suspected_major=True, criteria=["trial.1"]
    )
    db.session.commit()
    return made


def decide(hazard: Hazard, action: str, decisions: int = 0, **more: Any) -> dict[str, Any]:
    """Arguments of hazard.move."""
    expect = {"state": "open", "rev": hazard.rev, "decisions": decisions}
    return {
        "id": hazard.id,
        "action": action,
        "expect": expect,
        "photos": [],
        "note": action,
    } | more


def verdict(phone: Phone, args: dict[str, Any]) -> dict[str, Any]:
    mutation = phone.write("hazard.move", args)
    phone.sync()
    return phone.verdicts[mutation]


def colleague(actors: Actors) -> Phone:
    """A second person of the office, with a phone of their own."""
    person = make_person(role="bureau_office", region=actors.world.county)
    return Phone(through(actors.login(person)))


def seen_by(phone: Phone, hazard: Hazard) -> dict[str, Any]:
    rows = [
        s.rows[("hazard", hazard.id)][1]
        for s in phone.scopes.values()
        if ("hazard", hazard.id) in s.rows
    ]
    return dict(rows[0])


def test_the_first_decision_stands_and_both_words_reach_every_phone(
    phone: MakePhone, actors: Actors, hazard: Hazard
) -> None:
    listed = make_criteria().hash
    db.session.commit()
    first, second = phone("bureau_office"), colleague(actors)
    first.sync()
    second.sync()
    major = decide(hazard, "decide_major", criterion="trial.1", criteria_hash=listed)
    assert verdict(first, major)["status"] == "applied"
    late = verdict(second, decide(hazard, "decide_general"))
    assert (late["status"], late["code"]) == ("rejected", "hazard-decision-overtaken")
    assert late["kept"] == ["note"]
    for each in (first, second, phone("staff")):
        each.sync()
        row = seen_by(each, hazard)
        assert (row["grade"], row["decision"]) == ("major", "major")
        told = [(s["action"], s["note"], s["decision"]["outcome"]) for s in row["steps"][1:]]
        assert told == [
            ("decide_major", "decide_major", "major"),
            ("late", "decide_general", "general"),
        ]


def test_having_read_the_first_decision_one_may_change_it(
    phone: MakePhone, actors: Actors, hazard: Hazard
) -> None:
    make_criteria()
    db.session.commit()
    first, second = phone("bureau_office"), colleague(actors)
    assert (
        verdict(first, decide(hazard, "decide_major", criterion="trial.1"))["status"] == "applied"
    )
    changed = verdict(second, decide(hazard, "decide_general", decisions=1, note="复核"))
    assert changed["status"] in ("applied", "merged")
    second.sync()
    row = seen_by(second, hazard)
    assert (row["grade"], [s["action"] for s in row["steps"]]) == (
        "general", ["open", "decide_major", "decide_general"],
    )  # fmt: skip


def test_a_unit_cannot_decide_from_its_phone(
    phone: MakePhone, actors: Actors, hazard: Hazard
) -> None:
    make_criteria()
    db.session.commit()
    for role in ("unit_head", "safety_officer"):
        told = verdict(phone(role), decide(hazard, "decide_general"))
        assert (told["status"], told["code"]) == ("rejected", "forbidden")
    assert hazard.grade == "general"
    assert hazard.decision is None


def test_the_grade_is_no_argument_of_a_move(phone: MakePhone, hazard: Hazard) -> None:
    told = verdict(phone("bureau_office"), decide(hazard, "void", grade="major"))
    assert (told["status"], told["code"]) == ("rejected", "sync-bad-arguments")
