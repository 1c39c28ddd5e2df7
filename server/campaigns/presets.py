"""Programmes that many offices run, as a start for their own: JSON files with their sources."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("presets")


@cache
def presets() -> tuple[dict[str, Any], ...]:
    """Return every preset, the latest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")]
    return tuple(sorted(found, key=lambda one: str(one["starts_on"]), reverse=True))
