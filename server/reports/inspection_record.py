"""安全检查记录: what was checked, what was found, what is to be done, and who signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.definitions.queries import law_records
from server.definitions.rules.citations import snapshot
from server.evidence.models import Photo
from server.evidence.queries import drawn_on
from server.evidence.storage import Store
from server.hazards.queries import ZONE
from server.inspections import queries
from server.inspections.models import Inspection, JointPerson
from server.inspections.queries import Walk
from server.inspections.rules import MODE_NAMES, SUBMITTED
from server.kernel.db import db
from server.org.models import Unit
from server.reports.figures import Figures
from server.reports.labels import square
from server.reports.names import Names
from server.reports.record_campaign import campaign_facts
from server.reports.record_findings import Found, Law, findings_of, hazards_of
from server.reports.record_lines import Row, rows_of, sections_of
from server.reports.record_part import mandatory_remarks, part_facts
from server.reports.record_receipt import receipt_of
from server.reports.record_signing import signing_of
from server.reports.record_team import (
    conflict_data,
    finders_of,
    people_of,
    printed,
    shares_data,
    speakers_of,
)
from server.reports.render.pdf import render_pdf
from server.reports.visit_log import visit_section


@dataclass
class Record:
    """Everything the paper says, gathered; it can be set without a database."""

    data: dict[str, Any]
    images: dict[str, bytes]
    figures: Figures


def gather(actor: Actor, inspection_id: str, address: str, now: datetime, *, demo: bool) -> Record:
    """Read an inspection that the actor may see; *address* is where the app is found."""
    inspection = queries.get_inspection(actor, inspection_id)
    ended = inspection.device_submitted_at or now
    walk = queries.walk_of(inspection, ended.astimezone(ZONE).date())
    answers, photos = queries.answers_of(inspection.id), queries.photos_of(inspection.id)
    conflicts, signatures = (
        queries.conflicts_of(inspection.id),
        queries.record_signatures(inspection.id),
    )
    conflicts = printed(conflicts)
    finders = finders_of(answers, conflicts)
    rows, found = rows_of(walk, answers, finders), hazards_of(inspection.id)
    names = _names(inspection, found, photos, [*speakers_of(answers), *people_of(conflicts)])
    seen = {photo.id: photo for photo in (*photos, *(p for entry in found for p in entry.photos))}
    figures = Figures(names.people, drawn_on(seen.values()))
    law = _law(inspection, now)
    by_line = queries.by_line(photos)
    findings = findings_of(rows, found, by_line, names, figures, law)
    shown = {photo.id for entry in found for photo in entry.photos}
    failed = {row.key for row in rows if row.verdict["result"] == "fail"}
    signing = signing_of(inspection, signatures, {p.id: p for p in photos}, figures)
    url = f"{address}/inspections/{inspection.id}/summary"
    data = {
        **_head(inspection, walk, names, ended, now, demo=demo),
        "part": part_facts(inspection, walk, rows),
        "summary": inspection.summary or "",
        "counts": _counts(walk, found),
        "findings": findings,
        "sections": sections_of(walk, rows, names.people, _signers(inspection.id)),
        "conflicts": [conflict_data(row, walk, names, by_line) for row in conflicts],
        "shares": shares_data(inspection, finders, failed, photos, names),
        "scenes": _scenes(rows, photos, shown, failed, figures),
        "url": url,
        "receipt": receipt_of(inspection),
        "visit": visit_section(actor, inspection.assignment_id),
        **signing.as_data(),
    }
    return Record(data, {"qr.svg": square(url), **signing.images}, figures)


def _law(inspection: Inspection, now: datetime) -> Law:
    """The newest records, asked for the day on which the inspection began."""
    records = law_records(now.astimezone(ZONE).date())
    day = inspection.device_started_at.astimezone(ZONE).date().isoformat()
    return lambda item: snapshot(item["basis"], records, day)


def render(record: Record, store: Store) -> bytes:
    """Set the paper; slow, and in need of no transaction."""
    images = record.images | record.figures.draw(store)
    return render_pdf("inspection_record", record.data, images)


def _names(
    inspection: Inspection,
    found: Sequence[Found],
    photos: Sequence[Photo],
    speakers: Sequence[str],
) -> Names:
    names = Names()
    names.learn(
        places=[inspection.location_id, *(entry.hazard.location_id for entry in found)],
        assets=[entry.hazard.asset_id for entry in found],
        people=[
            *inspection.member_ids,
            *speakers,
            *(entry.hazard.opened_by for entry in found),
            *(photo.author_id for entry in found for photo in entry.photos),
            *(photo.author_id for photo in photos),
        ],
    )
    return names


def _signers(inspection_id: str) -> dict[str, str]:
    return {row.id: row.name for row in queries.signatures_of(inspection_id)}


def _head(
    inspection: Inspection, walk: Walk, names: Names, ended: datetime, now: datetime, *, demo: bool
) -> dict[str, Any]:
    unit = db.session.get_one(Unit, inspection.unit_id)
    started = inspection.device_started_at.astimezone(ZONE)
    until = f"{ended.astimezone(ZONE):%Y-%m-%d %H:%M}" if inspection.submitted_at else "（未结束）"
    others = [names.person(p) for p in inspection.member_ids if p != inspection.lead_id]
    return {
        "title": "安全检查记录",
        "number": inspection.number or "（未编号）",
        "draft": inspection.state != SUBMITTED,
        "demo": demo,
        "unit": unit.name,
        "facts": [
            _fact("被检查单位", unit.name, wide=True),
            _fact("统一社会信用代码", unit.uscc or "—"),
            _fact("医疗机构登记号", unit.institution_code or "—"),
            _fact("单位地址", unit.address or "—", wide=True),
            _fact("检查时间", f"{started:%Y-%m-%d %H:%M} 至 {until}", wide=True),
            _fact("检查场所", "、".join(_places(inspection, walk, names)) or "全单位", wide=True),
            _fact("检查方式", MODE_NAMES[inspection.mode][0]),
            _fact("检查组长", names.person(inspection.lead_id)),
            *(_fact(name, text, wide=True) for name, text in campaign_facts(inspection)),
            _fact("检查人员", "、".join(others) or "—", wide=True),
            *_joint(inspection.id),
        ],
        "checklist": walk.definition["title"]["zh"],
        "version": inspection.definition,
        "code": inspection.id,
        "printed": f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}",
    }


def _joint(inspection_id: str) -> list[dict[str, Any]]:
    """Return who of other agencies took part, each with the certificate that was shown."""
    people = [joint_words(row) for row in queries.joint_of(inspection_id)]
    return [_fact("联合检查人员", "；".join(people), wide=True)] if people else []


def joint_words(row: JointPerson) -> str:
    """Say who somebody of another agency is."""
    shown = "已出示" if row.shown else "未出示"
    papers = f"证件号 {row.certificate} {shown}" if row.certificate else "证件未记录"
    return f"{row.name}（{'，'.join(filter(None, (row.agency, row.title, papers)))}）"


def _fact(name: str, text: str, *, wide: bool = False) -> dict[str, Any]:
    return {"name": name, "text": text, "wide": wide}


def _places(inspection: Inspection, walk: Walk, names: Names) -> list[str]:
    here = names.where(inspection.location_id, None)
    targets = walk.context["targets"]
    walked = map(walk.place_name, [*targets["location"], *targets["asset"]])
    return list(dict.fromkeys(filter(None, [here, *walked])))


def _counts(walk: Walk, found: Sequence[Found]) -> dict[str, Any]:
    score = walk.score()
    return {
        **walk.counts(),
        "score": _figure(score["total"]),
        "coverage": _figure(score["coverage"]),
        "hazards": len(found),
        "mandatory": mandatory_remarks(score),
        "suspected": sum(1 for entry in found if entry.hazard.suspected_major),
    }


def _figure(value: float | None) -> str:
    return "/" if value is None else f"{value:g}"


def _scenes(
    rows: Sequence[Row],
    photos: Sequence[Photo],
    shown: set[str],
    failed: set[str],
    figures: Figures,
) -> list[dict[str, Any]]:
    """Return the photos of what was in order, each under the question that it answers."""
    by_line = queries.by_line(photos)
    told = []
    for row in rows:
        if row.key not in failed:
            own = [photo for photo in by_line.get(row.key, ()) if photo.id not in shown]
            told += figures.show(own, f"第 {row.number} 项 {row.item['ask']['zh']}")
    return told
