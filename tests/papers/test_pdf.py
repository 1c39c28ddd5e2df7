"""The server's PDF of a paper carries the words, the number and the fingerprint."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db
from server.papers.service import release_papers
from tests.factories.inspections import make_inspection
from tests.factories.papers import make_paper
from tests.support.actors import Actors, World
from tests.support.clients import AppClient


def pdf_text(content: bytes) -> str:
    """The words of a PDF without its line breaks."""
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.fixture
def inspection(actors: Actors, world: World) -> Inspection:
    return make_inspection(actors["inspector"], world.hospital, mode="spot")


def test_the_pdf_says_what_was_signed(
    actors: Actors, inspection: Inspection, login: Callable[..., AppClient]
) -> None:
    paper = make_paper(actors["inspector"], inspection)
    db.session.commit()
    answer = login("inspector").get(f"/api/papers/{paper.id}/paper.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = pdf_text(answer.data)
    code = paper.code
    for words in (
        "安平县卫生健康局", "现场检查记录", paper.number, paper.hash, "安全出口被杂物堵塞",
        "不申请回避", "王检查（证件号NS-1）、吴专家（证件号NS-2）", code,
    ):  # fmt: skip
        assert "".join(words.split()) in text, words


def test_a_hidden_paper_is_absent(
    actors: Actors, inspection: Inspection, login: Callable[..., AppClient]
) -> None:
    paper = make_paper(actors["inspector"], inspection)
    db.session.commit()
    for role in ("unit_head", "bureau_office", "read_only"):
        client = login(role)
        for path in (f"/api/papers/{paper.id}", f"/api/papers/{paper.id}/paper.pdf"):
            assert client.get(path).status_code == 404
        assert client.get(f"/api/inspections/{inspection.id}/papers").status_code == 404


def test_the_team_reads_its_papers_and_its_officers(
    actors: Actors, inspection: Inspection, login: Callable[..., AppClient]
) -> None:
    paper = make_paper(actors["inspector"], inspection)
    db.session.commit()
    client = login("inspector")
    listed = client.get(f"/api/inspections/{inspection.id}/papers").get_json()["items"]
    assert [(one["id"], one["number"], one["hash"]) for one in listed] == [
        (paper.id, paper.number, paper.hash)
    ]
    whole = client.get(f"/api/papers/{paper.id}").get_json()
    assert whole["paper"] == listed[0]
    assert "安全出口" in whole["sheet"]["body"]
    officers = client.get(f"/api/inspections/{inspection.id}/officers").get_json()["items"]
    assert [(one["name"], one["number"]) for one in officers] == [("王检查", None)]


def test_whoever_holds_a_paper_checks_it_without_an_account(
    actors: Actors, inspection: Inspection, client: AppClient
) -> None:
    paper = make_paper(actors["inspector"], inspection)
    db.session.commit()
    told = client.get(f"/api/public/papers/{paper.code}?h={paper.hash[:16]}").get_json()
    assert set(told) == {"known", "office", "issued_at", "unchanged", "replaced"}
    assert (told["unchanged"], told["office"]) == (True, "安平县卫生健康局")
    assert client.get("/api/public/papers/ZZZZ").get_json() == {"known": False}


def test_offices_are_named_over_http(login: Callable[..., AppClient], world: World) -> None:
    client = login("bureau_office")
    path = f"/api/offices/{world.county.id}"
    named = {"name": "安平县卫生健康局", "short_name": "安卫"}
    assert client.put(path, json=named).status_code == 200
    assert client.get("/api/offices").get_json()["items"] == [{"id": world.county.id, **named}]
    assert login("inspector").put(path, json=named).status_code == 403


def test_papers_are_found_by_unit_kind_and_period(
    actors: Actors, inspection: Inspection, login: Callable[..., AppClient], world: World
) -> None:
    """An office looks for a paper: released ones of its places, and nothing else."""
    record = make_paper(actors["inspector"], inspection)
    notice = make_paper(actors["inspector"], inspection, layout="rectification-notice")
    db.session.commit()
    office, mine = login("bureau_office"), login("inspector")

    def ids(client: AppClient, **asked: str) -> list[str]:
        answer = client.get("/api/papers", query_string=asked)
        assert answer.status_code == 200, answer.json
        assert answer.json["total"] == len(answer.json["items"])
        return sorted(one["id"] for one in answer.json["items"])

    both = sorted([record.id, notice.id])
    assert ids(office) == []
    assert ids(mine) == both
    release_papers(inspection.id)
    db.session.commit()
    assert ids(office) == both
    today = clock.today()
    for asked, found in (
        ({"layout": "site-record"}, [record.id]),
        ({"unit_id": world.hospital.id, "from": today.isoformat(), "to": today.isoformat()}, both),
        ({"unit_id": world.clinic.id}, []),
        ({"from": (today + timedelta(days=1)).isoformat()}, []),
        ({"to": (today - timedelta(days=1)).isoformat()}, []),
        ({"q": record.number}, [record.id]),
        ({"q": f"{record.code[:4]} {record.code[4:8].lower()}"}, [record.id]),
        ({"outcome": "refused"}, []),
        ({"valid": "true"}, both),
    ):
        assert ids(office, **asked) == found, asked
    said = {"id": record.id, "number": record.number, "reason": "地址写错"}
    make_paper(actors["inspector"], inspection, edition=2, replaces=said)
    db.session.commit()
    assert record.id not in ids(office, valid="true")
    assert ids(login("read_only")) == ids(office)
    assert login("administrator").get("/api/papers").status_code == 403
