"""Taking an evidence package out: logged first, then gathered, then sent."""

from dataclasses import dataclass

from server.access.rules import Actor
from server.audit.service import record
from server.custody import keys
from server.dossier import package, papers, queries
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


def export_dossier(
    actor: Actor, inspection_id: str, store: Store, address: str, *, demo: bool = False
) -> Dossier:
    """
    Gather the package in transactions of its own; *address* is printed on its papers.

    Photos are read and papers set between them: whoever reads a gigabyte must not hold the
    database.
    """
    with transaction():
        keys.ensure()
        inspection = queries.takeable(actor, inspection_id)
        details = {"number": inspection.number}
        record(
            actor, EXPORT, "inspection", inspection.id, unit_id=inspection.unit_id, details=details
        )
    with transaction(write=False, snapshot=True):
        matter = queries.matter_of(queries.takeable(actor, inspection_id))
        hashes = package.hashes_of(matter)
        prints = papers.prints_of(matter.papers, address, demo=demo)
    photos = package.photo_members(hashes, store)
    printed = papers.rendered(prints, store)
    with transaction(write=False, snapshot=True):
        matter = queries.matter_of(queries.takeable(actor, inspection_id))
        contents = package.contents_of(matter) | printed
        members = package.members_of(matter, contents, photos)
        number = matter.inspection.number or matter.inspection.id
    return Dossier(f"证据包_{number}.zip", length_of(members), members)
