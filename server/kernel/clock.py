"""The one clock. Tests freeze it here and nowhere else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_source: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """Return the present moment as aware UTC."""
    return _source()


def now_ms() -> int:
    """Return the present moment as milliseconds since 1970 (UTC), the form used on the wire."""
    return to_ms(now())


def today(zone: str = "Asia/Shanghai") -> date:
    """Return the present day where the inspected places are."""
    return day_of(now(), zone)


def day_of(moment: datetime, zone: str = "Asia/Shanghai") -> date:
    """Return the day that a moment is part of where the inspected places are."""
    return moment.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str = "Asia/Shanghai") -> datetime:
    """Return when a day begins where the inspected places are."""
    return datetime.combine(day, time.min, ZoneInfo(zone))


def shifted(day: date, days: int) -> date:
    """Return the day so many days away; the calendar's own end where it would lie beyond."""
    nearest, farthest = (date.min - day).days, (date.max - day).days
    return day + timedelta(days=min(max(days, nearest), farthest))


def to_ms(moment: datetime) -> int:
    """Convert an aware moment to milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """Convert milliseconds since 1970 to an aware UTC moment."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def use(source: Callable[[], datetime] | None) -> None:
    """Replace the source of time (tests), or put the real one back with None."""
    global _source
    _source = source if source is not None else lambda: datetime.now(UTC)
