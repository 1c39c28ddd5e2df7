"""
What other features and the command line ask of the organisation.

Every function takes the actor first; None is the system itself (setup, command line).
"""

from dataclasses import replace

from server.kernel.errors import Conflict
from server.org.credentials import change_own_password, set_password
from server.org.grants import NewGrant, grant_role, has_administrator, revoke_role
from server.org.models import Person
from server.org.people import NewPerson, create_person, deactivate, patch_person
from server.org.regions import NewRegion, create_region, patch_region
from server.org.roles import seed_roles
from server.org.units import (
    NewUnit,
    create_department,
    create_unit,
    move_unit,
    patch_department,
    patch_unit,
)

__all__ = [
    "AlreadySetUp",
    "NewGrant",
    "NewPerson",
    "NewRegion",
    "NewUnit",
    "change_own_password",
    "create_department",
    "create_first_administrator",
    "create_person",
    "create_region",
    "create_unit",
    "deactivate",
    "grant_role",
    "has_administrator",
    "move_unit",
    "patch_department",
    "patch_person",
    "patch_region",
    "patch_unit",
    "revoke_role",
    "seed_roles",
    "set_password",
]


class AlreadySetUp(Conflict):
    """The first administrator exists; the others are made by a person with a name."""

    code = "org-already-set-up"
    title = "There is an administrator already."
    title_zh = "系统已有管理员。"


def create_first_administrator(new: NewPerson, password: str) -> Person:
    """Make the first person who may administer; the password is to be changed at once."""
    if has_administrator():
        raise AlreadySetUp()
    assert new.region_id is not None, "an administrator administers a region"
    person = create_person(None, replace(new, unit_id=None), password=password)
    grant_role(None, NewGrant(person.id, "administrator", region_id=new.region_id))
    return person
