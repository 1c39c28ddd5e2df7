"""互查问题移交与答复: what guests found, what the home region says to it, and what was ruled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.evidence.models import Photo
from server.evidence.queries import drawn_on, visible_photos
from server.evidence.storage import Store
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.hazards.queries import ZONE
from server.hazards.workflow import STATE_NAMES, HazardState
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.peers import queries, views
from server.peers.models import PeerPairing
from server.reports.figures import Figures
from server.reports.hazard_ledger import grade_name
from server.reports.labels import square
from server.reports.names import Names
from server.reports.render.pdf import render_pdf

Data = dict[str, Any]
VERDICTS = {"accepted": "认可", "appealed": "申诉", None: "尚未答复"}
RULINGS = {"upheld": "维持", "lifted": "撤销"}
TASKS = {"planned": "待检查", "started": "检查中", "done": "已完成", "cancelled": "已取消"}


@dataclass
class Paper:
    """Everything the paper says, gathered; it can be set without a database."""

    name: str
    data: Data
    images: dict[str, bytes]
    figures: Figures


def gather(actor: Actor, pairing_id: str, address: str, now: datetime, *, demo: bool) -> Paper:
    """Read a pairing that was handed over and that the actor may see."""
    row = queries.get_pairing(actor, pairing_id)
    if row.handed_at is None:
        raise NotFound()
    told = views.pairing_data(actor, row)
    hazards = {hazard.id: hazard for _, hazard in queries.findings_of(row.id)}
    photos = _photos(actor, hazards)
    figures = _figures(photos)
    url = f"{address}/desk/peers/pairings/{row.id}"
    data = _head(row, told, now) | {
        "url": url,
        "demo": demo,
        "facts": list(_facts(told)),
        "versions": list(_versions(told)),
        "replaced": list(_replaced(told)),
        "findings": [
            _finding(number, finding, hazards[finding["hazard"]["id"]], photos, figures)
            for number, finding in enumerate(told["findings"], 1)
        ],
        "returns": list(_returns(told)),
        "appeal_days": told["round"]["appeal_days"],
    }
    name = f"{told['guest']['name']}至{told['home']['name']}"
    return Paper(name, data, {"qr.svg": square(url)}, figures)


def render(paper: Paper, store: Store) -> bytes:
    """Set the paper; slow, and in need of no transaction."""
    return render_pdf("peer_reply", paper.data, paper.images | paper.figures.draw(store))


def _head(row: PeerPairing, told: Data, now: datetime) -> Data:
    answered = row.answered_at is not None
    return {
        "title": "互查问题移交与答复" if answered else "互查问题移交单",
        "answered": answered,
        "code": row.id,
        "round": told["round"]["name"],
        "document": told["round"]["document"],
        "guest": told["guest"]["name"],
        "home": told["home"]["name"],
        "handed": f"{told['handed_by'] or ''} 于 {_time(row.handed_at)} 移交",
        "note": row.handed_note,
        "reply_document": row.reply_document,
        "reply": row.reply,
        "replied": f"{told['answered_by'] or ''} 于 {_time(row.answered_at)} 答复"
        if answered
        else "",
        "printed": _time(now),
    }


def _facts(told: Data) -> Iterable[Data]:
    lead = told["lead_id"]
    team = [one["name"] + ("（组长）" if one["id"] == lead else "") for one in told["members"]]
    left = [f"{one['person']}（中途退出：{one['reason']}）" for one in told["changes"]]
    yield {"name": "派出 → 受检", "text": f"{told['guest']['name']} → {told['home']['name']}"}
    yield {"name": "检查组", "text": "、".join([*team, *left])}
    yield {"name": "受检单位", "text": "、".join(map(_unit, told["units"]))}
    window = (clock.from_ms(told[key]) for key in ("starts_at", "ends_at"))
    yield {"name": "检查时间", "text": " 至 ".join(map(_time, window))}
    draw = told["draw"]
    if draw is not None:
        how = "已公布，可重算" if draw["published"] else "未公布"
        text = f"{draw['code']}（{draw['purpose']}；监督人 {draw['witness']}；{how}）"
        yield {"name": "单位的抽取", "text": text}


def _unit(unit: Data) -> str:
    marks = ["已停用"] if unit["closed"] else []
    marks += [f"已划入{unit['moved_to']}"] if unit["moved_to"] else []
    name: str = unit["name"]
    return name + (f"（{'，'.join(marks)}）" if marks else "")


def _replaced(told: Data) -> Iterable[str]:
    for one in told["draw"]["replacements"] if told["draw"] else ():
        out, came = one["out"] or "其他区域的单位", one["came"] or "其他区域的单位"
        yield f"{_time(clock.from_ms(one['at']))} {one['by']}：{out} → {came}，{one['reason']}"


def _versions(told: Data) -> Iterable[str]:
    for visit in told["visits"]:
        number, used = visit["number"] or "（未编号）", visit["version"]
        words = f"{number}《{used['title']['zh']}》版本 {used['hash'][:12]}"
        if visit["pinned"] is None:
            yield f"{words}（本轮统一版本）"
            continue
        yield f"{words}，与本轮统一版本 {visit['pinned']['hash'][:12]} 不同，不计入两组一致性"


def _finding(
    number: int,
    told: Data,
    hazard: Hazard,
    photos: dict[str, list[tuple[str, Photo]]],
    figures: Figures,
) -> Data:
    evidence = set(told["photo_ids"])
    own = photos.get(hazard.id, [])
    opening = [photo for action, photo in own if action == "open"]
    proof = [photo for _, photo in own if photo.id in evidence]
    return {
        "number": number,
        "title": hazard.title,
        "text": hazard.description if hazard.description != hazard.title else "",
        "unit": told["hazard"]["unit_name"],
        "entered": hazard.number or "（未编号）",
        "state": STATE_NAMES[HazardState(hazard.state)][0],
        "grade": grade_name(hazard),
        "due": hazard.due_on.isoformat(),
        "verdict": VERDICTS[told["verdict"]],
        "reason": told["reason"],
        "said": _said(told["said_by"], told["said_at"]),
        "until": _time(clock.from_ms(told["appeal_until"] - 1))[:10],
        "ruling": RULINGS.get(told["ruling"] or "", ""),
        "ruling_reason": told["ruling_reason"],
        "ruled": _said(told["ruled_by"], told["ruled_at"]),
        "figures": figures.show(opening, hazard.title),
        "evidence": figures.show(proof, "申诉证据"),
    }


def _returns(told: Data) -> Iterable[str]:
    """Name open tasks and visits that have arrived: a paper travels further than its reader."""
    units = {unit["id"]: unit["name"] for unit in told["units"]}
    for one in told["returns"]:
        if one["visit_id"] is None:
            yield f"{one['due_on']}　{units.get(one['unit_id'], '')}　{TASKS[one['state']]}"


def _photos(actor: Actor, hazard_ids: Iterable[str]) -> dict[str, list[tuple[str, Photo]]]:
    """Return for each hazard its photos that the actor may see, with what they were taken for."""
    query = (
        visible_photos(actor)
        .join(HazardPhoto, HazardPhoto.photo_id == Photo.id)
        .outerjoin(HazardStep, HazardStep.id == HazardPhoto.step_id)
        .where(HazardPhoto.hazard_id.in_(sorted(hazard_ids)), Photo.state != "removed")
        .add_columns(HazardPhoto.hazard_id, HazardStep.action)
        .order_by(Photo.taken_at, Photo.id)
    )
    found: dict[str, list[tuple[str, Photo]]] = {}
    for photo, hazard_id, action in db.session.execute(query):
        found.setdefault(hazard_id, []).append((action or "", photo))
    return found


def _figures(photos: dict[str, list[tuple[str, Photo]]]) -> Figures:
    seen: Sequence[Photo] = [photo for own in photos.values() for _, photo in own]
    names = Names()
    names.learn(people=[photo.author_id for photo in seen])
    return Figures(names.people, drawn_on(seen))


def _said(by: str | None, at: int | None) -> str:
    return "" if at is None else f"{by or ''} {_time(clock.from_ms(at))}".strip()


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
