"""What an operator asks of a draw, before anybody looks who that leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

UNITS, PEOPLE = KINDS = ("units", "people")


@dataclass(frozen=True)
class Exclusion:
    """A candidate whom the operator leaves out, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """
    From what is drawn, how it is weighted, how many.

    For people, `unit_ids` are the units to be visited: each is a slot of its own. `after_id` is the
    draw that gave these units. `cycle` holds days; none asks nothing.
    """

    kind: str
    region_id: str
    sealed: bool
    formula: str
    count: int
    reserve: int
    most: int = 1
    percent: Mapping[str, int] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    region_ids: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    rested_days: int | None = None
    libraries: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    after_id: str | None = None
    cycle_pairs: int = 0
    cycle_regions: int = 0
    own_region: bool = False

    def told(self) -> dict[str, Any]:
        """Return the filter as the snapshot keeps it."""
        names = (
            ("region_ids", "tiers", "attributes", "rested_days")
            if self.kind == UNITS
            else ("region_ids", "libraries", "fields", "certificates", "own_region")
        )
        told = {name: getattr(self, name) for name in names}
        told |= {name: list(value) for name, value in told.items() if isinstance(value, tuple)}
        if self.kind == PEOPLE:
            told |= {"cycle": {"person_unit": self.cycle_pairs, "regions": self.cycle_regions}}
        return told


@dataclass(frozen=True)
class Witness:
    """Who looked on, and the words of their own that went into the seed."""

    name: str
    words: str


@dataclass(frozen=True)
class Order:
    """A draw as asked for; *expected* is the hash of the snapshot that was looked at."""

    id: str
    purpose: str
    witness: Witness
    expected: str
    choice: Choice
