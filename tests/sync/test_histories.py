"""
Random histories of phones and a server, each played by its steps, and what must hold after it.

A history that breaks something is kept in tests/sync/regressions and played first ever after.
"""

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.support.databases import Databases
from tests.sync.history import Server
from tests.sync.mechanisms import random_history
from tests.sync.world import Step, World, kept, replay

# Shrinking takes minutes; it is for whoever looks into a failure: ANXUN_SHRINK=1.
PHASES = [
    p for p in Phase if p not in (Phase.shrink, Phase.explain) or "ANXUN_SHRINK" in os.environ
]
HISTORIES = int(os.environ.get("ANXUN_HISTORIES", "50"))
STEPS = 25
KEPT = Path(__file__).parent / "regressions"
phones = st.integers(0, 2)
visits = st.integers(0, 3)
counts = st.integers(1, 5)
values = st.sampled_from(["pass", "fail", "na", None])


def keep(steps: list[Step]) -> str:
    """Write a history down, so that it is played first ever after; its name."""
    lines = ",\n".join(" " + json.dumps(step, ensure_ascii=False) for step in steps)
    text = f"[\n{lines}\n]\n"
    name = hashlib.sha256(text.encode()).hexdigest()[:12] + ".json"
    KEPT.mkdir(exist_ok=True)
    (KEPT / name).write_text(text, encoding="utf-8")
    return name


class History(RuleBasedStateMachine):
    """Three phones of two people against one server."""

    server: ClassVar[Server]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.server)

    def play(self, do: str, **given: Any) -> None:
        self._keeping(lambda: self.world.play({"do": do, **given}))

    def teardown(self) -> None:
        self._keeping(self.world.check)

    def _keeping(self, act: Callable[[], None]) -> None:
        """Keep the history when something breaks."""
        try:
            act()
        except Exception:
            keep(self.world.steps)
            raise

    @rule(n=phones, visit=visits, item=st.integers(0, 1), value=values, note=st.booleans())
    def write(self, **given: Any) -> None:
        self.play("write", **given)

    @rule(n=phones, visit=st.just(0), item=st.just(0), value=values, note=st.booleans())
    def write_there(self, **given: Any) -> None:
        self.play("write", **given)

    @rule()
    def start(self) -> None:
        self.play("start")

    @rule(n=phones, number=st.integers(0, 1))
    def poison(self, **given: Any) -> None:
        self.play("poison", **given)

    @rule(n=phones, visit=visits, item=st.integers(0, 1))
    def photograph(self, **given: Any) -> None:
        self.play("photograph", **given)

    @rule(n=phones, count=counts, lose=st.booleans(), rows=st.integers(1, 40), skip=st.just(0))
    def exchange(self, **given: Any) -> None:
        self.play("exchange", **given)

    @rule(n=phones, count=st.just(9), lose=st.just(False), rows=st.just(9), skip=st.just(0))
    def exchange_well(self, **given: Any) -> None:
        self.play("exchange", **given)

    @rule(n=phones, count=counts, lose=st.booleans(), rows=st.just(40), skip=st.integers(0, 2))
    def reorder(self, **given: Any) -> None:
        self.play("exchange", **given)

    @rule(n=phones, statement=st.integers(1, 40), count=counts)
    def kill(self, **given: Any) -> None:
        self.play("kill", **given)

    @precondition(lambda self: self.world.pictures)
    @rule(
        n=phones,
        fault=st.sampled_from(["none", "none", "lose request", "lose answer", "cut", "flip"]),
        rounds=st.integers(1, 6),
    )
    def upload(self, **given: Any) -> None:
        self.play("upload", **given)

    @precondition(lambda self: self.world.old)
    @rule(which=st.integers(0, 1000))
    def late(self, **given: Any) -> None:
        self.play("late", **given)

    @rule(n=st.integers(0, 1), region=st.integers(0, 1))
    def grant(self, **given: Any) -> None:
        self.play("grant", **given)

    @rule(act=st.sampled_from(["add", "add", "move", "rename", "delete"]), number=st.integers(0, 9))
    def department(self, **given: Any) -> None:
        self.play("department", **given)

    @rule(n=phones, version=st.integers(1, 2))
    def app(self, **given: Any) -> None:
        self.play("app", **given)

    @rule(version=st.integers(1, 2))
    def deploy(self, **given: Any) -> None:
        self.play("deploy", **given)

    @rule(n=phones, hours=st.sampled_from([-500_000, -3, 0, 3, 72]))
    def clock(self, **given: Any) -> None:
        self.play("clock", **given)

    @rule(minutes=st.sampled_from([-60, -1, 1, 60]))
    def server_clock(self, **given: Any) -> None:
        self.play("server_clock", **given)

    @rule(days=st.sampled_from([1, 6, 31, 91]))
    def age(self, **given: Any) -> None:
        self.play("age", **given)

    @rule()
    def save(self) -> None:
        self.play("save")

    @precondition(lambda self: self.world.has_backup)
    @rule()
    def restore(self) -> None:
        self.play("restore")

    @precondition(lambda self: self.world.pictures)
    @rule(number=st.integers(0, 9))
    def lose_bytes(self, **given: Any) -> None:
        self.play("lose_bytes", **given)

    @rule(source=phones, onto=phones)
    def clone(self, **given: Any) -> None:
        self.play("clone", **given)

    @rule(n=phones)
    def evict(self, **given: Any) -> None:
        self.play("evict", **given)

    @rule(n=phones)
    def lose_cursors(self, **given: Any) -> None:
        self.play("lose_cursors", **given)


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(databases, tmp_path_factory.mktemp("history"))
    yield made
    made.close()


@pytest.mark.parametrize("path", kept(KEPT), ids=lambda path: path.stem)
def test_what_once_broke_holds(server: Server, path: Path) -> None:
    steps: list[Step] = json.loads(path.read_text(encoding="utf-8"))
    replay(server, steps)


@pytest.mark.timeout(3600)
def test_histories_by_seed(server: Server, record_property: Callable[[str, object], None]) -> None:
    seed = int(os.environ.get("ANXUN_TORTURE_SEED", "0")) or random.SystemRandom().randrange(10**6)
    server.counts.clear()
    for number in range(HISTORIES):
        steps = random_history(seed + number)
        try:
            replay(server, steps)
        except Exception as exc:
            pytest.fail(f"seed {seed + number}, kept as {keep(steps)}: {exc!r}"[:2000])
    record_property("examined", f"histories by seed {seed}: {counted(server)}, violations 0")


def counted(server: Server) -> str:
    """What was done, in words."""
    return ", ".join(f"{count} {what}" for what, count in sorted(server.counts.items()))


@pytest.mark.timeout(3600)
@pytest.mark.fault(1, 2, 5, 6, 7, 25, 26, 35, 36, 56, 63, 64, 65, 66, 67, 71, 72, 73, 74, 75, 78)
@pytest.mark.fault(80, 83, 84, 86, 91, 92, 93, 96, 98, 103)
def test_nothing_is_lost_doubled_or_shown_wrongly(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    History.server = server
    server.counts.clear()
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=PHASES,
            report_multiple_bugs=False,
        ),
    )
    record_property("examined", f"histories of the server: {counted(server)}, violations 0")
