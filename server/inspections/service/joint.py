"""People of another agency in the record of a visit: named by the team while it is under way."""

from dataclasses import dataclass

from server.access.rules import Actor
from server.audit.service import record
from server.inspections import rules
from server.inspections.models import Inspection, JointPerson
from server.inspections.service.writing import writable_inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import one_line


@dataclass(frozen=True)
class JointDraft:
    """Who came along, from where, with which certificate; `shown` when it was seen on the spot."""

    id: str
    name: str
    agency: str
    title: str = ""
    certificate: str = ""
    shown: bool = False


def set_joint(actor: Actor, inspection_id: str, draft: JointDraft) -> JointPerson:
    """Name somebody, or put right how they are named."""
    inspection = writable_inspection(actor, inspection_id)
    name, agency = one_line(draft.name)[:60], one_line(draft.agency)[:120]
    if not name or not agency:
        raise rules.JointIncomplete()
    certificate = one_line(draft.certificate)[:80]
    if draft.shown and not certificate:
        raise rules.JointCertificate()
    row = db.session.get(JointPerson, draft.id)
    if row is not None and row.inspection_id != inspection.id:
        raise rules.InspectionIdTaken()
    if row is None:
        row = JointPerson(
            id=draft.id,
            inspection_id=inspection.id,
            added_by=actor.user_id,
            added_at=clock.now(),
        )
        db.session.add(row)
    row.name, row.agency, row.certificate = name, agency, certificate
    row.title, row.shown = one_line(draft.title)[:60], draft.shown
    db.session.flush()
    _log(actor, "inspection.joint", inspection, row)
    return row


def drop_joint(actor: Actor, inspection_id: str, joint_id: str) -> None:
    """Take somebody out of the record who was named by mistake; once gone, nothing happens."""
    inspection = writable_inspection(actor, inspection_id)
    row = db.session.get(JointPerson, joint_id)
    if row is None or row.inspection_id != inspection.id:
        return
    db.session.delete(row)
    db.session.flush()
    _log(actor, "inspection.joint-drop", inspection, row)


def _log(actor: Actor, action: str, inspection: Inspection, row: JointPerson) -> None:
    details = {"name": row.name, "agency": row.agency, "joint": row.id}
    record(actor, action, "inspection", inspection.id, unit_id=inspection.unit_id, details=details)
