"""Taking an evidence package out: logged first, then gathered, then sent."""

from dataclasses import dataclass

from server.access.rules import Actor
from server.audit.service import record
from server.custody import keys
from server.dossier import package, queries
from server.dossier.container import Member, length_of
from server.dossier.excerpt import EXPORT
from server.evidence.storage import Store
from server.kernel.db import transaction


@dataclass(frozen=True)
class Dossier:
    """A package that is ready to be sent."""

    name: str
    length: int
    members: list[Member]


def export_dossier(actor: Actor, inspection_id: str, store: Store) -> Dossier:
    """
    Gather the package in transactions of its own.

    Photos are read between them: whoever reads a gigabyte must not hold the database.
    """
    with transaction():
        keys.ensure()
        inspection = queries.takeable(actor, inspection_id)
        details = {"number": inspection.number}
        record(
            actor, EXPORT, "inspection", inspection.id, unit_id=inspection.unit_id, details=details
        )
    with transaction(write=False, snapshot=True):
        hashes = package.hashes_of(queries.matter_of(queries.takeable(actor, inspection_id)))
    photos = package.photo_members(hashes, store)
    with transaction(write=False, snapshot=True):
        matter = queries.matter_of(queries.takeable(actor, inspection_id))
        contents = package.contents_of(matter)
        members = package.members_of(matter, contents, photos)
        number = matter.inspection.number or matter.inspection.id
    return Dossier(f"证据包_{number}.zip", length_of(members), members)
