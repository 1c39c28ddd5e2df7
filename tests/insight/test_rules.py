"""
Kappa and Wilson's interval against worked examples that others published, and what always holds.

* Newcombe RG (1998), Two-sided confidence intervals for the single proportion, Statistics in
  Medicine 17:857-872, table I, method 3 (score without correction).
* SAS/STAT User's Guide, The FREQ Procedure, example "Cohen's Kappa Coefficient": two
  dermatologists rate 88 patients; kappa 0.3449, standard error 0.0724, 95 % limits 0.2030, 0.4868.
"""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.insight.rules import FAIL, PASS, Limits, Z, gap, kappa, wilson

NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]
DERMATOLOGISTS = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]


def spread(table: list[list[int]]) -> list[tuple[int, int]]:
    """Two raters' answers of a table of counts."""
    size = range(len(table))
    return [pair for pair in itertools.product(size, size) for _ in range(table[pair[0]][pair[1]])]


@pytest.mark.parametrize(("k", "n", "low", "high"), NEWCOMBE)
def test_wilson_as_published(k: int, n: int, low: float, high: float) -> None:
    share = wilson(k, n)
    assert (round(share.low or 0, 4), round(share.high or 0, 4)) == (low, high)


def test_kappa_of_the_dermatologists_as_published() -> None:
    found = kappa(spread(DERMATOLOGISTS))
    assert (found.n, found.agreed) == (88, 45)
    assert round(found.kappa or 0, 4) == 0.3449
    assert found.low is not None
    assert found.high is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.2030, 0.4868)
    assert round((found.high - found.low) / 2 / Z, 4) == 0.0724


def test_kappa_by_hand() -> None:
    """70 % agree, 50 % would by chance: (0.7 - 0.5) / (1 - 0.5)."""
    found = kappa(spread([[20, 5], [10, 15]]))
    assert found.kappa is not None
    assert math.isclose(found.kappa, 0.4)


def test_nothing_is_said_of_nothing() -> None:
    assert wilson(0, 0).low is None
    assert kappa([]).kappa is None
    one_word = kappa([(PASS, PASS)] * 30)
    assert (one_word.n, one_word.agreed, one_word.kappa, one_word.low) == (30, 30, None, None)
    perfect = kappa([(PASS, PASS), (FAIL, FAIL)])
    assert (perfect.kappa, perfect.low) == (1.0, None), "no interval where the formula gives none"


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_more_than_all_is_a_mistake(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="of"):
        wilson(k, n)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_share_and_mirrors(of: tuple[int, int]) -> None:
    k, n = of
    share, other = wilson(k, n), wilson(n - k, n)
    assert share.low is not None
    assert share.high is not None
    assert other.low is not None
    assert 0 <= share.low <= k / n <= share.high <= 1
    assert math.isclose(share.high, 1 - other.low, abs_tol=1e-12)
    wider = wilson(k * 2, n * 2)
    assert wider.high is not None
    assert wider.low is not None
    assert wider.high - wider.low < share.high - share.low


answers = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=200)


@given(answers)
def test_kappa_stays_in_bounds_and_knows_no_order(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    assert found.n == len(pairs)
    assert found.agreed == sum(a == b for a, b in pairs)
    if found.kappa is None:
        return
    assert -1 <= found.kappa <= 1
    assert (found.kappa == 1) == (found.agreed == found.n)
    if found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.kappa <= found.high <= 1
    turned = kappa([(b, a) for a, b in reversed(pairs)])
    assert turned.kappa is not None
    assert math.isclose(turned.kappa, found.kappa, abs_tol=1e-12)
    names = {"a": 1, "b": 2, "c": 3}
    renamed = kappa([(names[a], names[b]) for a, b in pairs])
    assert renamed.kappa is not None
    assert math.isclose(renamed.kappa, found.kappa, abs_tol=1e-12)


results = st.sampled_from([PASS, FAIL])


@given(st.lists(st.tuples(results, results), max_size=100))
def test_a_gap_counts_what_it_says(pairs: list[tuple[str, str]]) -> None:
    found = gap(pairs, Limits(pairs=20, found=5))
    assert found.both <= min(found.own, found.outside) <= found.pairs == len(pairs)
    assert found.missed == sum(pair == (PASS, FAIL) for pair in pairs)
    assert (found.seen.k, found.seen.n) == (found.both, found.outside)
    assert found.enough == (len(pairs) >= 20 and found.outside >= 5)
