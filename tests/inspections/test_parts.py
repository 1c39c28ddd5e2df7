"""Parts of a checklist, drawn items and quick visits, as rules and against a real database."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from server.inspections import parts, rules
from server.inspections.models import Answer, Inspection, ItemTiming
from server.inspections.queries import walk_of
from server.inspections.service import measured_times, reopen_inspection, submit_inspection
from server.inspections.timing import TimingRule, merged, moments_of, seconds_by_item
from server.inspections.wire import inspection_data
from server.kernel import clock
from server.kernel.db import db
from tests.factories.definitions import WARD, make_definition
from tests.factories.inspections import answer_all, make_answer, make_inspection
from tests.support.actors import Actors, World

DEEP = ("ward.deep.one", "ward.deep.two", "ward.deep.three")


def with_turns(per_visit: int = 1, **first: Any) -> dict[str, Any]:
    """The ward's checklist with three deep items in a section of their own."""
    definition = copy.deepcopy(WARD)
    plain = definition["sections"][0]["items"][1]
    items = [plain | {"key": key, "depth": "deep"} for key in DEEP]
    items[0] |= first
    title = {"zh": "深查", "en": "Deep"}
    definition["sections"].append({"key": "deep", "title": title, "items": items})
    definition["sections"][0]["items"][0]["mandatory"] = True
    return definition | {"rotation": {"per_visit": per_visit}}


def started(actors: Actors, world: World, content: Any = None, **given: Any) -> Inspection:
    definition = make_definition(content or with_turns()).hash
    return make_inspection(actors["inspector"], world.hospital, definition=definition, **given)


def submit(actors: Actors, inspection: Inspection) -> Inspection:
    return submit_inspection(actors["inspector"], inspection.id, submitted_at=clock.now())


def test_a_part_is_kept_in_the_order_of_the_checklist(actors: Actors, world: World) -> None:
    part = {"sections": ["deep", "rules"], "deep_items": [DEEP[1]], "style": "quick"}
    inspection = started(actors, world, **part)
    data = inspection_data(inspection)
    assert (data["style"], data["sections"]) == ("quick", ["rules", "deep"])
    assert (data["deep_items"], data["deep_checked"]) == ([DEEP[1]], None)
    lines = walk_of(inspection, clock.today()).lines()
    assert [line["item"] for line in lines] == ["ward.rules.posted", "ward.rules.drill", DEEP[1]]


def test_everything_is_nothing_in_particular(actors: Actors, world: World) -> None:
    inspection = started(actors, world, sections=["rules", "rooms", "deep"])
    assert (inspection.style, inspection.sections, inspection.deep_items) == ("full", None, None)
    assert len(walk_of(inspection, clock.today()).lines()) == 6


