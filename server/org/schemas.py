"""Bodies and arguments of the organisation's endpoints."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A body: unknown keys and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


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


Tier = Literal["hospital", "township", "community", "village", "clinic", "cdc", "other"]
