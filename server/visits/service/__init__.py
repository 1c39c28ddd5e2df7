"""Commands on sealed visits; none of them commits."""

from server.visits.drafts import VisitDraft
from server.visits.service.arrival import Arrival, Met, Position, Proof, arrive
from server.visits.service.doubting import keep_doubts, unreleased_of
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
from server.visits.service.renewing import look_for_renewals, renew
from server.visits.service.standing_aside import asides
from server.visits.service.unsent import NEW, drop_unsent, forget_unsent, keep_unsent, unsent

__all__ = [
    "NEW",
    "Arrival",
    "Met",
    "Opening",
    "Position",
    "Proof",
    "VisitDraft",
    "actor_now",
    "arrive",
    "asides",
    "cancel_visit",
    "change_visit",
    "drop_unsent",
    "forget_unsent",
    "hand_over",
    "is_sound",
    "keep_doubts",
    "keep_unsent",
    "knower_ids",
    "lines_of",
    "look_for_renewals",
    "note_early",
    "note_reading",
    "open_visit",
    "plan_visit",
    "register_sealing_key",
    "release_due",
    "release_keys",
    "release_visit",
    "renew",
    "tell_knower",
    "unreleased_of",
    "unsent",
]
