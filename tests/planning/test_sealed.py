"""A sealed visit is on no board, in no count and on no paper before arrival."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.campaigns import make_assignment
from tests.factories.planning import make_campaign
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
SPAN = "first=2026-11-01&last=2026-12-31"


def paper(client: AppClient) -> list[str]:
    """The pages' words without the minute of printing."""
    pages = PdfReader(io.BytesIO(client.get(f"/api/planning/plan.pdf?{SPAN}").data)).pages
    return [page.extract_text() for page in pages]


def seen(client: AppClient, campaign: str) -> list[Any]:
    paths = (
        f"/api/planning?{SPAN}",
        f"/api/campaigns/{campaign}/progress",
        f"/api/campaigns/{campaign}/coverage?every=month",
        f"/api/campaigns/{campaign}/attendances",
        f"/api/campaigns/{campaign}/records",
        f"/api/campaigns/{campaign}/units",
        f"/api/campaigns/{campaign}/units?visited=true",
        "/api/campaigns",
    )
    return [client.get(path).data for path in paths] + paper(client)


@pytest.mark.parametrize("role", ["bureau_office", "visit_planner"])
def test_nothing_changes_while_a_visit_is_sealed(
    login: Login, actors: Actors, world: World, role: str
) -> None:
    made = make_campaign(actors)
    make_assignment(actors, campaign_id=made.id)
    inspector = actors.person("inspector").id
    db.session.commit()
    client = login(role)
    before = seen(client, made.id)
    opens = clock.now() + timedelta(hours=2)
    body = {
        "id": new_id(), "unit_id": world.hospital.id, "checklist_keys": ["ward"], "note": "",
        "leader_id": inspector, "member_ids": [], "campaign_id": made.id,
        "opens_at": clock.to_ms(opens), "ends_at": clock.to_ms(opens + timedelta(hours=8)),
    }  # fmt: skip
    sealed = login("visit_planner").post("/api/visits", json=body)
    assert sealed.status_code == 200, sealed.json
    assert seen(client, made.id) == before
