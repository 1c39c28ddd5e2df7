"""The published file says it all: an independent program repeats it, and finds every change."""

import base64
import copy
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from server.custody.models import ServerKey
from server.draws import rhythm, rules, seeds
from server.kernel.db import db
from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.factories.draws import choice, drawn, many_inspectors, many_units, people
from tests.support.actors import World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
PROGRAM = ROOT / "tools" / "replay_draw.py"


def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay_draw", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


replay = program()


def published(office: AppClient, made: Any) -> dict[str, Any]:
    """The file of a draw, with one replacement in it."""
    slot = made["result"][0]
    body = {"slot": slot["slot"], "out": slot["drawn"][0], "reason": "停业装修"}
    where = f"/api/draws/{made['id']}"
    assert office.post(f"{where}/replacements", json=body).status_code == 200
    assert office.post(f"{where}/publish").status_code == 200
    found: dict[str, Any] = json.loads(office.get(f"/api/public/draws/{made['code']}.json").data)
    return found


@pytest.fixture
def file(login: Login, world: World) -> dict[str, Any]:
    many_units(world)
    office = login("bureau_office")
    return published(office, drawn(office, choice(world)).json)


@pytest.fixture
def team_file(login: Login, world: World) -> dict[str, Any]:
    units = many_units(world, 3)
    many_inspectors(world)
    office = login("bureau_office")
    return published(office, drawn(office, people(world, units)).json)


def run(*arguments: Any) -> tuple[int, str]:
    """The program as people run it: its own process, nothing of ours in reach."""
    command = [sys.executable, "-I", str(PROGRAM), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_program_repeats_a_draw_from_its_file_alone(
    file: dict[str, Any], team_file: dict[str, Any], tmp_path: Path
) -> None:
    for number, told in enumerate((file, team_file)):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(told, ensure_ascii=False, indent=2))
        status, said = run(path, "--key", told["signed"]["key"])
        assert status == 0, said
        assert "一致 OK" in said
        assert "停业装修" in said


def test_the_program_needs_nothing_but_python() -> None:
    imported = re.findall(r"^\s*(?:import|from) ([a-z0-9_]+)", PROGRAM.read_text(), re.MULTILINE)
    assert set(imported) <= set(sys.stdlib_module_names)


@dataclass
class Kept:
    """What a stranger kept before a draw, and the file that came of it."""

    file: dict[str, Any]
    listed: dict[str, Any]
    keys: dict[str, Any]
    folder: Path

    def run(self, listed: dict[str, Any], file: dict[str, Any] | None = None) -> tuple[int, str]:
        """The program with everything that there is."""
        named = {"draw": file or self.file, "seeds": listed, "keys": self.keys}
        for name, told in named.items():
            (self.folder / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False))
        where = {name: self.folder / f"{name}.json" for name in named}
        return run(where["draw"], "--keys", where["keys"], "--seeds", where["seeds"])


@pytest.fixture
def kept(login: Login, world: World, clock: FrozenClock, tmp_path: Path) -> Kept:
    many_units(world)
    office = login("bureau_office")
    seeds.keep_ahead()
    db.session.commit()
    listed: Any = office.get("/api/public/draw-seeds").json
    clock.move(hours=2)
    file = published(office, drawn(office, choice(world)).json)
    return Kept(file, listed, office.get("/api/ref/keys.json").json, tmp_path)


def test_the_seed_was_published_before(kept: Kept) -> None:
    status, said = kept.run(kept.listed)
    assert (status, "before the draw, at " in said) == (0, True), said
    assert kept.listed["signed"]["key"] in {one["id"] for one in kept.keys["keys"]}


def test_a_list_of_seeds_that_was_changed_is_found(kept: Kept, examined: Examined) -> None:
    found = [*leaves(kept.listed)][::15]
    for path in found:
        with pytest.raises(replay.Differs):
            replay.check(kept.file, None, changed(kept.listed, path))
    examined(len(found), "single changes of a list of seeds, each found")
    listed = resigned(kept.listed, "anxun-draw-seeds-1")
    with pytest.raises(replay.Differs, match=r"seeds:/signed/key"):
        replay.check(kept.file, {kept.file["signed"]["key"]}, listed)


def test_a_seed_that_was_never_listed_is_found_though_signed(kept: Kept) -> None:
    bent = copy.deepcopy(kept.listed)
    for region in bent["regions"]:
        for batch in region["batches"]:
            batch["open"][kept.file["seed"]["number"] - 1] = "0" * 64
    with pytest.raises(replay.Differs, match="seed/hash"):
        replay.check(kept.file, None, resigned(bent, "anxun-draw-seeds-1"))
    for region in bent["regions"]:
        region["id"] = "0190aaaa-0000-7000-8000-000000000000"
    with pytest.raises(replay.Differs, match="seed/period"):
        replay.check(kept.file, None, resigned(bent, "anxun-draw-seeds-1"))
    unsigned = kept.listed | {"signed": None}
    with pytest.raises(replay.Differs, match="seeds:/signed"):
        replay.check(kept.file, None, unsigned)


def test_a_list_that_was_saved_too_late_shows_nothing(
    kept: Kept, login: Login, clock: FrozenClock
) -> None:
    week = kept.file["seed"]["period"]
    where = f"/api/public/draw-seeds?region={kept.file['snapshot']['region']['id']}&period={week}"
    office = login("bureau_office")
    status, said = kept.run(office.get(where).json)
    assert (status, "CANNOT CHECK" in said) == (2, True), said
    clock.move(days=220)
    rhythm.keep()
    db.session.commit()
    office = login("bureau_office")
    status, said = kept.run(office.get(where).json)
    assert (status, "the week is settled" in said.lower()) == (0, True), said


