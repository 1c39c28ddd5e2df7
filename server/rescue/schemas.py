"""What the desk sends about rescue files and phones."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Announcement(Strict):
    """A file that will be sent in slices."""

    size: Annotated[int, Field(ge=1)]


class Passphrase(Strict):
    """The words that open a file; empty for one that was sealed to the bureau."""

    passphrase: Annotated[str, Field(max_length=200)] = ""


class Note(Strict):
    """What was done about a phone."""

    note: Annotated[str, Field(min_length=1, max_length=500)]
