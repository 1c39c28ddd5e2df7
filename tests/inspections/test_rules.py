"""Who must have signed, and when a device's word about time is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from server.campaigns.modes import MODES
from server.inspections import rules
from server.inspections.rules import SignatureFacts

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def facts(party: str = "unit", **given: object) -> SignatureFacts:
    values: dict[str, object] = {
        "party": party, "refused": False, "name": "陈", "reason": "", "witness": "",
        "points": 20, "photos": 0,
    }  # fmt: skip
    return SignatureFacts(**(values | given))  # type: ignore[arg-type]


def test_every_mode_has_a_name_and_a_signing_rule() -> None:
    assert set(rules.MODE_NAMES) == set(rules.SIGNING) == set(MODES)


@pytest.mark.parametrize("mode", MODES)
def test_what_is_missing_is_named_for_every_mode(mode: str) -> None:
    rule = rules.SIGNING[mode]
    wanted = (["inspector"] if rule.inspectors else []) + (["unit"] if rule.unit else [])
    assert rules.missing_signatures(mode, []) == wanted
    signed = [facts("inspector")] * rule.inspectors + [facts()]
    assert rules.missing_signatures(mode, signed) == []


def test_one_inspector_is_enough_but_the_paper_says_so() -> None:
    assert rules.missing_signatures("spot", [facts("inspector"), facts()]) == []
    assert rules.lacks_second_inspector("spot", 1)
    assert not rules.lacks_second_inspector("spot", 2)
    assert not rules.lacks_second_inspector("self-check", 1)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"points": 1},
        {"points": rules.MAX_POINTS + 1},
        {"party": "guest"},
        {"refused": True, "reason": "", "photos": 1},
        {"refused": True, "reason": "不认可"},
        {"refused": True, "reason": "不认可", "photos": 1, "party": "inspector"},
    ],
)
def test_a_signature_without_weight_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(rules.SignatureInvalid):
        rules.check_signature(facts(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize("proof", [{"photos": 1}, {"witness": "赵"}])
def test_a_refusal_needs_a_reason_and_one_proof(proof: dict[str, object]) -> None:
    rules.check_signature(facts(refused=True, reason="不认可", points=0, **proof))


@pytest.mark.parametrize(
    ("said", "believed"),
    [(-2 * HOUR, -HOUR), (-HOUR / 2, -HOUR / 2), (HOUR, timedelta(0))],
)
def test_a_device_is_believed_between_the_start_and_now(
    said: timedelta, believed: timedelta
) -> None:
    assert rules.settled_moment(NOON + said, NOON - HOUR, NOON) == NOON + believed


def test_a_start_in_the_future_does_not_move_the_end_there() -> None:
    assert rules.settled_moment(NOON, NOON + HOUR, NOON) == NOON


def test_a_summary_has_a_limit() -> None:
    assert rules.summary_text("  好 \n\n") == "好"
    assert rules.summary_text(None) is None
    with pytest.raises(rules.SummaryTooLong):
        rules.summary_text("好" * (rules.MAX_SUMMARY + 1))
