"""
Answers, applied as a set: one select, a pure merge, one upsert for a whole run of answer.set.

Here the unit of work would cost more than all the rest. Rows therefore go past it, and touch()
tells the change feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson

from server.access.rules import Actor, Permission
from server.checklists.rules import FieldState, Incoming, Merged, merge_field
from server.definitions.rules.shapes import Value
from server.inspections.rules import DRAFT, InspectionLocked, NotOfTheTeam, may_stand_in
from server.kernel import driver
from server.kernel.bulk import Bulk
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.synced import touch_all
from server.sync import beside, conflicts, questions
from server.sync.args import AnswerSet
from server.sync.verdicts import APPLIED, NOT_APPLICABLE, Verdict, rejected

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Said:
    """One answer.set as it arrived; `at` is the phone's clock, put right where it was wrong."""

    args: AnswerSet
    at: int

    @property
    def key(self) -> Key:
        """The row that it speaks of."""
        return self.args.inspection, self.args.target, self.args.item


@dataclass
class Row:
    """An answer while a run is merged into it."""

    rev: int
    fields: dict[str, FieldState]
    changed: bool = False
    contested: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Sheet:
    """What has to be known of an inspection before anything in it may be answered."""

    id: str
    state: str
    unit_id: str
    region_id: str
    definition: str
    member: bool


_SHEETS = """
    SELECT i.id, i.state, i.unit_id, i.region_id, i.definition, m.person_id IS NOT NULL
    FROM inspection i
    LEFT JOIN inspection_member m ON m.inspection_id = i.id AND m.person_id = :person
    WHERE i.id IN @ids ORDER BY i.id FOR UPDATE OF i
"""
_AT_ONE_TARGET = """
    SELECT a.item_key, a.rev, TEXT(a.fields) FROM answer a
    WHERE a.inspection_id = :inspection AND a.target_id = :target AND a.item_key IN @items
"""
_UPSERT = Bulk(
    "answer",
    ("inspection_id", "target_id", "item_key", "rev", "fields"),
    key=("inspection_id", "target_id", "item_key"),
    json=frozenset({"fields"}),
)


def _sheets(actor: Actor, ids: set[str]) -> dict[str, Sheet]:
    """Lock the inspections, so that nobody submits one while it is being answered."""
    found = driver.rows(_SHEETS, person=actor.user_id, ids=sorted(ids))
    return {row[0]: Sheet(*row) for row in found}


def _refusal(actor: Actor, sheet: Sheet | None) -> Problem | None:
    """Say why nothing in this inspection may be answered; judged once for a whole run."""
    if sheet is None:
        return NotFound()
    if not actor.may(Permission.INSPECTIONS_CONDUCT, on=sheet):
        return Forbidden(permission=Permission.INSPECTIONS_CONDUCT.value)
    if not sheet.member and not may_stand_in(actor, sheet):
        return NotOfTheTeam()
    return InspectionLocked() if sheet.state != DRAFT else None


def _rows(keys: set[Key]) -> dict[Key, Row]:
    """Read the present answers, target by target; a run is nearly always about one."""
    targets: dict[tuple[str, str], list[str]] = {}
    for inspection, target, item in sorted(keys):
        targets.setdefault((inspection, target), []).append(item)
    rows: dict[Key, Row] = {}
    for (inspection, target), items in targets.items():
        found = driver.rows(_AT_ONE_TARGET, inspection=inspection, target=target, items=items)
        for item, rev, fields in found:
            rows[(inspection, target, item)] = Row(rev, orjson.loads(fields))
    return rows


def _write(rows: dict[Key, Row]) -> None:
    changed = [(key, row) for key, row in rows.items() if row.changed]
    _UPSERT.write(
        db.session.connection(),
        [(*key, row.rev + 1, orjson.dumps(row.fields).decode()) for key, row in changed],
    )
    touch_all((f"insp:{key[0]}", "answer", "|".join(key)) for key, _ in changed)


