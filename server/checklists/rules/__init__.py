"""
The rules of checklists, each the twin of one file in pwa/src/engine.

Both sides run the same vectors (contracts/vectors) and agree on generated cases. Nothing here knows
a clock, a database or a request: today's date comes with the context.
"""

from server.checklists.rules.candidates import candidates
from server.checklists.rules.draw import draw
from server.checklists.rules.estimate import estimate
from server.checklists.rules.exceptions import exceptions
from server.checklists.rules.findings import findings
from server.checklists.rules.judge import active_readings, judge
from server.checklists.rules.lines import lines
from server.checklists.rules.merge import merge_field
from server.checklists.rules.missing import missing
from server.checklists.rules.score import score
from server.checklists.rules.shapes import (
    Answers,
    Context,
    Estimate,
    Exceptions,
    FieldState,
    Finding,
    Incoming,
    Judgement,
    Line,
    MajorCandidate,
    Merged,
    Missing,
    Score,
    Values,
    answer_key,
)
from server.definitions.rules.citations import citations
from server.definitions.rules.holds import holds
from server.definitions.rules.shapes import Definition, Item

__all__ = [
    "Answers",
    "Context",
    "Definition",
    "Estimate",
    "Exceptions",
    "FieldState",
    "Finding",
    "Incoming",
    "Item",
    "Judgement",
    "Line",
    "MajorCandidate",
    "Merged",
    "Missing",
    "Score",
    "Values",
    "active_readings",
    "answer_key",
    "candidates",
    "citations",
    "draw",
    "estimate",
    "exceptions",
    "findings",
    "holds",
    "judge",
    "lines",
    "merge_field",
    "missing",
    "score",
]
