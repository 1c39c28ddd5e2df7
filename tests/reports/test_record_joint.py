"""People of other agencies stand in the record on paper, with what they showed."""

import io
from collections.abc import Callable

import pypdf

from server.inspections.service import JointDraft, set_joint
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.inspections import make_inspection
from tests.support.actors import Actors, World
from tests.support.clients import AppClient


def test_the_paper_names_who_came_along(
    login: Callable[..., AppClient], actors: Actors, world: World
) -> None:
    visit = make_inspection(actors["inspector"], world.hospital, mode="spot")
    who = JointDraft(new_id(), "钱队长", "县消防救援大队", "监督员", "0457", shown=True)
    set_joint(actors["inspector"], visit.id, who)
    set_joint(actors["inspector"], visit.id, JointDraft(new_id(), "孙工", "市场监管局"))
    client = login("inspector")
    db.session.commit()
    paper = client.get(f"/api/inspections/{visit.id}/record.pdf")
    pages = pypdf.PdfReader(io.BytesIO(paper.data)).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")
    assert "联合检查人员" in text
    assert "钱队长（县消防救援大队，监督员，证件号0457已出示）" in text
    assert "孙工（市场监管局，证件未记录）" in text
