"""
Deciding whether a hazard is major: a person, with a reason and a criterion.

The grade changes here and nowhere else. A decision is a step; a later one stands beside it and
never replaces it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.access.rules import Actor
from server.definitions.queries import criteria_lists, criteria_version
from server.definitions.rules.criteria import MAJOR, CriteriaList, find_entry, in_force
from server.hazards import rules
from server.hazards.decision_times import decide_by, reaches
from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import ZONE, steps_of
from server.hazards.rules import Expected
from server.hazards.workflow import ACTION_NAMES, TRANSITIONS, HazardAction, Outcome
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Invalid
from server.org.models import Region

DECIDING = frozenset(a.value for a in HazardAction if TRANSITIONS[a].outcome is not None)


class CriterionUnknown(Invalid):
    """No list that was ever published has this entry."""

    code = "hazard-criterion-unknown"
    title = "This criterion is in no published list."
    title_zh = "已发布的判定清单里没有这一条。"


class CriterionUnfit(Invalid):
    """The entry is not in force on that day or in that region, or is no criterion for major."""

    code = "hazard-criterion-unfit"
    title = "This criterion does not hold here on that day, or is not one of major hazards."
    title_zh = "该条款在认定之日或本地区不适用，或不是重大事故隐患的判定条款。"


class DecisionDayUnfit(Invalid):
    """A decision is made between the finding and today."""

    code = "hazard-decision-day"
    title = "The day of the decision lies between the finding and today."
    title_zh = "认定日期应在发现之日到今天之间。"


def decisions_of(hazard_id: str) -> list[HazardStep]:
    """Return the decisions on a hazard, the oldest first."""
    return [step for step in steps_of([hazard_id])[hazard_id] if step.action in DECIDING]


def others_meanwhile(hazard: Hazard, expect: Expected | None, actor: Actor) -> HazardStep | None:
    """Return the newest decision of somebody else that the actor had not seen."""
    if expect is None:
        return None
    unseen = [s for s in decisions_of(hazard.id)[expect.decisions :] if s.by != actor.user_id]
    return unseen[-1] if unseen else None


def overtaken_by(step: HazardStep) -> rules.DecisionOvertaken:
    """Say which decision stands."""
    names = ACTION_NAMES[HazardAction(step.action)]
    at = clock.to_ms(step.at)
    return rules.DecisionOvertaken(by=step.by, at=at, decision=names[0], decision_en=names[1])


def word_of(
    hazard: Hazard,
    outcome: Outcome,
    *,
    criterion: str | None,
    criteria_hash: str | None,
    decided_on: date | None,
) -> dict[str, Any]:
    """Return what a decision says, with the criterion as it was worded that day."""
    today = clock.today()
    day = decided_on or today
    if not hazard.opened_at.astimezone(ZONE).date() <= day <= today:
        raise DecisionDayUnfit()
    return {
        "outcome": outcome.value,
        "decided_on": day.isoformat(),
        "previous": hazard.decision,
        "criterion": _criterion(hazard, criterion, criteria_hash, day) if criterion else None,
    }


def settle(hazard: Hazard, word: Mapping[str, Any]) -> None:
    """Let a decision take effect."""
    outcome = Outcome(word["outcome"])
    hazard.decision = outcome.value
    if outcome is Outcome.EXPERTS:
        hazard.suspected_major = True
        hazard.decide_by = decide_by("experts", region_code(hazard.region_id), clock.today())
        return
    hazard.suspected_major = outcome is Outcome.MAJOR
    hazard.grade = outcome.value
    hazard.decide_by = None


def region_code(region_id: str) -> str:
    """Return the administrative code of a region."""
    return db.session.get_one(Region, region_id).code


def _criterion(hazard: Hazard, reference: str, digest: str | None, day: date) -> dict[str, Any]:
    digest, found = _list_of(reference, digest, day)
    listed = find_entry([found], reference) if found else None
    if digest is None or listed is None:
        raise CriterionUnknown(criterion=reference)
    one, entry = listed
    here = reaches(one["region"], region_code(hazard.region_id))
    if one["concept"] != MAJOR or not here or not in_force(one, entry, day.isoformat()):
        raise CriterionUnfit(criterion=reference)
    return {
        "ref": reference,
        "hash": digest,
        "title": one["title"],
        "edition": one["edition"],
        "complete": one["complete"],
        "text": entry["text"],
        "source": entry["source"],
    }


def _list_of(
    reference: str, digest: str | None, day: date
) -> tuple[str | None, CriteriaList | None]:
    """Return the list as the person read it, or as it is today."""
    if digest is not None:
        return digest, criteria_version(digest)
    for known, one in criteria_lists(day).items():
        if one["key"] == reference.partition(".")[0]:
            return known, one
    return None, None
