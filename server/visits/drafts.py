"""What a planner asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.visits import rules


@dataclass(frozen=True)
class VisitDraft:
    """A visit as planned."""

    id: str
    unit_id: str
    checklist_keys: Sequence[str]
    leader_id: str
    opens_at: datetime
    ends_at: datetime
    mode: str = "surprise"
    title: str = ""
    location_ids: Sequence[str] = ()
    note: str = ""
    member_ids: Sequence[str] = ()
    key_release: str = rules.OFFLINE
    campaign_id: str | None = None
    draw_id: str | None = None
    # Why somebody goes who should stand aside from the unit.
    recusal_reason: str = ""
    # The form that kept itself while it was written: sealing takes that away.
    from_unsent: bool = False
