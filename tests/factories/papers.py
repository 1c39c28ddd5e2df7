"""Papers as a phone makes them: the text, the marks over it, the command."""

import json
from typing import Any

from server.access.rules import Actor
from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.papers.models import Paper
from server.papers.rules import text_hash
from server.papers.service import PaperDraft, issue_paper

STROKES = [[[100, 500], [300, 200], [500, 700]], [[600, 300], [900, 600]]]
FINDING = {
    "title": "安全出口被杂物堵塞",
    "text": "东侧出口堆放纸箱。",
    "place": "门诊楼 / 1层",
    "grade": "一般隐患",
    "basis": ["《中华人民共和国消防法》第二十八条"],
    "suggest": "立即清理，保持畅通。",
    "due": "2026年11月25日",
}


def written(names: list[str], **given: Any) -> dict[str, Any]:
    """The text of a paper; every officer has shown a certificate."""
    officers = [
        {"name": name, "number": f"NS-{n}", "source": "typed", "shown": "2026年11月22日 09时30分"}
        for n, name in enumerate(names, 1)
    ]
    return {
        "v": 1, "layout": "site-record", "version": 1, "track": "supervision",
        "code": ids.new_id().replace("-", "")[-12:].upper(), "edition": 1,
        "office": {"name": "安平县卫生健康局"}, "date": "2026年11月22日",
        "fields": {
            "unit": "安平县人民医院", "address": "人民路1号", "head": "陈立新",
            "head_title": "院长", "begun": "2026年11月22日 09时30分", "met": "赵海燕",
            "overview": "检查了门诊楼。", "handling": "按期整改。",
        },
        "officers": officers, "findings": [FINDING],
        "recusal": {"certificates": "yes", "recusal": "no", "by": "赵海燕"},
    } | given  # fmt: skip


def mark(party: str, name: str, how: str = "signed", **given: Any) -> dict[str, Any]:
    """A signature, or what is noted in its place."""
    drawn = how in ("signed", "delegated")
    values: dict[str, Any] = {
        "party": party, "how": how, "name": name, "at": clock.now_ms(),
        "when": "2026年11月22日 10时20分", "strokes": STROKES if drawn else [],
        "width": 600, "height": 200,
    }  # fmt: skip
    return values | given


def marks_of(names: list[str], *unit: dict[str, Any]) -> list[dict[str, Any]]:
    """Everybody signs: the answer to the questions, the officers, the unit."""
    officers = [mark("officer", name) for name in names]
    return [mark("recusal", "赵海燕"), *officers, *(unit or (mark("unit", "赵海燕"),))]


def draft(
    inspection: Inspection, body: dict[str, Any], marks: list[dict[str, Any]], **given: Any
) -> PaperDraft:
    """A paper on its way."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    signing = {"v": 1, "over": text_hash(text), "marks": marks}
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "inspection_id": inspection.id,
        "body": text,
        "signing": json.dumps(signing, ensure_ascii=False, separators=(",", ":")),
        "made_at": clock.now(),
    }
    return PaperDraft(**values | given)


def make_paper(actor: Actor, inspection: Inspection, **given: Any) -> Paper:
    """A signed record of two officers."""
    names = ["王检查", "吴专家"]
    return issue_paper(actor, draft(inspection, written(names, **given), marks_of(names)))
