"""Third parties: contracts, and a second look at a sample of what their people found."""

from collections.abc import Callable
from typing import Any

import pytest

from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.experts import make_company, make_contract, make_expert
from tests.factories.hazards import make_hazard
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


@pytest.fixture
def office(login: Login, world: World) -> AppClient:
    client = login("bureau_office")
    db.session.commit()
    return client


def code(reply: Any) -> tuple[int, str]:
    return reply.status_code, (reply.json or {}).get("code", "")


def test_a_company_with_its_contract_and_fee(login: Login, office: AppClient, world: World) -> None:
    sent = {"region_id": world.county.id, "name": "安评技术公司", "phone": "0571-0000"}
    company: Any = office.post("/api/companies", json=sent).json
    contract = {
        "id": new_id(),
        "title": "2026年安全诊断服务",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "fields": ["fire"],
        "unit_ids": [world.hospital.id],
        "fee": 12_000_000,
    }
    path = f"/api/companies/{company['id']}/contracts"
    made: Any = office.post(path, json=contract).json
    assert (made["fee"], made["running"]) == (12_000_000, True)
    assert code(office.post(path, json=contract | {"id": new_id(), "ends_on": "2025-01-01"})) == (
        422,
        "expert-days-crossed",
    )
    changed = office.patch(
        f"/api/companies/contracts/{made['id']}", json={"rev": made["rev"], "fee": None}
    )
    assert changed.json["fee"] is None
    renamed = office.patch(
        f"/api/companies/{company['id']}", json={"rev": company["rev"], "name": "安评股份公司"}
    )
    assert renamed.json["name"] == "安评股份公司"
    reader = login("inspector")
    seen: Any = reader.get(f"/api/companies/{company['id']}").json
    assert (seen["phone"], seen["contracts"][0]["fee"], seen["reviews"]) == ("", None, [])
    assert reader.get("/api/companies?q=安评").json["total"] == 1
    assert reader.post("/api/companies", json=sent).status_code == 403


def test_a_neighbours_company_is_absent(office: AppClient, world: World) -> None:
    company = make_company(world.other_county)
    contract = make_contract(company)
    db.session.commit()
    assert office.get(f"/api/companies/{company.id}").status_code == 404
    begun = office.post("/api/companies/reviews", json={"contract_id": contract.id})
    assert begun.status_code == 404


def test_a_sample_is_drawn_judged_and_closed(
    office: AppClient, actors: Actors, world: World
) -> None:
    company = make_company(world.county)
    contract = make_contract(company)
    make_expert(actors.person("inspector"), world.county, company_id=company.id)
    db.session.commit()
    empty = office.post("/api/companies/reviews", json={"contract_id": contract.id})
    assert code(empty) == (422, "review-nothing")
    for _ in range(4):
        make_hazard(actors["inspector"], world.hospital)
    make_hazard(actors["safety_officer"], world.hospital)
    db.session.commit()
    begun: Any = office.post(
        "/api/companies/reviews", json={"contract_id": contract.id, "size": 3}
    ).json
    assert (len(begun["sample"]), begun["candidates"], begun["judged"]) == (3, 4, 0)
    path = f"/api/companies/reviews/{begun['id']}"
    finish = {"rev": begun["rev"], "score": 70, "reasons": "一条定级过重"}
    assert code(office.post(f"{path}/finish", json=finish)) == (422, "review-open")
    said = [
        {"hazard_id": entry["hazard_id"], "verdict": verdict}
        for entry, verdict in zip(
            begun["sample"], ("confirmed", "confirmed", "overstated"), strict=True
        )
    ]
    judged: Any = office.patch(path, json={"rev": begun["rev"], "verdicts": said}).json
    assert (judged["confirmed"], judged["judged"]) == (2, 3)
    assert judged["sample"][0]["title"] == "安全出口堆放杂物"
    strange = [{"hazard_id": said[0]["hazard_id"], "verdict": "nice"}]
    wrong = office.patch(path, json={"rev": judged["rev"], "verdicts": strange})
    assert code(wrong) == (422, "expert-unknown-word")
    done: Any = office.post(f"{path}/finish", json=finish | {"rev": judged["rev"]}).json
    assert (done["state"], done["score"]) == ("done", 70)
    late = office.patch(path, json={"rev": done["rev"], "verdicts": said})
    assert code(late) == (409, "review-closed")
    shown: Any = office.get(f"/api/companies/{company.id}").json
    assert [one["id"] for one in shown["reviews"]] == [begun["id"]]
