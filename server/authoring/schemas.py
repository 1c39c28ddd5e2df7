"""Bodies and arguments of the authoring endpoints."""

from typing import Annotated, Any, Literal

from pydantic import Field

from server.kernel.ids import new_id
from server.web.schemas import Arguments, Asked, Body, Id, Patch, Text, Word

Key = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=60)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Note = Annotated[Text, Field(max_length=2000)]


class DraftBody(Body):
    """A new draft; without a content it starts from the version in use."""

    id: Id = Field(default_factory=new_id)
    key: Key
    kind: Literal["checklist", "overlay"] = "checklist"
    region_id: Id | None = None
    body: dict[str, Any] | None = None
    note: Note = ""


class DraftPatch(Patch):
    """What a draft says now; `accept_base` goes on from the version published meanwhile."""

    body: dict[str, Any] | None = None
    note: Note | None = None
    accept_base: bool = False


class StepBody(Body):
    """A step of a draft and the words to it."""

    rev: int
    note: Note = ""


class DraftArguments(Arguments):
    """What the list of drafts may be narrowed by."""

    key: Annotated[Word | None, Asked] = None


class ListArguments(Arguments):
    """Words of a title or a key; the list is short and comes in one piece."""

    q: Annotated[Word | None, Asked] = None
    cursor: Annotated[str | None, Asked] = None
    limit: Annotated[int | None, Asked] = None


class CompareArguments(Arguments):
    """Two versions of one checklist; nothing before means the very first."""

    from_: Annotated[Hash | None, Asked, Field(alias="from")] = None
    to: Hash
