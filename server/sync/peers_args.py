"""The arguments of the commands of a guest team."""

from server.sync.args import Args, Text
from server.sync.schemas import Id


class PeerHandOver(Args):
    """peer.hand_over"""

    id: Id
    note: Text = ""
