"""
Random histories of phones and a server that forgets, and what holds after each.

Every piece of work of a living phone is known to the server; none has two effects; every phone
shows exactly what a new phone of the same person would; the feed agrees with the tables.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.clock import MORNING
from tests.support.databases import Databases
from tests.sync.history import ITEMS, Server
from tests.sync.phone import EXCHANGE, Phone, compact

# Shrinking takes minutes; it is for whoever looks into a failure: ANXUN_SHRINK=1.
PHASES = [
    p for p in Phase if p not in (Phase.shrink, Phase.explain) or "ANXUN_SHRINK" in os.environ
]
HISTORIES = int(os.environ.get("ANXUN_HISTORIES", "500"))
VALUES = ("pass", "fail", "na", None)
phones = st.integers(0, 2)


class History(RuleBasedStateMachine):
    """Three phones of two people against one server."""

    server: ClassVar[Server]

    @initialize()
    def begin(self) -> None:
        self.server.clock.set(MORNING)
        self.server.restore(self.server.blank)
        self.owners = [0, 1, 1]
        self.phones = [self.server.phone(person) for person in self.owners]
        self.written: list[set[str]] = [set(), set(), set()]
        self.old: list[tuple[int, bytes]] = []
        self.backup = self.server.file.with_name("backup.sqlite")
        self.has_backup = False
        self.age_in_days = 0

    @rule(
        n=phones,
        visit=st.integers(0, 1),
        item=st.sampled_from(ITEMS),
        value=st.sampled_from(VALUES),
        note=st.booleans(),
    )
    def write(self, n: int, visit: int, item: str, value: str | None, note: bool) -> None:
        fields: dict[str, Any] = {"note": f"{value}"} if note else {"result": value}
        phone = self.phones[n]
        self.written[n].add(phone.answer(self.server.inspections[visit], item, **fields))

    @rule(n=phones, count=st.integers(1, 5), lose=st.booleans(), rows=st.integers(1, 40))
    def exchange(self, n: int, count: int, lose: bool, rows: int) -> None:
        phone = self.phones[n]
        phone.max_rows = rows
        self.old.append((n, compact(phone.request(count))))
        if phone.exchange(count, lose=lose) == 409 and not lose:
            phone.reconcile()

    @precondition(lambda self: self.old)
    @rule(which=st.integers(0, 1000))
    def arrive_late(self, which: int) -> None:
        n, body = self.old[which % len(self.old)]
        status, _, _ = self.server.sender(self.owners[n])(EXCHANGE, body, {})
        assert status in (200, 403, 409)

    @rule(n=st.integers(0, 1), region=st.integers(0, 1))
    def grant(self, n: int, region: int) -> None:
        self.server.grant(n, region)

    @rule(act=st.sampled_from(["add", "add", "move", "rename", "delete"]), n=st.integers(0, 9))
    def department(self, act: str, n: int) -> None:
        self.server.department(act, n)

    @rule()
    def back_up(self) -> None:
        self.server.save(self.backup)
        self.has_backup = True

    @precondition(lambda self: self.has_backup)
    @rule()
    def restore(self) -> None:
        self.server.restore(self.backup)

    @rule(source=phones, onto=phones)
    def clone(self, source: int, onto: int) -> None:
        if source != onto and self.owners[source] == self.owners[onto]:
            self.phones[onto] = self.phones[source].clone()
            self.written[onto] = set(self.written[source])

    @rule(n=phones)
    def evict(self, n: int) -> None:
        self.phones[n] = self.server.phone(self.owners[n])
        self.written[n] = set()

    @rule(n=phones)
    def lose_cursors(self, n: int) -> None:
        for scope in self.phones[n].scopes.values():
            scope.cursor = None

    @rule(days=st.sampled_from([1, 6, 91]))
    def age(self, days: int) -> None:
        if self.age_in_days + days < 400:  # beyond that the server may forget whom it knew
            self.age_in_days += days
            self.server.age(days)

    def teardown(self) -> None:
        if not hasattr(self, "phones"):
            return
        for _ in range(2):
            for phone in self.phones:
                phone.sync()
        self.server.assert_sound()
        known = self.server.statuses()
        for n, phone in enumerate(self.phones):
            missing = self.written[n] - known.keys()
            assert not missing, f"phone {n} has lost work"
            assert phone.rows() == self._fresh(n).rows(), f"phone {n} shows something else"

    def _fresh(self, n: int) -> Phone:
        fresh = self.server.phone(self.owners[n])
        fresh.sync()
        return fresh


@pytest.fixture
def server(databases: Databases, tmp_path: Path) -> Iterator[Server]:
    made = Server(databases, tmp_path)
    yield made
    made.close()


@pytest.mark.timeout(1800)
def test_nothing_is_lost_doubled_or_shown_wrongly(server: Server) -> None:
    History.server = server
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=PHASES,
        ),
    )
