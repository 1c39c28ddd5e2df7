"""Papers as somebody would send them who wants more than is allowed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from server.experts.models import Certificate
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel import ids
from server.kernel.db import db
from server.kernel.errors import Problem
from server.org.passes import Source, give_pass, revoke_passes
from server.papers import rules
from server.papers.models import Paper
from server.papers.service import issue_paper, name_office
from tests.factories.inspections import make_inspection
from tests.factories.papers import draft, make_paper, mark, marks_of, written
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through

NAMES = ["王检查", "吴专家"]
SHOWN = "2026年11月22日 09时30分"
ENFORCEMENT = {"layout": "enforcement-record", "track": "enforcement"}


@pytest.fixture
def inspection(actors: Actors) -> Inspection:
    team = [actors.person("expert").id]
    return make_inspection(actors["inspector"], actors.world.hospital, mode="spot", member_ids=team)


def issue(actors: Actors, inspection: Inspection, body: dict[str, Any], marks: Any = None) -> Paper:
    sent = draft(inspection, body, marks_of(NAMES) if marks is None else marks)
    return issue_paper(actors["inspector"], sent)


def refused(actors: Actors, inspection: Inspection, body: Any, marks: Any = None) -> str:
    with pytest.raises(Problem) as caught:
        issue(actors, inspection, body, marks)
    return caught.value.code


def officer(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, "shown": SHOWN} | given


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (officer("王检查"), officer("王检查")),
        (officer("王检查"), officer(" 王检查\u3000")),
        (officer("王检查"), officer("王\u200b检查")),
        (officer("Li A", number="NS-1"), officer("Ｌｉ Ａ", number="NS-2")),
        (officer("王检查", number="NS-1"), officer("王小明", number="ＮＳ-1")),
    ],
)
def test_one_inspector_does_not_count_twice(
    actors: Actors, inspection: Inspection, first: dict[str, Any], second: dict[str, Any]
) -> None:
    names = [first["name"], second["name"]]
    body = written(NAMES, officers=[first, second])
    assert refused(actors, inspection, body, marks_of(names)) == "paper-needs-two"


def test_one_account_under_two_names_is_refused(actors: Actors, inspection: Inspection) -> None:
    mine = actors["inspector"].user_id
    officers = [officer(name, person_id=mine) for name in NAMES]
    body = written(NAMES, officers=officers)
    assert refused(actors, inspection, body) == "paper-needs-two"
    both = [officer("王检查"), officer("王检查", person_id=mine)]
    marks = marks_of(["王检查", "王检查"])
    assert refused(actors, inspection, written(NAMES, officers=both), marks) == "paper-needs-two"


def test_who_is_not_of_the_team_is_no_inspector(actors: Actors, inspection: Inspection) -> None:
    outsider = officer("孙主任", person_id=actors.person("bureau_office").id)
    mine = officer("王检查", person_id=actors["inspector"].user_id)
    outsider["name"] = actors.person("bureau_office").name
    names = [mine["name"], outsider["name"]]
    body = written(NAMES, officers=[mine, outsider])
    assert refused(actors, inspection, body, marks_of(names)) == "paper-officers"
    unknown = officer("吴专家", person_id=ids.new_id())
    assert refused(actors, inspection, written(NAMES, officers=[mine, unknown])) == "paper-officers"


def test_the_units_people_do_not_sign_as_inspectors(actors: Actors, inspection: Inspection) -> None:
    head = actors.person("unit_head")
    mine = officer("王检查", person_id=actors["inspector"].user_id)
    theirs = officer(head.name, person_id=head.id)
    marks = marks_of(["王检查", head.name])
    body = written(NAMES, officers=[mine, theirs])
    assert refused(actors, inspection, body, marks) == "paper-officers"
    inspection.member_ids = [*inspection.member_ids, head.id]
    assert refused(actors, inspection, body, marks) == "paper-officers"
    nameless = [mine, officer("赵海燕")]
    body = written(NAMES, officers=nameless)
    assert refused(actors, inspection, body, marks_of(["王检查", "赵海燕"])) == "paper-officers"


def certify(actors: Actors, role: str, **given: Any) -> dict[str, Any]:
    person, number = actors.person(role), f"ZF-{role}"
    certificate = {"kind": "officer", "number": number, "person_id": person.id, **given}
    db.session.add(Certificate(id=ids.new_id(), **certificate))
    db.session.flush()
    return officer(person.name, person_id=person.id, number=number, source="register")


def test_an_officer_without_certificate_enforces_nothing(
    actors: Actors, inspection: Inspection
) -> None:
    good = certify(actors, "inspector")
    expert = actors.person("expert")
    borrowed = officer(expert.name, person_id=expert.id, number=good["number"], source="register")
    body = written(NAMES, officers=[good, borrowed], **ENFORCEMENT)
    assert refused(actors, inspection, body) == "paper-needs-two"
    for other in (officer(expert.name, number="ZF-expert"), borrowed | {"number": ""}):
        body = written(NAMES, officers=[good, other], **ENFORCEMENT)
        assert refused(actors, inspection, body) == "paper-needs-certificates"


def test_a_certificate_lent_to_another_name_is_refused(
    actors: Actors, inspection: Inspection
) -> None:
    good = certify(actors, "inspector")
    lent = good | {"name": "吴专家"}
    body = written(NAMES, officers=[good, lent], **ENFORCEMENT)
    assert refused(actors, inspection, body) == "paper-needs-two"
    only = certify(actors, "expert")
    body = written(NAMES, officers=[good | {"name": "张三"}, only], **ENFORCEMENT)
    assert refused(actors, inspection, body, marks_of(["张三", "吴专家"])) == "paper-officers"


def test_a_certificate_counts_on_the_day_of_the_paper(
    actors: Actors, inspection: Inspection, clock: FrozenClock
) -> None:
    """Made in the basement on its last day, arrived the day after."""
    today = kernel_clock.today()
    good = [certify(actors, "inspector"), certify(actors, "expert", expires_on=today)]
    made_at = kernel_clock.now()
    clock.move(days=1)
    body = written(NAMES, officers=good, **ENFORCEMENT)
    sent = draft(inspection, body, marks_of(NAMES), made_at=made_at)
    assert issue_paper(actors["inspector"], sent).track == "enforcement"
    late = draft(inspection, written(NAMES, officers=good, **ENFORCEMENT), marks_of(NAMES))
    with pytest.raises(rules.PaperNeedsCertificates):
        issue_paper(actors["inspector"], late)


@pytest.mark.parametrize(
    "given",
    [
        {"expires_on": date(2020, 1, 1)},
        {"revoked_on": date(2020, 1, 1)},
        {"issued_on": date(2099, 1, 1)},
        {"kind": "electrician"},
    ],
)
def test_a_certificate_that_is_not_good_that_day(
    actors: Actors, inspection: Inspection, given: dict[str, Any]
) -> None:
    """Nor does a phone that says the paper is years old reach back before the visit."""
    officers = [certify(actors, "inspector"), certify(actors, "expert", **given)]
    body = written(NAMES, officers=officers, **ENFORCEMENT)
    sent = draft(inspection, body, marks_of(NAMES), made_at=datetime(2019, 5, 1, tzinfo=UTC))
    with pytest.raises(rules.PaperNeedsCertificates):
        issue_paper(actors["inspector"], sent)


def test_a_guest_enforces_nothing(actors: Actors, inspection: Inspection) -> None:
    guest = actors.person("guest")
    source = Source("peer", ids.new_id())
    now = kernel_clock.now()
    inspection.member_ids = [*inspection.member_ids, guest.id]
    give_pass(source, guest.id, inspection.unit_id, now, now + timedelta(hours=4))
    officers = [certify(actors, "inspector"), certify(actors, "guest")]
    names = [one["name"] for one in officers]
    body = written(NAMES, officers=officers, **ENFORCEMENT)
    assert refused(actors, inspection, body, marks_of(names)) == "paper-guest-enforces"
    supervised = written(NAMES, officers=officers)
    assert issue(actors, inspection, supervised, marks_of(names)).track == "supervision"
    revoke_passes(source)
    body = written(NAMES, officers=officers, **ENFORCEMENT)
    assert refused(actors, inspection, body, marks_of(names)) == "paper-guest-enforces"


def test_numbers_of_another_county_cannot_be_used_up(
    actors: Actors, inspection: Inspection
) -> None:
    world = actors.world
    name_office(actors["bureau_office"], world.county.id, "安平县卫生健康局", "安卫")
    theirs = {"name": "别县卫生健康局", "id": world.other_county.id}
    paper = issue(actors, inspection, written(NAMES, office=theirs))
    assert paper.number.startswith("安卫检〔")


def test_a_correction_names_the_number_that_it_corrects(
    actors: Actors, inspection: Inspection
) -> None:
    first = issue(actors, inspection, written(NAMES))
    said = {"id": first.id, "number": "安卫检〔2020〕1号", "reason": "写错"}
    body = written(NAMES, edition=2, replaces=said)
    assert refused(actors, inspection, body) == "paper-replaced"
    offline = written(NAMES, edition=2, replaces=said | {"number": first.code})
    assert issue(actors, inspection, offline).number == first.number


@pytest.mark.parametrize(
    "strokes",
    [[[[1e308, 0], [0, 1e308]]], [[[-99999, 0], [0, 1]]], [[[0, 0]] * 2001], [[[0, 0]]] * 501],
)
def test_strokes_stay_within_their_box(
    actors: Actors, inspection: Inspection, strokes: Any
) -> None:
    unit = mark("unit", "赵海燕", strokes=strokes)
    assert refused(actors, inspection, written(NAMES), marks_of(NAMES, unit)) == "paper-unreadable"


@pytest.mark.parametrize("given", [{"width": 1e300}, {"height": -1}, {"at": 10**30}])
def test_figures_of_a_mark_stay_within_reason(
    actors: Actors, inspection: Inspection, given: dict[str, Any]
) -> None:
    unit = mark("unit", "赵海燕", **given)
    assert refused(actors, inspection, written(NAMES), marks_of(NAMES, unit)) == "paper-unreadable"


def args_of(inspection_id: str, made: Any, **given: Any) -> dict[str, Any]:
    return {
        "id": made.id, "inspection": inspection_id, "body": made.body, "signing": made.signing,
        "made_at": kernel_clock.now_ms(), "photos": [],
    } | given  # fmt: skip


def test_two_phones_without_a_signal_get_two_numbers(
    actors: Actors, inspection: Inspection
) -> None:
    """Both made a paper in the basement; one code typed over is refused, all else is numbered."""
    db.session.commit()
    phones = [Phone(through(actors.login(role))) for role in ("inspector", "expert")]
    sent = [draft(inspection, written(NAMES), marks_of(NAMES)) for _ in phones]
    for phone, made in zip(phones, sent, strict=True):
        phone.write("paper.issue", args_of(inspection.id, made))
    for phone in phones:
        phone.sync()
    phones[0].sync()
    rows = [phones[0].row(f"insp:{inspection.id}", "paper", made.id) for made in sent]
    assert len({row["number"] for row in rows}) == 2
    again = args_of(inspection.id, sent[0], id=ids.new_id())
    told = phones[1].write("paper.issue", again)
    phones[1].sync()
    assert phones[1].verdicts[told]["code"] == "paper-id-taken"


def test_a_correction_that_overtakes_its_paper_waits(
    actors: Actors, inspection: Inspection
) -> None:
    db.session.commit()
    phone = Phone(through(actors.login("inspector")))
    first = draft(inspection, written(NAMES), marks_of(NAMES))
    code = written(NAMES)["code"]
    body = written(NAMES, edition=2, replaces={"id": first.id, "number": code, "reason": "写错"})
    second = draft(inspection, body, marks_of(NAMES))
    told = phone.write("paper.issue", args_of(inspection.id, second, replaces=first.id))
    phone.sync()
    assert phone.verdicts[told]["status"] == "held"


def test_before_the_arrival_there_is_nothing_to_write_on(
    actors: Actors, inspection: Inspection
) -> None:
    """Of a sealed visit no inspection exists before the door: its paper waits."""
    sent = draft(inspection, written(NAMES), marks_of(NAMES))
    db.session.commit()
    phone = Phone(through(actors.login("inspector")))
    told = phone.write("paper.issue", args_of(ids.new_id(), sent))
    phone.sync()
    assert phone.verdicts[told]["status"] == "held"
    assert actors.login("bureau_office").get(f"/api/public/papers/{'0' * 12}").json == {
        "known": False
    }


def test_enforcement_closes_the_other_way_too(actors: Actors, inspection: Inspection) -> None:
    officers = [certify(actors, "inspector"), certify(actors, "expert")]
    issue(actors, inspection, written(NAMES, officers=officers, **ENFORCEMENT))
    assert refused(actors, inspection, written(NAMES)) == "paper-other-track"
    with pytest.raises(rules.PaperOtherTrack):
        make_paper(actors["inspector"], inspection, layout="rectification-notice")