def test_a_list_without_a_key_is_given_unsigned(login: Login, world: World) -> None:
    many_units(world, 1)
    seeds.keep_ahead()
    db.session.execute(delete(ServerKey))
    db.session.commit()
    listed = login("bureau_office").get("/api/public/draw-seeds").json
    assert listed["signed"] is None
    assert [one["name"] for one in listed["regions"]]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every plain value, and of every list and object that is empty."""
    items = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    )  # fmt: skip
    found = False
    for key, inside in items:
        found = True
        yield from leaves(inside, (*path, key))
    if not found:
        yield path


def other_than(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return "something" if value is None else ["something"]


def changed(file: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    made = copy.deepcopy(file)
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = other_than(place[path[-1]])
    return made


def test_a_change_of_any_field_is_found(
    file: dict[str, Any], team_file: dict[str, Any], examined: Examined
) -> None:
    tried = 0
    for told in (file, team_file):
        replay.check(told)
        for path in leaves(told):
            with pytest.raises(replay.Differs):
                replay.check(changed(told, path))
            tried += 1
    examined(tried, "single changes of published draws, each found")


def resigned(file: dict[str, Any], tag: str = "anxun-draw-file-1") -> dict[str, Any]:
    """The same file, signed by somebody else who forgets nothing."""
    private = Ed25519PrivateKey.generate()
    public = replay.PREFIX + private.public_key().public_bytes_raw()
    told = {key: value for key, value in file.items() if key != "signed"}
    signature = private.sign(tag.encode() + b"\n" + replay.canonical(told))
    return told | {
        "signed": {
            "key": replay.sha256(public).hex()[:32],
            "public_key": base64.b64encode(public).decode(),
            "signature": base64.b64encode(signature).decode(),
        }
    }


def test_signed_anew_by_somebody_else_what_decides_is_still_found(
    file: dict[str, Any], examined: Examined
) -> None:
    deciding = [
        path
        for path in leaves(file)
        if path[0] in ("seed", "snapshot", "snapshot_hash", "result", "standing", "code")
        and path[:2] not in (("seed", "period"), ("seed", "number"), ("seed", "commitment"))
        and path[:2] != ("seed", "made_at")
    ]
    for path in deciding:
        with pytest.raises(replay.Differs):
            replay.check(resigned(changed(file, path)))
    examined(len(deciding), "changes of what decides a draw, found though signed anew")
    replay.check(resigned(file))
    with pytest.raises(replay.Differs, match="/signed/key"):
        replay.check(resigned(file), {file["signed"]["key"]})


def test_the_very_place_is_named(file: dict[str, Any], tmp_path: Path) -> None:
    drawn_first = file["result"][0]["drawn"]
    drawn_first[0], drawn_first[1] = drawn_first[1], drawn_first[0]
    path = tmp_path / "swapped.json"
    path.write_text(json.dumps(file))
    status, said = run(path)
    assert status == 1
    assert said.startswith("不一致 DIFFERS /result/0/drawn/0:")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"a":1,"a":2}', "null", '{"format":"x"}'])
def test_what_is_no_published_draw_is_said_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    status, said = run(path)
    assert status in (1, 2)
    assert "Traceback" not in said


def test_every_call_of_the_public_list_is_open_to_anybody(
    login: Login, file: dict[str, Any], world: World
) -> None:
    office = login("bureau_office")
    listed = office.get("/api/public/draws").json
    assert [one["code"] for one in listed["items"]] == [file["code"]]
    assert office.get(f"/api/public/draws/{file['code'].lower()}.json").json == file
    assert office.get("/api/public/draws/0000-0000-0000.json").status_code == 404
    week = seeds.rules.period(seeds.clock.today())
    told = office.get(f"/api/public/draw-seeds?region={world.county.code}&period={week}").json
    assert [batch["period"] for batch in told["regions"][0]["batches"]] == [week]
    assert told["regions"][0]["batches"][0]["master"] is None


@settings(max_examples=60, deadline=None)
@given(text=st.binary(max_size=200), flip=st.integers(0, 511))
def test_signatures_are_judged_like_everywhere_else(text: bytes, flip: int) -> None:
    private = Ed25519PrivateKey.generate()
    public = replay.PREFIX + private.public_key().public_bytes_raw()
    signature = private.sign(text)
    assert replay.signed(public, text, signature)
    other = bytearray(signature)
    other[flip // 8] ^= 1 << flip % 8
    assert not replay.signed(public, text, bytes(other))
    assert not replay.signed(public, text + b"!", signature)


def test_both_programs_draw_alike() -> None:
    snapshot = {
        "most": 1,
        "slots": [{"key": "a", "count": 2, "reserve": 1}, {"key": "b", "count": 1, "reserve": 0}],
        "candidates": [
            {"id": f"c{n}", "weight": n + 1, "out": [], "barred": {"b": ["x"]} if n == 2 else {}}
            for n in range(6)
        ],
    }
    candidates = [
        rules.Candidate(c["id"], c["weight"], frozenset(c["barred"]))
        for c in snapshot["candidates"]  # type: ignore[attr-defined]
    ]
    slots = [rules.Slot(**slot) for slot in snapshot["slots"]]  # type: ignore[attr-defined]
    for number in range(200):
        seed = replay.sha256(b"%d" % number)
        ours = [
            {"slot": d.slot, "drawn": list(d.drawn), "reserve": list(d.reserve)}
            for d in rules.draw(candidates, slots, 1, seed)
        ]
        assert ours == replay.draw(snapshot, seed)
