"""What a county lays over a checklist: stricter, never looser, and only there."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.authoring.rules.overlay import PHOTO_RULES, compose, empty_overlay, own_prefix
from server.authoring.rules.sentences import is_translated
from server.authoring.rules.stricter import check_overlay
from server.authoring.rules.upstream import touched
from server.definitions import queries
from server.kernel import clock as kernel_clock
from tests.authoring.test_drafts import begin, save, step
from tests.factories.authoring import a_local_item, make_office, make_ward, sound_ward
from tests.factories.definitions import make_definition
from tests.factories.org import make_person
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
Data = dict[str, Any]
POSTED, ROOM = "ward.rules.posted", "ward.room.exit"
KEYS = [POSTED, "ward.rules.drill", ROOM]

numbers = st.integers(-3, 8)
limits = st.dictionaries(st.sampled_from(["min", "max", "warn_min", "warn_max"]), numbers)
changes = st.fixed_dictionaries(
    {},
    optional={
        "limits": st.dictionaries(st.sampled_from(["v", "width", "gone"]), limits),
        "basis": st.lists(st.just({"doc": "县办法", "tag": "document-only"}), max_size=2),
        "photo": st.fixed_dictionaries({"rule": st.sampled_from(PHOTO_RULES)}),
        "due_days": st.integers(0, 30),
        "weight": st.integers(1, 5),
        "mandatory": st.just(True),
    },
)
local_keys = st.sampled_from([f"r339901.x.n{n}" for n in range(4)])
additions = st.fixed_dictionaries(
    {
        "section": st.sampled_from(["rules", "rooms", "r339901-own", "gone"]),
        "after": st.sampled_from([None, *KEYS, "gone"]),
        "item": local_keys.map(a_local_item),
    }
)
overlays = st.fixed_dictionaries(
    {
        "key": st.just("ward"),
        "items": st.dictionaries(st.sampled_from([*KEYS, "gone.item"]), changes),
        "sections": st.lists(
            st.just({"key": "r339901-own", "title": {"zh": "本县", "en": "Own"}}), max_size=2
        ),
        "added": st.lists(additions, max_size=4),
    }
)


def items(definition: Any) -> dict[str, Data]:
    return {item["key"]: item for section in definition["sections"] for item in section["items"]}


@given(overlays)
@settings(max_examples=150, deadline=None)
def test_composing_never_softens_or_loses_anything(overlay: Data) -> None:
    base = sound_ward()
    before = copy.deepcopy(base)
    made = items(compose(base, overlay))
    assert base == before
    assert {one["item"]["key"] for one in overlay["added"]} | set(KEYS) == set(made)
    for key, old in items(base).items():
        new = made[key]
        assert new["weight"] >= old["weight"]
        assert [basis for basis in new["basis"] if basis in old["basis"]] == old["basis"]
        assert PHOTO_RULES.index(new["photo"]["rule"]) >= PHOTO_RULES.index(old["photo"]["rule"])
        assert (new["ask"], new["answer"]["type"]) == (old["ask"], old["answer"]["type"])
    assert made[POSTED]["on_fail"]["hazard"]["due_days"] <= 7
    assert made[ROOM]["readings"][0]["min"] >= 1.1


@given(overlays)
@settings(max_examples=150, deadline=None)
def test_composing_twice_is_composing_once(overlay: Data) -> None:
    once = compose(sound_ward(), overlay)
    assert compose(once, overlay) == once
    assert compose(sound_ward(), empty_overlay("ward")) == sound_ward()


@given(overlays)
@settings(max_examples=100, deadline=None)
def test_every_fault_has_a_sentence(overlay: Data) -> None:
    faults = check_overlay(sound_ward(), overlay, "r339901")
    assert [text for _, text in faults if not is_translated(text)] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"weight": 1}, "/weight"),
        ({"due_days": 9}, "/due_days"),
        ({"photo": {"rule": "optional"}}, "/photo/rule"),
        ({"limits": {"v": {"min": 1}}}, "/limits/v"),
    ],
)
def test_a_looser_rule_is_refused_at_its_place(change: Data, pointer: str) -> None:
    overlay = {**empty_overlay("ward"), "items": {POSTED: change}}
    [(where, _)] = check_overlay(sound_ward(), overlay, "r339901")
    assert where == f"/items/{POSTED}{pointer}"


def test_a_looser_limit_is_refused_and_a_stricter_one_taken() -> None:
    def overlay(least: float) -> Data:
        change = {"limits": {"width": {"min": least, "max": 3}}}
        return {**empty_overlay("ward"), "items": {ROOM: change}}

    [(where, said)] = check_overlay(sound_ward(), overlay(0.9), "r339901")
    assert (where, said) == (f"/items/{ROOM}/limits/width/min", "must not be below 1.1")
    assert check_overlay(sound_ward(), overlay(1.4), "r339901") == []
    assert items(compose(sound_ward(), overlay(1.4)))[ROOM]["readings"][0]["min"] == 1.4


def test_where_no_photo_may_be_taken_none_is_asked_for() -> None:
    base = sound_ward()
    base["sections"][0]["items"][0]["photo"] = {"rule": "never"}
    overlay = {**empty_overlay("ward"), "items": {POSTED: {"photo": {"rule": "always"}}}}
    assert [where for where, _ in check_overlay(base, overlay, "r1")] == [
        f"/items/{POSTED}/photo/rule"
    ]
    assert items(compose(base, overlay))[POSTED]["photo"] == {"rule": "never"}


def test_own_keys_carry_the_region() -> None:
    assert own_prefix("990102") == "r990102"
    overlay = {
        **empty_overlay("ward"),
        "sections": [{"key": "own", "title": {"zh": "本县", "en": "Own"}}],
        "added": [{"section": "own", "item": a_local_item("ward.own")}],
    }
    pointers = [where for where, _ in check_overlay(sound_ward(), overlay, "r990102")]
    assert pointers == ["/sections/0/key", "/added/0/item/key"]


def test_a_new_base_tells_what_moved_below_the_overlay() -> None:
    old, new = sound_ward(), sound_ward()
    new["sections"][0]["items"][0]["weight"] = 5
    new["sections"].pop(1)
    overlay = {
        **empty_overlay("ward"),
        "items": {POSTED: {"mandatory": True}, KEYS[1]: {"weight": 3}, ROOM: {"weight": 4}},
        "added": [
            {"section": "rules", "item": a_local_item("r1.a")},
            {"section": "rooms", "item": a_local_item("r1.b")},
        ],
    }
    told = [(one["what"], one["key"], one["state"]) for one in touched(old, new, overlay)]
    assert told == [
        ("item", POSTED, "changed"),
        ("item", KEYS[1], "untouched"),
        ("item", ROOM, "gone"),
        ("added", "r1.a", "untouched"),
        ("added", "r1.b", "gone"),
    ]


@pytest.fixture
def author(login: Login, world: World) -> AppClient:
    """Somebody of the county's office."""
    make_ward()
    assert world.other_hospital
    return login("bureau_office")


