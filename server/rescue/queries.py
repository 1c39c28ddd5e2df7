"""Reading rescue files."""

from collections.abc import Sequence

from sqlalchemy import select

from server.access.rules import Actor
from server.kernel.db import db
from server.rescue.models import RescueFile

LATEST = 20


def own_files(actor: Actor) -> Sequence[RescueFile]:
    """Return the actor's latest files."""
    query = select(RescueFile).where(
        RescueFile.uploaded_by == actor.user_id, RescueFile.state != "receiving"
    )
    return db.session.scalars(query.order_by(RescueFile.id.desc()).limit(LATEST)).all()
