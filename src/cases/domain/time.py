"""Legal days, validity and calendar periods: the one place for calendar arithmetic.

A legal day is a day in Europe/Helsinki. Periods of months and years are counted by the Act on Time
Limits (150/1930). Instants are aware datetimes; nothing here reads a clock.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from holidays import country_holidays
from pydantic import Field, model_serializer, model_validator

from cases.domain.model import Value

HELSINKI: Final = ZoneInfo("Europe/Helsinki")

_DAY: Final = timedelta(days=1)
_ISO_PERIOD: Final = re.compile(r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?")
_MONTHS_IN_YEAR: Final = 12
_SATURDAY: Final = 5


class DateOutOfRange(ValueError):
    """A day lies outside the years the calendar can count in."""


def legal_day(instant: datetime) -> date:
    """The legal day (Helsinki) of an aware instant.

    Raises ``ValueError`` for a datetime without a time zone, ``DateOutOfRange`` where the Helsinki
    day no longer fits a date.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone: without one its legal day is a guess")
    try:
        return instant.astimezone(HELSINKI).date()
    except OverflowError as error:
        raise DateOutOfRange("the legal day lies outside the calendar") from error


def start_of_legal_day(day: date) -> datetime:
    """The instant (UTC) at which a legal day begins, at midnight in Helsinki."""
    return datetime.combine(day, time.min, tzinfo=HELSINKI).astimezone(UTC)


def end_of_legal_day(day: date) -> datetime:
    """The last microsecond (UTC) of a legal day, just before the next Helsinki midnight.

    Raises ``DateOutOfRange`` for a day that has no next midnight.
    """
    try:
        midnight = datetime.combine(day + _DAY, time.min, tzinfo=HELSINKI)
        return midnight.astimezone(UTC) - timedelta(microseconds=1)
    except OverflowError as error:
        raise DateOutOfRange(f"{day} has no end within the calendar") from error


