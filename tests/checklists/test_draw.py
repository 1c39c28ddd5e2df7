"""Drawing deep items: everybody's turn comes, and nobody can tell when."""

from collections import Counter
from typing import Any

from server.checklists.rules import draw
from server.kernel.ids import new_id

KEYS = [f"t.deep-{at}" for at in range(10)]
DEFINITION: Any = {
    "key": "t",
    "rotation": {"per_visit": 3},
    "sections": [{"key": "s", "items": [{"key": key, "depth": "deep"} for key in KEYS]}],
}
CONTEXT: Any = {
    "unit": {"tier": "clinic", "attributes": [], "beds": None},
    "places": {},
    "targets": {"location": [], "asset": []},
    "today": "2026-11-21",
}


def test_after_enough_visits_every_item_had_its_turn() -> None:
    last: dict[str, int | None] = {}
    for visit in range(4):
        last |= dict.fromkeys(draw(DEFINITION, CONTEXT, new_id(), last), visit)
    assert set(last) == set(KEYS)
    for visit in range(4, 40):
        last |= dict.fromkeys(draw(DEFINITION, CONTEXT, new_id(), last), visit)
        assert min(moment for moment in last.values() if moment is not None) >= visit - 4


def test_the_first_draw_favours_nobody() -> None:
    visits = 2000
    seen = Counter(key for _ in range(visits) for key in draw(DEFINITION, CONTEXT, new_id(), {}))
    expected = visits * 3 / len(KEYS)
    assert set(seen) == set(KEYS)
    assert all(abs(count - expected) < 0.25 * expected for count in seen.values()), seen
    pairs = {tuple(draw(DEFINITION, CONTEXT, new_id(), {})) for _ in range(500)}
    assert len(pairs) > 80  # Of 120 that are possible.


def test_the_same_visit_draws_the_same_again() -> None:
    seed = new_id()
    assert draw(DEFINITION, CONTEXT, seed, {}) == draw(DEFINITION, CONTEXT, seed, {})
