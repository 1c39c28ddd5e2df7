"""The rescue desk: slices in, a preview, an import by steps, a receipt."""

from typing import Any

from flask import Response, current_app, request, send_file

from server.access.rules import Actor, Permission
from server.evidence.rules import ImageUnreadable
from server.evidence.storage import FileStore, Store
from server.evidence.thumbs import thumbnail
from server.kernel.db import db, transaction
from server.kernel.errors import NotFound
from server.org.models import Person
from server.rescue import bring, keys, reach, service, shell
from server.rescue.preview import file_data, preview
from server.rescue.queries import own_files
from server.rescue.rules import MAX_SLICE, RescueForeign, RescueOffset, RescueTooLarge
from server.rescue.schemas import Announcement, Passphrase
from server.rescue.service import Desk
from server.web.api import ApiBlueprint, Who, body

bp = ApiBlueprint("rescue", __name__, url_prefix="/api/rescue")
key_bp = ApiBlueprint("rescue_key", __name__, url_prefix="/api/ref")


def _desk() -> Desk:
    return Desk(current_app.extensions["settings"])


@key_bp.get("/rescue-key.json", permission=Who.ANYONE)
def get_key(_actor: None) -> dict[str, str]:
    """The public key to which phones may seal a file; a phone asks before anybody logs in."""
    return keys.current(_desk().keys).public()


@bp.get("/files", permission=Permission.SYNC_USE)
def get_files(actor: Actor) -> list[dict[str, Any]]:
    """The actor's latest files with their receipts."""
    return [file_data(row) for row in own_files(actor)]


@bp.post("/files", permission=Permission.SYNC_USE)
def post_file(actor: Actor) -> dict[str, Any]:
    """Announce a file."""
    return file_data(service.begin(actor, _desk(), body(Announcement).size))


@bp.put("/files/<file_id>/bytes", permission=Permission.SYNC_USE, transactional=False)
def put_bytes(actor: Actor, file_id: str) -> dict[str, Any]:
    """Take the next slice."""
    with transaction(write=False):
        row = service.own_file(actor, file_id)
        size, state = row.size, row.state
    offset = request.args.get("offset", type=int)
    data = request.stream.read(MAX_SLICE + 1)
    if len(data) > MAX_SLICE:
        raise RescueTooLarge(limit=MAX_SLICE)
    if offset is None or offset < 0 or offset + len(data) > size or state != "receiving":
        raise RescueOffset(offset=_desk().spool(file_id).size)
    if offset == 0 and not data.startswith(shell.BEGINNING):
        raise RescueForeign()
    return {"offset": _desk().spool(file_id).append(offset, data), "size": size}


@bp.post("/files/<file_id>/open", permission=Permission.SYNC_USE, transactional=False)
def post_open(actor: Actor, file_id: str) -> dict[str, Any]:
    """Check the whole file, then show what is in it."""
    with transaction(write=False):
        service.own_file(actor, file_id)
    service.open_file(actor, _desk(), file_id, body(Passphrase).passphrase)
    return preview(actor, _desk(), file_id)


@bp.get("/files/<file_id>", permission=Permission.SYNC_USE, transactional=False)
def get_file(actor: Actor, file_id: str) -> dict[str, Any]:
    """Show what is in an opened file."""
    return preview(actor, _desk(), file_id)


@bp.post("/files/<file_id>/step", permission=Permission.SYNC_USE, transactional=False)
def post_step(actor: Actor, file_id: str) -> dict[str, Any]:
    """Import the next part; called until `done`."""
    with transaction(write=False):
        service.own_file(actor, file_id)
    store: Store = current_app.extensions["store"]
    return bring.step(actor, _desk(), store, file_id)


@bp.delete("/files/<file_id>", permission=Permission.SYNC_USE)
def delete_file(actor: Actor, file_id: str) -> None:
    """Forget the bytes of a file; what was imported stays imported."""
    row = service.own_file(actor, file_id, lock=True)
    if row.state != "done":
        row.state = "dropped"
    _desk().spool(file_id).remove()


@bp.get("/files/<file_id>/photos/<sha256>", permission=Permission.SYNC_USE)
def get_photo(actor: Actor, file_id: str, sha256: str) -> Response:
    """Show a photo of an opened file, small."""
    row = service.own_file(actor, file_id)
    found, person = service.opened(actor, _desk(), row)
    fact = found.photos().get(sha256)
    if fact is None or sha256 in reach.hidden_photos(actor, _person(person), found):
        raise NotFound()
    try:
        path = thumbnail(_Opened(found.folder), sha256, fact.mime)
    except (ImageUnreadable, FileNotFoundError) as exc:
        raise NotFound() from exc
    return send_file(path, mimetype="image/jpeg")


def _person(person: Person) -> Person:
    return db.session.get_one(Person, person.id)


class _Opened(FileStore):
    """An opened file's photos in the form that small pictures are made from."""

    def path(self, sha256: str) -> Any:
        return self.root / "photos" / sha256

    def derived(self, sha256: str, name: str) -> Any:
        return self.root / "small" / f"{sha256}{name}"
