"""Questions from the spot: who writes them, what comes of them, and that no answer travels."""

from collections.abc import Callable

import pytest

from server.audit.models import AuditEntry
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.locations.models import Tag
from server.presence import answers, queries
from server.presence.facts import (
    FactInvalid,
    FactKnown,
    Wanted,
    change_fact,
    make_fact,
    set_active,
    try_fact,
)
from server.presence.judging import judge_inspection
from tests.factories.locations import make_asset
from tests.presence.support import ask_at, flags, scan, scan_of
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through

Login = Callable[..., AppClient]
MODEL = Wanted("code", "主机型号？", "JB-QG-9000")
PRESSURE = Wanted("gauge", "压力是多少 MPa？", low=0.4, high=0.6)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def test_a_fact_is_asked_and_compared(actors: Actors, inspection: Inspection, tag: Tag) -> None:
    fact = ask_at(actors, tag)
    scan(actors, inspection, tag, fact_id=fact.id, answer="jbqg9000")
    assert flags("presence-fact") == []
    wrong = scan(actors, inspection, tag, fact_id=fact.id, answer="JB-1000")
    (flag,) = flags("presence-fact")
    assert {key: flag.details[key] for key in ("why", "ask", "answer")} == {
        "why": "answer", "ask": "主机型号？", "answer": "JB-1000",
    }  # fmt: skip
    assert flag.details["steps"][0]["place"] == "供氧站"
    assert (flag.person_id, flag.subject_id) == (actors["inspector"].user_id, wrong)


@pytest.mark.parametrize(
    ("answer", "verdict"), [("０．５２ＭＰａ", "same"), ("0。52", "same"), ("０．９", "differs")]
)
def test_digits_as_a_chinese_keyboard_writes_them(
    actors: Actors, inspection: Inspection, tag: Tag, answer: str, verdict: str
) -> None:
    fact = ask_at(actors, tag, PRESSURE)
    made = scan(actors, inspection, tag, fact_id=fact.id, answer=answer)
    assert scan_of(made).verdict == verdict


