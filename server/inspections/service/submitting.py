"""Submitting an inspection, and opening a submitted one again."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.campaigns.service import fulfil
from server.checklists.rules import answer_key, missing
from server.custody import receipts
from server.inspections import parts, rules
from server.inspections.models import Answer, Inspection
from server.inspections.queries import (
    ZONE,
    Walk,
    answers_of,
    get_inspection,
    locked,
    photo_counts,
    photos_of,
    record_signatures,
    submitted_keys,
    walk_of,
)
from server.inspections.record import record_bytes
from server.inspections.service.hands import doubt
from server.inspections.service.learning import learn_times
from server.inspections.service.signing import facts_of
from server.inspections.service.writing import writable_inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.org.numbers import take_number

# A refusal names so many gaps and no more; the phone finds the same ones by itself.
_NAMED_GAPS = 200


def submit_inspection(
    actor: Actor,
    inspection_id: str,
    *,
    submitted_at: datetime,
    summary: str | None = None,
    done_at: datetime | None = None,
    head: receipts.Head | None = None,
) -> Inspection:
    """
    Close the record: everything asked is answered, whoever must sign has signed.

    *submitted_at* is the phone's own word, *done_at* the same moment by this server's clock, *head*
    where the chain of that phone stands; the receipt names all three.
    """
    before = locked([inspection_id]).get(inspection_id)
    if before is not None and _is_done(actor, before):
        return before
    inspection = writable_inspection(actor, inspection_id)
    now = clock.now()
    said = rules.settled_moment(submitted_at, inspection.device_started_at, now)
    inspection.summary = rules.summary_text(summary)
    _require_signatures(inspection)
    answers = answers_of(inspection.id)
    _require_complete(inspection, walk_of(inspection, said.astimezone(ZONE).date()), answers)
    if inspection.number is None:
        learn_times(inspection, answers)
    inspection.state = rules.SUBMITTED
    inspection.submitted_at, inspection.device_submitted_at = now, said
    inspection.submitted_by = actor.user_id
    if inspection.number is None:
        inspection.number = take_number("JC", inspection.region_id, clock.today().year)
    _tell_assignment(inspection)
    _log(actor, "inspection.submit", inspection, inspection.counts or {})
    doubt(inspection)
    _acknowledge(actor, inspection, (submitted_at, done_at or said), head)
    return inspection


def reopen_inspection(actor: Actor, inspection_id: str, reason: str) -> Inspection:
    """Let the team write again; the lead or the office may, with a reason that is kept."""
    inspection = get_inspection(actor, inspection_id, for_update=True)
    office = actor.may(Permission.INSPECTIONS_REOPEN, on=inspection)
    if not office and inspection.lead_id != actor.user_id:
        raise Forbidden(permission=Permission.INSPECTIONS_REOPEN.value)
    why = rules.reason_text(reason)
    if inspection.state == rules.DRAFT:
        return inspection
    inspection.state = rules.DRAFT
    inspection.reopened_at = clock.now()
    _tell_assignment(inspection)
    _log(actor, "inspection.reopen", inspection, {"reason": why})
    return inspection


def _acknowledge(
    actor: Actor,
    inspection: Inspection,
    times: tuple[datetime, datetime],
    head: receipts.Head | None,
) -> None:
    """Answer for the record as it lies in the database now."""
    db.session.flush()
    db.session.refresh(inspection)
    assert inspection.submitted_at is not None
    facts = receipts.SubmissionFacts(
        inspection_id=inspection.id,
        number=inspection.number,
        unit_id=inspection.unit_id,
        checklist=inspection.checklist_key,
        definition=inspection.definition,
        person_id=actor.user_id,
        submitted_at=inspection.submitted_at,
        device_submitted_at=times[0],
        done_at=times[1],
        record=hashlib.sha256(record_bytes(inspection)).hexdigest(),
        photos=len(photos_of(inspection.id)),
    )
    team = receipts.heads_of(inspection.member_ids, inspection.started_at, head)
    receipts.acknowledge_submission(facts, team)


def _is_done(actor: Actor, inspection: Inspection) -> bool:
    return inspection.state == rules.SUBMITTED and actor.user_id in inspection.member_ids


def _require_signatures(inspection: Inspection) -> None:
    signed = [facts_of(row) for row in record_signatures(inspection.id)]
    lacking = rules.missing_signatures(inspection.mode, signed)
    if lacking:
        raise rules.SignatureMissing(missing=lacking)


def _require_complete(inspection: Inspection, walk: Walk, answers: Sequence[Answer]) -> None:
    """Raise unless every line is complete; keep score and counts as they are now."""
    photos = photo_counts(inspection.id)
    together = _together(answers)
    gaps = [*missing(walk.definition, walk.context, walk.values, photos)]
    unseen = parts.passed_without_looking(walk.definition, walk.lines(), together)
    gaps += [
        {"target": line["target"], "item": line["item"], "what": "answer", "field": None}
        for line in unseen
    ]
    if gaps:
        raise rules.InspectionIncomplete(missing=gaps[:_NAMED_GAPS], count=len(gaps))
    inspection.score = {**walk.score()}
    ways = Counter(together.values())
    inspection.counts = walk.counts() | {"photos": sum(photos.values()), **_ways(ways)}
    _settle_deep_items(inspection, walk)


def _together(answers: Sequence[Answer]) -> dict[str, str]:
    """Return how each answer that was not given one by one was passed."""
    found = ((a, parts.passed_together(a.fields)) for a in answers)
    return {answer_key(a.target_id, a.item_key): how for a, how in found if how is not None}


def _ways(ways: Mapping[str, int]) -> dict[str, int]:
    return {how: ways.get(how, 0) for how in parts.TOGETHER}


def _settle_deep_items(inspection: Inspection, walk: Walk) -> None:
    unsettled = {key for key, values in walk.values.items() if values.get("result") == "unable"}
    part = parts.Part(inspection.style, inspection.sections, inspection.deep_items)
    inspection.deep_checked = parts.settled_deep_items(
        walk.definition, part, walk.lines(), unsettled
    )


def _tell_assignment(inspection: Inspection) -> None:
    if inspection.assignment_id is not None:
        db.session.flush()
        fulfil(inspection.assignment_id, submitted_keys(inspection.assignment_id))


def _log(actor: Actor, action: str, inspection: Inspection, details: Mapping[str, Any]) -> None:
    record(
        actor,
        action,
        "inspection",
        inspection.id,
        unit_id=inspection.unit_id,
        details={"number": inspection.number, **details},
    )
