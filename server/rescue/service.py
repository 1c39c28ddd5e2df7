"""From a file's first slice to its opening: who brings it, whose it is, and whether they may."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.kernel import clock, ids
from server.kernel.db import db, transaction
from server.kernel.errors import Forbidden, NotFound
from server.kernel.settings import Settings
from server.org.models import Person, Unit
from server.org.queries import actor_of
from server.rescue import content, keys
from server.rescue.content import Content
from server.rescue.models import RescueFile
from server.rescue.rules import (
    MAX_FILE,
    MAX_TRIES,
    RescueForeign,
    RescueNotYours,
    RescuePassphrase,
    RescueState,
    RescueTooLarge,
    RescueTries,
)
from server.rescue.spool import Spool, names
from server.sync.models import SyncClient

KEPT = timedelta(days=7)


class Desk:
    """The rescue desk of this installation: where its files and keys lie."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.var / "rescue"
        self.keys = settings.var / "keys"

    def spool(self, file_id: str) -> Spool:
        """Return the folder of one file."""
        return Spool(self.root, file_id)


def begin(actor: Actor, desk: Desk, size: int) -> RescueFile:
    """Accept the announcement of a file."""
    if size > MAX_FILE:
        raise RescueTooLarge(limit=MAX_FILE)
    row = RescueFile(id=ids.new_id(), uploaded_by=actor.user_id, uploaded_at=clock.now(), size=size)
    desk.spool(row.id).begin()
    db.session.add(row)
    return row


def own_file(actor: Actor, file_id: str, *, lock: bool = False) -> RescueFile:
    """Return a file that the actor brought; anybody else's is absent."""
    row = db.session.get(RescueFile, file_id, with_for_update=lock) if ids.is_id(file_id) else None
    if row is None or row.uploaded_by != actor.user_id:
        raise NotFound()
    return row


def note_try(actor: Actor, file_id: str, arrived: int) -> None:
    """Count an attempt to open a file that has arrived whole."""
    row = own_file(actor, file_id, lock=True)
    if row.state == "dropped" or arrived != row.size:
        raise RescueState()
    if row.tries >= MAX_TRIES:
        raise RescueTries(retry_after=3600)
    row.tries += 1


def open_file(actor: Actor, desk: Desk, file_id: str, passphrase: str) -> None:
    """Open the file and keep what is inside, if the actor may import it."""
    spool = desk.spool(file_id)
    with transaction():
        note_try(actor, file_id, spool.size)
    with spool.locked():
        try:
            header = spool.open(passphrase, lambda name: keys.private_key(desk.keys, name))
            found = content.read(spool.opened)
            with transaction():
                _note_opened(actor, file_id, spool, found, type(header.key).__name__)
        except RescuePassphrase:
            raise
        except (RescueForeign, Forbidden):
            spool.remove()
            raise


def _note_opened(actor: Actor, file_id: str, spool: Spool, found: Content, lock: str) -> None:
    row = own_file(actor, file_id, lock=True)
    manifest = found.manifest
    person = require_author(actor, found)
    row.sha256, row.person_id, row.client_id = spool.sha256(), person.id, manifest.client
    row.state = row.state if row.state == "done" else "open"
    row.facts = {
        "lock": "passphrase" if lock == "ByPassphrase" else "bureau",
        "file": manifest.file,
        "made_at": manifest.made_at,
        "app": manifest.app,
        "device": manifest.device,
        "whole": manifest.whole,
    }
    details: dict[str, Any] = {"person": person.id, "client": manifest.client, "sha256": row.sha256}
    record(actor, "rescue.open", "rescue", row.id, unit_id=person.unit_id, details=details)


def require_author(actor: Actor, found: Content) -> Person:
    """Return the person whose work it is; raise unless the actor may bring it in."""
    person = db.session.get(Person, found.manifest.person.id)
    if person is None:
        raise RescueForeign()
    if person.id != actor.user_id and not _may(actor, person):
        raise RescueNotYours()
    client = db.session.get(SyncClient, found.manifest.client)
    if client is not None and client.person_id != person.id:
        raise RescueForeign()
    return person


def _may(actor: Actor, person: Person) -> bool:
    region = home_of(person)
    return region is not None and actor.may_in_region(Permission.SYNC_RESCUE, region)


def home_of(person: Person) -> str | None:
    """Return the region where a person works."""
    if person.region_id is not None or person.unit_id is None:
        return person.region_id
    return db.session.scalar(select(Unit.region_id).where(Unit.id == person.unit_id))


def author_of(person: Person) -> Actor:
    """
    Return the author as an actor, with the rights they have now.

    Somebody who has left has none: their work is kept for the lead to accept, as when a phone
    brings it.
    """
    actor = actor_of(person)
    return actor if person.active else Actor(person.id, person.name, unit_id=person.unit_id)


def opened(actor: Actor, desk: Desk, row: RescueFile) -> tuple[Content, Person]:
    """Return what is inside an opened file, and whose it is; rights are asked again each time."""
    folder: Path = desk.spool(row.id).opened
    if row.state not in ("open", "done") or not folder.is_dir():
        raise RescueState()
    found = content.read(folder)
    return found, require_author(actor, found)


def phone_now(found: Content) -> int:
    """
    Return what the phone's clock shows now, as far as it is known.

    Moments in the file are put right by it, exactly as when the phone itself sends.
    """
    row = db.session.get(SyncClient, found.manifest.client)
    return clock.now_ms() - (row.skew_ms if row is not None else 0)


def _is_young(spool: Spool, row: RescueFile | None) -> bool:
    """Say whether a file may still be needed; a folder without a row may be about to get one."""
    if row is None:
        return time.time() - spool.folder.stat().st_mtime < KEPT.total_seconds()
    return row.uploaded_at > clock.now() - KEPT


def sweep(desk: Desk) -> int:
    """Delete the bytes of files that nobody finished, and of those long imported."""
    dropped = 0
    for name in names(desk.root):
        with transaction():
            row = db.session.get(RescueFile, name)
            if _is_young(desk.spool(name), row):
                continue
            if row is not None and row.state != "done":
                row.state = "dropped"
        desk.spool(name).remove()
        dropped += 1
    return dropped
