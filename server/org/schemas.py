"""Bodies and arguments of the organisation's endpoints."""

from typing import Annotated, Literal

from pydantic import Field

from server.web.schemas import Asked, Body, Day, Id, Paging, Patch, Word

Tier = Literal["hospital", "township", "community", "village", "clinic", "cdc", "other"]


class Login(Body):
    """Name and password."""

    username: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


class PasswordChange(Body):
    """The present password and its successor."""

    old: Annotated[str, Field(max_length=1000)]
    new: Annotated[str, Field(max_length=1000)]


class UnitFilter(Paging):
    """Arguments of the list of units."""

    region_id: Annotated[Word | None, Asked] = None
    tier: Annotated[Tier | None, Asked] = None


class DepartmentFilter(Paging):
    """Arguments of the list of departments."""

    unit_id: Annotated[Word | None, Asked] = None


class PersonFilter(Paging):
    """Arguments of the list of people."""

    unit_id: Annotated[Word | None, Asked] = None
    role: Annotated[Word | None, Asked] = None


class RegionBody(Body):
    """A new region."""

    id: Id | None = None
    parent_id: Id
    code: Annotated[str, Field(max_length=12)]
    name: Annotated[str, Field(max_length=100)]
    level: Annotated[str, Field(max_length=20)]


class RegionPatch(Patch):
    """A changed region."""

    code: Annotated[str, Field(max_length=12)] = ""
    name: Annotated[str, Field(max_length=100)] = ""


class UnitFacts(Body):
    """What may be said of a unit beside its name, region and tier."""

    short_name: Annotated[str, Field(max_length=60)] = ""
    uscc: Annotated[str, Field(max_length=40)] | None = None
    institution_code: Annotated[str, Field(max_length=60)] | None = None
    address: Annotated[str, Field(max_length=300)] = ""
    phone: Annotated[str, Field(max_length=40)] | None = None
    beds: int | None = None
    attributes: Annotated[list[str], Field(max_length=60)] = []
    lat: float | None = None
    lon: float | None = None


class UnitBody(UnitFacts):
    """A new unit."""

    id: Id | None = None
    region_id: Id
    name: Annotated[str, Field(max_length=200)]
    tier: Tier


class UnitPatch(Patch, UnitFacts):
    """A changed unit; another region takes all rows of the unit along."""

    region_id: Id = ""
    name: Annotated[str, Field(max_length=200)] = ""
    tier: Tier = "other"
    active: bool = True


class DepartmentBody(Body):
    """A new department."""

    id: Id | None = None
    unit_id: Id
    name: Annotated[str, Field(max_length=100)]


class DepartmentPatch(Patch):
    """A renamed department."""

    name: Annotated[str, Field(max_length=100)]


class PersonFacts(Body):
    """What may be said of a person beside the name."""

    title: Annotated[str, Field(max_length=60)] | None = None
    unit_id: Id | None = None
    region_id: Id | None = None
    department_id: Id | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    username: Annotated[str, Field(max_length=60)] | None = None


class PersonBody(PersonFacts):
    """A new person, at home in a unit or in a region."""

    id: Id | None = None
    name: Annotated[str, Field(max_length=60)]


class PersonPatch(Patch, PersonFacts):
    """A changed person."""

    name: Annotated[str, Field(max_length=60)] = ""
    active: bool = True


class GrantBody(Body):
    """A role on one unit or on one region, from a day until a day."""

    role: Annotated[str, Field(max_length=40)]
    unit_id: Id | None = None
    region_id: Id | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
