"""Leaks put in on purpose, one of each kind, to see that the spy test sees them."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from server.campaigns import queries as campaigns
from server.kernel import paging
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.org import queries as org
from server.org.changes import announce
from server.org.models import Person, Unit
from server.visits import queries, service
from server.visits.models import UnsentPlan, Visit


def counted(patch: pytest.MonkeyPatch) -> None:
    """A total that counts what is not shown."""
    real = paging.page

    def page(*args: Any, **options: Any) -> paging.Page:
        found = real(*args, **options)
        hidden = db.session.scalar(select(func.count()).select_from(Visit)) or 0
        return paging.Page(found.items, found.next, found.total + hidden)

    patch.setattr(campaigns, "page", page)


def forbidden(patch: pytest.MonkeyPatch) -> None:
    """Another answer to what is there than to what is not."""
    real = queries.get_visit

    def get(actor: Any, visit_id: str, **options: Any) -> Visit:
        try:
            return real(actor, visit_id, **options)
        except NotFound:
            if db.session.get(Visit, visit_id) is not None:
                raise Forbidden(permission="visits.seal") from None
            raise

    patch.setattr(queries, "get_visit", get)


def moved(patch: pytest.MonkeyPatch) -> None:
    """A person's row that moves when they are chosen."""
    real = service.plan_visit

    def plan(actor: Any, draft: Any) -> Visit:
        row = real(actor, draft)
        announce(db.session.get_one(Person, draft.leader_id))
        return row

    patch.setattr(service, "plan_visit", plan)


def numbered(patch: pytest.MonkeyPatch) -> None:
    """A number that is taken before anybody may know for what."""
    real = service.plan_visit

    def plan(actor: Any, draft: Any) -> Visit:
        row = real(actor, draft)
        db.session.execute(update(Unit).values(beds=Unit.beds + 1))
        return row

    patch.setattr(service, "plan_visit", plan)


def slower(patch: pytest.MonkeyPatch) -> None:
    """The same answer, after one more question to the database."""
    real = org.visible_units

    def visible(actor: Any) -> Any:
        if db.session.scalar(select(func.count()).select_from(Visit)):
            db.session.execute(select(Visit.unit_id))
        return real(actor)

    patch.setattr(org, "visible_units", visible)


def read_along(patch: pytest.MonkeyPatch) -> None:
    """A half-written plan that every planner can read."""

    def unsent(actor: Any, subject: str) -> UnsentPlan | None:
        query = select(UnsentPlan).where(UnsentPlan.subject == subject)
        return db.session.scalars(query).first()

    patch.setattr(service, "unsent", unsent)


LEAKS = (counted, forbidden, moved, numbered, slower, read_along)
