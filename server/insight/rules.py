"""
How far two kinds of checks agree: kappa, shares with their interval, words for too few.

Kappa's interval takes the large-sample standard error of Fleiss, Cohen and Everitt (1969); a
share's interval is Wilson's (1927), without correction for continuity.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

#: the 97.5 % point of the normal distribution: all intervals are of 95 %
Z = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """*k* of *n*, with its interval; no figure without what it is counted of."""

    k: int
    n: int
    low: float | None
    high: float | None

    def as_data(self) -> dict[str, Any]:
        """Return it as it travels."""
        return asdict(self)


@dataclass(frozen=True)
class Agreement:
    """
    How far two raters agree on *n* things beyond chance.

    Without a thing, or when both gave one and the same answer to all, kappa says nothing: None.
    The interval is None where the sample is too small for its formula.
    """

    n: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None

    def as_data(self) -> dict[str, Any]:
        """Return it as it travels."""
        return asdict(self)


def wilson(k: int, n: int) -> Share:
    """Return the share k of n with Wilson's interval."""
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n}")
    if n == 0:
        return Share(0, 0, None, None)
    share, square = k / n, Z * Z
    centre = share + square / (2 * n)
    spread = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = ((centre + sign * spread) / (1 + square / n) for sign in (-1, 1))
    # At the ends the formula is exact; floating point is not.
    return Share(k, n, 0.0 if k == 0 else max(0.0, low), 1.0 if k == n else min(1.0, high))


def kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """Return Cohen's kappa of pairs of answers: the first rater's and the second's."""
    cells = Counter(pairs)
    n = sum(cells.values())
    agreed = sum(count for (a, b), count in cells.items() if a == b)
    if n == 0:
        return Agreement(0, 0, None, None, None)
    first, second = _margins(cells, n)
    by_chance = sum(share * second[word] for word, share in first.items())
    if math.isclose(by_chance, 1.0):
        return Agreement(n, agreed, None, None, None)
    value = (agreed / n - by_chance) / (1 - by_chance)
    spread = Z * _standard_error(cells, n, first, second, by_chance, value)
    if spread == 0:
        return Agreement(n, agreed, value, None, None)
    return Agreement(n, agreed, value, max(-1.0, value - spread), min(1.0, value + spread))


def _margins(
    cells: Counter[tuple[Hashable, Hashable]], n: int
) -> tuple[Counter[Hashable], Counter[Hashable]]:
    first: Counter[Any] = Counter()
    second: Counter[Any] = Counter()
    for (a, b), count in cells.items():
        first[a] += count / n  # type: ignore[assignment]
        second[b] += count / n  # type: ignore[assignment]
    return first, second


def _standard_error(
    cells: Counter[tuple[Hashable, Hashable]],
    n: int,
    first: Counter[Hashable],
    second: Counter[Hashable],
    by_chance: float,
    value: float,
) -> float:
    """Return the large-sample standard error of a kappa that is not zero."""
    on, off = 0.0, 0.0
    for (a, b), count in cells.items():
        share = count / n
        if a == b:
            on += share * (1 - (first[a] + second[a]) * (1 - value)) ** 2
        else:
            off += share * (second[a] + first[b]) ** 2
    rest = (value - by_chance * (1 - value)) ** 2
    variance = (on + (1 - value) ** 2 * off - rest) / (n * (1 - by_chance) ** 2)
    return math.sqrt(max(0.0, variance))


@dataclass(frozen=True)
class Limits:
    """From how many on a figure is told at all."""

    pairs: int
    found: int


@dataclass(frozen=True)
class Gap:
    """
    What a unit's own checks found of what others found, over pairs of one thing near in time.

    `pairs` is how many things both looked at; `outside` and `own` how many of these each found
    wrong, `both` how many both did. `seen` is the share of what others found that the unit had
    found itself.
    """

    pairs: int
    outside: int
    own: int
    both: int
    seen: Share
    agreement: Agreement
    enough: bool

    @property
    def missed(self) -> int:
        """How many things others found wrong that the unit had called in order."""
        return self.outside - self.both


PASS, FAIL = "pass", "fail"


def gap(pairs: Sequence[tuple[str, str]], limits: Limits) -> Gap:
    """Return the gap of pairs of results: the unit's own and the others'."""
    own = sum(1 for mine, _ in pairs if mine == FAIL)
    outside = sum(1 for _, theirs in pairs if theirs == FAIL)
    both = sum(1 for pair in pairs if pair == (FAIL, FAIL))
    return Gap(
        pairs=len(pairs),
        outside=outside,
        own=own,
        both=both,
        seen=wilson(both, outside),
        agreement=kappa(pairs),
        enough=len(pairs) >= limits.pairs and outside >= limits.found,
    )