class Interval(Value):
    """The legal days from ``first`` to ``last``, both included; without ``last`` it is open.

    The only type for validity. A reversed pair is refused.
    """

    first: date
    last: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError("the last day lies before the first")
        return self

    def contains(self, day: date) -> bool:
        """Whether the legal day lies within, the two end days included."""
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share at least one legal day."""
        return self.contains(other.first) or other.contains(self.first)

    @property
    def days(self) -> int | None:
        """The number of legal days, both ends counted; None while the interval is open."""
        return None if self.last is None else (self.last - self.first).days + 1


def union_days(intervals: Iterable[Interval]) -> int:
    """The number of legal days in at least one of the intervals; a shared day counts once.

    Raises ``ValueError`` for an open interval: its days cannot be counted yet.
    """
    counted = 0
    counted_to: date | None = None
    for interval in sorted(intervals, key=lambda each: each.first):
        if interval.last is None:
            raise ValueError("the days of an open interval cannot be counted")
        if counted_to is None or interval.first > counted_to:
            counted += (interval.last - interval.first).days + 1
        elif interval.last > counted_to:
            counted += (interval.last - counted_to).days
        counted_to = interval.last if counted_to is None else max(counted_to, interval.last)
    return counted


class Period(Value):
    """A calendar period of whole months, written in ISO 8601 as ``P6M``, ``P2Y`` or ``P1Y6M``."""

    months: int = Field(ge=1, le=_MONTHS_IN_YEAR * 9999)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        match = _ISO_PERIOD.fullmatch(given)
        if match is None:
            raise ValueError("a period is written in years and months, such as P6M or P1Y")
        years, months = (int(match[name] or 0) for name in ("years", "months"))
        return {"months": years * _MONTHS_IN_YEAR + months}

    @model_serializer
    def _write(self) -> str:
        return str(self)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period an ISO text names. Raises ``ValueError`` for any other text."""
        return cls.model_validate(text)

    def __str__(self) -> str:
        years, months = divmod(self.months, _MONTHS_IN_YEAR)
        return "P" + (f"{years}Y" if years else "") + (f"{months}M" if months else "")

    def ends(self, start: date) -> date:
        """The last day of the period counted from ``start``, itself included (150/1930 3 §).

        It is the day with the same number, or the last day of a month that has no such day.
        Raises ``DateOutOfRange`` beyond the calendar.
        """
        return _months_after(start, self.months)

    def before(self, day: date) -> date:
        """The day that lies the period before ``day``: the same number, or the month's last day.

        For reminders of ours; no time limit of 150/1930 is counted backwards. Raises
        ``DateOutOfRange`` before the calendar.
        """
        year, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 - self.months, 12)
        if year < date.min.year:
            raise DateOutOfRange(f"{self} before {day} lies outside the calendar")
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Length(Value):
    """A length of whole months and days; as text ``P1M5D`` or ``P12D`` (ISO 8601). It may be none.

    An extension is kept as one, so that it holds whatever day it comes to be counted from.
    """

    months: int = Field(ge=0, le=_MONTHS_IN_YEAR * 9999)
    days: int = Field(ge=0, le=366 * 9999)

    @classmethod
    def between(cls, start: date, end: date) -> "Length":
        """The most months, and the days beyond them, from ``start`` to ``end``, not before it."""
        months = (end.year - start.year) * _MONTHS_IN_YEAR + end.month - start.month
        while _months_after(start, months) > end:
            months -= 1
        return cls(months=months, days=(end - _months_after(start, months)).days)

    def ends(self, start: date) -> date:
        """The day the length after ``start``: the months first (150/1930 3 §), then the days.

        Raises ``DateOutOfRange`` beyond the calendar.
        """
        try:
            return _months_after(start, self.months) + timedelta(days=self.days)
        except OverflowError as error:
            raise DateOutOfRange(f"{self} from {start} ends outside the calendar") from error

    def __str__(self) -> str:
        months = f"{self.months}M" if self.months else ""
        return f"P{months}{self.days}D" if self.days or not months else f"P{months}"


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it (150/1930 5 §).

    Saturdays, Sundays, holidays, Independence Day, May Day, Christmas Eve and Midsummer Eve are
    passed over. For deadlines to act only: validity, maxima and ages never roll.
    Raises ``DateOutOfRange`` in years whose holidays cannot be told.
    """
    while day.weekday() >= _SATURDAY or day in _holidays(day.year):
        try:
            day += _DAY
        except OverflowError as error:
            raise DateOutOfRange("the next working day lies outside the calendar") from error
    return day


def deadline(start: date, period: Period) -> date:
    """The last day on which an authority may act within the period, rolled to a working day."""
    return next_working_day(period.ends(start))


def _months_after(start: date, months: int) -> date:
    """The day with the same number so many months later, or that month's last day."""
    year, month = divmod(start.year * _MONTHS_IN_YEAR + start.month - 1 + months, 12)
    if year > date.max.year:
        raise DateOutOfRange(f"{months} months from {start} end outside the calendar")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def age_on(birth: date, day: date) -> int:
    """Age in full years on a legal day; negative before the birth.

    An age is reached on the birthday. Whoever was born on 29 February reaches it in a common year
    on 1 March: 28 February comes before the birthday, and no rule of the Act moves a birthday
    backwards (the last-day-of-month rule of 150/1930 is about time limits, not ages).
    """
    had_birthday = (day.month, day.day) >= (birth.month, birth.day)
    return day.year - birth.year - (0 if had_birthday else 1)


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    """The weekdays of 150/1930 5 § in a year.

    The public category of ``holidays.Finland`` holds exactly them and Sundays; its other
    categories hold flag days, on which authorities work.
    """
    finland = country_holidays("FI", years=year, expand=False, categories=("public",))
    if not finland.start_year <= year <= finland.end_year:
        # The library answers with no holidays at all there, and a deadline would stop on one.
        raise DateOutOfRange(f"the holidays of {year} are not known")
    return frozenset(finland)
