"""Commands of peer checks: planning, releasing, leaving, handing over, replying, returning."""

from server.peers.service.handing import hand_over
from server.peers.service.leaving import leave_team
from server.peers.service.planning import (
    RoundDraft,
    change_pairing,
    change_round,
    close_round,
    create_round,
    pair_round,
)
from server.peers.service.releasing import release_pairing, withdraw_pairing
from server.peers.service.replying import reply_finding, rule_finding, send_reply
from server.peers.service.returning import ReturnDraft, plan_return

__all__ = [
    "ReturnDraft",
    "RoundDraft",
    "change_pairing",
    "change_round",
    "close_round",
    "create_round",
    "hand_over",
    "leave_team",
    "pair_round",
    "plan_return",
    "release_pairing",
    "reply_finding",
    "rule_finding",
    "send_reply",
    "withdraw_pairing",
]
