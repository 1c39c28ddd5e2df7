"""The end of an inspection record: signatures, refusals and what must be said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.evidence.models import Photo
from server.hazards.queries import ZONE
from server.inspections.models import Hand, Inspection, Signature
from server.inspections.rules import SIGNING, lacks_second_inspector
from server.inspections.service import hands_of, unconfirmed
from server.kernel import clock
from server.reports.figures import Figures
from server.reports.strokes import signature_svg


@dataclass
class Signing:
    """Who signed, who refused, and what the paper has to add."""

    inspectors: list[dict[str, Any]] = field(default_factory=list)
    unit: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return what the template reads."""
        return {
            "inspectors": self.inspectors,
            "unit": self.unit,
            "refusals": self.refusals,
            "remarks": self.remarks,
        }


def signing_of(
    inspection: Inspection,
    signatures: Sequence[Signature],
    photos: Mapping[str, Photo],
    figures: Figures,
) -> Signing:
    """Sort the signatures and draw them."""
    told = Signing()
    hands = hands_of([row.id for row in signatures])
    for number, row in enumerate(signatures, 1):
        if row.refused:
            told.refusals.append(_refusal(row, photos, figures))
            continue
        name = f"s-{number}.svg"
        told.images[name] = signature_svg(row.strokes, row.width, row.height)
        side = told.inspectors if row.party == "inspector" else told.unit
        side.append(_signed(row, name, inspection, hands.get(row.id)))
    told.remarks = _remarks(inspection, told)
    return told


def _signed(
    row: Signature, image: str, inspection: Inspection, hand: Hand | None
) -> dict[str, Any]:
    early = inspection.reopened_at is not None and row.received_at <= inspection.reopened_at
    elsewhere = bool(unconfirmed(inspection, [row]))
    return {
        "name": row.name,
        "title": row.title or "",
        "image": image,
        "at": f"{row.signed_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "early": early,
        "elsewhere": elsewhere,
        "owner": owner_words(hand),
    }


def owner_words(hand: Hand | None) -> str:
    """Return what whoever signed on a colleague's phone said of it by the own account."""
    word = hand.word if hand else None
    if word is None:
        return ""
    at = f"{clock.from_ms(word['at']).astimezone(ZONE):%Y-%m-%d %H:%M}"
    return f"本人账号已确认 {at}" if word["mine"] else f"本人账号称不是本人所签 {at}"


def _refusal(row: Signature, photos: Mapping[str, Photo], figures: Figures) -> dict[str, Any]:
    shown = [photos[photo_id] for photo_id in row.photo_ids if photo_id in photos]
    return {
        "name": row.name,
        "title": row.title or "",
        "reason": row.reason or "",
        "witness": row.witness or "",
        "at": f"{row.signed_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "figures": figures.show(shown, "拒签情况"),
    }


def _remarks(inspection: Inspection, told: Signing) -> list[str]:
    remarks = []
    count = len(told.inspectors)
    if lacks_second_inspector(inspection.mode, count):
        advised = SIGNING[inspection.mode].advised
        remarks.append(f"本记录由 {count} 名检查人员签字，少于建议的 {advised} 名。")
    if any(entry["early"] for entry in (*told.inspectors, *told.unit)):
        remarks.append("标有“重新打开前”的签字早于记录最后一次重新打开，之后的修改未经重新签字。")
    if any(entry["elsewhere"] and not entry["owner"] for entry in told.inspectors):
        remarks.append("标有“同事手机”的签字在其他检查人员的手机上完成，未经本人账号确认。")
    if any(entry["owner"] for entry in told.inspectors):
        remarks.append(
            "签字旁写有“本人账号”的，是在其他检查人员的手机上签字后，本人用自己的账号所作的说明。"
        )
    return remarks
