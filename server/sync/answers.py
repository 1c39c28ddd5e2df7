"""
Answers, applied as a set: one select, a pure merge, one upsert for a whole run of answer.set.

Here the unit of work would cost more than all the rest. Rows therefore go past it, and touch()
tells the change feed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from server.access.rules import Actor, Permission
from server.checklists.rules import FieldState, Incoming, Merged, merge_field
from server.definitions.rules.shapes import Value
from server.inspections.models import Answer, Inspection, InspectionMember
from server.inspections.rules import DRAFT, InspectionLocked, NotOfTheTeam
from server.kernel.db import db, is_sqlite
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.synced import touch
from server.sync import conflicts, questions
from server.sync.args import AnswerSet
from server.sync.verdicts import APPLIED, Verdict, rejected

Key = tuple[str, str, str]
_ANSWERS: Table = Answer.__table__  # type: ignore[assignment]
_INSPECTIONS: Table = Inspection.__table__  # type: ignore[assignment]
_MEMBERS: Table = InspectionMember.__table__  # type: ignore[assignment]


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


def _sheets(actor: Actor, ids: set[str]) -> dict[str, Sheet]:
    """Lock the inspections, so that nobody submits one while it is being answered."""
    i, m = _INSPECTIONS.c, _MEMBERS.c
    mine = (m.inspection_id == i.id) & (m.person_id == actor.user_id)
    query = (
        select(i.id, i.state, i.unit_id, i.region_id, i.definition, m.person_id.is_not(None))
        .select_from(_INSPECTIONS.outerjoin(_MEMBERS, mine))
        .where(i.id.in_(sorted(ids)))
        .order_by(i.id)
        .with_for_update(of=_INSPECTIONS)
    )
    return {row[0]: Sheet(*row) for row in db.session.execute(query)}


def _refusal(actor: Actor, sheet: Sheet | None) -> Problem | None:
    """Say why nothing in this inspection may be answered; judged once for a whole run."""
    if sheet is None:
        return NotFound()
    if not actor.may(Permission.INSPECTIONS_CONDUCT, on=sheet):
        return Forbidden(permission=Permission.INSPECTIONS_CONDUCT.value)
    if not sheet.member:
        return NotOfTheTeam()
    return InspectionLocked() if sheet.state != DRAFT else None


def _rows(keys: set[Key]) -> dict[Key, Row]:
    """Read the present answers; a run is nearly always one inspection's."""
    c = _ANSWERS.c
    query = select(c.inspection_id, c.target_id, c.item_key, c.rev, c.fields)
    inspections = {key[0] for key in keys}
    targets = {key[1] for key in keys}
    if len(inspections) == 1 and len(targets) == 1:
        query = query.where(
            c.inspection_id == inspections.pop(),
            c.target_id == targets.pop(),
            c.item_key.in_(sorted({key[2] for key in keys})),
        )
    else:
        query = query.where(tuple_(c.inspection_id, c.target_id, c.item_key).in_(sorted(keys)))
    return {(r[0], r[1], r[2]): Row(r[3], r[4]) for r in db.session.execute(query)}


def _upsert() -> Any:
    insert = (sqlite if is_sqlite() else postgresql).insert(_ANSWERS)
    return insert.on_conflict_do_update(
        index_elements=["inspection_id", "target_id", "item_key"],
        set_={"rev": insert.excluded.rev, "fields": insert.excluded.fields},
    )


def _write(rows: dict[Key, Row]) -> None:
    changed = [(key, row) for key, row in rows.items() if row.changed]
    if not changed:
        return
    db.session.execute(
        _upsert(),
        [
            {
                "inspection_id": inspection,
                "target_id": target,
                "item_key": item,
                "rev": row.rev + 1,
                "fields": row.fields,
            }
            for (inspection, target, item), row in changed
        ],
    )
    for (inspection, target, item), _ in changed:
        touch(f"insp:{inspection}", "answer", f"{inspection}|{target}|{item}")


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
    return verdicts


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
        return self._verdict(said.key, merged)

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
        merged = merge_field(name, before, word)
        row.fields[name] = merged["state"]
        if merged["conflict"] is not None or (before is not None and "candidates" in before):
            self.contested[(said.key, name)] = merged
        return merged

    def _verdict(self, key: Key, merged: dict[str, Merged]) -> Verdict:
        beside = sorted(name for name, one in merged.items() if one["outcome"] == "merged")
        if not beside:
            return APPLIED
        disputed = [name for name in beside if merged[name]["conflict"] is not None]
        return Verdict(
            "merged",
            "answer-conflict" if disputed else "answer-parallel",
            {"inspection": key[0], "target": key[1], "item": key[2], "fields": beside},
            {"fields": beside},
        )
