"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

#: a Monday morning, nine o'clock in China
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class FrozenClock:
    """The time that the application sees while a test runs."""

    def __init__(self, moment: datetime = MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> datetime:
        """Let time pass: `move(days=3, minutes=1)`."""
        self.moment += timedelta(**by)
        return self.moment

    def set(self, moment: datetime) -> datetime:
        assert moment.tzinfo is not None, "moments are aware"
        self.moment = moment
        return moment
