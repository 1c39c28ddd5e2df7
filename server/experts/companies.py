"""Third parties: who was hired for what, and a second look at a sample of what they found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import SystemRandom
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.experts import rules
from server.experts.access import (
    managed_company,
    managed_contract,
    managed_review,
    require_manages,
)
from server.experts.models import Company, Contract, Expert, QualityReview
from server.experts.words import keys, words
from server.hazards.models import Hazard
from server.hazards.queries import visible_hazards
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.kernel.text import clean, one_line
from server.org.queries import get_region, get_unit
from server.org.rules import require_name, require_rev

_CHANCE = SystemRandom()


@dataclass(frozen=True)
class ContractDraft:
    """A contract as it was signed; without a client unit the bureau is the client."""

    title: str
    starts_on: date
    ends_on: date
    number: str = ""
    scope: str = ""
    client_unit_id: str | None = None
    fields: list[str] = field(default_factory=list)
    unit_ids: list[str] = field(default_factory=list)
    fee: int | None = None
    id: str = field(default_factory=new_id)


def add_company(actor: Actor, region_id: str, name: str, more: Mapping[str, str]) -> Company:
    """Enter a company."""
    require_manages(actor, get_region(actor, region_id).id)
    row = Company(
        id=new_id(),
        region_id=region_id,
        name=require_name(name, 200),
        active=True,
        created_at=clock.now(),
        **{key: clean(value) for key, value in more.items()},
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "company.add", "company", row.id, details={"name": row.name})
    return row


def change_company(actor: Actor, company_id: str, rev: int, changes: Mapping[str, Any]) -> Company:
    """Change what is known of a company."""
    row = managed_company(actor, company_id)
    require_rev(row.rev, rev)
    for name, value in changes.items():
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    row.name = require_name(row.name, 200)
    db.session.flush()
    record(actor, "company.change", "company", row.id, details={"fields": sorted(changes)})
    return row


def add_contract(actor: Actor, company_id: str, draft: ContractDraft) -> Contract:
    """Enter a contract; the same one again changes nothing."""
    managed_company(actor, company_id)
    known = db.session.get(Contract, draft.id)
    if known is not None and known.company_id == company_id:
        return known
    rules.require_order(draft.starts_on, draft.ends_on)
    for unit_id in filter(None, [draft.client_unit_id, *draft.unit_ids]):
        get_unit(actor, unit_id)
    row = Contract(
        id=draft.id,
        company_id=company_id,
        client_unit_id=draft.client_unit_id,
        number=one_line(draft.number)[:80],
        title=require_name(draft.title, 200),
        scope=clean(draft.scope),
        fields=rules.require_known(draft.fields, keys("fields")),
        unit_ids=list(dict.fromkeys(draft.unit_ids)),
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        fee=draft.fee,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "contract.add", "contract", row.id, details={"company": company_id})
    return row


def change_contract(
    actor: Actor, contract_id: str, rev: int, changes: Mapping[str, Any]
) -> Contract:
    """Put a contract right."""
    row = managed_contract(actor, contract_id)
    require_rev(row.rev, rev)
    if "fields" in changes:
        rules.require_known(changes["fields"], keys("fields"))
    for unit_id in filter(None, [changes.get("client_unit_id"), *changes.get("unit_ids", ())]):
        get_unit(actor, unit_id)
    for name, value in changes.items():
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    rules.require_order(row.starts_on, row.ends_on)
    db.session.flush()
    record(actor, "contract.change", "contract", row.id, details={"fields": sorted(changes)})
    return row


def begin_review(actor: Actor, contract_id: str, size: int | None = None) -> QualityReview:
    """Draw a sample of what the company's people found in the contract's time."""
    contract = managed_contract(actor, contract_id)
    found = _findings(actor, contract)
    if not found:
        raise rules.NothingToReview()
    drawn = _CHANCE.sample(found, min(size or words()["sample_size"], len(found)))
    row = QualityReview(
        id=new_id(),
        company_id=contract.company_id,
        contract_id=contract.id,
        state=rules.DRAFT,
        sample=[{"hazard_id": key, "verdict": None, "note": ""} for key in sorted(drawn)],
        candidates=len(found),
        reviewer_id=actor.user_id,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    details = {"contract": contract.id, "drawn": len(drawn), "of": len(found)}
    record(actor, "review.begin", "quality_review", row.id, details=details)
    return row


def _findings(actor: Actor, contract: Contract) -> list[str]:
    people = select(Expert.person_id).where(Expert.company_id == contract.company_id)
    query = visible_hazards(actor).where(
        Hazard.opened_by.in_(people),
        Hazard.opened_at >= clock.midnight(contract.starts_on),
        Hazard.opened_at < clock.midnight(clock.shifted(contract.ends_on, 1)),
        Hazard.merged_into_id.is_(None),
    )
    if contract.unit_ids:
        query = query.where(Hazard.unit_id.in_(contract.unit_ids))
    return list(db.session.scalars(query.with_only_columns(Hazard.id).order_by(Hazard.id)))


def judge_sample(
    actor: Actor, review_id: str, rev: int, verdicts: Sequence[Mapping[str, str]]
) -> QualityReview:
    """Write down what the second look found; the sample itself never changes."""
    row = _open_review(actor, review_id)
    require_rev(row.rev, rev)
    given = {entry["hazard_id"]: entry for entry in verdicts}
    rules.require_known([entry["verdict"] for entry in verdicts], keys("verdicts"))
    row.sample = [
        entry
        if (said := given.get(entry["hazard_id"])) is None
        else entry | {"verdict": said["verdict"], "note": clean(said.get("note", ""))}
        for entry in row.sample
    ]
    db.session.flush()
    return row


def finish_review(actor: Actor, review_id: str, rev: int, score: int, why: str) -> QualityReview:
    """Close a review with a score from 0 to 100 and its reasons."""
    row = _open_review(actor, review_id)
    require_rev(row.rev, rev)
    _, judged = rules.confirmed(row.sample)
    if judged < len(row.sample):
        raise rules.ReviewOpen(open=len(row.sample) - judged)
    reasons = clean(why)
    if not reasons:
        raise rules.ReasonMissing()
    row.state, row.score, row.reasons = rules.DONE, score, reasons
    row.reviewer_id, row.finished_at = actor.user_id, clock.now()
    db.session.flush()
    record(actor, "review.finish", "quality_review", row.id, details={"score": score})
    return row


def _open_review(actor: Actor, review_id: str) -> QualityReview:
    row = managed_review(actor, review_id)
    if row.state != rules.DRAFT:
        raise rules.ReviewClosed()
    return row
