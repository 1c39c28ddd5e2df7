"""Expert opinions: whose they are, when they are seen, and that signed words stay."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from server.custody import keys
from server.experts.models import Opinion
from server.experts.opinions import signed_text
from server.kernel.db import db
from tests.factories.experts import make_certificate, make_expert, make_recusal
from tests.factories.hazards import make_hazard
from tests.factories.visits import POSTED, make_visit
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
HAND: dict[str, Any] = {"strokes": [[[100, 200], [500, 700]], [[600, 1], [601, 2]]], "width": 600}
WORDS = {"facts": "配电箱无防护", "judgement": "不符合用电安全要求", "advice": "更换防护罩"}


def code(reply: Any) -> tuple[int, str]:
    return reply.status_code, (reply.json or {}).get("code", "")


@pytest.fixture
def about(actors: Actors, world: World) -> dict[str, str]:
    make_expert(actors.person("expert"), world.county)
    hazard = make_hazard(actors["inspector"], world.hospital)
    db.session.commit()
    return {"subject_type": "hazard", "subject_id": hazard.id}


@pytest.fixture
def author(login: Login, about: dict[str, str]) -> AppClient:
    client = login("expert")
    db.session.commit()
    return client


def test_a_draft_is_its_authors_until_signed(
    login: Login, author: AppClient, about: dict[str, str]
) -> None:
    draft: Any = author.post("/api/opinions", json=about | {"facts": "配电箱无防护"}).json
    path = f"/api/opinions/{draft['id']}"
    office, head = login("bureau_office"), login("unit_head")
    db.session.commit()
    assert office.get(path).status_code == 404
    assert head.get("/api/opinions").json["total"] == 0
    assert code(author.post(f"{path}/sign", json=HAND | {"rev": 1})) == (422, "opinion-empty")
    written: Any = author.patch(path, json={"rev": 1, **WORDS}).json
    signed: Any = author.post(f"{path}/sign", json=HAND | {"rev": written["rev"]}).json
    assert signed["state"] == "signed"
    assert office.get(path).json["judgement"] == WORDS["judgement"]
    assert head.get(f"/api/opinions?subject_id={about['subject_id']}").json["total"] == 1
    row = db.session.get_one(Opinion, draft["id"])
    text = signed_text(row)
    assert hashlib.sha256(text).hexdigest() == signed["digest"]
    assert row.signer is not None
    assert keys.trusts(row.signer["key"], text, bytes.fromhex(row.signer["signature"]))
    late = author.patch(path, json={"rev": signed["rev"], "facts": "另一说法"})
    assert code(late) == (409, "opinion-closed")
    gone: Any = author.post(
        f"{path}/withdraw", json={"rev": signed["rev"], "reason": "现场情况有变"}
    ).json
    assert (gone["state"], gone["facts"]) == ("withdrawn", WORDS["facts"])
    assert office.get(path).json["withdrawn_why"] == "现场情况有变"
    assert code(author.post(f"{path}/withdraw", json={"rev": gone["rev"], "reason": "x"})) == (
        409,
        "opinion-closed",
    )


@pytest.mark.parametrize("strokes", [[], [[]], [[[5, 5]]], [[[0, 0], [90, 90]]]])
def test_a_slip_of_the_finger_is_no_signature(
    author: AppClient, about: dict[str, str], strokes: Any
) -> None:
    draft: Any = author.post("/api/opinions", json=about | WORDS).json
    path = f"/api/opinions/{draft['id']}"
    answer = author.post(f"{path}/sign", json={"rev": 1, "strokes": strokes})
    assert code(answer) == (422, "opinion-unsigned")
    assert author.get(path).json["state"] == "draft"


def test_the_hand_is_part_of_what_is_signed(author: AppClient, about: dict[str, str]) -> None:
    draft: Any = author.post("/api/opinions", json=about | WORDS).json
    path = f"/api/opinions/{draft['id']}"
    beyond = HAND | {"strokes": [[[-9, 1200], [500.4, 700]]], "rev": 1}
    signed: Any = author.post(f"{path}/sign", json=beyond).json
    assert signed["hand"]["strokes"] == [[[0, 1000], [500, 700]]]
    assert "hand" not in author.get("/api/opinions").json["items"][0]
    row = db.session.get_one(Opinion, draft["id"])
    assert row.signer is not None
    assert hashlib.sha256(signed_text(row)).hexdigest() == row.digest
    row.signer = row.signer | {"hand": signed["hand"] | {"strokes": [[[1, 1], [900, 900]]]}}
    assert hashlib.sha256(signed_text(row)).hexdigest() != row.digest


def test_a_hand_that_cannot_signs_by_keyboard(author: AppClient, about: dict[str, str]) -> None:
    draft: Any = author.post("/api/opinions", json=about | WORDS).json
    path = f"/api/opinions/{draft['id']}"
    sent = {"rev": 1, "how": "typed", **HAND}
    assert author.post(f"{path}/sign", json=sent).json["hand"]["strokes"] == []
    paper = author.get(f"{path}/opinion.pdf")
    told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages)
    assert "键盘签署" in told.replace("\n", "")


def test_a_withdrawn_draft_was_never_said(
    login: Login, author: AppClient, about: dict[str, str]
) -> None:
    draft: Any = author.post("/api/opinions", json=about).json
    author.post(f"/api/opinions/{draft['id']}/withdraw", json={"rev": 1, "reason": "重复"})
    assert login("bureau_office").get("/api/opinions").json["total"] == 0


def test_others_neither_write_nor_sign_it(
    login: Login, author: AppClient, about: dict[str, str]
) -> None:
    draft: Any = author.post("/api/opinions", json=about | WORDS).json
    author.post(f"/api/opinions/{draft['id']}/sign", json=HAND | {"rev": 1})
    office = login("bureau_office")
    for act in ("sign", "withdraw"):
        sent = {"rev": 2} | ({"reason": "x"} if act == "withdraw" else HAND)
        assert office.post(f"/api/opinions/{draft['id']}/{act}", json=sent).status_code == 404


def test_only_the_pool_writes_opinions(
    login: Login, author: AppClient, about: dict[str, str]
) -> None:
    assert code(login("inspector").post("/api/opinions", json=about)) == (403, "opinion-not-expert")


def test_who_stands_aside_keeps_silent(
    author: AppClient, actors: Actors, about: dict[str, str], world: World
) -> None:
    draft: Any = author.post("/api/opinions", json=about | WORDS).json
    make_recusal(actors.person("expert"), unit_id=world.hospital.id, kind="former-employer")
    db.session.commit()
    refused = author.post("/api/opinions", json=about)
    assert code(refused) == (403, "opinion-recused")
    assert refused.json["reasons"][0]["zh"] == "申报回避：曾任职单位"
    signing = author.post(f"/api/opinions/{draft['id']}/sign", json=HAND | {"rev": 1})
    assert code(signing) == (403, "opinion-recused")


def test_an_opinion_on_a_visit_is_seen_with_the_visit(
    login: Login, author: AppClient, actors: Actors, world: World
) -> None:
    visit = make_visit(actors["inspector"], world.hospital, "expert", 2, {POSTED: "fail"})
    db.session.commit()
    sent = {"subject_type": "inspection", "subject_id": visit.id, **WORDS}
    draft: Any = author.post("/api/opinions", json=sent).json
    author.post(f"/api/opinions/{draft['id']}/sign", json=HAND | {"rev": 1})
    head = login("unit_head")
    db.session.commit()
    assert head.get(f"/api/opinions/{draft['id']}").json["unit_name"] == world.hospital.name
    visit.state = "draft"
    db.session.commit()
    assert head.get(f"/api/opinions/{draft['id']}").status_code == 404
    assert author.post("/api/opinions", json=sent).status_code == 404


def test_the_paper_says_what_was_signed(
    login: Login, author: AppClient, actors: Actors, about: dict[str, str]
) -> None:
    make_certificate(actors.person("expert"), "fire-engineer", number="消工 0042")
    draft: Any = author.post("/api/opinions", json=about | WORDS).json
    path = f"/api/opinions/{draft['id']}"
    assert author.get(f"{path}/opinion.pdf").status_code == 404, "a draft is no paper"
    author.post(f"{path}/sign", json=HAND | {"rev": 1})
    head = login("unit_head")
    db.session.commit()
    paper = head.get(f"{path}/opinion.pdf")
    assert paper.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages)
    told = text.replace("\n", "").replace(" ", "")
    for words in (*WORDS.values(), "消工0042", "安平县人民医院", "吴专家"):
        assert words.replace(" ", "") in told, words
