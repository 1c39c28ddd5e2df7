"""Append-only record of who did what to what, when and why."""