@pytest.fixture
def reviewer(login: Login, world: World) -> AppClient:
    """The second person of the county."""
    return login(make_person(role="bureau_office", region=world.county, name="县局吴"))


def a_county_overlay(**more: Any) -> Data:
    return {
        **empty_overlay("ward"),
        "items": {POSTED: {"due_days": 3}},
        "added": [{"section": "rules", "after": POSTED, "item": a_local_item("r339901.ward.n1")}],
    } | more


def overlay_draft(author: AppClient, world: World, body: Data | None = None) -> Data:
    draft = begin(author, kind="overlay", region_id=world.county.id)
    saved = save(author, draft, body=body or a_county_overlay()).json
    return draft | saved


def publish(author: AppClient, reviewer: AppClient, draft: Data) -> Data:
    sent = step(author, draft, "submit", "县政府通知")
    assert sent.status_code == 200, sent.json
    done = step(reviewer, sent.json, "publish")
    assert done.status_code == 200, done.json
    return dict(done.json)


def test_a_county_publishes_for_itself_alone(
    author: AppClient, reviewer: AppClient, world: World
) -> None:
    draft = overlay_draft(author, world)
    assert (draft["mistakes"], draft["prefix"]) == ([], "r339901")
    assert len(draft["composed"]["sections"][0]["items"]) == 3
    publish(author, reviewer, draft)
    general, regional = queries.manifest(kernel_clock.today())["definitions"]
    assert (general["region_id"], general["items"], general["region_ids"]) == (None, 3, [])
    assert (regional["region_id"], regional["items"]) == (world.county.id, 4)
    assert regional["region_ids"] == [world.county.id]
    assert [row.hash for row in queries.current_checklists(kernel_clock.today())] == [
        general["hash"]
    ]
    [told] = author.get("/api/checklists").json["items"]
    assert [(one["region"], one["behind"]) for one in told["regional"]] == [("安平县", False)]


