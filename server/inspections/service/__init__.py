"""
Commands of inspections, the same for a phone's mutation and a browser's request.

Each takes identifiers made by the caller; repeating one with the same identifier changes nothing.
"""

from server.inspections.service.conflicts import resolve_conflict
from server.inspections.service.findings import open_finding
from server.inspections.service.learning import measured_times
from server.inspections.service.signing import SignatureDraft, add_signature
from server.inspections.service.starting import InspectionStart, start_inspection
from server.inspections.service.submitting import reopen_inspection, submit_inspection
from server.inspections.service.writing import require_writable, writable_inspection

__all__ = [
    "InspectionStart",
    "SignatureDraft",
    "add_signature",
    "measured_times",
    "open_finding",
    "reopen_inspection",
    "require_writable",
    "resolve_conflict",
    "start_inspection",
    "submit_inspection",
    "writable_inspection",
]
