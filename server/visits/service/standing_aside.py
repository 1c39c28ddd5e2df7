"""Whoever should stand aside from a unit is sent there only for a reason that stays on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from server.access.rules import Actor
from server.campaigns.modes import MODES
from server.experts.queries import recusals
from server.experts.rules import OWN_REGION
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import clean
from server.visits import rules
from server.visits.models import Visit, VisitKnowledge
from server.visits.service import knowledge

HOW = "recused"
#: at home it is the rule that people check units of their own region (campaigns/modes.json)
_FROM_AFAR = "region"


@dataclass(frozen=True)
class Aside:
    """Why one person should stand aside; `recusal_id` names what was declared."""

    person_id: str
    kind: str
    zh: str
    en: str
    recusal_id: str | None

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Return what a reason is given for: another declaration needs another reason."""
        return self.person_id, self.kind, self.recusal_id

    def data(self) -> dict[str, Any]:
        """Return it as the desk shows it."""
        text = {"zh": self.zh, "en": self.en}
        return {"person_id": self.person_id, "kind": self.kind, "text": text}


def asides(person_ids: Iterable[str], unit_id: str, mode: str) -> list[Aside]:
    """Return who should stand aside from a unit today, for a visit of this mode."""
    known = MODES.get(mode)
    is_afar = known is not None and known.way == _FROM_AFAR
    found = recusals(list(dict.fromkeys(person_ids)), [unit_id], clock.today())
    return [
        Aside(person, reason.kind, reason.zh, reason.en, reason.recusal_id)
        for person, reasons in found.items()
        for reason in reasons
        if is_afar or reason.kind != OWN_REGION
    ]


def of_team(visit: Visit) -> list[Aside]:
    """Return who of a visit's team should stand aside today."""
    return asides([visit.leader_id, *visit.member_ids], visit.unit_id, visit.mode)


def require_reason(visit: Visit, reason: str) -> list[Aside]:
    """Return what the reason is given for; raise when there is something and no reason."""
    given = reasons_of(visit.id)
    open_ = [one for one in of_team(visit) if one.key not in given]
    if open_ and not clean(reason):
        raise rules.VisitRecused(people=[one.data() for one in open_])
    return open_


def note_reason(visit: Visit, actor: Actor, found: Sequence[Aside], reason: str) -> None:
    """Write down, person by person, why they go all the same."""
    for person in dict.fromkeys(one.person_id for one in found):
        own = [one for one in found if one.person_id == person]
        knowledge.note(
            visit,
            HOW,
            person,
            by=actor,
            reason=clean(reason),
            about=[[one.kind, one.recusal_id] for one in own],
            words=[one.zh for one in own],
        )


def reasons_of(visit_id: str) -> dict[tuple[str, str, str | None], str]:
    """Return the reasons that were given, by what they were given for."""
    query = select(VisitKnowledge).where(
        VisitKnowledge.visit_id == visit_id, VisitKnowledge.how == HOW
    )
    found = {}
    for line in db.session.scalars(query.order_by(VisitKnowledge.seq)):
        details = orjson.loads(line.details)
        for kind, recusal_id in details["about"]:
            found[(line.person_id or "", kind, recusal_id)] = str(details["reason"])
    return found
