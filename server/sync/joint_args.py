"""The arguments of the commands about people of other agencies."""

from typing import Annotated

from msgspec import Meta

from server.sync.args import Args
from server.sync.schemas import Id

Name = Annotated[str, Meta(max_length=60)]
Agency = Annotated[str, Meta(max_length=120)]
Number = Annotated[str, Meta(max_length=80)]


class JointSet(Args):
    """joint.set"""

    id: Id
    inspection: Id
    name: Name
    agency: Agency
    title: Name = ""
    certificate: Number = ""
    shown: bool = False


class JointDrop(Args):
    """joint.drop"""

    id: Id
    inspection: Id
