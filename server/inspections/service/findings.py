"""A hazard found by an inspection: the inspection vouches for where it came from."""

from dataclasses import replace

from server.access.rules import Actor
from server.definitions.queries import definition
from server.hazards.models import Hazard
from server.hazards.service import HazardDraft, open_hazard
from server.inspections import rules
from server.inspections.models import Inspection
from server.inspections.queries import locked
from server.kernel.db import db
from server.kernel.errors import Invalid


class FindingForeign(Invalid):
    """The hazard names an item or a unit that the inspection does not know."""

    code = "inspection-finding-foreign"
    title = "This hazard does not fit the inspection it is said to come from."
    title_zh = "隐患与所属的检查不一致。"


def open_finding(actor: Actor, draft: HazardDraft) -> Hazard:
    """Open a hazard; one that names an inspection must be a member's and fit it."""
    if draft.inspection_id is None or db.session.get(Hazard, draft.id) is not None:
        return open_hazard(actor, draft)
    inspection = locked([draft.inspection_id]).get(draft.inspection_id)
    if inspection is None:
        raise rules.InspectionUnknown()
    if not rules.may_stand_in(actor, inspection):
        rules.require_member(inspection.member_ids, actor.user_id)
    _require_fit(inspection, draft)
    return open_hazard(actor, replace(draft, checklist_key=inspection.checklist_key))


def _require_fit(inspection: Inspection, draft: HazardDraft) -> None:
    sections = definition(inspection.definition)["sections"]
    keys = {item["key"] for section in sections for item in section["items"]}
    if inspection.unit_id != draft.unit_id or draft.item_key not in keys | {None}:
        raise FindingForeign()
