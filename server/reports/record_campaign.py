"""What a visit belongs to and who led it by being there, for the head of its record."""

from sqlalchemy import or_, select

from server.campaigns.models import Assignment, Attendance, Campaign
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.kernel.db import db
from server.org.models import Person


def campaign_facts(inspection: Inspection) -> list[tuple[str, str]]:
    """Return the campaign with its document, and each leader with when he signed in."""
    return [*_campaign(inspection), *_leaders(inspection)]


def _campaign(inspection: Inspection) -> list[tuple[str, str]]:
    if inspection.assignment_id is None:
        return []
    query = select(Campaign.name, Campaign.document).join(
        Assignment, Assignment.campaign_id == Campaign.id
    )
    row = db.session.execute(query.where(Assignment.id == inspection.assignment_id)).first()
    if row is None:
        return []
    return [("专项行动", f"{row.name}（{row.document}）" if row.document else row.name)]


def _leaders(inspection: Inspection) -> list[tuple[str, str]]:
    ours = or_(
        Attendance.inspection_id == inspection.id,
        Attendance.assignment_id == (inspection.assignment_id or ""),
    )
    query = select(Attendance.at, Attendance.title, Person.name).join(
        Person, Person.id == Attendance.person_id
    )
    rows = db.session.execute(query.where(ours).order_by(Attendance.at, Attendance.id)).all()
    told = "；".join(
        f"{row.name}{f'（{row.title}）' if row.title else ''}"
        f" {row.at.astimezone(ZONE):%m-%d %H:%M} 到场签到"
        for row in rows
    )
    return [("带队领导", told)] if told else []
