"""What the bodies and addresses of every feature have in common."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from server.kernel.ids import is_id
from server.kernel.paging import MAX_LIMIT

NUL = "\x00"


def _id(text: str) -> str:
    if not is_id(text):
        raise ValueError("not an identifier")
    return text


def _storable(text: str) -> str:
    if NUL in text:
        raise ValueError("holds a character that cannot be stored")
    return text


def _nothing_when_empty(value: Any) -> Any:
    return None if value == "" else value


def _split(value: Any) -> Any:
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


Id = Annotated[str, AfterValidator(_id)]
Text = Annotated[str, AfterValidator(_storable), Field(max_length=10_000)]
Word = Annotated[str, AfterValidator(_storable), Field(max_length=200)]
Day = Annotated[date, Field(strict=False)]
Millis = Annotated[int, Field(ge=0, le=4_102_444_800_000)]
#: arguments of an address: an empty one asks nothing
Asked = BeforeValidator(_nothing_when_empty)
#: one word or several, joined by commas
Several = BeforeValidator(_split)


class Body(BaseModel):
    """A body: unknown keys and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Patch(Body):
    """A change: `rev` names the version it was made on, the rest what is to differ."""

    rev: int

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"rev"})


class Arguments(BaseModel):
    """The arguments of an address: text as it stands there, unknown names are refused."""

    model_config = ConfigDict(extra="forbid")


class Paging(Arguments):
    """What every list takes."""

    cursor: Annotated[str | None, Asked] = None
    limit: Annotated[int | None, Asked, Field(ge=1, le=MAX_LIMIT)] = None
    q: Annotated[Word | None, Asked] = None
