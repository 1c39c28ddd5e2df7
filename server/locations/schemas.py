"""Bodies and arguments of places, things and tags."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from server.web.schemas import Asked, Body, Day, Id, Paging, Patch, Word

Kind = Literal["campus", "building", "floor", "room"]
Attributes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=100)]
Name = Annotated[str, Field(max_length=100)]


class LocationFilter(Paging):
    """Arguments of the list of places."""

    unit_id: Annotated[Word | None, Asked] = None
    parent_id: Annotated[Word | None, Asked] = None
    kind: Annotated[Kind | None, Asked] = None


class AssetFilter(Paging):
    """Arguments of the list of things."""

    unit_id: Annotated[Word | None, Asked] = None
    location_id: Annotated[Word | None, Asked] = None
    kind: Annotated[Word | None, Asked] = None
    due_before: Annotated[date | None, Asked] = None


class TagFilter(Paging):
    """Arguments of the list of tags."""

    unit_id: Annotated[Word | None, Asked] = None
    state: Annotated[Literal["unclaimed", "bound", "void"] | None, Asked] = None
    batch: Annotated[Word | None, Asked] = None


class LocationBody(Body):
    """A new place."""

    id: Id | None = None
    unit_id: Id
    parent_id: Id | None = None
    kind: Kind
    name: Name
    code: Annotated[str, Field(max_length=40)] | None = None
    attributes: Attributes = []


class LocationPatch(Patch):
    """A changed place."""

    parent_id: Id | None = None
    kind: Kind = "room"
    name: Name = ""
    code: Annotated[str, Field(max_length=40)] | None = None
    attributes: Attributes = []
    active: bool = True


class DueBody(Body):
    """One due date."""

    kind: Annotated[str, Field(max_length=40)]
    name: Name
    due_on: Day | None = None


class AssetFacts(Body):
    """What may be said of a thing beside kind and name."""

    location_id: Id | None = None
    model: Name | None = None
    serial: Name | None = None
    reg_no: Name | None = None
    due: Annotated[list[DueBody], Field(max_length=50)] = []


class AssetBody(AssetFacts):
    """A new thing."""

    id: Id | None = None
    unit_id: Id
    kind: Annotated[str, Field(max_length=40)]
    name: Name


class AssetPatch(Patch, AssetFacts):
    """A changed thing."""

    kind: Annotated[str, Field(max_length=40)] = ""
    name: Name = ""
    active: bool = True


class BatchBody(Body):
    """Labels to be made for a unit, or for a region's pool."""

    count: int
    unit_id: Id | None = None
    region_id: Id | None = None


class ClaimBody(Body):
    """What a label was stuck on."""

    target_kind: Literal["location", "asset"]
    target_id: Id


class EndBody(Body):
    """Why a tag is out of use, and what hangs in its place."""

    why: Literal["lost", "removed", "replaced"]
    replaced_by: Annotated[str, Field(max_length=20)] | None = None
