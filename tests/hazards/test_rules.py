"""Days, grades, sides and citations."""

from datetime import date, timedelta

import pytest

from server.access.rules import Actor, Grant, Permission
from server.hazards import rules, workflow
from server.hazards.rules import Expected
from server.hazards.workflow import HazardAction, HazardState

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("state", list(HazardState))
def test_only_open_work_can_be_overdue(state: HazardState) -> None:
    yesterday = TODAY - timedelta(days=1)
    assert rules.is_overdue(yesterday, state, TODAY) is (state not in ("closed", "void"))
    assert not rules.is_overdue(TODAY, state, TODAY)


def test_days_left_count_down_past_zero() -> None:
    assert [rules.days_left(TODAY + timedelta(days=n), TODAY) for n in (3, 0, -2)] == [3, 0, -2]


def test_a_suspected_major_hazard_is_due_sooner() -> None:
    days = [
        (rules.default_due_on(TODAY, suspected_major=suspected) - TODAY).days
        for suspected in (False, True)
    ]
    assert days == [15, 3]


@pytest.mark.parametrize(
    ("proposed", "suspected", "expected"),
    [
        ("general", False, ("general", False)),
        ("general", True, ("general", True)),
        ("major", False, ("general", True)),
    ],
)
def test_nobody_opens_a_major_hazard(
    proposed: str, suspected: bool, expected: tuple[str, bool]
) -> None:
    assert rules.opening_grade(proposed, suspected_major=suspected) == expected


def test_when_two_people_set_the_day_the_earlier_stands() -> None:
    early, late = TODAY, TODAY + timedelta(days=9)
    assert rules.settled_due(early, late, contested=True) == early
    assert rules.settled_due(late, early, contested=True) == early
    assert rules.settled_due(early, late, contested=False) == late
    assert rules.settled_due(early, None, contested=True) == early


@pytest.mark.parametrize(
    ("expect", "overtaken"),
    [
        (None, False),
        (Expected("open", 3), False),
        (Expected("open", 2), True),
        (Expected("assigned", 3), True),
    ],
)
def test_a_move_is_overtaken_when_another_acted(expect: Expected | None, overtaken: bool) -> None:
    assert rules.was_overtaken(expect, state="open", rev=3, last_by="b", me="a") is overtaken


def test_my_own_earlier_act_does_not_overtake_me() -> None:
    mine = rules.was_overtaken(Expected("open", 2), state="open", rev=3, last_by="a", me="a")
    assert not mine


class Row:
    unit_id = "u"
    region_id = "r"


def grant(unit: str | None, region: str | None = None) -> Grant:
    regions = frozenset({region} if region else ())
    return Grant("x", frozenset({Permission.HAZARDS_RECTIFY}), unit, region, regions)


def test_rectifying_is_the_units_own_work() -> None:
    rules.require_unit_side(Actor("p", "甲", (), unit_id="u"), Row())
    rules.require_unit_side(Actor("p", "甲", (grant("u"),)), Row())
    with pytest.raises(rules.RectifierNotOfUnit):
        rules.require_unit_side(Actor("p", "甲", (grant(None, "r"),)), Row())


def test_words_are_repaired_and_limited() -> None:
    assert rules.line("title", "  消防　通道\n堵塞 ", required=True) == "消防 通道 堵塞"
    assert rules.words("note", "一\r\n二 ") == "一\n二"
    for text in ("", " \t", "长" * 201):
        with pytest.raises(rules.WordsInvalid):
            rules.line("title", text, required=True)


def test_a_basis_cites_a_clause_only_where_it_was_verified() -> None:
    sound = [{"doc": "《消防法》", "clause": "第16条", "tag": "verified", "colour": "red"}]
    assert rules.checked_basis(sound) == [
        {"doc": "《消防法》", "clause": "第16条", "tag": "verified"}
    ]
    for unsound in (
        {"doc": "《消防法》", "clause": "第16条", "tag": "to-verify"},
        {"doc": " ", "tag": "verified"},
        {"doc": "《消防法》", "tag": "trust-me"},
    ):
        with pytest.raises(rules.BasisInvalid):
            rules.checked_basis([unsound])


def test_unknown_words_are_refused() -> None:
    with pytest.raises(rules.ActionUnknown):
        rules.known_action("burn")


def test_each_need_of_the_workflow_has_its_own_refusal() -> None:
    def step(action: HazardAction, state: HazardState, **given: object) -> None:
        values: dict[str, object] = {
            "actor_id": "a", "rectified_by": None, "photo_count": 0, "note": "",
            "assignee_id": None,
        }  # fmt: skip
        workflow.next_state(state, action, **(values | given))  # type: ignore[arg-type]

    with pytest.raises(workflow.AssigneeMissing):
        step(HazardAction.ASSIGN, HazardState.OPEN)
    with pytest.raises(workflow.EvidenceMissing):
        step(HazardAction.SUBMIT_RECTIFICATION, HazardState.ASSIGNED, note="x")
    with pytest.raises(workflow.NoteMissing):
        step(HazardAction.SUBMIT_RECTIFICATION, HazardState.ASSIGNED, photo_count=1)
    with pytest.raises(workflow.SelfVerification):
        step(HazardAction.ACCEPT, HazardState.RECTIFIED, rectified_by="a")
    with pytest.raises(workflow.TransitionNotAllowed):
        step(HazardAction.CLOSE, HazardState.OPEN)
