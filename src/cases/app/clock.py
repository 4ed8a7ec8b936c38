"""The clock as an argument. Nothing else in the product reads the wall clock."""

from datetime import UTC, date, datetime
from typing import Protocol

from cases.domain.time import legal_day


class Clock(Protocol):
    """Tells the instant (UTC, aware) and the legal day (Helsinki)."""

    def now(self) -> datetime:
        """The instant, UTC."""
        ...

    def today(self) -> date:
        """The legal day of the instant, Europe/Helsinki."""
        ...


class WallClock:
    """The machine's clock: the only place that reads it."""

    def now(self) -> datetime:
        """The instant, UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The legal day of the instant, Europe/Helsinki."""
        return legal_day(self.now())


class SimulationClock:
    """A clock that stands where it is set: for loading histories and tests, never production."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def set(self, instant: datetime) -> None:
        """Move the clock to an instant (aware)."""
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to, UTC."""
        return self._instant

    def today(self) -> date:
        """The legal day of that instant, Europe/Helsinki."""
        return legal_day(self._instant)
