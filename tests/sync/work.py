"""Arguments of commands, as a phone would write them."""

from typing import Any

from server.kernel import clock, ids


def photo(**given: Any) -> dict[str, Any]:
    """Arguments of photo.add."""
    new = ids.new_id()
    return {
        "id": new, "sha256": new.replace("-", "") * 2, "size": 10, "mime": "image/jpeg",
        "w": 4, "h": 3, "taken_at": clock.now_ms(), "origin": "camera", "purpose": "found",
        "annotations": [],
    } | given  # fmt: skip


def hazard(unit: str, **given: Any) -> dict[str, Any]:
    """Arguments of hazard.open."""
    return {
        "id": ids.new_id(), "unit_id": unit, "source": "report", "title": "出口被堵",
        "description": "堵", "basis": [], "grade": "general", "suspected_major": False,
        "due_on": "2026-12-01", "photos": [],
    } | given  # fmt: skip
