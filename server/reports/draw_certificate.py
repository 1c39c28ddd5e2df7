"""The certificate of a draw: what anybody needs to find it again and to repeat it."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import undefer

from server.access.rules import Actor
from server.draws.models import Draw
from server.draws.publish import standing
from server.draws.queries import visible_draws
from server.draws.rules import SCALE
from server.draws.seeds import value_of
from server.draws.service import is_secret
from server.experts.words import names
from server.hazards.queries import ZONE
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.models import Region
from server.reports.labels import square
from server.reports.render import fonts
from server.reports.render.pdf import render_pdf

Data = dict[str, Any]
#: the annex of a paper ends somewhere; the published file does not
MOST_LINES = 400
KINDS = {"units": "检查对象", "people": "检查人员"}
WHY = {
    "excluded": "操作人排除",
    "inactive": "已停用",
    "visited-lately": "近期查过",
    "no-right": "无权在此检查",
    "pair-within-cycle": "周期内去过该单位",
    "regions-within-cycle": "两地周期内已互查",
    "own-employer": "本人任职单位",
    "own-region": "本地区",
    "company-client": "所在机构的服务对象",
    "certificate-expired": "证书已过期",
}


@dataclass(frozen=True)
class Certificate:
    """Everything that is on the paper, read in one transaction."""

    code: str
    data: Data
    images: Mapping[str, bytes]


def gather_certificate(actor: Actor, draw_id: str, address: str, *, demo: bool) -> Certificate:
    """Read a draw that the actor may see."""
    query = visible_draws(actor).where(Draw.id == draw_id)
    draw = db.session.scalars(query.options(undefer(Draw.snapshot), undefer(Draw.file))).first()
    if draw is None:
        raise NotFound()
    url = f"{address}/verify/draw?code={draw.code}"
    data = _head(draw, url, demo=demo) | {
        "facts": list(_facts(draw)),
        "slots": _slots(draw),
        "replacements": _replacements(draw),
        "proof": list(_proof(draw)),
        "lines": _lines(draw),
        "candidates": len(draw.snapshot["candidates"]),
    }
    return Certificate(draw.code, data, {"qr.svg": square(url)})


def render_certificate(certificate: Certificate) -> bytes:
    """
    Set the paper; needs no database any more.

    What was said at a draw can never be put right, so a sign that no font can show is no reason to
    have no paper: its number stands there instead.
    """
    absent = fonts.missing([*fonts.texts_of(certificate.data)])
    spelled = {ord(sign): _spelled(sign) for sign in absent}
    data = _translated(certificate.data, spelled) if spelled else certificate.data
    return render_pdf("draw_certificate", data, certificate.images)


def _spelled(sign: str) -> str:
    """Choosers of a variant show nothing themselves; other signs get their number."""
    return "" if unicodedata.category(sign) == "Mn" else f"[U+{ord(sign):04X}]"


def _translated(data: Any, spelled: Mapping[int, str]) -> Any:
    if isinstance(data, str):
        return data.translate(spelled)
    if isinstance(data, dict):
        return {key: _translated(value, spelled) for key, value in data.items()}
    return [_translated(one, spelled) for one in data] if isinstance(data, list) else data


def _head(draw: Draw, url: str, *, demo: bool) -> Data:
    return {
        "code": draw.code,
        "purpose": draw.purpose,
        "url": url,
        "demo": demo,
        "public": draw.published_at is not None,
        "secret": is_secret(draw),
        "spoiled": None if draw.spoiled is None else _spoiled(draw.spoiled),
    }


def _spoiled(said: Mapping[str, Any]) -> str:
    return f"{said['by']} 于 {_time(clock.from_ms(said['at']))} 声明作废：{said['reason']}"


def _facts(draw: Draw) -> Iterable[Data]:
    region = db.session.get_one(Region, draw.region_id).name
    snapshot = draw.snapshot
    formula = snapshot["formula"]
    yield {"name": "抽取事由", "text": draw.purpose}
    yield {"name": "抽取对象", "text": f"{KINDS[draw.kind]}（{region}）"}
    yield {"name": "抽取时间", "text": _time(draw.drawn_at)}
    yield {"name": "操作人", "text": draw.operator_name}
    yield {"name": "监督人", "text": draw.witness_name}
    yield {"name": "监督人写的话", "text": f"“{draw.witness_words}”"}
    yield {"name": "抽取机会", "text": f"{formula['label']['zh']}（公式版本 {formula['version']}）"}
    counted = {slot["key"]: (slot["count"], slot["reserve"]) for slot in snapshot["slots"]}
    each = next(iter(counted.values()))
    per = "每家" if draw.kind == "people" and snapshot["slots"][0]["name"] else ""
    yield {"name": "抽取数量", "text": f"{per}抽 {each[0]}，候补 {each[1]}"}


def _slots(draw: Draw) -> list[Data]:
    known = {one["id"]: one["name"] for one in draw.snapshot["candidates"]}
    titles = {slot["key"]: slot["name"] or "" for slot in draw.snapshot["slots"]}
    waiting = {one["slot"]: one["reserve"] for one in draw.result}
    came = {one["in"] for one in draw.replacements}
    return [
        {
            "title": titles[one["slot"]],
            "drawn": [known[key] + ("（候补递补）" if key in came else "") for key in one["ids"]],
            "reserve": "、".join(known[key] for key in waiting[one["slot"]]),
        }
        for one in standing(draw)
    ]


def _replacements(draw: Draw) -> list[str]:
    known = {one["id"]: one["name"] for one in draw.snapshot["candidates"]}
    return [
        f"{_time(clock.from_ms(one['at']))} {one['by']}：{known[one['out']]} → {known[one['in']]}，"
        f"{one['reason']}"
        for one in draw.replacements
    ]


def _proof(draw: Draw) -> Iterable[Data]:
    lane = "保密组" if draw.lane == "sealed" else "公开组"
    place = f"{draw.period}，{lane}第 {draw.number} 枚"
    yield {"name": "种子", "text": f"{place}，指纹 {draw.seed_hash}"}
    yield {"name": "候选名单指纹", "text": draw.snapshot_hash}
    if draw.published_at is None or draw.file is None:
        return
    yield {"name": "种子原值", "text": value_of(draw)}
    yield {"name": "公布时间", "text": _time(draw.published_at)}
    digest = hashlib.sha256(draw.file.encode()).hexdigest()
    yield {"name": "公布文件 SHA-256", "text": digest}


def _lines(draw: Draw) -> list[Data]:
    titles = {slot["key"]: slot["name"] or "" for slot in draw.snapshot["slots"]}
    words = WHY | {key: name["zh"] for key, name in names("recusals").items()}
    ordered = sorted(draw.snapshot["candidates"], key=lambda one: (-one["weight"], one["id"]))
    return [
        {
            "name": one["name"],
            "weight": f"{one['weight'] / SCALE:.2f}",
            "why": "；".join(_why(one, titles, words)),
        }
        for one in ordered[:MOST_LINES]
    ]


def _why(one: Data, titles: Mapping[str, str], words: Mapping[str, str]) -> Iterable[str]:
    for out in one["out"]:
        said = words.get(out["kind"], out["kind"])
        yield f"{said}：{out['note']}" if out.get("note") else said
    for slot, kinds in one["barred"].items():
        said = "、".join(words.get(kind, kind) for kind in kinds)
        yield f"{titles[slot]}：{said}" if titles[slot] else said


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
