"""Pure rules of draws, the twins of pwa/src/features/draws/replay and tools/replay_draw.py."""

from server.draws.rules.chance import (
    Candidate,
    Drawn,
    Slot,
    Stream,
    canonical,
    draw,
    mixed,
    snapshot_hash,
)
from server.draws.rules.problems import (
    CandidatesChanged,
    DrawIdTaken,
    DrawNotYours,
    DrawReason,
    DrawSealed,
    DrawSpoiled,
    KnowerUnfit,
    NoSeeds,
    NotStanding,
    ReserveEmpty,
    TooFewCandidates,
    TooManyCandidates,
    WitnessIsOperator,
    WitnessWords,
)
from server.draws.rules.relapse import relapses
from server.draws.rules.standing import standing
from server.draws.rules.weights import FORMULAS, SCALE, formula, weigh

__all__ = [
    "FORMULAS",
    "SCALE",
    "Candidate",
    "CandidatesChanged",
    "DrawIdTaken",
    "DrawNotYours",
    "DrawReason",
    "DrawSealed",
    "DrawSpoiled",
    "Drawn",
    "KnowerUnfit",
    "NoSeeds",
    "NotStanding",
    "ReserveEmpty",
    "Slot",
    "Stream",
    "TooFewCandidates",
    "TooManyCandidates",
    "WitnessIsOperator",
    "WitnessWords",
    "canonical",
    "draw",
    "formula",
    "mixed",
    "relapses",
    "snapshot_hash",
    "standing",
    "weigh",
]
