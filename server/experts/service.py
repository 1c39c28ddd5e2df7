"""Keeping the pool: who is in it, with which papers; what people stand aside from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.experts import rules
from server.experts.access import get_company, managed_expert, require_manages
from server.experts.models import Certificate, Expert, Recusal
from server.experts.queries import get_expert
from server.experts.words import keys
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.ids import new_id
from server.kernel.text import clean, one_line
from server.org.models import Region, Unit
from server.org.queries import get_person, get_region
from server.org.rules import IdTaken, require_rev
from server.org.service import NewPerson, create_person


@dataclass(frozen=True)
class ExpertDraft:
    """Somebody for the pool: a person who is known, or the name of one who is not yet."""

    region_id: str
    kind: str
    fields: list[str]
    person_id: str | None = None
    name: str = ""
    title: str = ""
    employer: str = ""
    unit_id: str | None = None
    company_id: str | None = None
    shared: bool = False
    note: str = ""


@dataclass(frozen=True)
class CertificateDraft:
    """A paper as it was shown."""

    kind: str
    number: str
    issuer: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    note: str = ""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class RecusalDraft:
    """What somebody stands aside from: one unit, one region or one company."""

    kind: str
    unit_id: str | None = None
    region_id: str | None = None
    company_id: str | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""
    id: str = field(default_factory=new_id)


def add_expert(actor: Actor, draft: ExpertDraft) -> Expert:
    """Take a person into the pool of a region; one who is not known yet is entered."""
    require_manages(actor, get_region(actor, draft.region_id).id)
    company_id = get_company(actor, draft.company_id).id if draft.company_id else None
    fields = rules.require_known(draft.fields, keys("fields"))
    person_id = _person(actor, draft)
    if db.session.get(Expert, person_id) is not None:
        raise rules.ExpertKnown()
    row = Expert(
        person_id=person_id,
        region_id=draft.region_id,
        kind=draft.kind,
        fields=fields,
        title=one_line(draft.title)[:60],
        employer=one_line(draft.employer)[:200],
        company_id=company_id,
        shared=draft.shared,
        active=True,
        note=clean(draft.note),
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "expert.add", "expert", person_id, details={"kind": row.kind, "fields": fields})
    return row


def _person(actor: Actor, draft: ExpertDraft) -> str:
    if draft.person_id is not None:
        return get_person(actor, draft.person_id).id
    region = None if draft.unit_id else draft.region_id
    new = NewPerson(draft.name, draft.unit_id, region, title=draft.title or None)
    return create_person(actor, new).id


def change_expert(actor: Actor, person_id: str, rev: int, changes: Mapping[str, Any]) -> Expert:
    """Change what the pool knows of somebody; `rev` names the version it was changed on."""
    row = managed_expert(actor, person_id)
    require_rev(row.rev, rev)
    wanted = dict(changes)
    if "fields" in wanted:
        wanted["fields"] = rules.require_known(wanted["fields"], keys("fields"))
    if wanted.get("company_id"):
        get_company(actor, wanted["company_id"])
    for name, value in wanted.items():
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    db.session.flush()
    record(actor, "expert.change", "expert", person_id, details={"fields": sorted(wanted)})
    return row


def add_certificate(actor: Actor, person_id: str, draft: CertificateDraft) -> Certificate:
    """Enter a paper of somebody in the pool; the same one again changes nothing."""
    managed_expert(actor, person_id)
    rules.require_known([draft.kind], keys("certificates"))
    rules.require_order(draft.issued_on, draft.expires_on)
    known = db.session.get(Certificate, draft.id)
    if known is not None:
        if known.person_id != person_id:
            raise IdTaken()
        return known
    row = Certificate(
        id=draft.id,
        person_id=person_id,
        kind=draft.kind,
        number=one_line(draft.number)[:80],
        issuer=one_line(draft.issuer)[:120],
        issued_on=draft.issued_on,
        expires_on=draft.expires_on,
        note=clean(draft.note),
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "certificate.add", "certificate", row.id, details={"kind": row.kind})
    return row


def change_certificate(
    actor: Actor, certificate_id: str, rev: int, changes: Mapping[str, Any]
) -> Certificate:
    """Put a paper right, or lengthen it."""
    row = _managed_certificate(actor, certificate_id)
    require_rev(row.rev, rev)
    if row.revoked_on is not None:
        raise rules.CertificateRevoked()
    for name, value in changes.items():
        setattr(row, name, one_line(value) if isinstance(value, str) else value)
    rules.require_order(row.issued_on, row.expires_on)
    db.session.flush()
    details = {"fields": sorted(changes)}
    record(actor, "certificate.change", "certificate", row.id, details=details)
    return row


def revoke_certificate(actor: Actor, certificate_id: str, rev: int, reason: str) -> Certificate:
    """Say that a paper does not hold from today on."""
    row = _managed_certificate(actor, certificate_id)
    if row.revoked_on is not None:
        return row
    require_rev(row.rev, rev)
    words = _reason(reason)
    row.revoked_on = clock.today()
    row.note = "\n".join(filter(None, (row.note, words)))
    db.session.flush()
    record(actor, "certificate.revoke", "certificate", row.id, details={"reason": words})
    return row


def _managed_certificate(actor: Actor, certificate_id: str) -> Certificate:
    query = select(Certificate).where(Certificate.id == certificate_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound()
    managed_expert(actor, row.person_id)
    return row


def declare_recusal(actor: Actor, person_id: str, draft: RecusalDraft) -> Recusal:
    """Say what somebody stands aside from: oneself, or somebody whose pool one looks after."""
    if person_id != actor.user_id:
        managed_expert(actor, person_id)
    _require_place(actor, draft)
    rules.require_known([draft.kind], keys("recusals"))
    rules.require_order(draft.since, draft.until)
    known = db.session.get(Recusal, draft.id)
    if known is not None:
        if known.person_id != person_id:
            raise IdTaken()
        return known
    row = Recusal(
        id=draft.id,
        person_id=person_id,
        unit_id=draft.unit_id,
        region_id=draft.region_id,
        company_id=draft.company_id,
        kind=draft.kind,
        since=draft.since,
        until=draft.until,
        note=clean(draft.note),
        declared_by=actor.user_id,
        declared_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "recusal.declare", "recusal", row.id, details={"kind": row.kind})
    return row


def _require_place(actor: Actor, draft: RecusalDraft) -> None:
    """
    Want exactly one place. Any unit or region may be named: one may have to stand aside from what
    one cannot otherwise see.
    """
    if [draft.unit_id, draft.region_id, draft.company_id].count(None) != 2:
        raise rules.RecusalPlace()
    if draft.unit_id is not None and db.session.get(Unit, draft.unit_id) is None:
        raise NotFound()
    if draft.region_id is not None and db.session.get(Region, draft.region_id) is None:
        raise NotFound()
    if draft.company_id is not None:
        get_company(actor, draft.company_id)


def withdraw_recusal(actor: Actor, recusal_id: str, reason: str) -> Recusal:
    """Take a recusal back; it stays visible with who did so and why."""
    query = select(Recusal).where(Recusal.id == recusal_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound()
    if row.person_id != actor.user_id:
        require_manages(actor, get_expert(actor, row.person_id).region_id)
    elif row.declared_by != actor.user_id:
        raise rules.RecusalOfOffice()
    if row.withdrawn_at is not None:
        raise rules.RecusalWithdrawn()
    words = _reason(reason)
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = actor.user_id, clock.now(), words
    db.session.flush()
    record(actor, "recusal.withdraw", "recusal", row.id, details={"reason": words})
    return row


def _reason(text: str) -> str:
    words = clean(text)
    if not words:
        raise rules.ReasonMissing()
    return words


__all__ = [
    "CertificateDraft",
    "ExpertDraft",
    "RecusalDraft",
    "add_certificate",
    "add_expert",
    "change_certificate",
    "change_expert",
    "declare_recusal",
    "revoke_certificate",
    "withdraw_recusal",
]
