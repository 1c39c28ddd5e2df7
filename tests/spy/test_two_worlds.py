"""
The spy test: nobody in the inspected unit or its region can tell whether a visit is planned.

One world, looked at twice by everybody in it: before anything is planned and after. Each look is a
whole request through the real application; its answer (status, headers, every byte) and what it
asked of the database are kept, and whatever it did is undone. The doors are those that the
application lists, so that a new one is tried by being there.
"""

from collections.abc import Callable, Collection, Iterator

import pytest

from server.kernel.ids import new_id
from tests.architecture.conftest import Examined
from tests.spy import looking, watch
from tests.spy.doors import doors
from tests.spy.guesses import Clues
from tests.spy.leaks import LEAKS, read_along
from tests.spy.looking import Look, Seen
from tests.spy.sealed import TITLE, Sealed
from tests.spy.world import TAG, Scene
from tests.support.actors import Actors
from tests.support.clock import FrozenClock

Record = dict[str, Seen]
PAIR = ("bureau_office", "unit_head")
FEW = ("administrator", *PAIR, "another planner")


@pytest.fixture
def scene(actors: Actors) -> Iterator[Scene]:
    with looking.same_luck():
        made = Scene(actors)
        made.furnish()
        made.enter()
        yield made


def everything(scene: Scene, clues: Clues, spies: Collection[str] = ()) -> Record:
    """What all spies see, or some of them."""
    seen: Record = {}
    app = scene.actors.world.app
    found, settings = doors(app), app.extensions["settings"]
    with looking.same_luck() as luck, looking.no_traces(settings.var, settings.store):
        for who in spies or scene.clients:
            for given in _all(who, scene, found, clues):
                seen[_key(given, seen)] = looking.look(scene.clients[who], given, luck)
    return seen


def warm(scene: Scene, clues: Clues, spies: Collection[str] = FEW) -> None:
    """Let the process read what it reads but once: files, keys, prepared statements."""
    everything(scene, clues, spies)


def _all(who: str, scene: Scene, found: list, clues: Clues) -> Iterator[Look]:
    yield from watch.looks(who, found, clues)
    if who in scene.phones:
        yield from watch.exchanges(who, scene.phones[who], clues)


def _key(given: Look, seen: Record) -> str:
    return f"{given.name} #{sum(1 for name in seen if name.startswith(given.who + ':'))}"


def differences(before: Record, after: Record) -> list[str]:
    """What is answered otherwise, each with the parts that differ."""
    assert list(before) == list(after)
    return [
        f"{name}: {_told(before[name], after[name])}"
        for name in before
        if before[name] != after[name]
    ]


def require_alike(before: Record, after: Record) -> None:
    told = differences(before, after)
    if told:
        pytest.fail("\n".join([f"{len(told)} looks tell", *told[:20]]), pytrace=False)


def _told(before: Seen, after: Seen) -> str:
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in Seen.__annotations__]
    return "; ".join(f"{n}: {_from_where(str(a), str(b))}" for n, a, b in pairs if a != b)


def _from_where(before: str, after: str) -> str:
    """Both texts from a little before the first place where they differ."""
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(before), len(after)))
    start = max(0, same - 40)
    return f"…{before[start : same + 80]} -> …{after[start : same + 160]}"


def broken(seen: Record) -> list[str]:
    """Doors that broke down under a guess."""
    return [name for name, one in seen.items() if one.status == 500]


def test_nobody_can_tell_whether_a_visit_is_planned(
    scene: Scene, clock: FrozenClock, backend: str, examined: Examined
) -> None:
    sealed = Sealed(scene, new_id())
    clues = scene.clues((sealed.id,), TITLE)
    spies = tuple(scene.clients) if backend == "sqlite" else PAIR
    warm(scene, clues, PAIR if backend == "postgres" else FEW)
    before = everything(scene, clues, spies)
    assert broken(before) == []
    sealed.plan()
    require_alike(before, everything(scene, clues, spies))
    sealed.open(clock)
    require_alike(before, everything(scene, clues, spies))
    sealed.arrive(TAG)
    arrived = everything(scene, clues, PAIR)
    now_told = {name.split(":")[0] for name in differences(_of(PAIR, before), arrived)}
    assert now_told == set(PAIR), "the test would see nothing"
    examined(2 * len(before), f"looks of {len(spies)} spies on {backend}")


def _of(spies: Collection[str], seen: Record) -> Record:
    return {name: one for name, one in seen.items() if name.split(":")[0] in spies}


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_leak_is_found(
    scene: Scene, leak: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    leak(monkeypatch)
    sealed = Sealed(scene, new_id())
    clues = scene.clues((sealed.id,), TITLE)
    spies = ("bureau_office",) if leak is not read_along else ("another planner",)
    warm(scene, clues, spies)
    before = everything(scene, clues, spies)
    sealed.plan()
    told = differences(before, everything(scene, clues, spies))
    assert told
    assert len(told) < len(before) / 2, "everything differs: that is no leak but noise"
