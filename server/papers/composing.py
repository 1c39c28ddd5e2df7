"""
A paper as plain lines: layout and text become what is printed. Pure.

pwa/src/features/papers/compose.ts is its twin; both run contracts/vectors/papers.json, so that
the phone's print and the server's PDF say the same words.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from server.papers.layouts import Layout

Data = Mapping[str, Any]
Values = Mapping[str, str]
_SLOT = re.compile(r"\{([a-z_]+)\}")


def compose(layout: Layout, body: Data, signing: Data) -> dict[str, Any]:
    """Return the paper: facts, parts, and marks with their captions."""
    values = values_of(layout, body)
    return {
        "title": layout["title"],
        "subtitle": layout["subtitle"],
        "office": body["office"]["name"],
        "date": body["date"],
        "code": code_shown(body["code"]),
        "edition": body["edition"],
        "replaces": body.get("replaces"),
        "facts": [row for row in (_row(cells, values) for cells in layout["facts"]) if row],
        "parts": [_part(part, values, body) for part in layout["parts"]],
        "signing": _signing(layout["signing"], signing["marks"]),
        "foot": layout["foot"],
    }


def code_shown(code: str) -> str:
    """Return a code in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def values_of(layout: Layout, body: Data) -> dict[str, str]:
    """Return the words that slots of a layout stand for."""
    officers = body["officers"]
    recusal = body.get("recusal") or {}
    choices = layout["choices"]
    return {
        **body["fields"],
        "office": body["office"]["name"],
        "officers": "、".join(_officer(layout["officer"], one) for one in officers),
        "shown": next((one["shown"] for one in officers if one.get("shown")), ""),
        "certificates": choices["certificates"].get(recusal.get("certificates"), ""),
        "recusal": choices["recusal"].get(recusal.get("recusal"), ""),
        "about": recusal.get("about", ""),
        "grounds": recusal.get("grounds", ""),
    }


def _officer(words: Values, officer: Data) -> str:
    return fill(words["known" if officer.get("number") else "unknown"], officer)


def fill(line: str, values: Data) -> str:
    """Put values into the slots of a line."""
    return _SLOT.sub(lambda slot: str(values.get(slot[1]) or ""), line)


def filled(lines: Sequence[str], values: Data) -> list[str]:
    """Fill lines; one with a slot for which there is nothing is left out."""
    full = (line for line in lines if all(values.get(slot) for slot in _SLOT.findall(line)))
    return [fill(line, values) for line in full]


def _row(cells: Sequence[Sequence[str]], values: Values) -> list[dict[str, str]]:
    row = [{"name": name, "text": values.get(slot) or "—"} for name, slot in cells]
    return row if any(values.get(slot) for _, slot in cells) else []


def _part(part: Data, values: Values, body: Data) -> dict[str, Any]:
    if part["kind"] == "findings":
        items = [_finding(part, n, one) for n, one in enumerate(body["findings"], 1)]
        return {
            "heading": part["heading"],
            "lines": [] if items else [part["none"]],
            "items": items,
        }
    lines = [each for line in filled(part["lines"], values) for each in line.split("\n")]
    return {"heading": part["heading"], "lines": lines or ["—"], "items": []}


def _finding(part: Data, number: int, finding: Data) -> dict[str, Any]:
    values = {**finding, "n": str(number), "basis": "；".join(finding.get("basis") or ())}
    return {"title": fill(part["title"], values), "lines": filled(part["lines"], values)}


def _signing(words: Values, marks: Sequence[Data]) -> dict[str, Any]:
    parties = [party for party in ("recusal", "officer", "unit", "witness") if words[party]]
    groups = []
    for party in parties:
        own = [_mark(words, n, mark) for n, mark in enumerate(marks) if mark["party"] == party]
        if own or party in ("officer", "unit"):
            groups.append({"party": party, "heading": words[party], "marks": own})
    return {"heading": words["heading"], "groups": groups}


def _mark(words: Values, index: int, mark: Data) -> dict[str, Any]:
    """A mark and its caption; `ink` says whose strokes are drawn."""
    caption = re.sub(r"（）|　(?=　|$)", "", fill(words[mark["how"]], mark)).strip("　")
    drawn = mark["how"] in ("signed", "delegated")
    photos = [photo["id"] for photo in mark.get("photos") or ()]
    name = mark["name"] if mark["how"] == "typed" else ""
    return {"ink": index if drawn else None, "typed": name, "caption": caption, "photos": photos}
