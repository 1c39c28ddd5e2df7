"""One law in three tongues: the vectors hold for the server and for the program of one file."""

import json
from typing import Any

import pytest

from server.draws import rules
from server.draws.rules import seeds
from server.ops.paths import ROOT
from tests.draws.test_replay import replay

VECTORS: dict[str, Any] = json.loads((ROOT / "contracts/vectors/random-draw.json").read_text())
Case = dict[str, Any]


@pytest.mark.parametrize("case", VECTORS["canonical"], ids=lambda case: case["text"][:20])
def test_canonical_json(case: Case) -> None:
    assert rules.canonical(case["value"]).decode() == case["text"]
    assert replay.canonical(case["value"]).decode() == case["text"]


def test_snapshot_hashes() -> None:
    for case in VECTORS["snapshot_hash"]:
        assert rules.snapshot_hash(case["snapshot"]) == case["hash"]


@pytest.mark.parametrize("case", VECTORS["stream"], ids=lambda case: case["seed"][:8])
def test_streams(case: Case) -> None:
    seed = bytes.fromhex(case["seed"])
    ours, theirs = rules.Stream(seed), replay.numbers(seed)
    for bound, number in zip(map(int, case["bounds"]), map(int, case["numbers"]), strict=True):
        assert ours.below(bound) == replay.below(theirs, bound) == number


def test_mixed_seeds() -> None:
    for case in VECTORS["mixed"]:
        mixed = rules.mixed(case["seed"], case["words"], case["snapshot_hash"])
        assert mixed.hex() == case["mixed"]


def test_weights() -> None:
    for case in VECTORS["weights"]:
        told = case["terms"], case["weight"]
        assert rules.weigh(case["formula"], case["percent"], case["facts"]) == told
        assert replay.weigh(case, case["facts"]) == told


@pytest.mark.parametrize("number", range(len(VECTORS["draws"])))
def test_draws_and_replacements(number: int) -> None:
    case = VECTORS["draws"][number]
    snapshot, mixed = case["snapshot"], bytes.fromhex(case["mixed"])
    candidates = [
        rules.Candidate(one["id"], one["weight"], frozenset(one["barred"]))
        for one in snapshot["candidates"]
        if not one["out"]
    ]
    slots = [rules.Slot(one["key"], one["count"], one["reserve"]) for one in snapshot["slots"]]
    result = rules.draw(candidates, slots, snapshot["most"], mixed)
    told = [
        {"slot": one.slot, "drawn": list(one.drawn), "reserve": list(one.reserve)} for one in result
    ]
    assert told == replay.draw(snapshot, mixed) == case["result"]
    gone = [(one["slot"], one["out"]) for one in case["replacements"]]
    stands, came = rules.standing(result, snapshot["most"], gone)
    assert [{"slot": slot, "ids": ids} for slot, ids in stands.items()] == case["standing"]
    assert came == [one["in"] for one in case["replacements"]]
    assert replay.replaced(told, snapshot["most"], case["replacements"]) == case["standing"]


def test_seeds_of_a_week() -> None:
    told = VECTORS["seeds"]
    master = bytes.fromhex(told["master"])
    assert seeds.commitment(master) == told["commitment"]
    assert seeds.order(master, seeds.SEALED, 32) == told["order"]
    assert sorted(told["order"]) == seeds.order(master, seeds.OPEN, 32)
    for case in told["of"]:
        value = seeds.seed(master, case["lane"], case["number"])
        assert (value.hex(), seeds.seed_hash(value)) == (case["seed"], case["hash"])
        assert seeds.code(case["hash"]) == case["code"]


def test_the_file_of_the_vectors_repeats() -> None:
    replay.check(VECTORS["file"])