def apply(actor: Actor, client: str, run: Sequence[Said]) -> list[Verdict]:
    """Apply a run in its order; return a verdict for each."""
    sheets = _sheets(actor, {said.args.inspection for said in run})
    refusals = {
        name: _refusal(actor, sheets.get(name)) for name in {s.args.inspection for s in run}
    }
    rows = _rows({said.key for said in run if refusals[said.args.inspection] is None})
    merge = _Merge(actor, client[-12:], rows)
    verdicts = [
        _refused(said, refusal, sheets)
        if (refusal := refusals[said.args.inspection])
        else merge.take(said, sheets[said.args.inspection])
        for said in run
    ]
    _write(rows)
    conflicts.record(merge.contested)
    return _without_effect(run, verdicts, sheets)


def _without_effect(
    run: Sequence[Said], verdicts: list[Verdict], sheets: dict[str, Sheet]
) -> list[Verdict]:
    """Tell of answers that are kept and not asked: another put them out of the question."""
    kept: dict[str, set[Key]] = {}
    for said, verdict in zip(run, verdicts, strict=True):
        if verdict.status in ("applied", "merged"):
            kept.setdefault(said.args.inspection, set()).add(said.key)
    lost: set[Key] = set()
    for inspection, keys in kept.items():
        if doubted := beside.doubtful(sheets[inspection].definition, keys):
            lost |= beside.unasked(inspection, doubted)
    if not lost:
        return verdicts
    return [
        Verdict("merged", NOT_APPLICABLE.code, NOT_APPLICABLE.params(**_named(said.key)))
        if said.key in lost and verdict.status in ("applied", "merged")
        else verdict
        for said, verdict in zip(run, verdicts, strict=True)
    ]


def _named(key: Key) -> dict[str, str]:
    return {"inspection": key[0], "target": key[1], "item": key[2]}


def _refused(said: Said, refusal: Problem, sheets: dict[str, Sheet]) -> Verdict:
    verdict = rejected(refusal)
    if said.args.inspection in sheets:
        return verdict
    return Verdict("held", waits_for=f"inspection:{said.args.inspection}")


class _Merge:
    """The merge of one run into the rows that it concerns."""

    def __init__(self, actor: Actor, client: str, rows: dict[Key, Row]) -> None:
        self.actor = actor
        self.client = client
        self.rows = rows
        self.contested: dict[tuple[Key, str], Merged] = {}

    def take(self, said: Said, sheet: Sheet) -> Verdict:
        """Merge one mutation: all its fields or none."""
        try:
            values = questions.checked(sheet.definition, said.args)
        except Problem as problem:
            return rejected(problem)
        row = self.rows.setdefault(said.key, Row(0, {}))
        merged = {name: self._field(row, said, name, value) for name, value in values.items()}
        row.changed = True
        unseen = beside.parallel(row.fields, values, said.args.base, self.actor.user_id)
        return self._verdict(said.key, merged, unseen)

    def _field(self, row: Row, said: Said, name: str, value: Value) -> Merged:
        args = said.args
        before = row.fields.get(name)
        word: Incoming = {
            "v": value,
            "base": args.base.get(name, 0),
            "by": self.actor.user_id,
            "at": said.at,
            "client": self.client,
        }
        if args.how is not None:
            word["how"] = args.how
        if self.actor.acting_for is not None:
            word["of"] = self.actor.acting_for
        merged = merge_field(name, before, word)
        row.fields[name] = merged["state"]
        if merged["conflict"] is not None or (before is not None and "candidates" in before):
            self.contested[(said.key, name)] = merged
        return merged

    def _verdict(self, key: Key, merged: dict[str, Merged], unseen: list[str]) -> Verdict:
        told = {"parallel": unseen} if unseen else {}
        shared = sorted(name for name, one in merged.items() if one["outcome"] == "merged")
        if not shared:
            return Verdict("applied", extra=told) if told else APPLIED
        disputed = [name for name in shared if merged[name]["conflict"] is not None]
        return Verdict(
            "merged",
            "answer-conflict" if disputed else "answer-parallel",
            {**_named(key), "fields": shared},
            {"fields": shared, **told},
        )
