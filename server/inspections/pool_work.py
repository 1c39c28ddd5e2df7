"""What the expert pool may know of visits: whose work they were, what opinions are about."""

from collections.abc import Sequence
from datetime import date

from server.access.rules import Actor
from server.campaigns.models import Assignment, AssignmentInspector
from server.campaigns.queries import visible_assignments
from server.campaigns.rules import PLANNED, STARTED
from server.definitions.models import DefinitionVersion
from server.experts.opinions import Subjects, add_subjects
from server.experts.workload import Service, add_source
from server.hazards.queries import ZONE
from server.inspections.models import Inspection, InspectionMember
from server.inspections.queries import get_inspection, visible_inspections
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db


def visits(actor: Actor, person_ids: Sequence[str], since: date, until: date) -> list[Service]:
    """
    Return handed-in visits of people that the actor may see.

    A visit that is not handed in is nobody's figure, the actor's own included: what is counted
    must not depend on what is kept secret.
    """
    query = (
        visible_inspections(actor)
        .join(InspectionMember, InspectionMember.inspection_id == Inspection.id)
        .join(DefinitionVersion, DefinitionVersion.hash == Inspection.definition)
        .where(
            Inspection.state == SUBMITTED,
            InspectionMember.person_id.in_(person_ids),
            Inspection.started_at >= clock.midnight(since),
            Inspection.started_at < clock.midnight(clock.shifted(until, 1)),
        )
        .with_only_columns(
            InspectionMember.person_id,
            Inspection.id,
            DefinitionVersion.title_zh,
            Inspection.unit_id,
            Inspection.started_at,
        )
    )
    return [
        Service(person, visit, True, title, unit, began.astimezone(ZONE).date())
        for person, visit, title, unit, began in db.session.execute(query)
    ]


def tasks(actor: Actor, person_ids: Sequence[str], since: date, until: date) -> list[Service]:
    """Return tasks still to be done by people, as far as the actor may see them."""
    query = (
        visible_assignments(actor)
        .join(AssignmentInspector, AssignmentInspector.assignment_id == Assignment.id)
        .where(
            Assignment.state.in_((PLANNED, STARTED)),
            AssignmentInspector.person_id.in_(person_ids),
            Assignment.due_on >= since,
        )
        .with_only_columns(
            AssignmentInspector.person_id,
            Assignment.id,
            Assignment.title,
            Assignment.unit_id,
            Assignment.due_on,
        )
    )
    return [
        Service(person, task, False, title, unit, due)
        for person, task, title, unit, due in db.session.execute(query)
    ]


def install() -> None:
    """Let the pool count this work, and opinions be written on visits."""
    add_source(visits)
    add_source(tasks)
    seen = Subjects(
        get_inspection,
        lambda actor: visible_inspections(actor).with_only_columns(Inspection.id),
    )
    add_subjects("inspection", seen)
