"""Sheets of labels: a square to scan, a code to type, and where it belongs."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from sqlalchemy import select

from server.access.rules import Actor
from server.kernel.aside import aside
from server.kernel.db import db
from server.kernel.errors import Invalid, NotFound
from server.locations import wire
from server.locations.models import Tag
from server.locations.queries import printable_tags
from server.locations.rules import MOST_TAGS, require_count, require_tag_code, tag_url
from server.org.models import Region, Unit
from server.reports.render.pdf import render_pdf

#: every one of these needs a login, so nothing is said of that
SLOGAN = ("扫码查看", "检查", "报隐患")
UNCLAIMED = "待绑定"
#: two lines of the smallest size, and one
LONGEST_PLACE, LONGEST_OWNER = 22, 14
#: modules of white around the square, as ISO/IEC 18004 asks
QUIET_ZONE = 4
#: longer than an address without its signature ever is
PLAIN_LENGTH = 90
#: any of the eight masks can be read; trying them all takes five times as long
MASK = 3


def square(text: str) -> bytes:
    """
    Draw a code as SVG, its quiet zone included; a quarter of it may be scratched.

    A signed address is long: there less is spare, so that a cheap camera still tells its modules.
    """
    level = ERROR_CORRECT_Q if len(text) <= PLAIN_LENGTH else ERROR_CORRECT_M
    code = qrcode.QRCode(error_correction=level, border=QUIET_ZONE, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(_runs(rows))
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="{path}" fill="#000" shape-rendering="crispEdges"/></svg>'
    ).encode()


def _runs(rows: Sequence[Sequence[bool | None]]) -> Iterable[str]:
    """Draw dark modules side by side as one bar: fewer shapes, and no seams between them."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield f"M{start} {y}h{x - start}v1h{start - x}z"
            x += 1


class NoLabelsChosen(Invalid):
    """Neither a batch nor codes were given."""

    code = "reports-no-labels-chosen"
    title = "Choose a batch of labels, or some labels."
    title_zh = "请选择要打印的标签批次或标签。"


def labels_of(actor: Actor, *, batch: str | None, codes: Sequence[str] | None) -> list[Tag]:
    """Return the tags to print: one batch, or some by their codes; void ones are left out."""
    if batch is None and not codes:
        raise NoLabelsChosen()
    wanted = None if codes is None else [require_tag_code(code) for code in codes]
    if wanted is not None:
        require_count(len(wanted))
    query = printable_tags(actor, batch=batch, codes=wanted).order_by(Tag.code)
    tags = list(db.session.scalars(query.limit(MOST_TAGS)))
    if not tags:
        raise NotFound()
    return tags


def _names(model: Any, column: Any, ids: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(model.id, column).where(model.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def label_data(tags: Sequence[Tag]) -> dict[str, Any]:
    """Return what the sheet says, in a handful of queries however many labels there are."""
    places = wire.place_names(tags)
    units = _names(Unit, Unit.short_name, {tag.unit_id for tag in tags if tag.unit_id})
    regions = _names(Region, Region.name, {tag.region_id for tag in tags})
    return {
        "slogan": SLOGAN,
        "footer": "按 100% 比例打印，沿十字线裁切。 Print at 100 %, cut along the crosses.",
        "labels": [_label(tag, places, units, regions) for tag in tags],
    }


def _label(
    tag: Tag,
    places: dict[tuple[str, str], wire.Data],
    units: dict[str, str],
    regions: dict[str, str],
) -> dict[str, Any]:
    place = places.get((tag.target_kind or "", tag.target_id or ""))
    return {
        "code": tag.code,
        "image": f"{tag.code}.svg",
        "groups": [tag.code[:4], tag.code[4:]],
        "place": _cut(place["name"] if place else UNCLAIMED, LONGEST_PLACE),
        "owner": _cut(units[tag.unit_id] if tag.unit_id else regions[tag.region_id], LONGEST_OWNER),
    }


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def render_labels(
    data: dict[str, Any], public_url: str, seals: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Set the sheet; needs no database any more. *seals* are what signs a square, by its code."""
    return render_pdf("labels", data, aside(lambda: _squares(data["labels"], public_url, seals)))


def _squares(
    entries: Sequence[dict[str, Any]], public_url: str, seals: Mapping[str, str]
) -> dict[str, bytes]:
    return {
        entry["image"]: square(tag_url(public_url, entry["code"]) + seals.get(entry["code"], ""))
        for entry in entries
    }
