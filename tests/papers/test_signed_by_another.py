"""代签: whose hand it was nobody can tell; what came from another account is said."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.flags.models import Flag
from server.inspections.models import Inspection
from server.inspections.queries import record_signatures
from server.inspections.service import submit_inspection
from server.kernel import clock
from server.kernel.db import db
from server.papers.service import issue_paper
from server.reports.figures import Figures
from server.reports.record_signing import signing_of
from tests.factories.inspections import answer_all, make_inspection, sign
from tests.factories.papers import draft, marks_of, written
from tests.papers.test_pdf import pdf_text
from tests.support.actors import Actors
from tests.support.clients import AppClient


def submitted(actors: Actors, mode: str, *signers: tuple[str, str]) -> Inspection:
    """A record that people signed: whose account, whose name."""
    team = [actors.person("expert").id]
    made = make_inspection(actors["inspector"], actors.world.hospital, mode=mode, member_ids=team)
    answer_all(made)
    for account, name in signers:
        who = actors.person(name)
        sign(actors[account], made, person_id=who.id, name=who.name)
    sign(actors["inspector"], made, "unit", name="赵海燕")
    submit_inspection(actors["inspector"], made.id, submitted_at=clock.now())
    return made


def doubts(made: Inspection) -> list[dict[str, Any]]:
    query = select(Flag).where(Flag.kind == "signature-unconfirmed", Flag.inspection_id == made.id)
    return [dict(flag.details) for flag in db.session.scalars(query)]


def test_a_signature_on_a_colleagues_phone_is_taken_and_told(actors: Actors) -> None:
    made = submitted(actors, "spot", ("inspector", "inspector"), ("inspector", "expert"))
    assert made.state == "submitted"
    assert doubts(made) == [{"names": ["吴专家"]}]
    told = signing_of(made, record_signatures(made.id), {}, Figures({}, {}))
    assert [(one["name"], one["elsewhere"]) for one in told.inspectors] == [
        ("王检查", False),
        ("吴专家", True),
    ]
    assert any("未经本人账号确认" in remark for remark in told.remarks)


def test_a_paper_tells_who_signed_on_another_phone(
    actors: Actors, login: Callable[..., AppClient]
) -> None:
    """One phone, two inspectors: issued, numbered, and one doubt for the whole visit."""
    people = [actors.person("inspector"), actors.person("expert")]
    made = make_inspection(
        actors["inspector"], actors.world.hospital, mode="spot", member_ids=[people[1].id]
    )
    names = [person.name for person in people]
    officers = [
        {"name": person.name, "person_id": person.id, "shown": "09时30分"} for person in people
    ]
    body = written(names, officers=officers)
    paper = issue_paper(actors["inspector"], draft(made, body, marks_of(names)))
    issue_paper(
        actors["inspector"], draft(made, written(names, officers=officers), marks_of(names))
    )
    assert doubts(made) == [{"names": ["吴专家"]}]
    db.session.commit()
    client = login("inspector")
    assert client.get(f"/api/papers/{paper.id}").get_json()["elsewhere"] == ["吴专家"]
    text = pdf_text(client.get(f"/api/papers/{paper.id}/paper.pdf").data)
    assert "吴专家的签名在出具人的手机上完成" in text


def test_whoever_signs_on_the_own_phone_leaves_no_doubt(actors: Actors) -> None:
    made = submitted(actors, "spot", ("inspector", "inspector"), ("expert", "expert"))
    assert doubts(made) == []
    told = signing_of(made, record_signatures(made.id), {}, Figures({}, {}))
    assert not any("未经本人账号确认" in remark for remark in told.remarks)


def test_the_doubt_is_for_somebody_else_to_decide(actors: Actors) -> None:
    made = submitted(actors, "spot", ("inspector", "inspector"), ("inspector", "expert"))
    db.session.commit()
    flag = db.session.scalars(select(Flag).where(Flag.inspection_id == made.id)).one()
    assert flag.person_id == actors["inspector"].user_id
    decision = {"state": "dismissed", "reason": "已电话向本人核实"}
    office = actors.login("bureau_office").post(f"/api/flags/{flag.id}/decision", json=decision)
    assert office.status_code == 200, office.json


@pytest.mark.parametrize("mode", ["self-check"])
def test_a_units_own_check_asks_nobody(actors: Actors, mode: str) -> None:
    assert doubts(submitted(actors, mode, ("inspector", "expert"))) == []
