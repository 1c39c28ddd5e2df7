"""What a page without an account may ask: where am I, take this, how does it stand."""

import hmac

import qrcode
from flask import current_app, request
from sqlalchemy import select

from server.evidence.storage import Store
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.errors import Problem
from server.tips import misses, pictures, queries, reception, rules, wire, worker
from server.tips.models import Tip
from server.tips.pictures import Arrived
from server.tips.rules import receipts
from server.tips.schemas import ReceiptBody, TipBody, WhereArguments
from server.tips.service import Submission
from server.tips.tags import spot
from server.web import caller
from server.web.api import ApiBlueprint, Who, body, query

bp = ApiBlueprint("public_tips", __name__, url_prefix="/api/public/tips")
MAX_BODY = 16 * 1024
KEY_HEADER = "Tip-Key"
Data = wire.Data


@bp.get("/where", permission=Who.ANYONE)
def where(_actor: None) -> Data:
    """Name the unit and the place of a label; unknown, void and unclaimed ones name none."""
    guesser = reception.net_key(caller.address())
    if misses.is_over(guesser):
        return wire.public_spot(None, None)
    found = spot(query(WhereArguments).tag)
    if found.unit_name is None:
        misses.note(guesser)
    return wire.public_spot(found.unit_name, found.place)


@bp.post("", permission=Who.ANYONE, transactional=False)
def send(_actor: None) -> Data:
    """Take a report in and give its receipt; the same one again gets the same."""
    request.max_content_length = MAX_BODY
    given = body(TipBody).model_dump()
    solved = given.pop("proof")
    proof = reception.Proof(**solved) if solved else None
    return reception.receive(Submission.cleaned(given), proof, caller.address())


@bp.put("/pictures/<int:place_no>", permission=Who.ANYONE, transactional=False)
def send_picture(_actor: None, place_no: int) -> None:
    """Take a picture of a report in; its phone names the report by a header that no log keeps."""
    most = rules.RULES["pictures"]["bytes"]
    if (request.content_length or 0) > most:
        raise rules.TipPictureTooLarge(limit=most)
    request.max_content_length = most
    key = request.headers.get(KEY_HEADER, "")
    store: Store = current_app.extensions["store"]
    pictures.take_in(store, Arrived(key, place_no, request.mimetype, request.get_data()))
    worker.WORKER.nudge()


@bp.post("/receipt", permission=Who.ANYONE, transactional=False)
def ask(_actor: None) -> Data:
    """Say how a report stands; the receipt comes in the body, where no log keeps it."""
    request.max_content_length = MAX_BODY
    code = receipts.readable(body(ReceiptBody).receipt)
    if code is None:
        raise rules.TipReceiptUnknown()
    kept = receipts.kept(code)
    with transaction(write=False):
        tip = db.session.scalar(select(Tip).where(Tip.receipt_hash == kept))
        if tip is None or not hmac.compare_digest(tip.receipt_hash, kept):
            raise _missed()
        face = queries.face_of(tip)
    return face | {"receipt": code, "qr": _square(code), "as_of": clock.now_ms()}


def _missed() -> Problem:
    """
    Say that a number is none, or that it is enough.

    Who holds a receipt is answered whatever others behind the same address have tried: a hospital
    has one address for all, and 80 bits are not found by trying.
    """
    guesser = reception.net_key(caller.address())
    if misses.is_over(guesser):
        return rules.TipTries(retry_after=misses.wait_s())
    misses.note(guesser)
    return rules.TipReceiptUnknown()


def _square(code: str) -> Data:
    """Draw the receipt's address; the code stands behind #, which browsers send to nobody."""
    base = current_app.extensions["settings"].public_url or request.host_url.rstrip("/")
    drawn = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    drawn.add_data(f"{base}/tips/#{code}")
    rows = drawn.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on]
    return {"size": len(rows), "path": "".join(dark)}
