"""
Commands of the ledger, the same for a phone's mutation and a browser's request.

Each takes identifiers made by the caller; repeating one with the same identifier changes nothing.
"""

from server.hazards.rules import Expected
from server.hazards.service.comments import comment_hazard, salvage_evidence
from server.hazards.service.merging import merge_hazard
from server.hazards.service.moves import Move, Moved
from server.hazards.service.moving import move_hazard
from server.hazards.service.opening import HazardDraft, open_hazard
from server.hazards.service.photos import link_photo

__all__ = [
    "Expected",
    "HazardDraft",
    "Move",
    "Moved",
    "comment_hazard",
    "link_photo",
    "merge_hazard",
    "move_hazard",
    "open_hazard",
    "salvage_evidence",
]
