"""Finished inspections of the demo: every line answered as a careful inspector would."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from server.checklists.rules import active_readings, judge
from server.definitions.queries import criteria_lists, current_checklists, law_records
from server.definitions.rules.citations import snapshot
from server.definitions.rules.criteria import cited_words, find_entry
from server.definitions.rules.shapes import Item
from server.demo.organisation import County
from server.demo.phone import DemoBroken, Mutation, Phone, at
from server.demo.presence import Walk
from server.inspections.models import Inspection
from server.inspections.queries import walk_of
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id

Data = dict[str, Any]
NOTE = "现场查看与要求不符，已当场告知单位负责人。"
STROKES = [
    [[120, 520], [260, 300], [330, 640], [420, 380], [500, 560]],
    [[560, 340], [640, 600], [720, 360], [830, 540]],
]
PHOTOS = ("power-cabin.jpg", "control-board.jpg", "entrance.jpg", "building.jpg", "yard.jpg")


def hold(county: County, visit: Data, walk: Walk) -> None:
    """Carry one inspection through from start to submission, and open its hazards."""
    phone = county.phone(visit["lead"])
    started = clock.now() - timedelta(days=visit["days_ago"])
    with transaction(write=False):
        hashes = {row.key: row.hash for row in current_checklists(clock.day_of(started))}
    inspection = new_id()
    with at(started):
        phone.send(("inspection.start", _start(county, visit, inspection, hashes)))
        walk.along(county, visit, inspection)
        _answer(phone, inspection, visit["fails"], clock.day_of(started))
        phone.send(*_joint(visit, inspection))
    with at(started + timedelta(minutes=55)):
        phone.send(*_signatures(county, visit, inspection))
        submitted = {"inspection": inspection, "submitted_at": clock.now_ms()}
        phone.send(("inspection.submit", submitted))


def _start(county: County, visit: Data, inspection: str, hashes: Mapping[str, str]) -> Data:
    unit = visit["unit"]
    return {
        "id": inspection,
        "unit_id": county.units[unit],
        "checklist_key": visit["checklist"],
        "definition": hashes[visit["checklist"]],
        "mode": visit["mode"],
        "targets": {
            "location": county.floors.get(unit, [])[:2],
            "asset": county.assets.get(unit, [])[:2],
        },
        "started_at": clock.now_ms(),
        "member_ids": [county.people[key] for key in visit["members"]],
    }


def _joint(visit: Data, inspection: str) -> Iterator[Mutation]:
    for who in visit.get("joint", ()):
        yield "joint.set", {"id": new_id(), "inspection": inspection, **who}


def _answer(phone: Phone, inspection: str, fails: int, today: date) -> None:
    with transaction(write=False):
        walk = walk_of(db.session.get_one(Inspection, inspection), today)
        items = {i["key"]: i for section in walk.definition["sections"] for i in section["items"]}
        lines = [(line["target"], items[line["item"]]) for line in walk.lines()]
        unit_id = db.session.get_one(Inspection, inspection).unit_id
    failing = _spread(lines, fails)
    pictures = cycle(PHOTOS)
    for number, (target, item) in enumerate(lines):
        is_fail = number in failing
        of = {"inspection": inspection, "target": target, "item": item["key"]}
        values = {"result": "fail", "note": NOTE} if is_fail else _passing(item, today)
        batch: list[Mutation] = [("answer.set", of | {"set": values, "how": "tap"})]
        if item["photo"]["rule"] == "always" or is_fail:
            batch.insert(0, phone.photo(next(pictures), "answer", **of))
        phone.send(*batch)
        if is_fail:
            phone.send(*_hazard(phone, item, of, unit_id, next(pictures)))


def _spread(lines: Sequence[tuple[str, Item]], fails: int) -> set[int]:
    """Choose failing lines that open a hazard, evenly over the walk."""
    able = [n for n, (_, item) in enumerate(lines) if "on_fail" in item]
    return {able[(k + 1) * len(able) // (fails + 1)] for k in range(fails)}


def _candidates(spec: Mapping[str, Any], today: date) -> Iterator[Any]:
    match spec["type"]:
        case "number":
            limits = [spec[k] for k in ("warn_min", "warn_max", "min", "max") if k in spec]
            yield from limits
            yield from (sum(limits) / len(limits) if limits else 1, 0, 1, 5, 20, 100)
        case "date":
            yield from ((today + timedelta(days=days)).isoformat() for days in (-5, 200))
        case "choice":
            yield from (option["key"] for option in spec["options"])
        case "choices":
            yield []
            yield from ([option["key"]] for option in spec["options"])
        case _:
            yield "现场核对无误"


def _passing(item: Item, today: date) -> Data:
    """Fill an item with values that pass, trying what its limits and options offer."""
    values: Data = {}
    if item["answer"]["type"] == "pass-fail-na":
        values["result"] = "pass"
    else:
        _fill(item, values, "v", item["answer"], today)
    filled: set[str] = set()
    while waiting := [r for r in active_readings(item, values) if r["key"] not in filled]:
        filled.add(waiting[0]["key"])
        _fill(item, values, f"r.{waiting[0]['key']}", waiting[0], today)
    return values


def _fill(item: Item, values: Data, field: str, spec: Mapping[str, Any], today: date) -> None:
    for candidate in _candidates(spec, today):
        values[field] = candidate
        found = judge(item, values, today.isoformat())
        if field not in found["out"] and field not in found["warn"]:
            return
    if field in judge(item, values, today.isoformat())["out"]:
        raise DemoBroken(f"no passing value for {item['key']} {field}")


def _hazard(phone: Phone, item: Item, of: Data, unit_id: str, picture: str) -> Iterator[Mutation]:
    wanted = item["on_fail"]["hazard"]
    hazard = new_id()
    due = clock.today() + timedelta(days=wanted["due_days"])
    with transaction(write=False):
        day = clock.today()
        basis = snapshot(item["basis"], law_records(day), day.isoformat())
    args: Data = {
        "id": hazard,
        "unit_id": unit_id,
        "source": "inspection",
        **of,
        "title": wanted["title"]["zh"],
        "description": NOTE,
        "suggestion": wanted["suggest"]["zh"],
        "basis": basis,
        "category": wanted["category"],
        "grade": "general",
        "suspected_major": wanted["grade"] == "suspect-major",
        "due_on": due.isoformat(),
    }
    if "criteria" in wanted:
        args["criteria"] = wanted["criteria"]
        args["criterion"] = _criterion_words(wanted["criteria"])
    yield "hazard.open", args
    yield phone.photo(picture, "found", hazard=hazard)


def _criterion_words(references: Sequence[str]) -> str:
    with transaction(write=False):
        lists = criteria_lists(clock.today()).values()
        found = [pair for ref in references if (pair := find_entry(lists, ref))]
        return "\n".join(cited_words(*pair) for pair in found)


def _signatures(county: County, visit: Data, inspection: str) -> Iterator[Mutation]:
    drawn = {"strokes": STROKES, "width": 600, "height": 240, "refused": False, "photo_ids": []}
    for key in visit["members"]:
        yield (
            "signature.add",
            {
                "id": new_id(),
                "inspection": inspection,
                "party": "inspector",
                "person_id": county.people[key],
                "name": county.names[key],
                "signed_at": clock.now_ms(),
                **drawn,
            },
        )
    yield (
        "signature.add",
        {
            "id": new_id(),
            "inspection": inspection,
            "party": "unit",
            "name": visit["unit_signer"],
            "title": "单位代表",
            "signed_at": clock.now_ms(),
            **drawn,
        },
    )
