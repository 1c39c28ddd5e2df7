"""Chance is fair: ten thousand draws against their weights, and no bar is ever broken."""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.draws import rules
from tests.architecture.conftest import Examined

DRAWS = 10_000
#: a fair draw is beyond it once in a thousand times; the seeds here are fixed, so it never flickers
RARE = 3.0902


def seed(number: int) -> bytes:
    return hashlib.sha256(b"chance %d" % number).digest()


def rarest(freedom: int) -> float:
    """The chi-square that is exceeded once in a thousand times (Wilson and Hilferty)."""
    part = 2 / (9 * freedom)
    return float(freedom * (1 - part + RARE * math.sqrt(part)) ** 3)


def chi_square(seen: Sequence[int], expected: Sequence[float]) -> float:
    return sum((s - e) ** 2 / e for s, e in zip(seen, expected, strict=True))


def weights() -> list[int]:
    """Twelve units as the formula weighs them: from a village room to a hospital in arrears."""
    rule = rules.formula("units", "risk")
    tiers = ("hospital", "township", "community", "village")
    facts = [
        {
            "tier": tiers[n % 4],
            "attributes": ["has_gas", "has_inpatients", "has_works"][: n % 4],
            "open_hazards": n,
            "major_hazards": n // 5,
            "relapses": n % 3,
            "days_since_visit": None if n == 7 else 37 * n,
        }
        for n in range(12)
    ]
    return [rules.weigh(rule, {}, one)[1] for one in facts]


def test_ten_thousand_draws_follow_the_weights(examined: Examined) -> None:
    given_weights = weights()
    candidates = [rules.Candidate(f"u{n:02}", weight) for n, weight in enumerate(given_weights)]
    seen: Counter[str] = Counter()
    for number in range(DRAWS):
        (slot,) = rules.draw(candidates, [rules.Slot("units", 1, 0)], 1, seed(number))
        seen[slot.drawn[0]] += 1
    whole = sum(given_weights)
    expected = [DRAWS * weight / whole for weight in given_weights]
    found = chi_square([seen[one.id] for one in candidates], expected)
    limit = rarest(len(candidates) - 1)
    examined(
        DRAWS, f"draws by weight: chi-square {found:.2f}, 11 degrees of freedom, limit {limit:.2f}"
    )
    assert found < limit


def test_pairs_in_order_follow_the_weights_too(examined: Examined) -> None:
    given_weights = [1_000_000, 2_000_000, 3_000_000, 5_000_000]
    candidates = [rules.Candidate(f"u{n}", weight) for n, weight in enumerate(given_weights)]
    whole, seen = sum(given_weights), Counter[tuple[str, ...]]()
    for number in range(DRAWS):
        (slot,) = rules.draw(candidates, [rules.Slot("units", 2, 0)], 1, seed(number))
        seen[slot.drawn] += 1
    pairs = [(a, b) for a in candidates for b in candidates if a is not b]
    expected = [DRAWS * a.weight / whole * b.weight / (whole - a.weight) for a, b in pairs]
    found = chi_square([seen[a.id, b.id] for a, b in pairs], expected)
    limit = rarest(len(pairs) - 1)
    examined(
        DRAWS, f"ordered pairs: chi-square {found:.2f}, 11 degrees of freedom, limit {limit:.2f}"
    )
    assert found < limit


def test_the_test_would_notice_a_bent_draw() -> None:
    expected = [DRAWS / 12] * 12
    bent = [DRAWS // 12 + (60 if n < 6 else -60) for n in range(12)]
    assert chi_square(bent, expected) > rarest(11)


def test_every_remainder_is_equally_likely() -> None:
    stream, bound = rules.Stream(seed(0)), 3 << 62
    low = sum(stream.below(bound) < bound // 2 for _ in range(4000))
    assert abs(low - 2000) < 4 * math.sqrt(1000)


slots = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 4)), min_size=1, max_size=5
).map(lambda found: [rules.Slot(f"s{n}", *pair) for n, pair in enumerate(found)])  # fmt: skip


@st.composite
def scenes(pick: st.DrawFn) -> tuple[list[rules.Candidate], list[rules.Slot], int, bytes]:
    wanted = pick(slots)
    keys = [slot.key for slot in wanted]
    count = pick(st.integers(0, 12))
    candidates = [
        rules.Candidate(
            f"c{n:02}",
            pick(st.integers(1, 8_000_000)),
            frozenset(pick(st.sets(st.sampled_from(keys)))),
        )
        for n in range(count)
    ]
    return candidates, wanted, pick(st.integers(1, 5)), pick(st.binary(min_size=32, max_size=32))


@settings(max_examples=400, deadline=None)
@given(scene=scenes())
def test_a_bar_is_never_broken(
    scene: tuple[list[rules.Candidate], list[rules.Slot], int, bytes],
) -> None:
    candidates, wanted, most, mixed = scene
    by_id = {one.id: one for one in candidates}
    result = rules.draw(candidates, wanted, most, mixed)
    load: Counter[str] = Counter()
    for slot, told in zip(wanted, result, strict=True):
        named = [*told.drawn, *told.reserve]
        assert len(named) == len(set(named))
        assert all(slot.key not in by_id[one].barred for one in named)
        assert len(told.drawn) <= slot.count
        assert len(told.reserve) <= slot.reserve
        free = [c for c in candidates if slot.key not in c.barred and load[c.id] < most]
        assert len(named) == min(slot.count + slot.reserve, len(free))
        load.update(told.drawn)
    assert all(times <= most for times in load.values())
    assert result == rules.draw(candidates[::-1], wanted, most, mixed), "the order given is nothing"


@settings(max_examples=300, deadline=None)
@given(scene=scenes(), data=st.data())
def test_replacements_break_no_bar_either(
    scene: tuple[list[rules.Candidate], list[rules.Slot], int, bytes], data: st.DataObject
) -> None:
    candidates, wanted, most, mixed = scene
    by_id = {one.id: one for one in candidates}
    result = rules.draw(candidates, wanted, most, mixed)
    gone: list[tuple[str, str]] = []
    for _ in range(6):
        stands, came = rules.standing(result, most, gone)
        open_ones = [(slot, one) for slot, ids in stands.items() for one in ids]
        load = Counter(one for _, one in open_ones)
        assert all(slot not in by_id[one].barred for slot, one in open_ones)
        assert all(times <= most for times in load.values())
        assert len(came) == len(gone)
        if not open_ones:
            return
        leaving = data.draw(st.sampled_from(open_ones))
        try:
            rules.standing(result, most, [*gone, leaving])
        except rules.ReserveEmpty:
            return
        gone.append(leaving)


@pytest.mark.parametrize("fact", [None, 0, 1, 10_000])
def test_a_weight_stays_between_its_bounds(fact: int | None) -> None:
    for kind, formulas in rules.FORMULAS["formulas"].items():
        for key in formulas:
            rule = rules.formula(kind, key)
            facts = {term["fact"]: fact for term in rule["terms"] if term["how"] == "linear"}
            _, weight = rules.weigh(rule, {}, facts)
            assert rule["least"] <= weight <= rule["most"]
            assert type(weight) is int
