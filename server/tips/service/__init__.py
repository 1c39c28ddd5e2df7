"""Commands of reports; whoever sends one has no account, whoever deals with one has."""

from server.tips.service.contact import read_contact
from server.tips.service.grouping import group_tip
from server.tips.service.hazard import HazardWish, make_hazard
from server.tips.service.receiving import Submission, find_repeated, receive_tip
from server.tips.service.triage import answer_tip, decline_tip, look_at_tip, undo_step

__all__ = [
    "HazardWish",
    "Submission",
    "answer_tip",
    "decline_tip",
    "find_repeated",
    "group_tip",
    "look_at_tip",
    "make_hazard",
    "read_contact",
    "receive_tip",
    "undo_step",
]
