"""专家意见书: one signed opinion on paper, with the author's hand and the hash of its words."""

from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.experts.models import Expert, Opinion
from server.experts.opinions import get_opinion
from server.experts.queries import certificates_of
from server.experts.rules import SIGNED, holds_on
from server.experts.words import names
from server.hazards.models import Hazard
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.models import Person, Unit
from server.reports.labels import square
from server.reports.render.pdf import render_pdf
from server.reports.strokes import signature_svg

_NAMED = {"inspection": "检查", "hazard": "隐患"}


def gather_opinion(
    actor: Actor, opinion_id: str, address: str, now: datetime, *, demo: bool
) -> dict[str, Any]:
    """Read an opinion that the actor may see; a draft is no paper."""
    row = get_opinion(actor, opinion_id)
    if row.signed_at is None:
        raise NotFound()
    author = db.session.get_one(Person, row.author_id)
    return {
        "title": "专家意见书",
        "url": f"{address}/desk/opinions/{row.id}",
        "code": row.id,
        "demo": demo,
        "withdrawn": row.withdrawn_why if row.state != SIGNED else "",
        "unit": db.session.get_one(Unit, row.unit_id).name,
        "about": f"{_NAMED[row.subject_type]} {_number(row)}",
        "author": author.name,
        "expert": _expert(row, author),
        "papers": _papers(row),
        "facts": row.facts,
        "judgement": row.judgement,
        "advice": row.advice,
        "hand": (row.signer or {}).get("hand"),
        "day": f"{row.signed_at.astimezone(ZONE):%Y 年 %m 月 %d 日}",
        "signed": f"{row.signed_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "digest": row.digest,
        "key": (row.signer or {}).get("key", ""),
        "printed": f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}",
    }


def _number(row: Opinion) -> str:
    model: Any = Inspection if row.subject_type == "inspection" else Hazard
    return db.session.get_one(model, row.subject_id).number or "（未编号）"


def _expert(row: Opinion, author: Person) -> str:
    expert = db.session.get(Expert, row.author_id)
    if expert is None:
        return author.title or ""
    known = "、".join(names("fields")[key]["zh"] for key in expert.fields)
    return "；".join(filter(None, (expert.title or author.title, expert.employer, known)))


def _papers(row: Opinion) -> str:
    """Name the certificates that were good on the day of the signature."""
    assert row.signed_at is not None
    day = row.signed_at.astimezone(ZONE).date()
    good = [p for p in certificates_of([row.author_id])[row.author_id] if holds_on(p, day)]
    return "；".join(f"{names('certificates')[p.kind]['zh']} {p.number}" for p in good) or "—"


def render_opinion(data: dict[str, Any]) -> bytes:
    """Set the paper; slow, and in need of no transaction."""
    images = {"qr.svg": square(data["url"])}
    hand = data["hand"]
    if hand and hand["strokes"]:
        images["hand.svg"] = signature_svg(hand["strokes"], hand["width"], hand["height"])
    shown = data | {"hand": "drawn" if "hand.svg" in images else hand["how"] if hand else ""}
    return render_pdf("opinion", shown, images)
