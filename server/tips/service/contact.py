"""Reading how a reporter may be reached: by few, with a reason, and never unseen."""

from server.access.rules import Actor, Permission
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.tips import keys, rules
from server.tips.models import TipContact
from server.tips.queries import get_tip, sees_reporter
from server.tips.service import steps


def read_contact(actor: Actor, tip_id: str, reason: str) -> str:
    """Open the contact of a report; who did so and why is noted before it is shown."""
    tip = get_tip(actor, tip_id, for_update=True)
    if not sees_reporter(actor, tip):
        raise Forbidden(permission=Permission.TIPS_CONTACT.value)
    why = rules.text("reason", reason)
    if not why:
        raise rules.TipWords(field="reason")
    contact = db.session.get(TipContact, tip.id)
    sealed = keys.Sealed(contact.key_id, contact.sealed) if contact else None
    words = keys.opened(sealed, tip.id) if sealed else None
    if words is None:
        raise rules.TipNoContact()
    steps.note(actor, tip, "contact", {"reason": why}, steps.snapshot(tip))
    return words
