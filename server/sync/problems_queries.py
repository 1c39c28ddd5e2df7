"""Cases as people may read them: their author, and whoever decides in the region."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from server.access.rules import Actor, Permission
from server.evidence.models import Blob, Photo
from server.evidence.queries import add_viewer
from server.evidence.sweep import add_keeper
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Person
from server.sync.models import SyncProblem, SyncProblemPhoto
from server.sync.problems import WAITING
from server.sync.times import span
from server.sync.verdicts import NEVER_CAME

P = SyncProblem
_ORDER = (Order(P.received_at), Order(P.mutation_id))
LISTS = ("handed", "former", "stuck", "done")


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases may be narrowed by; None asks nothing."""

    list: str | None = None
    unit_id: str | None = None
    person_id: str | None = None


def _late() -> ColumnElement[bool]:
    return P.received_at < clock.now() - span("unanswered")


def _in_list(name: str) -> ColumnElement[bool]:
    is_open = P.state == "open"
    stuck = or_(P.kind.in_(("parked", "held")), P.code == NEVER_CAME.code, _late())
    return {
        "handed": P.state == "handed",
        "former": and_(is_open, P.former),
        "stuck": and_(is_open, ~P.former, stuck),
        "done": P.state.in_(("told", "handled")),
    }[name]


def decided_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a case is the actor's to decide: their regions, no others."""
    regions = actor.regions_with(Permission.PROBLEMS_DECIDE)
    if not regions:
        return false()
    return and_(
        P.lead_region_id.in_(sorted(regions)),
        P.kind != "merged",
        or_(*(_in_list(name) for name in LISTS)),
    )


def visible_cases(actor: Actor) -> Select[SyncProblem]:
    """Select the actor's own cases and those that are theirs to decide."""
    return select(P).where(or_(P.person_id == actor.user_id, decided_by(actor)))


def list_cases(
    actor: Actor, wanted: CaseFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of what is to be decided, the longest waiting first; a row a group."""
    query = select(P).where(decided_by(actor), P.head_id.is_(None))
    if wanted.list is not None:
        query = query.where(_in_list(wanted.list))
    if wanted.unit_id is not None:
        query = query.where(P.unit_id == wanted.unit_id)
    if wanted.person_id is not None:
        query = query.where(P.person_id == wanted.person_id)
    return page(query, _ORDER, cursor=cursor, limit=limit)


def list_of(row: SyncProblem) -> str:
    """Name the list that a case stands in; `own` for those that are their author's alone."""
    if row.state == "handed":
        return "handed"
    if row.state != "open":
        return "done"
    if row.former:
        return "former"
    late = row.received_at < clock.now() - span("unanswered")
    return (
        "stuck" if row.kind in ("parked", "held") or row.code == NEVER_CAME.code or late else "own"
    )


def get_case(actor: Actor, mutation_id: str) -> SyncProblem:
    """Return one case that the actor may read."""
    row = db.session.scalars(visible_cases(actor).where(P.mutation_id == mutation_id)).first()
    if row is None:
        raise NotFound()
    return row


def lock_case(actor: Actor, mutation_id: str) -> SyncProblem:
    """Return one case that is the actor's to decide, locked."""
    query = select(P).where(decided_by(actor), P.mutation_id == mutation_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(locked).first()
    if row is None:
        raise NotFound()
    return row


def members_of(head_id: str) -> list[SyncProblem]:
    """Return what hangs on a case."""
    query = select(P).where(P.head_id == head_id)
    return list(db.session.scalars(query.order_by(P.received_at, P.client_id, P.mid)))


def people_of(ids: set[str]) -> dict[str, Person]:
    """Return people by id."""
    return {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def photos_of(cases: list[SyncProblem]) -> list[tuple[str, str, Photo | None]]:
    """Return (case, photo id, photo) of what cases speak of; only photos of the cases' authors."""
    authors = {case.mutation_id: case.person_id for case in cases}
    query = (
        select(SyncProblemPhoto.mutation_id, SyncProblemPhoto.photo_id, Photo)
        .outerjoin(Photo, Photo.id == SyncProblemPhoto.photo_id)
        .where(SyncProblemPhoto.mutation_id.in_(authors))
        .order_by(SyncProblemPhoto.photo_id, SyncProblemPhoto.mutation_id)
    )
    return [
        (case, photo_id, photo if photo and photo.author_id == authors[case] else None)
        for case, photo_id, photo in db.session.execute(query)
    ]


def of_cases(actor: Actor) -> ColumnElement[bool]:
    """Photos that cases speak of: whoever decides sees them, if they are the author's own."""
    if not actor.may(Permission.PROBLEMS_DECIDE):
        return false()
    return exists().where(
        SyncProblemPhoto.photo_id == Photo.id,
        SyncProblemPhoto.mutation_id == P.mutation_id,
        P.person_id == Photo.author_id,
        decided_by(actor),
    )


def named_by_case() -> ColumnElement[bool]:
    """Bytes that a case which is not over still names."""
    return exists().where(
        SyncProblemPhoto.sha256 == Blob.sha256,
        SyncProblemPhoto.mutation_id == P.mutation_id,
        P.state.in_(WAITING),
    )


add_viewer(of_cases)
add_keeper(named_by_case)
