"""Who found what: the people behind each line, their differences, what each contributed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.checklists.rules import answer_key
from server.checklists.rules.lines import items_by_key
from server.definitions.rules import RESULTS, spec_of, summarise
from server.evidence.models import Photo
from server.evidence.queries import standing
from server.hazards.queries import ZONE
from server.inspections.models import Answer, AnswerConflict, Inspection
from server.inspections.queries import Walk
from server.reports.names import Names

DECIDED = "decided"
CONFIRMED = "（组长确认）"
Finders = Mapping[str, Sequence[str]]


def printed(conflicts: Iterable[AnswerConflict]) -> list[AnswerConflict]:
    """Leave out what one person said on two phones and has settled: it was never anybody else's."""
    return [
        row
        for row in conflicts
        if row.state == "open" or len({value["by"] for value in row.values}) > 1
    ]


def people_of(conflicts: Iterable[AnswerConflict]) -> list[str]:
    """Return everybody whom contradictions name."""
    people: list[str] = []
    for row in conflicts:
        people += [value["by"] for value in row.values]
        if row.resolution:
            people.append(row.resolution["by"])
    return people


def speakers_of(answers: Iterable[Answer]) -> list[str]:
    """Return everybody whose words stand in the answers."""
    return [
        word["by"]
        for answer in answers
        for state in answer.fields.values()
        for word in state.get("candidates") or [state]
    ]


def finders_of(answers: Iterable[Answer], conflicts: Iterable[AnswerConflict]) -> Finders:
    """
    Name for each answer who gave the result that stands.

    What the lead decided was found by those who had said so, not by the lead.
    """
    said: dict[str, list[dict[str, Any]]] = {}
    for row in conflicts:
        if row.field in ("result", "v"):
            said.setdefault(answer_key(row.target_id, row.item_key), []).extend(row.values)
    found = {}
    for answer in answers:
        key = answer_key(answer.target_id, answer.item_key)
        state = next((answer.fields[n] for n in ("result", "v") if n in answer.fields), None)
        if state is not None:
            found[key] = _finders(state, said.get(key, ()))
    return found


def _finders(state: Mapping[str, Any], said: Sequence[Mapping[str, Any]]) -> list[str]:
    if state.get("how") == DECIDED:
        earlier = [value["by"] for value in said if value["v"] == state["v"]]
        return list(dict.fromkeys(earlier)) or [state["by"]]
    words = state.get("candidates") or [state]
    alike = [word["by"] for word in words if word["v"] == state["v"]]
    return list(dict.fromkeys(alike)) or [state["by"]]


def is_decided(answer: Answer | None) -> bool:
    """Say whether the result of an answer was decided by the lead."""
    fields = answer.fields if answer else {}
    return any(fields.get(name, {}).get("how") == DECIDED for name in ("result", "v"))


def told_texts(state: Mapping[str, Any] | None, people: Mapping[str, str]) -> str:
    """Return a note; of several people's each with its author, newest first."""
    if state is None or not state["v"]:
        return ""
    words = sorted(state.get("candidates") or (), key=lambda word: -word["at"])
    told = [w for w in words if w["v"]]
    if len({w["by"] for w in told}) < 2:
        return str(state["v"])
    return "\n".join(f"{people.get(w['by'], '')}：{w['v']}" for w in told)


@dataclass(frozen=True)
class Share:
    """What one person contributed."""

    person: str
    lines: int
    failed: int
    photos: int
    left: bool

    def as_data(self, names: Names, lead: str) -> dict[str, Any]:
        """Return it as the paper prints it."""
        role = "组长" if self.person == lead else "中途退出" if self.left else "组员"
        return {
            "name": names.person(self.person),
            "role": role,
            "lines": self.lines,
            "failed": self.failed,
            "photos": self.photos,
        }


def shares_of(
    inspection: Inspection, finders: Finders, failed: set[str], photos: Iterable[Photo]
) -> list[Share]:
    """Count for the team, and for who left it, the results found and the photos taken."""
    lines = Counter(person for people in finders.values() for person in people)
    fails = Counter(p for key, people in finders.items() if key in failed for p in people)
    shots = Counter(photo.author_id for photo in standing(list(photos)))
    gone = sorted({*lines, *shots} - set(inspection.member_ids))
    return [
        Share(p, lines[p], fails[p], shots[p], p in gone) for p in [*inspection.member_ids, *gone]
    ]


def shares_data(
    inspection: Inspection,
    finders: Finders,
    failed: set[str],
    photos: Iterable[Photo],
    names: Names,
) -> list[dict[str, Any]]:
    """Return the same as the paper prints it."""
    shares = shares_of(inspection, finders, failed, photos)
    return [share.as_data(names, inspection.lead_id) for share in shares]


def conflict_data(
    row: AnswerConflict, walk: Walk, names: Names, photos: Mapping[str, Sequence[Photo]]
) -> dict[str, Any]:
    """Return a contradiction as the paper prints it."""
    item = items_by_key(walk.definition).get(row.item_key)
    taken = Counter(p.author_id for p in photos.get(answer_key(row.target_id, row.item_key), ()))

    def said(value: Any) -> str:
        if row.field == "result":
            return RESULTS[value]["zh"] if value in RESULTS else "—"
        if item is None or row.field in ("note", "reason"):
            return str(value or "—")
        return summarise(spec_of(item, row.field), value, "zh") or "—"

    settled = row.resolution or {}
    return {
        "ask": item["ask"]["zh"] if item else row.item_key,
        "place": walk.place_name(row.target_id),
        "last": row.field != "result",
        "values": [
            {
                "by": names.person(given["by"]),
                "at": _moment(given["at"]),
                "value": said(given["v"]),
                "photos": taken[given["by"]],
            }
            for given in row.values
        ],
        "decided": said(settled["v"]) if settled else "",
        "decider": names.person(settled["by"]) if settled else "",
        "decided_at": _moment(settled["at"]) if settled else "",
        "reason": str(settled.get("reason") or ""),
    }


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, ZONE):%m-%d %H:%M}"
