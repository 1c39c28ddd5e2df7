"""
Sealed visits over HTTP.

Reading needs no particular permission: whoever is not concerned gets what they would get if there
were no visit, an empty list or "not here".
"""

from typing import Any

from flask import Response

from server.access.rules import Actor, Permission
from server.hazards.queries import require_unit
from server.kernel import clock
from server.kernel.db import transaction
from server.kernel.errors import NotFound
from server.kernel.ids import is_id
from server.kernel.paging import Page
from server.visits import queries, service, views
from server.visits.schemas import (
    Chosen,
    PackageArguments,
    SealingKeyIn,
    Told,
    Unsent,
    VisitArguments,
    VisitBody,
    VisitPatch,
    Why,
)
from server.web.api import ApiBlueprint, Who, body, query

bp = ApiBlueprint("visits", __name__, url_prefix="/api/visits")
keys_bp = ApiBlueprint("sealing", __name__, url_prefix="/api/custody")
Data = dict[str, Any]


def release_due() -> None:
    """Release what is due; writes only when there is something."""
    with transaction(write=False):
        ids = queries.due_ids(clock.now())
    if ids:
        with transaction():
            service.release_due()


@bp.get("", permission=Who.LOGGED_IN, transactional=False)
def list_visits(actor: Actor) -> Page:
    """List the visits that exist for the caller, the latest opening first."""
    args = query(VisitArguments)
    release_due()
    with transaction(write=False):
        page = views.read_list(actor, args.wanted(), args.cursor, args.limit)
        unnoted = views.unnoted(actor, page.items)
    if unnoted:
        with transaction():
            views.note_list(actor, unnoted)
    return page


@bp.get("/<visit_id>", permission=Who.LOGGED_IN, transactional=False)
def get_visit(actor: Actor, visit_id: str) -> Data:
    """Return one visit; that its plan was read is written down."""
    release_due()
    with transaction(write=False):
        queries.get_visit(actor, visit_id)
    with transaction():
        return views.read_visit(actor, visit_id)


@bp.get("/<visit_id>/knowledge", permission=Who.LOGGED_IN, transactional=False)
def get_knowledge(actor: Actor, visit_id: str) -> Data:
    """Return who knew when."""
    release_due()
    with transaction(write=False):
        return views.log(actor, visit_id)


@bp.get("/<visit_id>/package", permission=Permission.SYNC_USE, transactional=False)
def get_package(actor: Actor, visit_id: str) -> Response:
    """Hand the closed package to somebody of the team; who holds it is written down."""
    wanted = query(PackageArguments).sha256
    with transaction(write=False):
        queries.team_visit(actor.user_id, visit_id)
    with transaction():
        package = service.hand_over(actor, visit_id, wanted)
        response = Response(package.sealed, mimetype="application/octet-stream")
        response.set_etag(package.sha256)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<visit_id>/keys", permission=Permission.SYNC_USE)
def post_keys(actor: Actor, visit_id: str) -> Data:
    """Close the content key for all devices of the leader, as soon as they may have it."""
    return {"wrapped": service.release_keys(queries.led_visit(actor, visit_id))}


@bp.post("", permission=Permission.VISITS_SEAL)
def post_visit(actor: Actor) -> Data:
    """Plan a visit."""
    return views.told(actor, service.plan_visit(actor, body(VisitBody).draft()))


@bp.patch("/<visit_id>", permission=Permission.VISITS_SEAL)
def patch_visit(actor: Actor, visit_id: str) -> Data:
    """Change a plan that nobody has opened."""
    given = body(VisitPatch)
    changed = service.change_visit(
        actor, visit_id, given.rev, given.changes(), recusal_reason=given.recusal_reason
    )
    return views.told(actor, changed)


@bp.post("/<visit_id>/cancel", permission=Permission.VISITS_SEAL)
def post_cancel(actor: Actor, visit_id: str) -> Data:
    """Call a visit off."""
    return views.told(actor, service.cancel_visit(actor, visit_id, body(Why).reason))


@bp.post("/<visit_id>/release", permission=Permission.VISITS_SEAL)
def post_release(actor: Actor, visit_id: str) -> Data:
    """Make a visit visible to everybody who reads inspections there."""
    return views.told(actor, service.release_visit(actor, visit_id, body(Why).reason))


@bp.post("/<visit_id>/knowers", permission=Permission.VISITS_SEAL)
def post_knower(actor: Actor, visit_id: str) -> Data:
    """Let another planner know of a visit."""
    return views.told(actor, service.tell_knower(actor, visit_id, body(Told).person_id))


@bp.post("/recusals", permission=Permission.VISITS_SEAL, transactional=False)
def post_recusals(actor: Actor) -> Data:
    """Say who should stand aside from a unit, before it is planned; nothing is kept of asking."""
    given = body(Chosen)
    with transaction(write=False):
        unit = require_unit(actor, given.unit_id, Permission.VISITS_SEAL)
        found = service.asides(given.person_ids, unit.id, given.mode)
        return {"items": [one.data() for one in found]}


@bp.get("/unsent/<subject>", permission=Permission.VISITS_SEAL)
def get_unsent(actor: Actor, subject: str) -> Data:
    """Return what the caller has written of a plan and not sealed."""
    return views.unsent_data(service.unsent(actor, _subject(subject)))


@bp.put("/unsent/<subject>", permission=Permission.VISITS_SEAL)
def put_unsent(actor: Actor, subject: str) -> Data:
    """Keep a form as it stands."""
    content = body(Unsent).content
    return views.unsent_data(service.keep_unsent(actor, _subject(subject), content))


@bp.delete("/unsent/<subject>", permission=Permission.VISITS_SEAL)
def delete_unsent(actor: Actor, subject: str) -> None:
    """Forget what was written."""
    service.drop_unsent(actor, _subject(subject))


def _subject(text: str) -> str:
    if text != service.NEW and not is_id(text):
        raise NotFound()
    return text


@keys_bp.post("/sealing-keys", permission=Permission.SYNC_USE)
def post_sealing_key(actor: Actor) -> Data:
    """Take the key of a device to which something may be closed."""
    given = body(SealingKeyIn)
    return {"key": service.register_sealing_key(actor, given.client, given.public_key).id}