def test_a_county_that_lays_nothing_over_it_any_more_follows_everybody(
    author: AppClient, reviewer: AppClient, world: World
) -> None:
    publish(author, reviewer, overlay_draft(author, world))
    ending = begin(author, kind="overlay", region_id=world.county.id, body=empty_overlay("ward"))
    publish(author, reviewer, ending)
    assert [
        (entry["region_id"], entry["items"])
        for entry in queries.manifest(kernel_clock.today())["definitions"]
    ] == [(None, 3)]
    assert author.get("/api/checklists").json["items"][0]["regional"] == []
    again = begin(author, kind="overlay", region_id=world.county.id)
    assert again["body"] == empty_overlay("ward")
    refused = step(author, again, "submit", "再来一次")
    assert (refused.status_code, refused.json["code"]) == (409, "draft-unchanged")


def test_a_county_adds_a_heading_of_its_own(
    author: AppClient, reviewer: AppClient, world: World
) -> None:
    own = {"key": "r339901-part-1", "title": {"zh": "", "en": ""}}
    item = {"section": own["key"], "after": None, "item": a_local_item("r339901.ward.n1")}
    body = a_county_overlay(sections=[own], added=[item])
    draft = overlay_draft(author, world, body)
    assert {one["pointer"] for one in draft["mistakes"]} == {
        "/sections/0/title/zh",
        "/sections/0/title/en",
    }
    assert [section["key"] for section in draft["composed"]["sections"]][-1] == own["key"]
    own["title"] = {"zh": "本县", "en": "Our county"}
    draft = overlay_draft(author, world, a_county_overlay(sections=[own], added=[item]))
    made = queries.definition(publish(author, reviewer, draft)["published_hash"])
    assert (made["sections"][-1]["title"]["zh"], len(made["sections"][-1]["items"])) == ("本县", 1)


def test_mistakes_of_the_composed_list_are_told_in_the_overlay(
    author: AppClient, world: World
) -> None:
    broken = a_county_overlay(
        items={ROOM: {"limits": {"width": {"max": 1}}}, POSTED: {"weight": 9}}
    )
    assert [one["pointer"] for one in overlay_draft(author, world, broken)["mistakes"]] == [
        f"/items/{POSTED}/weight"
    ]
    broken = a_county_overlay(items={ROOM: {"limits": {"width": {"max": 1}}}})
    broken["added"][0]["item"]["ask"]["en"] = "中文"
    assert {one["pointer"] for one in overlay_draft(author, world, broken)["mistakes"]} == {
        f"/items/{ROOM}",
        "/added/0/item/ask/en",
    }


def test_a_new_base_needs_a_person_and_the_old_composition_holds_until_then(
    author: AppClient, reviewer: AppClient, world: World
) -> None:
    done = publish(author, reviewer, overlay_draft(author, world))
    changed = sound_ward(minutes=50)
    changed["sections"][0]["items"][0]["method"]["zh"] = "看墙上"
    make_definition(changed)
    entries = queries.manifest(kernel_clock.today())["definitions"]
    assert entries[1]["hash"] == done["published_hash"]
    assert author.get("/api/checklists").json["items"][0]["regional"][0]["behind"]
    again = begin(author, kind="overlay", region_id=world.county.id)
    assert again["body"] == a_county_overlay()
    told = publish(author, reviewer, again)
    made = queries.definition(told["published_hash"])
    assert (made["minutes"], len(made["sections"][0]["items"])) == (50, 3)


def test_a_draft_begun_before_tells_what_moved(
    author: AppClient, reviewer: AppClient, world: World
) -> None:
    draft = overlay_draft(author, world)
    changed = sound_ward()
    changed["sections"][0]["items"][0]["weight"] = 4
    make_definition(changed)
    told = step(author, draft, "submit", "通知")
    assert (told.status_code, told.json["code"]) == (409, "draft-base-moved")
    seen = author.get(f"/api/drafts/{draft['id']}").json
    assert [one["state"] for one in seen["upstream"]["parts"]] == ["changed", "untouched"]
    kept = save(author, seen, accept_base=True).json
    assert publish(author, reviewer, seen | kept)["state"] == "published"


def test_a_neighbour_does_not_see_or_write_it(
    author: AppClient, login: Login, world: World
) -> None:
    draft = overlay_draft(author, world)
    neighbour = login(make_person(role="bureau_office", region=world.other_county))
    assert neighbour.get(f"/api/drafts/{draft['id']}").status_code == 404
    told = neighbour.post(
        "/api/drafts", json={"key": "ward", "kind": "overlay", "region_id": world.county.id}
    )
    assert told.status_code == 404
    assert login(make_office(world)).get(f"/api/drafts/{draft['id']}").status_code == 200


def test_a_regional_key_is_refused_in_the_general_list(login: Login, world: World) -> None:
    make_ward()
    assert world.county
    body = sound_ward()
    body["sections"][0]["items"][0]["key"] = "r339901.ward.n1"
    [mistake] = begin(login(make_office(world)), body=body)["mistakes"]
    assert mistake["pointer"] == "/sections/0/items/0/key"
