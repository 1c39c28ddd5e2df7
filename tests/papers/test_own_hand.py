"""Whoever signed on a colleague's phone says by the own account whether it was their hand."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.flags.models import Flag
from server.inspections.models import Hand, Inspection, Signature
from server.inspections.queries import record_signatures, signatures_of
from server.inspections.service import ask_for_earlier, submit_inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.org.models import Setting
from server.papers.hands import ask_for_earlier as ask_for_earlier_papers
from server.papers.models import Paper
from server.papers.service import issue_paper
from server.reports.figures import Figures
from server.reports.record_signing import signing_of
from server.setup import _ask_once
from tests.factories.inspections import answer_all, make_inspection, sign
from tests.factories.papers import draft, marks_of, written
from tests.papers.test_pdf import pdf_text
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through

Login = Callable[..., AppClient]
DENIED = {"mine": False, "reason": "当天我在市里开会。"}


@pytest.fixture
def phones(actors: Actors) -> Callable[[str], Phone]:
    return lambda role: Phone(through(actors.login(role)))


@pytest.fixture
def visit(actors: Actors) -> Inspection:
    """Two inspectors, one phone."""
    other = actors.person("expert")
    made = make_inspection(
        actors["inspector"], actors.world.hospital, mode="spot", member_ids=[other.id]
    )
    answer_all(made)
    sign(actors["inspector"], made, person_id=actors["inspector"].user_id)
    sign(actors["inspector"], made, person_id=other.id, name=other.name)
    sign(actors["inspector"], made, "unit", name="赵海燕")
    db.session.commit()
    return made


def submit(actors: Actors, made: Inspection) -> None:
    submit_inspection(actors["inspector"], made.id, submitted_at=clock.now())
    db.session.commit()


def issued(actors: Actors, made: Inspection) -> Paper:
    people = [actors.person("inspector"), actors.person("expert")]
    names = [one.name for one in people]
    officers = [{"name": one.name, "person_id": one.id, "shown": "09时30分"} for one in people]
    text = written(names, officers=officers)
    paper = issue_paper(actors["inspector"], draft(made, text, marks_of(names)))
    db.session.commit()
    return paper


def away(made: Inspection) -> Signature:
    return next(row for row in signatures_of(made.id) if row.name == "吴专家")


def asked(phone: Phone) -> list[dict[str, Any]]:
    return [data for (etype, _), data in phone.rows().items() if etype == "hand"]


def flags(made: Inspection) -> list[Flag]:
    db.session.expire_all()
    query = select(Flag).where(Flag.inspection_id == made.id, Flag.kind == "signature-unconfirmed")
    return list(db.session.scalars(query))


def say(phone: Phone, mark_id: str, **word: Any) -> dict[str, Any]:
    said = phone.write("signature.confirm", {"id": mark_id, "mine": True} | word)
    phone.sync()
    return phone.verdicts[said]


def told(made: Inspection) -> tuple[list[tuple[bool, str]], list[str]]:
    db.session.expire_all()
    signed = signing_of(
        db.session.get_one(Inspection, made.id), record_signatures(made.id), {}, Figures({}, {})
    )
    return [(one["elsewhere"], one["owner"][:7]) for one in signed.inspectors], signed.remarks


def test_only_whoever_is_named_is_asked(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    seen = {}
    for role in ("expert", "inspector", "bureau_office"):
        phone = phones(role)
        phone.sync()
        seen[role] = asked(phone)
    assert [row["id"] for row in seen["expert"]] == [away(visit).id]
    row = seen["expert"][0]
    assert (row["by_name"], row["mine"], row["unit_id"]) == ("王检查", None, visit.unit_id)
    assert row["strokes"] == away(visit).strokes
    assert seen["inspector"] == seen["bureau_office"] == []


def test_confirmed_in_time_there_is_no_doubt_at_all(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    phone = phones("expert")
    assert say(phone, away(visit).id)["status"] == "applied"
    assert [row["mine"] for row in asked(phone)] == [True]
    submit(actors, visit)
    assert flags(visit) == []
    assert told(visit) == ([(False, ""), (False, "本人账号已确认")], told(visit)[1])
    assert not any("未经本人账号确认" in remark for remark in told(visit)[1])


def test_a_later_word_closes_the_doubt_and_takes_the_mark_away(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone], login: Login
) -> None:
    submit(actors, visit)
    page = f"/api/inspections/{visit.id}"
    assert login("bureau_office").get(page).get_json()["unconfirmed"] == [away(visit).id]
    say(phones("expert"), away(visit).id)
    flag = flags(visit)[0]
    assert (flag.state, flag.decided_by) == ("dismissed", actors["expert"].user_id)
    told_there = login("bureau_office").get(page).get_json()
    assert told_there["unconfirmed"] == []
    assert told_there["said"][away(visit).id]["mine"] is True
    query = select(AuditEntry).where(AuditEntry.action == "signature.confirm")
    entry = db.session.scalars(query).one()
    assert (entry.actor_id, entry.subject_id) == (actors["expert"].user_id, away(visit).id)


def test_not_mine_raises_the_doubt_and_deletes_nothing(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    assert say(phones("expert"), away(visit).id, **DENIED)["status"] == "applied"
    flag = flags(visit)[0]
    assert (flag.state, flag.details["denied"]) == ("open", ["吴专家"])
    assert "当天我在市里开会" in flag.decisions[-1]["reason"]
    submit(actors, visit)
    assert len(flags(visit)) == 1
    assert told(visit)[0][1] == (True, "本人账号称不是")
    assert len(signatures_of(visit.id)) == 3


def test_not_mine_opens_a_doubt_that_the_office_had_dismissed(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    submit(actors, visit)
    decision = {"state": "dismissed", "reason": "已电话核实"}
    office = actors.login("bureau_office")
    flag_id = flags(visit)[0].id
    assert office.post(f"/api/flags/{flag_id}/decision", json=decision).status_code == 200
    phone = phones("expert")
    say(phone, away(visit).id, **DENIED)
    assert flags(visit)[0].state == "open"
    # Who has said both is for a person to ask: this closes nothing by itself.
    say(phone, away(visit).id)
    assert flags(visit)[0].state == "open"


def test_the_same_word_is_one_and_the_latest_stands(
    visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    """Two phones of one person: whichever comes first, the word said last is the one."""
    one, two = phones("expert"), phones("expert")
    mark = away(visit).id
    later, earlier = clock.now_ms() - 1_000, clock.now_ms() - 60_000
    one.write("signature.confirm", {"id": mark, "mine": True}, at=later)
    two.write("signature.confirm", {"id": mark, **DENIED}, at=earlier)
    again = dict(one.outbox[-1])
    one.sync()
    two.sync()
    one.outbox.append(again | {"mid": one.mid + 1})
    one.mid += 1
    one.sync()
    hand = db.session.get_one(Hand, mark, populate_existing=True)
    assert (hand.mine, len(hand.words)) == (True, 2)


@pytest.mark.parametrize("role", ["inspector", "bureau_office", "unit_head"])
def test_nobody_speaks_for_another(
    role: str, visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    verdict = say(phones(role), away(visit).id)
    assert (verdict["status"], verdict["code"]) == ("rejected", "signature-not-own")
    assert db.session.get_one(Hand, away(visit).id).words == []


def test_not_mine_says_what_is_known(visit: Inspection, phones: Callable[[str], Phone]) -> None:
    verdict = say(phones("expert"), away(visit).id, mine=False, reason="  ")
    assert (verdict["status"], verdict["code"]) == ("rejected", "signature-why-not")


def test_the_word_may_come_before_the_signature(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone]
) -> None:
    mark = ids.new_id()
    owner, holder = phones("expert"), phones("inspector")
    assert say(owner, mark)["status"] == "held"
    signed = {
        "id": mark, "inspection": visit.id, "party": "inspector", "name": "吴专家",
        "refused": False, "strokes": away(visit).strokes, "width": 600, "height": 200,
        "signed_at": clock.now_ms(), "photo_ids": [],
        "person_id": actors.person("expert").id,
    }  # fmt: skip
    holder.write("signature.add", signed)
    holder.sync()
    assert db.session.get_one(Hand, mark).mine is True


def test_a_mark_under_a_paper_is_asked_about_as_well(
    actors: Actors, visit: Inspection, phones: Callable[[str], Phone], login: Login
) -> None:
    paper = issued(actors, visit)
    phone = phones("expert")
    phone.sync()
    mine = [row for row in asked(phone) if row["paper_id"] == paper.id]
    assert [row["name"] for row in mine] == ["吴专家"]
    say(phone, mine[0]["id"])
    # The signature under the record is still nobody's word.
    assert flags(visit)[0].state == "open"
    shown = login("inspector").get(f"/api/papers/{paper.id}").get_json()
    assert (shown["elsewhere"], [one["mine"] for one in shown["said"]]) == ([], [True])
    text = pdf_text(login("inspector").get(f"/api/papers/{paper.id}/paper.pdf").data)
    assert "吴专家：本人账号已确认" in text
    say(phone, away(visit).id)
    assert flags(visit)[0].state == "dismissed"


def test_signatures_from_before_the_question_are_asked_about_once(
    actors: Actors, visit: Inspection
) -> None:
    paper = issued(actors, visit)
    db.session.execute(delete(Hand))
    db.session.commit()
    assert (ask_for_earlier(), ask_for_earlier_papers()) == (1, 1)
    found = {row.paper_id for row in db.session.scalars(select(Hand))}
    assert found == {None, paper.id}
    assert ask_for_earlier() == 0
    db.session.execute(delete(Hand))
    db.session.execute(delete(Setting).where(Setting.key == "hands.asked"))
    for _ in range(2):
        _ask_once()
    assert len(list(db.session.scalars(select(Hand)))) == 2
