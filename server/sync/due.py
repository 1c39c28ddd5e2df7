"""
By when a hazard is to be mended, reckoned again.

A phone adds days to its own today, and that may be the wrong one: its clock is off, or it stands in
another zone. Where days were chosen they are added to the day on which it was in the place itself.
"""

from datetime import date, timedelta

from server.kernel import clock
from server.sync.verdicts import APPLIED, Code, Verdict
from server.sync.work import Work

MOVED = Code(
    "hazard-due-moved",
    "手机的日期不准，整改期限已按服务器时间重新计算。",
    "The phone's date was wrong; the due day was reckoned again by the server's time.",
)


def reckoned(work: Work, told: date | None, days: int | None) -> date | None:
    """Return the due day: the one that was told where a day of the calendar was chosen."""
    if told is None or days is None:
        return told
    return clock.day_of(work.device_at) + timedelta(days=days)


def verdict(told: date | None, due_on: date | None) -> Verdict:
    """Say it when the day is another one than the phone shows."""
    if told is None or due_on is None or told == due_on:
        return APPLIED
    params = MOVED.params(told=told.isoformat(), due_on=due_on.isoformat())
    return Verdict("merged", MOVED.code, params, {"fields": ["due_on"]})
