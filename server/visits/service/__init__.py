"""Commands on sealed visits; none of them commits."""

from server.visits.drafts import VisitDraft
from server.visits.service.arrival import Arrival, Met, Position, Proof, arrive
from server.visits.service.knowledge import is_sound, lines_of, note_reading
from server.visits.service.opening import Opening, note_early, open_visit
from server.visits.service.packaging import hand_over, register_sealing_key, release_keys
from server.visits.service.people import actor_now, knower_ids
from server.visits.service.planning import (
    cancel_visit,
    change_visit,
    plan_visit,
    tell_knower,
)
from server.visits.service.releasing import release_due, release_visit

__all__ = [
    "Arrival",
    "Met",
    "Opening",
    "Position",
    "Proof",
    "VisitDraft",
    "actor_now",
    "arrive",
    "cancel_visit",
    "change_visit",
    "hand_over",
    "is_sound",
    "knower_ids",
    "lines_of",
    "note_early",
    "note_reading",
    "open_visit",
    "plan_visit",
    "register_sealing_key",
    "release_due",
    "release_keys",
    "release_visit",
    "tell_knower",
]
