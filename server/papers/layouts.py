"""Layouts of papers: contracts/papers/<key>.<version>.json, read by the phone and the server."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from server.kernel.settings import ROOT

Layout = Mapping[str, Any]
FOLDER = ROOT / "contracts" / "papers"
SUPERVISION, ENFORCEMENT = TRACKS = ("supervision", "enforcement")


@cache
def layouts() -> Mapping[tuple[str, int], Layout]:
    """Return every layout that was ever in use, by key and version."""
    files = sorted(FOLDER.glob("*.json"))
    read = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {(layout["key"], layout["version"]): layout for layout in read}


def find(key: str, version: int) -> Layout | None:
    """Return one layout; old versions stay, because signed papers stay."""
    return layouts().get((key, version))
