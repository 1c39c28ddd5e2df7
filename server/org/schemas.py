"""Bodies and arguments of the organisation's endpoints."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.kernel.ids import is_id


class Strict(BaseModel):
    """A body: unknown keys and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _id(text: str) -> str:
    if not is_id(text):
        raise ValueError("not an identifier")
    return text


Id = Annotated[str, AfterValidator(_id)]
Day = Annotated[date, Field(strict=False)]
Tier = Literal["hospital", "township", "community", "village", "clinic", "cdc", "other"]


class Patch(Strict):
    """A change: `rev` names the version it was made on, the rest what is to differ."""

    rev: int

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"rev"})


class Login(Strict):
    """Name and password."""

    username: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


class PasswordChange(Strict):
    """The present password and its successor."""

    old: Annotated[str, Field(max_length=1000)]
    new: Annotated[str, Field(max_length=1000)]


class Paging(BaseModel):
    """Arguments that every list takes."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    q: Annotated[str, Field(max_length=100)] = ""


class UnitFilter(Paging):
    """Arguments of the list of units."""

    region_id: str | None = None
    tier: Tier | None = None


class DepartmentFilter(Paging):
    """Arguments of the list of departments."""

    unit_id: str | None = None


class PersonFilter(Paging):
    """Arguments of the list of people."""

    unit_id: str | None = None
    role: str | None = None


class RegionBody(Strict):
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


class UnitFacts(Strict):
    """What may be said of a unit beside its name, region and tier."""

    short_name: Annotated[str, Field(max_length=60)] = ""
    uscc: Annotated[str, Field(max_length=40)] | None = None
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


class DepartmentBody(Strict):
    """A new department."""

    id: Id | None = None
    unit_id: Id
    name: Annotated[str, Field(max_length=100)]


class DepartmentPatch(Patch):
    """A renamed department."""

    name: Annotated[str, Field(max_length=100)]


class PersonFacts(Strict):
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


class GrantBody(Strict):
    """A role on one unit or on one region, from a day until a day."""

    role: Annotated[str, Field(max_length=40)]
    unit_id: Id | None = None
    region_id: Id | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
