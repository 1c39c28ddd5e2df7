"""The demo's expert pool: people with papers, a company with contracts, recusals, an opinion."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.demo.organisation import County
from server.demo.phone import at
from server.demo.visits import STROKES
from server.experts import companies, engagements, opinions, service
from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db, transaction
from server.org.models import Person
from server.org.queries import actor_of

Data = dict[str, Any]


def stock(county: County, data: Data) -> None:
    """Fill the pool, as the office would over the year."""
    with transaction():
        office = _actor(county, "office")
        company = _company(county, office, data["company"])
        for entry in data["experts"]:
            _expert(county, office, entry, company)
        for entry in data["work"]:
            _work(county, office, entry)
    for entry in data["recusals"]:
        with transaction():
            _recusal(county, entry)
    with at(clock.now() - timedelta(days=31)), transaction():
        _opinion(county, data["opinion"])


def _actor(county: County, key: str) -> Actor:
    return actor_of(db.session.get_one(Person, county.people[key]))


def _company(county: County, office: Actor, entry: Data) -> str:
    more = {"contact": entry["contact"], "qualification": entry["qualification"]}
    row = companies.add_company(office, county.regions["county"], entry["name"], more)
    today = clock.today()
    for contract in entry["contracts"]:
        draft = companies.ContractDraft(
            title=contract["title"],
            number=contract["number"],
            scope=contract["scope"],
            fields=contract["fields"],
            fee=contract["fee"],
            starts_on=today + timedelta(days=contract["from"]),
            ends_on=today + timedelta(days=contract["to"]),
            client_unit_id=county.units[contract["client"]] if contract["client"] else None,
        )
        companies.add_contract(office, row.id, draft)
    return row.id


def _expert(county: County, office: Actor, entry: Data, company: str) -> None:
    draft = service.ExpertDraft(
        region_id=county.regions["county"],
        kind=entry["kind"],
        fields=entry["fields"],
        person_id=county.people[entry["key"]] if "key" in entry else None,
        name=entry.get("name", ""),
        title=entry["title"],
        employer=entry.get("employer", ""),
        company_id=company if entry.get("company") else None,
    )
    row = service.add_expert(office, draft)
    if "name" in entry:
        county.people[entry["name"]] = row.person_id
    today = clock.today()
    for kind, number, issuer, days in entry["certificates"]:
        until = None if days is None else today + timedelta(days=days)
        paper = service.CertificateDraft(kind, number, issuer=issuer, expires_on=until)
        service.add_certificate(office, row.person_id, paper)


def _work(county: County, office: Actor, entry: Data) -> None:
    day = clock.today() - timedelta(days=entry["days_ago"])
    draft = engagements.EngagementDraft(
        kind=entry["kind"], title=entry["title"], begins_on=day, ends_on=day, fee=entry["fee"]
    )
    row = engagements.note_engagement(office, county.people[entry["person"]], draft)
    if entry["rating"]:
        engagements.rate_engagement(office, row.id, entry["rating"], "")


def _recusal(county: County, entry: Data) -> None:
    actor = _actor(county, entry["by"])
    draft = service.RecusalDraft(
        entry["kind"], unit_id=county.units[entry["unit"]], note=entry["note"]
    )
    service.declare_recusal(actor, actor.user_id, draft)


def _opinion(county: County, entry: Data) -> None:
    actor = _actor(county, entry["by"])
    query = select(Inspection.id).where(Inspection.checklist_key == entry["on"])
    visit = db.session.scalars(query.order_by(Inspection.started_at)).first()
    assert visit is not None, "the demo has a visit that the opinion is about"
    row = opinions.begin_opinion(actor, "inspection", visit, entry)
    hand = opinions.Hand(opinions.SIGNED_BY_HAND, STROKES, 600, 240)
    opinions.sign_opinion(actor, row.id, row.rev, hand)
