"""Who may write into which inspection, asked once for a whole push."""

from collections.abc import Iterable

from server.access.rules import Actor, Permission
from server.inspections import rules
from server.inspections.models import Inspection
from server.inspections.queries import locked
from server.kernel.errors import Forbidden, Problem


def require_writable(
    actor: Actor, inspection_ids: Iterable[str]
) -> dict[str, Inspection | Problem]:
    """
    Return for each id the inspection, locked and open for the actor, or the Problem that forbids.

    A Problem is returned, not raised: one push writes into several inspections at once.
    `InspectionUnknown` means that another phone may still bring it.
    """
    wanted = set(inspection_ids)
    rows = locked(wanted)
    return {inspection_id: _judge(actor, rows.get(inspection_id)) for inspection_id in wanted}


def writable_inspection(actor: Actor, inspection_id: str) -> Inspection:
    """Return one inspection, locked and open for the actor, or raise."""
    found = require_writable(actor, [inspection_id])[inspection_id]
    if isinstance(found, Problem):
        raise found
    return found


def _judge(actor: Actor, row: Inspection | None) -> Inspection | Problem:
    if row is None:
        return rules.InspectionUnknown()
    if actor.user_id not in row.member_ids and not rules.may_stand_in(actor, row):
        return rules.NotOfTheTeam()
    # Permission is judged now: who left the region in the meantime no longer writes there.
    if not actor.may(Permission.INSPECTIONS_CONDUCT, on=row):
        return Forbidden(permission=Permission.INSPECTIONS_CONDUCT.value)
    if row.state != rules.DRAFT:
        return rules.InspectionLocked()
    return row
