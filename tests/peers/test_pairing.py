"""Who inspects whom: the rules hold for every set of regions and every history."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.peers.pairing import NoMatch, faults_of, longest_cycle, make_pairs

names = st.integers(3, 24).map(lambda count: [f"region-{n:02}" for n in range(count)])
seeds = st.text("0123456789abcdef", min_size=8, max_size=32)


@settings(max_examples=3000, deadline=None)
@given(regions=names, seed=seeds)
def test_everybody_inspects_and_is_inspected_once(regions: list[str], seed: str) -> None:
    pairs = make_pairs(regions, [], seed)
    assert faults_of(pairs, regions, []) == []
    assert make_pairs(reversed(regions), [], seed) == pairs, "the same from the same seed"


@settings(max_examples=1000, deadline=None)
@given(regions=names, data=st.data())
def test_nobody_meets_again_within_a_cycle(regions: list[str], data: st.DataObject) -> None:
    past: list[list[tuple[str, str]]] = []
    for _ in range(data.draw(st.integers(1, (len(regions) - 1) // 2))):
        barred = [pair for one in past for pair in one]
        try:
            pairs = make_pairs(regions, barred, data.draw(seeds))
        except NoMatch:
            # Rounds chosen without looking ahead may leave none; that is said, and never broken.
            assert past
            return
        assert faults_of(pairs, regions, barred) == []
        past.append(pairs)


def every_pairing(regions: list[str]) -> list[list[tuple[str, str]]]:
    """All that the rules allow, found the slow way."""
    found = (list(zip(regions, homes, strict=True)) for homes in itertools.permutations(regions))
    return [pairs for pairs in found if not faults_of(pairs, regions, [])]


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_when_it_says_that_there_is_none_there_is_none(count: int) -> None:
    regions = [f"r{n}" for n in range(count)]
    allowed = every_pairing(regions)
    for past in allowed[:: max(1, len(allowed) // 40)]:
        left = [pairs for pairs in allowed if not faults_of(pairs, regions, past)]
        if left:
            assert make_pairs(regions, past, "5eed") in left
            continue
        with pytest.raises(NoMatch) as none:
            make_pairs(regions, past, "5eed")
        assert none.value.proved


@pytest.mark.parametrize("regions", [[], ["a"], ["a", "b"]])
def test_two_regions_would_inspect_each_other(regions: list[str]) -> None:
    if not regions:
        assert make_pairs(regions, [], "5eed") == []
        return
    with pytest.raises(NoMatch) as none:
        make_pairs(regions, [], "5eed")
    assert none.value.proved


def test_seeds_lead_to_different_pairs_evenly() -> None:
    regions = ["a", "b", "c", "d"]
    allowed = every_pairing(regions)
    counts = dict.fromkeys((str(pairs) for pairs in allowed), 0)
    for n in range(3000):
        counts[str(make_pairs(regions, [], f"{n:08x}"))] += 1
    assert min(counts.values()) > 0, "no pairing that the rules allow is out of reach"


def test_a_large_city_is_paired_for_years() -> None:
    regions = [f"r{n:02}" for n in range(60)]
    past: list[tuple[str, str]] = []
    for year in range(8):
        pairs = make_pairs(regions, past, f"{year:08x}")
        assert faults_of(pairs, regions, past) == []
        past += pairs


def test_how_long_a_cycle_may_be() -> None:
    regions = ["a", "b", "c", "d", "e"]
    first = make_pairs(regions, [], "01")
    second = make_pairs(regions, first, "02")
    assert longest_cycle(regions, [first], "03") == 1
    assert longest_cycle(regions, [second, first], "03") == 1, "all ten pairs have met"
    assert longest_cycle(["a", "b"], [], "03") == -1


@pytest.mark.parametrize(
    ("pairs", "wrong"),
    [
        ([("a", "a"), ("b", "c"), ("c", "b")], ["itself", "mutual"]),
        ([("a", "b"), ("b", "c")], ["guests", "homes"]),
        ([("a", "b"), ("b", "c"), ("c", "a")], ["again"]),
    ],
)
def test_faults_are_named(pairs: list[tuple[str, str]], wrong: list[str]) -> None:
    assert faults_of(pairs, ["a", "b", "c"], [("b", "a")] if "again" in wrong else []) == wrong
