"""A paper of an inspection as the server prints it: the same words as the phone, and its number."""

from typing import Any

import orjson
from sqlalchemy import select

from server.access.rules import Actor
from server.evidence.models import Photo
from server.evidence.queries import drawn_on
from server.evidence.storage import Store
from server.hazards.queries import ZONE
from server.kernel.db import db
from server.papers import layouts
from server.papers.composing import compose
from server.papers.hands import hands_on
from server.papers.models import Paper, PaperSheet
from server.papers.queries import get_paper
from server.papers.verifying import SHOWN
from server.reports.figures import Figures
from server.reports.inspection_record import Record
from server.reports.labels import square
from server.reports.names import Names
from server.reports.record_signing import owner_words
from server.reports.render.pdf import render_pdf
from server.reports.strokes import signature_svg


def gather_paper(actor: Actor, paper_id: str, address: str, *, demo: bool) -> Record:
    """Read a paper that the actor may see."""
    paper, sheet = get_paper(actor, paper_id)
    return lay_out(paper, sheet, address, demo=demo)


def lay_out(paper: Paper, sheet: PaperSheet, address: str, *, demo: bool) -> Record:
    """Put together what is printed of a paper; *address* is where its square leads."""
    body, signing = orjson.loads(sheet.body), orjson.loads(sheet.signing)
    layout = layouts.find(paper.layout, paper.version)
    assert layout is not None, paper.layout
    told = compose(layout, body, signing)
    figures = _figures(told, paper)
    url = f"{address}/v/{paper.code}?h={paper.hash[:SHOWN]}"
    head = _head(paper, url, demo=demo) | _owners(paper, sheet)
    data = {**told, **head, "photos": _photos(told, paper, figures)}
    inks = {
        f"m-{n}.svg": signature_svg(mark["strokes"], mark["width"], mark["height"])
        for n, mark in enumerate(signing["marks"])
        if mark.get("strokes")
    }
    return Record(data, {"qr.svg": square(url), **inks}, figures)


def render_paper(record: Record, store: Store) -> bytes:
    """Set the paper; slow, and in need of no transaction."""
    return render_pdf("paper", record.data, record.images | record.figures.draw(store))


def _head(paper: Paper, url: str, *, demo: bool) -> dict[str, Any]:
    return {
        "number": paper.number,
        "hash": paper.hash,
        "url": url,
        "demo": demo,
        "replaced": paper.replaced_by_id is not None,
        "arrived": f"{paper.issued_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
    }


def _owners(paper: Paper, sheet: PaperSheet) -> dict[str, Any]:
    """Return who signed on the issuer's phone: nobody's word yet, or what they said of it."""
    found = hands_on(paper, sheet)
    said = [f"{name}：{owner_words(hand)}" for name, hand in found if owner_words(hand)]
    return {
        "elsewhere": [name for name, hand in found if not owner_words(hand)],
        "owners": said,
    }


def _ids(told: dict[str, Any]) -> list[str]:
    groups = told["signing"]["groups"]
    return [photo for group in groups for mark in group["marks"] for photo in mark["photos"]]


def _rows(told: dict[str, Any], paper: Paper) -> list[Photo]:
    query = select(Photo).where(
        Photo.id.in_(_ids(told)), Photo.inspection_id == paper.inspection_id
    )
    return list(db.session.scalars(query.order_by(Photo.taken_at, Photo.id)))


def _figures(told: dict[str, Any], paper: Paper) -> Figures:
    rows, names = _rows(told, paper), Names()
    names.learn(people=[photo.author_id for photo in rows])
    return Figures(names.people, drawn_on(rows))


def _photos(told: dict[str, Any], paper: Paper, figures: Figures) -> list[dict[str, Any]]:
    return figures.show(_rows(told, paper), "拒签情况")
