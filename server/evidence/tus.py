"""
Resumable uploads at /api/blobs: tus 1.0.0.

An upload belongs to whoever began it; every verb checks that. No transaction is open while bytes
arrive, and no more of them is in memory than one piece.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from email.utils import formatdate
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import ClientDisconnected

from server.access.rules import Actor, Permission
from server.evidence import rules, uploads
from server.evidence.parts import Part
from server.evidence.storage import Store, plainly
from server.evidence.uploads import Transfer
from server.kernel.errors import Invalid, Problem
from server.web import problems
from server.web.api import ApiBlueprint, Who

bp = ApiBlueprint("blobs", __name__, url_prefix="/api/blobs")

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
OCTETS = "application/offset+octet-stream"
CHECKS: dict[str, Callable[[], Any]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
IDLE_S = 30
STATUS: dict[type[Problem], int] = {
    rules.UploadType: 415,
    rules.UploadExpired: 410,
    rules.ChecksumMismatch: 460,
    rules.StoreFull: 507,
}


class WrongVersion(Invalid):
    """Another version of the protocol: answered with 412."""

    code = "upload-version"
    title = "This version of the upload protocol is not spoken here."
    title_zh = "上传协议版本不受支持。"


class BadHeader(Invalid):
    """A header of the protocol is missing or unreadable: answered with 400."""

    code = "upload-header"
    title = "A header of the upload is missing or cannot be read."
    title_zh = "上传请求头缺失或有误。"


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store


def _status(problem: Problem) -> int | None:
    if isinstance(problem, WrongVersion):
        return 412
    if isinstance(problem, BadHeader):
        return 400
    return STATUS.get(type(problem))


def _spoken(view: Callable[..., Response]) -> Callable[..., Response]:
    """Check the version, and put the protocol's headers on whatever comes back."""

    @wraps(view)
    def answer(actor: Actor, **args: str) -> Response:
        try:
            if request.headers.get("Tus-Resumable") != VERSION:
                raise WrongVersion()
            with plainly():
                response = view(actor, **args)
        except Problem as problem:
            response = problems.reply(problem, _status(problem))
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Tus-Version"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _number(name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadHeader(header=name)
    return int(text)


def _check() -> tuple[Any, bytes] | None:
    """Read Upload-Checksum: which hash, and what it must be."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _, encoded = header.partition(" ")
    try:
        return CHECKS[name](), base64.b64decode(encoded, validate=True)
    except (KeyError, binascii.Error, ValueError) as exc:
        raise BadHeader(header="Upload-Checksum") from exc


def _has_body() -> bool:
    return bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "")


def _receive(part: Part, offset: int, length: int) -> int:
    """Append the body; keep what arrived of a cut one, nothing of a damaged one."""
    if request.mimetype != OCTETS:
        raise rules.UploadType(expected=OCTETS)
    if request.content_length is not None and request.content_length > length - offset:
        raise rules.UploadTooLarge(limit=length)
    _be_impatient()
    check = _check()
    try:
        end = part.append(request.stream, offset, length, check[0] if check else None)
        cut = request.content_length is not None and end < offset + request.content_length
    except (ClientDisconnected, TimeoutError, ConnectionError):
        end, cut = part.size, True
    if check and end > offset and (cut or check[0].digest() != check[1]):
        part.cut(offset, end)
        raise rules.ChecksumMismatch()
    if request.content_length is None and end == length and request.stream.read(1):
        part.cut(offset, end)
        raise rules.UploadTooLarge(limit=length)
    return end


def _be_impatient() -> None:
    """A phone that has lost its signal must not hold a connection for hours."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(IDLE_S)


def _progress(transfer: Transfer, offset: int, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(offset)
    if not transfer.finished:
        response.headers["Upload-Expires"] = formatdate(transfer.expires_at / 1000, usegmt=True)
    return response


@bp.endpoint_for("", "OPTIONS", permission=Who.ANYONE, transactional=False)
def describe(_actor: None) -> Response:
    """Say what is spoken here."""
    response = Response(status=204)
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(rules.MAX_BYTES)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKS)
    return response


@bp.post("", permission=Permission.SYNC_USE, transactional=False)
@_spoken
def create(actor: Actor) -> Response:
    """Begin an upload; a body is its first part, or all of it."""
    announced = rules.announced(
        request.headers.get("Upload-Metadata", ""), _number("Upload-Length")
    )
    transfer = uploads.begin(actor, announced, _store())
    part = Part(_store().parts(), transfer.id)
    offset = _receive(part, 0, transfer.length) if _has_body() else 0
    if offset < (request.content_length or 0):
        part.remove()  # cut: the phone has not learned the address and will begin anew
        raise BadHeader("The connection was cut.")
    if offset == transfer.length:
        uploads.finish_at_once(transfer, part, _store())
    else:
        uploads.note_begun(transfer)
    response = _progress(transfer, offset, 201)
    response.headers["Location"] = f"{bp.url_prefix}/{transfer.id}"
    return response


@bp.head("/<name>", permission=Permission.SYNC_USE, transactional=False)
@_spoken
def ask(actor: Actor, name: str) -> Response:
    """
    Say how far an upload has come.

    One that is whole but was never finished, because the server died in between, is finished here:
    the app takes a full offset for success.
    """
    transfer = uploads.find(actor, name)
    part = Part(_store().parts(), name)
    offset = transfer.length if transfer.finished else part.size
    if offset == transfer.length and not transfer.finished:
        uploads.finish(transfer, part, _store())
        transfer = uploads.find(actor, name)
    response = _progress(transfer, offset, 200)
    response.headers["Upload-Length"] = str(transfer.length)
    return response


@bp.patch("/<name>", permission=Permission.SYNC_USE, transactional=False)
@_spoken
def append(actor: Actor, name: str) -> Response:
    """Take the next part; the last one makes the photo stored."""
    offset = _number("Upload-Offset")
    transfer = uploads.find(actor, name)
    part = Part(_store().parts(), name)
    if transfer.finished or offset != part.size:
        raise rules.UploadOffset(offset=transfer.length if transfer.finished else part.size)
    end = _receive(part, offset, transfer.length)
    if end == transfer.length:
        uploads.finish(uploads.find(actor, name), part, _store())
    return _progress(transfer, end, 204)


@bp.delete("/<name>", permission=Permission.SYNC_USE, transactional=False)
@_spoken
def end(actor: Actor, name: str) -> Response:
    """Give an upload up; a stored photo stays."""
    transfer = uploads.find(actor, name)
    if not transfer.finished:
        uploads.forget(transfer, Part(_store().parts(), name))
    return Response(status=204)
