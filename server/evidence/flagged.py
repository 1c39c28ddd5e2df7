"""Photos that a flag is about: what those who look at the flag are told and shown of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from server.access.rules import Actor, Permission
from server.evidence.models import Photo
from server.evidence.queries import add_viewer, visible_photos
from server.flags.models import Flag
from server.flags.queries import add_teller, in_sight
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Unit

_PLAIN = ("id", "author_id", "unit_id", "origin", "purpose", "state", "inspection_id", "hazard_id")


def of_flags(actor: Actor) -> ColumnElement[bool]:
    """
    Select photos of one's own regions that a visible flag is about, even of visits not yet handed
    in: nobody can judge a picture unseen. Those of other regions stay hidden.
    """
    regions = sorted(actor.regions_with(Permission.FLAGS_READ))
    if not regions:
        return Photo.id.is_(None)
    seen = and_(in_sight(actor), Flag.subject_type == "photo")
    named = [Photo.id.in_(select(side).where(seen)) for side in (Flag.subject_id, Flag.other_id)]
    shown = and_(Photo.region_id.in_(regions), or_(*named))
    return and_(shown, Photo.unit_id != actor.unit_id) if actor.unit_id else shown


def tell(actor: Actor, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the capture facts of photos that the actor may see."""
    query = (
        visible_photos(actor)
        .where(Photo.id.in_(ids))
        .outerjoin(Person, Person.id == Photo.author_id)
        .outerjoin(Unit, Unit.id == Photo.unit_id)
        .with_only_columns(Photo, Person.name, Unit.name)
    )
    return {
        photo.id: {name: getattr(photo, name) for name in _PLAIN}
        | {
            "taken_at": clock.to_ms(photo.taken_at),
            "received_at": clock.to_ms(photo.received_at),
            "author_name": author,
            "unit_name": unit,
        }
        for photo, author, unit in db.session.execute(query)
    }


def install() -> None:
    """Let flags tell of photos, and photos be seen for a flag's sake."""
    add_viewer(of_flags)
    add_teller("photo", tell)
