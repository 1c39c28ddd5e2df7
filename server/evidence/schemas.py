"""Arguments of photos."""

from typing import Annotated, Literal

from server.web.schemas import Arguments, Asked


class MarkedArguments(Arguments):
    """How large a picture is wanted."""

    size: Annotated[Literal["small", "large"] | None, Asked] = None
