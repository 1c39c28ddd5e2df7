"""What comparing 100,000 answers costs: statements, and what the database reads for them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from server.insight.gap import lines, total
from server.insight.queries import Wanted, pairs
from server.inspections.models import Answer, Inspection
from server.kernel import clock, driver
from server.kernel.db import db, is_sqlite
from server.kernel.ids import new_id
from tests.factories.definitions import make_definition
from tests.support.actors import Actors, World
from tests.support.queries import Queries

VISITS, PLACES = 200, 500
ITEM = "ward.room.exit"


def visit(world: World, digest: str, lead: str, number: int) -> dict[str, Any]:
    began = clock.now() - timedelta(days=1 + number)
    return {
        "id": new_id(),
        "unit_id": world.hospital.id,
        "region_id": world.county.id,
        "checklist_key": "ward",
        "definition": digest,
        "mode": "spot" if number % 2 == 0 else "self-check",
        "style": "full",
        "state": "submitted",
        "lead_id": lead,
        "member_ids": [lead],
        "lead_claims": {},
        "targets": {},
        "started_at": began,
        "device_started_at": began,
        "submitted_at": began,
        "rev": 1,
    }


def answers(one: dict[str, Any], number: int) -> list[dict[str, Any]]:
    return [
        {
            "inspection_id": one["id"],
            "target_id": f"place-{place}",
            "item_key": ITEM,
            "rev": 1,
            "fields": {"result": {"v": "fail" if (place + number) % 7 == 0 else "pass", "rev": 1}},
        }
        for place in range(PLACES)
    ]


def filled(world: World, lead: str) -> None:
    digest = make_definition().hash
    visits = [visit(world, digest, lead, number) for number in range(VISITS)]
    db.session.execute(insert(Inspection), visits)
    for number, one in enumerate(visits):
        db.session.execute(insert(Answer), answers(one, number))
    db.session.flush()
    db.session.execute(text("ANALYZE"))


@pytest.mark.timeout(300)
def test_a_hundred_thousand_answers_take_three_statements_by_the_index(
    actors: Actors,
    world: World,
    queries: Callable[[], AbstractContextManager[Queries]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = actors["bureau_office"]
    filled(world, office.user_id)
    wanted = Wanted(first_modes=("self-check",), second_modes=("spot",), in_order=True)
    direct: list[str] = []
    rows_on = driver.rows_on

    def counted(connection: Any, sql: str, values: dict[str, Any]) -> list[Any]:
        direct.append(sql)
        return rows_on(connection, sql, values)

    monkeypatch.setattr(driver, "rows_on", counted)
    with queries() as seen:
        found = pairs(office, wanted)
    assert len(direct) == 2, direct
    assert len(found) == VISITS // 2 * PLACES
    assert len(seen) <= 2, f"the visits, and the checklist where it was not read before: {seen}"
    assert len(lines(found, "unit-item")) == 1
    assert total(found).pairs == len(found)
    visits = sorted({pair.second.inspection_id for pair in found})[:2]
    explain = "EXPLAIN QUERY PLAN" if is_sqlite() else "EXPLAIN"
    asked = f"{explain} SELECT COUNT(*) FROM answer WHERE inspection_id IN @visits"
    plan = " ".join(str(row) for row in driver.rows(asked, visits=visits))
    assert "Seq Scan" not in plan, plan
    assert "SCAN answer" not in plan, plan
