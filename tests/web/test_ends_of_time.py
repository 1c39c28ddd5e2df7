"""Days at both ends of the calendar are typed by hand: they narrow a list, or are refused."""

from collections.abc import Callable

import pytest

from tests.support.actors import World
from tests.support.clients import AppClient

FIRST, LAST = "0001-01-01", "9999-12-31"
NARROWED = [
    "/api/hazards?from={}&to={}",
    "/api/hazards?due_before={1}",
    "/api/hazards/export.xlsx?from={}&to={}",
    "/api/inspections?from={}&to={}",
    "/api/inspections/export.csv?from={}&to={}",
    "/api/inspections/export.xlsx?from={}&to={}",
    "/api/papers?from={}&to={}",
    "/api/insight/gap?from={}&to={}",
    "/api/assets?due_before={1}",
]


@pytest.mark.parametrize("address", NARROWED)
def test_a_list_of_all_time_is_the_whole_list(
    login: Callable[[str], AppClient], address: str
) -> None:
    office = login("bureau_office")
    assert office.get(address.format(FIRST, LAST)).status_code == 200
    assert office.get(address.format(LAST, FIRST)).status_code == 200


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_the_desk_of_plans_answers_at_both_ends(
    login: Callable[[str], AppClient], world: World, day: str
) -> None:
    office = login("bureau_office")
    asked = f"unit_ids={world.hospital.id}&on={day}"
    assert office.get(f"/api/planning/hints?{asked}").status_code == 200
    assert office.get(f"/api/planning?first={day}&last={day}").status_code == 200
    assert office.get(f"/api/planning/plan.pdf?first={day}&last={day}").status_code == 200
    assert office.get(f"/api/calendar?first={day}&last={day}").status_code == 200
