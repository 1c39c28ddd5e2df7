"""People, their roles, their first passwords."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.kernel.paging import Order, Page, page
from server.org import passwords, queries, service, wire
from server.org.models import Person
from server.org.schemas import GrantBody, PersonBody, PersonFilter, PersonPatch
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("people", __name__, url_prefix="/api/people")
Data = dict[str, Any]


@bp.get("", permission=Permission.ORG_READ)
def list_people(actor: Actor) -> Page:
    """List the visible people by name."""
    args = query(PersonFilter)
    found = queries.filtered_people(actor, unit_id=args.unit_id, role=args.role)
    found = queries.searched(found, args.q, Person.name, Person.title)
    order = [Order(Person.name), Order(Person.id)]
    shown = page(found, order, cursor=args.cursor, limit=args.limit)
    return replace(shown, items=wire.people_for(actor, shown.items))


@bp.get("/<person_id>", permission=Permission.ORG_READ)
def get_person(actor: Actor, person_id: str) -> Data:
    """Return one person."""
    return wire.person_detail(actor, queries.get_person(actor, person_id))


@bp.post("", permission=Permission.PEOPLE_MANAGE)
def create_person(actor: Actor) -> Data:
    """Add a person; a user name brings a random first password, shown this once."""
    given = body(PersonBody)
    password = passwords.initial_password() if given.username else None
    new = service.NewPerson(**given.model_dump())
    person = service.create_person(actor, new, password=password)
    return wire.person_detail(actor, person) | {"initial_password": password}


@bp.patch("/<person_id>", permission=Permission.PEOPLE_MANAGE)
def patch_person(actor: Actor, person_id: str) -> Data:
    """Change a person."""
    given = body(PersonPatch)
    person = service.patch_person(actor, person_id, given.rev, given.changes())
    return wire.person_detail(actor, person)


@bp.post("/<person_id>/password", permission=Permission.PEOPLE_MANAGE)
def reset_password(actor: Actor, person_id: str) -> Data:
    """Give a person a random new password, shown this once; nobody chooses one for another."""
    return {"initial_password": service.set_password(actor, person_id)}


@bp.post("/<person_id>/grants", permission=Permission.PEOPLE_MANAGE)
def grant_role(actor: Actor, person_id: str) -> Data:
    """Give a person a role."""
    service.grant_role(actor, service.NewGrant(person_id, **body(GrantBody).model_dump()))
    return wire.person_detail(actor, queries.get_person(actor, person_id))


@bp.delete("/<person_id>/grants/<grant_id>", permission=Permission.PEOPLE_MANAGE)
def revoke_role(actor: Actor, person_id: str, grant_id: str) -> Data:
    """Take a role away from a person."""
    service.revoke_role(actor, person_id, grant_id)
    return wire.person_detail(actor, queries.get_person(actor, person_id))
