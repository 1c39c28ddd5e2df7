"""Issuing papers: what they must carry, their numbers, corrections, who sees them."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.experts.models import Certificate
from server.inspections.models import Inspection
from server.inspections.service import submit_inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.papers import rules
from server.papers.models import Paper, PaperSheet
from server.papers.queries import get_paper, papers_of
from server.papers.service import issue_paper, name_office, release_papers
from server.papers.verifying import tell
from tests.factories.hazards import make_photo
from tests.factories.inspections import answer_all, make_inspection, sign
from tests.factories.papers import draft, make_paper, mark, marks_of, written
from tests.support.actors import Actors, World

NAMES = ["王检查", "吴专家"]


@pytest.fixture
def inspection(actors: Actors, world: World) -> Inspection:
    team = [actors.person("expert").id]
    return make_inspection(actors["inspector"], world.hospital, mode="spot", member_ids=team)


def issue(actors: Actors, inspection: Inspection, **given: Any) -> Paper:
    return make_paper(actors["inspector"], inspection, **given)


def refusal(
    actors: Actors, inspection: Inspection, body: dict[str, Any], marks: list[dict[str, Any]]
) -> Problem:
    with pytest.raises(Problem) as refused:
        issue_paper(actors["inspector"], draft(inspection, body, marks))
    return refused.value


def test_numbers_follow_in_order_of_issue(
    actors: Actors, world: World, inspection: Inspection
) -> None:
    name_office(actors["bureau_office"], world.county.id, "安平县卫生健康局", "安卫")
    numbers = [issue(actors, inspection).number for _ in range(3)]
    year = clock.today().year
    assert numbers == [f"安卫检〔{year}〕{n}号" for n in (1, 2, 3)]
    notice = issue(actors, inspection, layout="rectification-notice")
    assert notice.number == f"安卫改〔{year}〕1号"


def test_without_a_named_office_the_county_gives_the_name(
    actors: Actors, inspection: Inspection
) -> None:
    assert issue(actors, inspection).number.startswith("安平县检〔")


def test_the_text_is_kept_byte_for_byte(actors: Actors, inspection: Inspection) -> None:
    sent = draft(inspection, written(NAMES), marks_of(NAMES))
    paper = issue_paper(actors["inspector"], sent)
    sheet = db.session.get_one(PaperSheet, paper.id)
    assert (sheet.body, sheet.signing) == (sent.body, sent.signing)
    assert paper.hash == rules.fingerprint(sent.body, sent.signing)
    assert issue_paper(actors["inspector"], sent) is paper


def test_one_identifier_and_one_code_name_one_paper(actors: Actors, inspection: Inspection) -> None:
    body = written(NAMES)
    paper = issue_paper(actors["inspector"], draft(inspection, body, marks_of(NAMES)))
    other = written(NAMES, date="2026年11月23日")
    for again in (
        draft(inspection, other, marks_of(NAMES), id=paper.id),
        draft(inspection, written(NAMES, code=body["code"]), marks_of(NAMES)),
    ):
        with pytest.raises(rules.PaperIdTaken):
            issue_paper(actors["inspector"], again)


def test_a_text_changed_after_signing_is_refused(actors: Actors, inspection: Inspection) -> None:
    sent = draft(inspection, written(NAMES), marks_of(NAMES))
    changed = sent.body.replace("东侧", "西侧")
    with pytest.raises(rules.PaperSignedOtherwise):
        issue_paper(
            actors["inspector"],
            draft(inspection, json.loads(changed), marks_of(NAMES), signing=sent.signing),
        )


def test_two_officers_are_named_and_sign(actors: Actors, inspection: Inspection) -> None:
    alone = marks_of(NAMES[:1])
    assert isinstance(refusal(actors, inspection, written(NAMES), alone), rules.PaperNeedsTwo)
    strangers = marks_of(["王检查", "路人"])
    found = refusal(actors, inspection, written(NAMES), strangers)
    assert isinstance(found, rules.PaperNeedsTwo)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"office": {"name": " "}}, "office"),
        ({"recusal": None}, "recusal"),
        ({"officers": [{"name": name} for name in NAMES]}, "certificates"),
        ({"layout": "rectification-notice", "findings": []}, "findings"),
        ({"recusal": {"certificates": "yes", "recusal": "asked", "by": "赵"}}, "recusal-about"),
    ],
)
def test_what_the_text_must_carry(
    actors: Actors, inspection: Inspection, change: dict[str, Any], missing: str
) -> None:
    found = refusal(actors, inspection, written(NAMES, **change), marks_of(NAMES))
    assert isinstance(found, rules.PaperIncomplete)
    assert missing in found.extras["missing"]


@pytest.mark.parametrize(
    ("unit", "missing"),
    [
        (mark("unit", "赵海燕", "refused", reason="有异议", witness="未请到"), "unit-photo"),
        (mark("unit", "赵海燕", "refused", witness="未请到"), "unit-reason"),
        (mark("unit", "陈立新", "absent", reason="外出开会"), "unit-witness"),
        (mark("unit", "赵海燕", "delegated"), "unit-for"),
        (mark("unit", "赵海燕", strokes=[[[1, 1]]]), "unit-mark"),
    ],
)
def test_what_stands_in_the_place_of_a_signature(
    actors: Actors, inspection: Inspection, unit: dict[str, Any], missing: str
) -> None:
    found = refusal(actors, inspection, written(NAMES), marks_of(NAMES, unit))
    assert isinstance(found, rules.PaperIncomplete)
    assert missing in found.extras["missing"]


def test_a_refusal_with_photo_two_officers_and_a_witness(
    actors: Actors, inspection: Inspection
) -> None:
    photo = make_photo(actors["inspector"].user_id, inspection_id=inspection.id, purpose="refusal")
    proof = [{"id": photo.id, "sha256": photo.sha256}]
    words = {"reason": "对认定有异议", "witness": "邀请保安张强见证", "photos": proof}
    sent = draft(
        inspection, written(NAMES), marks_of(NAMES, mark("unit", "赵海燕", "refused", **words))
    )
    assert issue_paper(actors["inspector"], sent).outcome == "refused"
    forged = [{"id": photo.id, "sha256": "0" * 64}]
    unit = mark("unit", "赵海燕", "refused", **words | {"photos": forged})
    found = refusal(actors, inspection, written(NAMES), marks_of(NAMES, unit))
    assert isinstance(found, rules.PaperIncomplete)


@pytest.mark.parametrize(
    "unit",
    [
        mark("unit", "陈立新", "absent", reason="外出开会，电话联系未果", witness="未请到见证人"),
        mark("unit", "马志强", "delegated", **{"for": "陈立新"}),
        mark("unit", "赵海燕", "typed"),
    ],
)
def test_other_ends_than_a_signature(
    actors: Actors, inspection: Inspection, unit: dict[str, Any]
) -> None:
    sent = draft(inspection, written(NAMES), marks_of(NAMES, unit))
    assert issue_paper(actors["inspector"], sent).outcome == unit["how"]


def test_a_correction_keeps_the_number_and_the_old_paper(
    actors: Actors, inspection: Inspection
) -> None:
    first = issue(actors, inspection)
    said = {"id": first.id, "number": first.number, "reason": "地址写错"}
    second = issue(actors, inspection, edition=2, replaces=said)
    assert (second.number, second.edition, second.reason) == (first.number, 2, "地址写错")
    assert first.replaced_by_id == second.id
    shown = papers_of(actors["inspector"], inspection.id)
    assert [paper.id for paper in shown] == [first.id, second.id]
    for wrong in ({"edition": 2, "replaces": said}, {"edition": 3}):
        with pytest.raises(rules.PaperReplaced):
            issue(actors, inspection, **wrong)


def test_the_tracks_are_kept_apart(actors: Actors, inspection: Inspection) -> None:
    issue(actors, inspection)
    officers = [certified(actors, role) for role in ("inspector", "expert")]
    body = written(NAMES, layout="enforcement-record", track="enforcement", officers=officers)
    assert isinstance(refusal(actors, inspection, body, marks_of(NAMES)), rules.PaperOtherTrack)
    mixed = written(NAMES, track="enforcement")
    assert isinstance(refusal(actors, inspection, mixed, marks_of(NAMES)), rules.PaperLayoutUnknown)


def certified(actors: Actors, role: str, *, until: date | None = None) -> dict[str, Any]:
    person = actors[role]
    number = f"ZF-{role}"
    db.session.add(
        Certificate(
            id=ids.new_id(),
            person_id=person.user_id,
            kind="officer",
            number=number,
            expires_on=until,
        )
    )
    db.session.flush()
    return {
        "name": person.name, "person_id": person.user_id, "number": number,
        "source": "register", "shown": "2026年11月22日 09时30分",
    }  # fmt: skip


def test_enforcement_needs_a_valid_certificate_of_everybody(
    actors: Actors, inspection: Inspection
) -> None:
    kind = {"layout": "enforcement-record", "track": "enforcement"}
    expired = [certified(actors, "inspector"), certified(actors, "expert", until=date(2020, 1, 1))]
    found = refusal(actors, inspection, written(NAMES, officers=expired, **kind), marks_of(NAMES))
    assert isinstance(found, rules.PaperNeedsCertificates)
    assert found.extras["people"] == ["吴专家"]
    typed = refusal(actors, inspection, written(NAMES, **kind), marks_of(NAMES))
    assert isinstance(typed, rules.PaperNeedsCertificates)
    good = [expired[0], certified(actors, "expert")]
    body = written(NAMES, officers=good, **kind)
    paper = issue_paper(actors["inspector"], draft(inspection, body, marks_of(NAMES)))
    assert (paper.track, "执检" in paper.number) == ("enforcement", True)


def test_a_self_check_has_no_papers(actors: Actors, world: World) -> None:
    own = make_inspection(actors["inspector"], world.hospital)
    found = refusal(actors, own, written(NAMES), marks_of(NAMES))
    assert isinstance(found, rules.PaperForSelfCheck)


def test_only_the_team_issues(actors: Actors, inspection: Inspection) -> None:
    with pytest.raises(rules.PaperForeign):
        make_paper(actors["bureau_office"], inspection)
    inspection.member_ids = [*inspection.member_ids, actors["staff"].user_id]
    with pytest.raises(Forbidden):
        make_paper(actors["staff"], inspection)


def test_unknown_layouts_and_broken_texts(actors: Actors, inspection: Inspection) -> None:
    found = refusal(actors, inspection, written(NAMES, version=99), marks_of(NAMES))
    assert isinstance(found, rules.PaperLayoutUnknown)
    sent = replace(draft(inspection, written(NAMES), marks_of(NAMES)), body="{")
    with pytest.raises(rules.PaperUnreadable):
        issue_paper(actors["inspector"], sent)


def test_the_unit_sees_papers_once_the_inspection_is_submitted(
    actors: Actors, inspection: Inspection
) -> None:
    paper = issue(actors, inspection)
    assert get_paper(actors["inspector"], paper.id)[0] is paper
    for role in ("unit_head", "bureau_office"):
        with pytest.raises(NotFound):
            get_paper(actors[role], paper.id)
    answer_all(inspection)
    sign(actors["inspector"], inspection)
    sign(actors["inspector"], inspection, "unit", name="赵海燕")
    submit_inspection(actors["inspector"], inspection.id, submitted_at=clock.now())
    release_papers(inspection.id)
    for role in ("unit_head", "bureau_office"):
        assert get_paper(actors[role], paper.id)[0] is paper
    after = issue(actors, inspection, layout="rectification-notice")
    assert after.released


def test_verifying_says_no_more_than_it_may(actors: Actors, inspection: Inspection) -> None:
    paper = issue(actors, inspection)
    told = tell(f"{paper.code[:4]} {paper.code[4:].lower()}", paper.hash[:16])
    assert told == {
        "known": True, "office": "安平县卫生健康局", "issued_at": clock.to_ms(paper.issued_at),
        "unchanged": True, "replaced": False,
    }  # fmt: skip
    assert tell(paper.code, "0" * 16)["unchanged"] is False
    assert tell(paper.code, "")["unchanged"] is None
    assert tell("0" * 12, "") == {"known": False}


def test_offices_are_named_by_who_manages_the_region(actors: Actors, world: World) -> None:
    with pytest.raises(Forbidden):
        name_office(actors["inspector"], world.county.id, "局", "局")
    with pytest.raises(NotFound):
        name_office(actors["bureau_office"], world.other_county.id, "局", "局")