def test_without_turns_nothing_is_drawn(actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital, deep_items=[])
    assert inspection.deep_items is None


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown style": ({"style": "lazy"}, "inspection-style-unknown"),
    "an unknown section": ({"sections": ["rules", "cellar"]}, "inspection-part-unfit"),
    "no section": ({"sections": []}, "inspection-part-unfit"),
    "a section twice": ({"sections": ["rules", "rules"]}, "inspection-part-unfit"),
    "an item that is not deep": ({"deep_items": ["ward.rules.drill"]}, "inspection-draw-unfit"),
    "an item of another part": (
        {"sections": ["rules"], "deep_items": [DEEP[0]]}, "inspection-draw-unfit"),
    "more than a turn": ({"deep_items": list(DEEP)}, "inspection-draw-unfit"),
    "fewer than a turn": ({"deep_items": []}, "inspection-draw-unfit"),
    "one twice": ({"deep_items": [DEEP[0], DEEP[0]]}, "inspection-draw-unfit"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_part_that_does_not_fit_is_refused(actors: Actors, world: World, name: str) -> None:
    given, code = REFUSED[name]
    with pytest.raises((rules.StyleUnknown, rules.PartUnfit, rules.DrawUnfit)) as caught:
        started(actors, world, **given)
    assert caught.value.code == code


def test_fewer_are_drawn_where_not_every_unit_is_asked() -> None:
    only_clinics: Any = with_turns(per_visit=3, tiers=["clinic"])
    drawn = parts.checked_part(only_clinics, "full", None, DEEP[1:])
    assert drawn.deep_items == list(DEEP[1:])
    with pytest.raises(rules.DrawUnfit):
        parts.checked_part(only_clinics, "full", None, DEEP[2:])
    with pytest.raises(rules.DrawUnfit):
        parts.checked_part(only_clinics, "full", ["deep"], [])
    assert parts.checked_part(only_clinics, "full", ["rules"], []).deep_items == []


def test_submitting_tells_the_next_draw_what_was_settled(actors: Actors, world: World) -> None:
    inspection = started(actors, world, with_turns(2), deep_items=[DEEP[0], DEEP[2]])
    answer_all(inspection)
    make_answer(inspection, DEEP[0], result="unable", reason="锁")
    make_answer(inspection, DEEP[2], result="fail", note="坏")
    assert submit(actors, inspection).deep_checked == [DEEP[2]]


def test_a_drawn_item_that_did_not_apply_is_settled() -> None:
    definition: Any = with_turns()
    part = parts.Part("full", None, [DEEP[1]])
    assert parts.settled_deep_items(definition, part, [], ()) == [DEEP[1]]
    everything = parts.Part("full", ["deep"], None)
    assert parts.settled_deep_items(definition, everything, [], ()) == list(DEEP)
    assert parts.settled_deep_items(WARD, everything, [], ()) is None  # type: ignore[arg-type]


def test_what_was_passed_together_is_counted(actors: Actors, world: World) -> None:
    inspection = started(actors, world, style="quick", deep_items=[DEEP[0]])
    make_answer(inspection, "ward.rules.posted", result="pass")
    make_answer(inspection, "ward.rules.drill", how="quick", result="pass")
    make_answer(inspection, DEEP[0], how="rest", result="pass")
    make_answer(inspection, "ward.room.exit", result="pass", **{"r.width": 1.4})
    counts = submit(actors, inspection).counts
    assert counts
    assert (counts["quick"], counts["rest"], counts["passed"]) == (1, 1, 4)


@pytest.mark.parametrize("how", ["quick", "rest"])
def test_a_mandatory_item_cannot_be_passed_together(actors: Actors, world: World, how: str) -> None:
    inspection = started(actors, world, style="quick", deep_items=[DEEP[0]])
    make_answer(inspection, "ward.rules.posted", how=how, result="pass")
    make_answer(inspection, "ward.rules.drill", how=how, result="pass")
    make_answer(inspection, DEEP[0], how=how, result="pass")
    make_answer(inspection, "ward.room.exit", result="pass", **{"r.width": 1.4})
    with pytest.raises(rules.InspectionIncomplete) as caught:
        submit(actors, inspection)
    (gap,) = caught.value.extras["missing"]
    assert (gap["item"], gap["what"]) == ("ward.rules.posted", "answer")


def said(by: str, seconds: float, how: str = "tap") -> dict[str, Any]:
    return {"v": "pass", "rev": 1, "by": by, "at": round(seconds * 1000), "how": how}


def test_the_time_of_an_item_runs_from_the_answer_before_it() -> None:
    moments = moments_of(
        [
            ("a", {"result": said("ann", 100), "r.w": said("ann", 90)}),
            ("b", {"result": said("ann", 130)}),
            ("c", {"result": said("ann", 131, "rest")}),
            ("d", {"result": said("ann", 151.4)}),
            ("a", {"result": said("bob", 120)}),
            ("b", {"result": said("bob", 120.2), "note": said("ann", 160)}),
            ("e", {"result": said("ann", 1000)}),
        ]
    )
    assert seconds_by_item(moments) == {"b": [30, 9, 1], "d": [20]}


def test_only_the_newest_samples_count() -> None:
    rule = TimingRule(fewest_samples=2, longest_pause_seconds=60, kept_samples=3)
    assert merged([100, 100, 7], [9, 8], rule) == ([7, 9, 8], 8)


def test_visits_teach_how_long_items_take(actors: Actors, world: World) -> None:
    for _ in range(5):
        inspection = make_inspection(actors["inspector"], world.hospital)
        answer_all(inspection)
        for number, row in enumerate(
            db.session.query(Answer)
            .filter_by(inspection_id=inspection.id)
            .order_by(Answer.item_key)
        ):
            later = clock.to_ms(clock.now() + timedelta(seconds=20 * number))
            row.fields = {name: {**field, "at": later} for name, field in row.fields.items()}
        submit(actors, inspection)
    (ward,) = measured_times().values()
    assert ward["visits"] == 5
    assert set(ward["items"].values()) <= {20, 21}
    assert len(ward["items"]) == 2
    again = reopen_inspection(actors["inspector"], inspection.id, "漏项")
    submit(actors, again)
    assert measured_times()["ward"]["visits"] == 5
    assert db.session.get(ItemTiming, ("ward", "")) is not None


def test_a_quick_visit_teaches_nothing(actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital, style="quick")
    answer_all(inspection)
    submit(actors, inspection)
    assert measured_times() == {}
