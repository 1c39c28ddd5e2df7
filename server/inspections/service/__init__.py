"""
Commands of inspections, the same for a phone's mutation and a browser's request.

Each takes identifiers made by the caller; repeating one with the same identifier changes nothing.
"""

from server.inspections.service.conflicts import Decision, resolve_conflict
from server.inspections.service.dividing import assign_parts
from server.inspections.service.findings import open_finding
from server.inspections.service.hands import (
    Mark,
    Word,
    ask_for_earlier,
    ask_owner,
    doubt,
    hands_of,
    say_whose,
    unconfirmed,
)
from server.inspections.service.joint import JointDraft, drop_joint, set_joint
from server.inspections.service.learning import measured_times
from server.inspections.service.signing import SignatureDraft, add_signature
from server.inspections.service.starting import (
    InspectionStart,
    begin_inspection,
    start_inspection,
)
from server.inspections.service.submitting import reopen_inspection, submit_inspection
from server.inspections.service.team import add_member, hand_lead, remove_member
from server.inspections.service.writing import require_writable, writable_inspection

__all__ = [
    "Decision",
    "InspectionStart",
    "JointDraft",
    "Mark",
    "SignatureDraft",
    "Word",
    "add_member",
    "add_signature",
    "ask_for_earlier",
    "ask_owner",
    "assign_parts",
    "begin_inspection",
    "doubt",
    "drop_joint",
    "hand_lead",
    "hands_of",
    "measured_times",
    "open_finding",
    "remove_member",
    "reopen_inspection",
    "require_writable",
    "resolve_conflict",
    "say_whose",
    "set_joint",
    "start_inspection",
    "submit_inspection",
    "unconfirmed",
    "writable_inspection",
]
