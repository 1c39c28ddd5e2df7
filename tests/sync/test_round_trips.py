"""
What an exchange costs PostgreSQL in round trips: the line to it is longer than its work.

Every statement that psycopg runs is one; a batch of sixty answers is not allowed more than of ten.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from server.inspections.models import Inspection
from server.kernel.db import is_sqlite
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture(autouse=True)
def _postgresql_alone(app: Any) -> None:
    if is_sqlite():
        pytest.skip("SQLite is not at the end of a line")


@contextmanager
def travelling(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that go to the server, without those of the test's own savepoints."""
    seen: list[str] = []
    real = psycopg.Cursor.execute

    def execute(self: Any, query: Any, *rest: Any, **options: Any) -> Any:
        words = " ".join(str(query).split())
        if not words.startswith(SAVEPOINTS):
            seen.append(words[:120])
        return real(self, query, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", execute)
        yield seen


def test_nothing_new_is_six_questions(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        visit()
    mine = phone("inspector")
    mine.sync()
    mine.exchange()
    with travelling(monkeypatch) as seen:
        mine.exchange()
    assert len(seen) <= 6, "\n".join(seen)


def test_sixty_answers_travel_as_ten_do(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for answers in (10, 60):
        mine = phone("inspector")
        mine.sync()
        inspection = visit()
        for number in range(answers):
            mine.answer(inspection.id, "ward.rules.posted", result="pass", note=f"第 {number} 次")
        with travelling(monkeypatch) as seen:
            mine.exchange(pull=False)
        assert {v["status"] for v in mine.verdicts.values()} <= {"applied", "merged"}
        costs.append(len(seen))
    assert costs[1] <= costs[0]
    assert costs[0] <= 15, "\n".join(seen)


def test_one_statement_raises_every_scope_that_a_push_touches(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = phone("inspector")
    mine.sync()
    mine.answer(visit().id, "ward.rules.posted", result="pass")
    with travelling(monkeypatch) as seen:
        mine.exchange(pull=False)
    assert len([words for words in seen if "sync_scope" in words or "sync_change" in words]) == 1
