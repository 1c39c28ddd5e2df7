"""What a desk says of an authority."""

from typing import Annotated

from pydantic import Field

from server.web.schemas import Body, Word


class OfficeBody(Body):
    """The name and the short name of an authority."""

    name: Annotated[Word, Field(min_length=1, max_length=60)]
    short_name: Annotated[Word, Field(min_length=1, max_length=20)]
