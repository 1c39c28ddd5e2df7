"""
Can the histories fail? With each safety of the protocol switched off, one of them must.

The kept counterexamples are short and quick. `make torture` also looks for new ones by seed.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.sync.history import Server
from tests.sync.mechanisms import MECHANISMS, SPARE, Mechanism, random_history
from tests.sync.world import Step, replay

KEPT = Path(__file__).parent / "counterexamples"
#: how many random histories a search may take; none in `make test`
SEARCH = int(os.environ.get("ANXUN_SEARCH", "0"))
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(databases, tmp_path_factory.mktemp("mechanisms"))
    yield made
    made.close()


def history(mechanism: Mechanism) -> list[Step]:
    found: list[Step] = json.loads((KEPT / mechanism.file).read_text(encoding="utf-8"))
    return found


def broken_by(server: Server, steps: list[Step]) -> str | None:
    """What a history breaks, or None."""
    try:
        replay(server, steps)
    except Exception as exc:
        return f"{type(exc).__name__}: {exc}".splitlines()[0][:120]
    return None


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
def test_without_it_something_breaks(
    server: Server, mechanism: Mechanism, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    steps = history(mechanism)
    assert broken_by(server, steps) is None, "breaks with everything in place"
    mechanism.off(monkeypatch)
    broken = broken_by(server, steps)
    assert broken is not None, f"{mechanism.name} is off and nothing notices: {steps}"
    acts = " ".join(step["do"] for step in steps[:8])
    record_property("examined", f"without {mechanism.name}, {mechanism.lost}: {acts} → {broken}")


@pytest.mark.parametrize("mechanism", SPARE, ids=lambda one: one.name)
def test_without_it_nothing_breaks_either(
    server: Server, mechanism: Mechanism, monkeypatch: pytest.MonkeyPatch
) -> None:
    mechanism.off(monkeypatch)
    for other in MECHANISMS:
        assert broken_by(server, history(other)) is None, other.name
    for seed in range(SEARCH):
        assert broken_by(server, random_history(seed)) is None, f"seed {seed}"


@pytest.mark.skipif(not SEARCH, reason="a search is for make torture")
@pytest.mark.timeout(7200)
def test_random_histories_find_what_is_off(
    server: Server, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    """Whatever a seed finds with a safety off must be whole with all of them on."""
    found: dict[str, int] = {}
    for mechanism in MECHANISMS:
        for seed in range(SEARCH):
            with monkeypatch.context() as patch:
                mechanism.off(patch)
                broken = broken_by(server, random_history(seed))
            if broken:
                assert broken_by(server, random_history(seed)) is None, f"seed {seed}: {broken}"
                found[mechanism.name] = seed + 1
                break
    missed = sorted({one.name for one in MECHANISMS} - found.keys())
    record_property("examined", f"searches by seed, histories needed: {found}; not found: {missed}")
    assert len(found) >= len(MECHANISMS) // 3