def test_three_wrong_answers_are_one_doubt(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    fact = ask_at(actors, tag)
    for wrong in ("A-100", "B-200", "C-300"):
        scan(actors, inspection, tag, fact_id=fact.id, answer=wrong)
    assert len(flags("presence-fact")) == 1
    hits = queries.hits_of([fact.id])[fact.id]
    assert (hits.same, hits.differs, len(hits.people)) == (0, 3, 1)


def test_a_question_that_was_changed_meanwhile_is_not_held_against_anybody(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    old = ask_at(actors, tag)
    new = change_fact(actors["bureau_office"], old.id, Wanted("code", "新主机型号？", "NX-77"))
    made = scan(actors, inspection, tag, fact_id=old.id, answer="NX-77")
    assert (old.active, new.active) == (False, True)
    assert (scan_of(made).verdict, flags("presence-fact")) == ("none", [])


def test_a_question_of_a_thing_is_asked_where_it_stands(
    actors: Actors, world: World, inspection: Inspection, tag: Tag
) -> None:
    room = make_asset(world.hospital, name="汇流排", serial="HL-1")
    room.location_id = tag.target_id
    fact = make_fact(actors["bureau_office"], ("asset", room.id), PRESSURE)
    made = scan(actors, inspection, tag, fact_id=fact.id, answer="0.5")
    assert scan_of(made).verdict == "same"
    room.location_id = None
    db.session.flush()
    made = scan(actors, inspection, tag, fact_id=fact.id, answer="0.5")
    assert scan_of(made).verdict == "none"


def test_who_sees_nothing_once_is_not_doubted_but_asked_after_three_places(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:

    asked = [
        ask_at(actors, tag, Wanted("code", f"{n}号柜型号？", f"XY-{n}00{n}")) for n in (1, 2, 3)
    ]
    for n, fact in enumerate(asked, 1):
        scan(actors, inspection, tag, fact_id=fact.id, answer="看不到" if n < 3 else "?")
        judge_inspection(inspection.id)
        assert len(flags("presence-fact")) == (n == 3)
    assert flags("presence-fact")[0].details["why"] == "unseen"


def test_a_question_that_nobody_answered_is_told(
    actors: Actors, inspection: Inspection, tag: Tag
) -> None:
    facts = [ask_at(actors, tag, Wanted("code", f"{n}号？", f"QW-{n}{n}{n}")) for n in range(4)]
    drawn = answers.chosen(inspection.id, str(tag.target_id), [fact.id for fact in facts])
    made = scan(actors, inspection, tag)
    for fact in facts:
        fact.made_at = scan_of(made).at
    open_ones = queries.unanswered(inspection, [scan_of(made)])
    assert [fact.id for fact in open_ones.values()] == ([drawn] if drawn else [])
    if drawn:
        other = scan(actors, inspection, tag, fact_id=drawn, answer="?")
        assert queries.unanswered(inspection, [scan_of(made), scan_of(other)]) == {}


def test_facts_are_made_by_who_plans(actors: Actors, tag: Tag) -> None:
    target, office = ("location", str(tag.target_id)), actors["bureau_office"]
    with pytest.raises(Forbidden):
        make_fact(actors["inspector"], target, MODEL)
    for bad in (
        Wanted("code", "问", "A"),
        Wanted("gauge", "问", low=2, high=1),
        Wanted("gauge", "?"),
    ):
        with pytest.raises(FactInvalid):
            make_fact(office, target, bad)
    fact = make_fact(office, target, PRESSURE)
    with pytest.raises(Forbidden):
        set_active(actors["inspector"], fact.id, active=False)
    with pytest.raises(NotFound):
        set_active(office, ids.new_id(), active=False)
    assert set_active(office, fact.id, active=False).active is False
    assert set_active(office, fact.id, active=True).active is True


def test_what_every_phone_shows_is_no_answer(actors: Actors, world: World, tag: Tag) -> None:
    thing = make_asset(world.hospital, model="JB-QG-9000", serial="SN20240815", name="报警主机")
    thing.location_id = tag.target_id
    office = actors["bureau_office"]
    told = Wanted("code", "封条上写的是 QF-5521 吗？", "QF-5521")
    last = Wanted("last4", "编号后四位？", "0815")
    name = Wanted("code", "门牌上写着什么？", "供氧站")
    asset, place = ("asset", thing.id), ("location", str(tag.target_id))
    for target, known in (
        (asset, MODEL),
        (asset, last),
        (asset, told),
        (place, last),
        (place, name),
    ):
        with pytest.raises(FactKnown):
            make_fact(office, target, known)
    make_fact(office, ("asset", thing.id), Wanted("code", "封条上的编号？", "QF-5521"))


def test_trying_a_question_is_written_down(actors: Actors, tag: Tag) -> None:
    fact = ask_at(actors, tag)
    office = actors["bureau_office"]
    told = [try_fact(office, fact.id, said) for said in ("JB-QG-9000", "JB-1", "看不到")]
    db.session.commit()
    assert told == ["same", "differs", "unseen"]
    with pytest.raises(Forbidden):
        try_fact(actors["inspector"], fact.id, "JB-QG-9000")
    noted = db.session.query(AuditEntry).filter_by(action="presence.fact-tried").count()
    assert noted == 3


def test_no_answer_ever_travels(actors: Actors, tag: Tag, login: Login) -> None:
    fact = ask_at(actors, tag, Wanted("code", "主机型号？", "GEHEIM-4711"))
    db.session.commit()
    for role in ("inspector", "unit_head", "bureau_office"):
        phone = Phone(through(login(role)))
        phone.sync()
        rows = [row for (etype, _), row in phone.rows().items() if etype == "ask"]
        assert [row["ask"] for row in rows] == ["主机型号？"], role
        assert "4711" not in str(phone.rows())
    for path in (
        f"?unit_id={tag.unit_id}",
        f"?target_id={tag.target_id}&active=yes",
        f"/{fact.id}",
    ):
        listed = login("bureau_office").get(f"/api/presence/facts{path}").get_data(as_text=True)
        assert "主机型号" in listed
        assert "4711" not in listed


def test_facts_over_http(actors: Actors, world: World, tag: Tag, login: Login) -> None:
    db.session.commit()
    client = login("bureau_office")
    expected = {"kind": "last4", "text": "X-99887766"}
    body = {"target_kind": "location", "target_id": tag.target_id, "ask": "编号后四位？"} | expected
    made = client.post("/api/presence/facts", json=body).get_json()
    assert "text" not in made
    assert (made["place"], made["same"], made["made_by"]) == ("供氧站", 0, "周局办")
    assert client.post("/api/presence/facts", json=body | {"text": "1"}).status_code == 422
    tried = client.post("/api/presence/facts/try", json=expected | {"answer": "７７６６"})
    assert tried.get_json() == {"verdict": "same"}
    path = f"/api/presence/facts/{made['id']}"
    assert client.post(f"{path}/try", json={"answer": "1234"}).get_json() == {"verdict": "differs"}
    changed = client.post(f"{path}/change", json=expected | {"ask": "铭牌后四位？"}).get_json()
    assert client.get(path).get_json()["active"] is False
    path = f"/api/presence/facts/{changed['id']}"
    assert client.post(f"{path}/retire").status_code == 204
    assert client.get("/api/presence/facts?active=yes").get_json()["total"] == 0
    assert client.post(f"{path}/resume").status_code == 204
    assert client.get("/api/presence/facts?active=yes&q=铭牌").get_json()["total"] == 1
    for role in ("inspector", "unit_head", "administrator"):
        assert login(role).get(path).status_code == 403
