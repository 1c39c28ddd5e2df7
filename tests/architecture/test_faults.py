"""Every fault of the catalogue is shown by a test, and the page that says so is true."""

from tests.architecture.conftest import Examined
from tests.support import faults


def test_every_fault_is_shown_by_a_test(examined: Examined) -> None:
    found = faults.shown()
    examined(len(found), "marks of faults on tests")
    assert {one.fault for one in found} <= faults.NUMBERS, "a mark names no fault of the catalogue"
    assert sorted(faults.uncovered()) == [], "no test shows these"


def test_the_catalogue_is_whole() -> None:
    assert frozenset(range(1, 104)) == faults.NUMBERS


def test_what_only_devices_show_is_tested_as_far_as_it_goes(examined: Examined) -> None:
    hand = faults.by_hand()
    examined(len(hand), "faults on the checklist for devices")
    assert hand <= faults.NUMBERS - faults.uncovered()


def test_the_page_names_the_tests_of_today() -> None:
    told = faults.PAGE.read_text(encoding="utf-8")
    assert told == faults.page(), "write it anew: python -m tests.support.faults"
