"""Checklists: what is asked where, what an answer means, what is still missing."""
