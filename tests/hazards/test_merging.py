"""Two entries for one danger: one stands, and what still arrives for the other is not lost."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.access.rules import Actor
from server.hazards.models import Hazard, HazardPhoto
from server.hazards.rules import HazardMergedInto, MergeUnfit
from server.hazards.service import comment_hazard, merge_hazard, move_hazard
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from tests.factories.hazards import hazard_in, make_hazard, make_photo
from tests.support.actors import Actors
from tests.sync.phone import Phone, through
from tests.sync.work import photo

MakePhone = Callable[..., Phone]


@pytest.fixture
def pair(actors: Actors) -> tuple[Hazard, Hazard]:
    """Two hazards of the hospital; the first carries a photo."""
    shown = make_photo(actors["inspector"].user_id, purpose="found")
    first = make_hazard(actors["inspector"], actors.world.hospital, photos=[shown.id])
    second = make_hazard(actors["inspector"], actors.world.hospital)
    db.session.commit()
    return first, second


def merge(actor: Actor, pair: tuple[Hazard, Hazard]) -> Hazard:
    return merge_hazard(actor, pair[0].id, pair[1].id, "同一处")


def test_the_merged_one_is_void_and_its_photos_stand_with_the_other(
    actors: Actors, pair: tuple[Hazard, Hazard]
) -> None:
    survivor = merge(actors["bureau_office"], pair)
    assert merge(actors["bureau_office"], pair) is survivor
    assert (pair[0].state, pair[0].merged_into_id) == ("void", survivor.id)
    shown = select(HazardPhoto.hazard_id).order_by(HazardPhoto.hazard_id)
    assert set(db.session.scalars(shown)) == {one.id for one in pair}


def test_only_two_living_hazards_of_one_unit_are_merged_and_only_by_the_office(
    actors: Actors, pair: tuple[Hazard, Hazard]
) -> None:
    elsewhere = make_hazard(actors["inspector"], actors.world.clinic)
    ended = hazard_in("void", actors)
    for other in (pair[0], elsewhere, ended):
        with pytest.raises(MergeUnfit):
            merge_hazard(actors["bureau_office"], pair[0].id, other.id, "同一处")
    with pytest.raises(Forbidden):
        merge(actors["inspector"], pair)
    with pytest.raises(NotFound):
        merge_hazard(actors["bureau_office"], pair[0].id, actors.world.hospital.id, "x")


def test_a_word_on_the_merged_one_reaches_the_one_that_stands(
    actors: Actors, pair: tuple[Hazard, Hazard]
) -> None:
    survivor = merge(actors["bureau_office"], pair)
    assert comment_hazard(actors["inspector"], pair[0].id, "还在").id == survivor.id
    with pytest.raises(HazardMergedInto) as told:
        move_hazard(actors["bureau_office"], pair[0].id, "assign")
    assert (told.value.code, told.value.extras["into"]) == ("hazard-merged-into", survivor.id)


@pytest.mark.fault(53)
def test_a_phone_that_knew_nothing_of_the_merge_loses_nothing(
    actors: Actors, pair: tuple[Hazard, Hazard]
) -> None:
    mine = Phone(through(actors.login("inspector")))
    mine.sync()
    merge(actors["bureau_office"], pair)
    db.session.commit()
    shown = photo(hazard=pair[0].id, purpose="comment")
    mine.write("photo.add", shown)
    said = {"id": pair[0].id, "note": "又看见一次", "photos": [shown["id"]]}
    comment = mine.write("hazard.comment", said)
    args: dict[str, Any] = {
        "id": pair[0].id, "action": "assign", "expect": {"state": "open", "rev": 1}, "photos": [],
        "note": "请今天处理", "assignee_id": actors.person("safety_officer").id,
    }  # fmt: skip
    move = mine.write("hazard.move", args)
    mine.sync()
    told = mine.verdicts[comment]
    assert (told["status"], told["code"]) == ("merged", "hazard-merged-into")
    told = mine.verdicts[move]
    assert (told["status"], told["code"], told["kept"]) == (
        "rejected", "hazard-merged-into", ["note"],
    )  # fmt: skip
    assert told["params"]["into"] == pair[1].id
    row = mine.rows()[("hazard", pair[1].id)]
    assert [(s["action"], s["note"]) for s in row["steps"][-2:]] == [
        ("comment", "又看见一次"), ("late", "请今天处理"),
    ]  # fmt: skip
    assert row["steps"][-2]["photo_ids"] == [shown["id"]]
    assert mine.rows()[("hazard", pair[0].id)]["merged_into_id"] == pair[1].id


def test_merging_over_http(actors: Actors, pair: tuple[Hazard, Hazard]) -> None:
    first, second = (one.id for one in pair)
    office = actors.login("bureau_office")
    path = f"/api/hazards/{first}/merge"
    assert office.post(path, json={"into": first, "note": "x"}).json["code"] == "hazard-merge-unfit"
    assert office.post(path, json={"into": second, "note": "同一处"}).json["id"] == second
    assert (
        actors.login("inspector").post(path, json={"into": second, "note": "x"}).status_code == 403
    )
