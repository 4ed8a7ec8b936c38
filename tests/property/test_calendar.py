"""The calendar: legal days, intervals, periods and working days, against computations of our own.

Nothing here asks the library that the code under test asks.
"""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from cases.domain.time import (
    DateOutOfRange,
    Interval,
    Period,
    age_on,
    deadline,
    end_of_legal_day,
    legal_day,
    next_working_day,
    union_days,
)

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)

days = st.dates(date(1900, 1, 1), date(2099, 12, 1))
months = st.integers(1, 60)


def easter(year: int) -> date:
    """Easter Sunday by the Gauss–Butcher reckoning of the Gregorian calendar."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def days_of_rest(year: int) -> set[date]:
    """The days 150/1930 5 § rolls over, by the words of the Act on holidays as they now stand."""
    sunday = easter(year)
    midsummer = next(
        date(year, 6, day) for day in range(20, 27) if date(year, 6, day).weekday() == 5
    )
    named = {
        date(year, 1, 1),
        date(year, 1, 6),
        sunday - 2 * DAY,
        sunday + DAY,
        date(year, 5, 1),
        sunday + 39 * DAY,
        midsummer - DAY,
        date(year, 12, 6),
        date(year, 12, 24),
        date(year, 12, 25),
        date(year, 12, 26),
    }
    first = date(year, 1, 1)
    weekends = {first + n * DAY for n in range(366) if (first + n * DAY).weekday() >= 5}
    return named | {day for day in weekends if day.year == year}


# legal days ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("LW-5")
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2025-01-31T21:59:59.999999Z", date(2025, 1, 31)),  # winter: midnight is 22:00 UTC
        ("2025-01-31T22:00:00Z", date(2025, 2, 1)),
        ("2025-06-30T20:59:59.999999Z", date(2025, 6, 30)),  # summer: midnight is 21:00 UTC
        ("2025-06-30T21:00:00Z", date(2025, 7, 1)),
        ("2025-03-29T21:59:59.999999Z", date(2025, 3, 29)),  # the night summer time begins
        ("2025-03-29T22:00:00Z", date(2025, 3, 30)),
        ("2025-03-30T20:59:59.999999Z", date(2025, 3, 30)),  # a day of 23 hours
        ("2025-03-30T21:00:00Z", date(2025, 3, 31)),
        ("2025-10-25T20:59:59.999999Z", date(2025, 10, 25)),
        ("2025-10-25T21:00:00Z", date(2025, 10, 26)),
        ("2025-10-26T21:59:59.999999Z", date(2025, 10, 26)),  # a day of 25 hours
        ("2025-10-26T22:00:00Z", date(2025, 10, 27)),
        ("2026-01-01T00:30:00+03:00", date(2025, 12, 31)),  # whatever the zone it is told in
    ],
)
def test_the_legal_day_is_the_helsinki_day_of_the_instant(instant: str, day: date) -> None:
    assert legal_day(datetime.fromisoformat(instant)) == day


@pytest.mark.guarantee("LW-5")
@given(st.dates(date(1, 1, 1), date(9999, 12, 30)))
@example(date(2025, 3, 29))
@example(date(2025, 3, 30))
@example(date(2025, 10, 25))
@example(date(2025, 10, 26))
@example(date(2024, 2, 29))
@example(date(2025, 12, 31))
def test_a_legal_day_ends_a_microsecond_before_the_next(day: date) -> None:
    end = end_of_legal_day(day)
    assert end.utcoffset() == timedelta(0)
    assert legal_day(end) == day
    if day < date(9999, 12, 30):
        assert legal_day(end + MICROSECOND) == day + DAY


@pytest.mark.guarantee("LW-5")
@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11))])))
def test_every_instant_belongs_to_the_day_it_lies_within_or_is_out_of_range(
    instant: datetime,
) -> None:
    try:
        day = legal_day(instant)
        end = end_of_legal_day(day)
    except DateOutOfRange:
        assert instant.year in {1, 9999}
    else:
        assert instant <= end
        assert end - instant < timedelta(hours=25)


@given(st.datetimes())
def test_an_instant_without_a_zone_has_no_legal_day(instant: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        legal_day(instant)


def test_a_day_without_a_next_midnight_is_out_of_range() -> None:
    with pytest.raises(DateOutOfRange):
        end_of_legal_day(date.max)
    with pytest.raises(DateOutOfRange):
        legal_day(datetime.max.replace(tzinfo=UTC))


# intervals ----------------------------------------------------------------------------------------

short_days = st.dates(date(2025, 1, 1), date(2025, 3, 1))


@st.composite
def intervals(draw: st.DrawFn, *, closed: bool = False) -> Interval:
    first = draw(short_days)
    last = draw(st.dates(first, date(2025, 3, 15)))
    return Interval(first=first, last=last if closed or draw(st.booleans()) else None)


def days_of(interval: Interval) -> set[date]:
    horizon = date(2025, 4, 1)
    last = interval.last or horizon
    return {interval.first + n * DAY for n in range((last - interval.first).days + 1)}


@pytest.mark.guarantee("LW-8")
@given(intervals(), st.dates(date(2024, 12, 1), date(2025, 4, 1)))
def test_an_interval_contains_its_days_both_ends_included(interval: Interval, day: date) -> None:
    assert interval.contains(day) == (day in days_of(interval))


@pytest.mark.guarantee("LW-8")
@given(intervals(), intervals())
def test_intervals_overlap_when_they_share_a_day_whichever_is_asked(
    one: Interval, other: Interval
) -> None:
    shared = bool(days_of(one) & days_of(other))
    assert one.overlaps(other) == other.overlaps(one) == shared


@pytest.mark.guarantee("LW-8")
@given(intervals())
def test_an_interval_counts_both_its_ends_and_an_open_one_cannot_be_counted(
    interval: Interval,
) -> None:
    expected = None if interval.last is None else len(days_of(interval))
    assert interval.days == expected


@pytest.mark.guarantee("LW-8")
@given(st.lists(intervals(closed=True), max_size=6))
def test_a_day_in_several_intervals_counts_once(several: list[Interval]) -> None:
    assert union_days(several) == len(set().union(*(days_of(each) for each in several)))


def test_the_days_of_an_open_interval_cannot_be_counted_with_others() -> None:
    with pytest.raises(ValueError, match="open"):
        union_days([Interval(first=date(2025, 1, 1))])


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError):
        Interval(first=date(2025, 3, 4), last=date(2025, 3, 3))
    assert Interval(first=date(2025, 3, 3), last=date(2025, 3, 3)).days == 1


# periods ------------------------------------------------------------------------------------------


@pytest.mark.guarantee("LW-3")
@pytest.mark.parametrize(
    ("start", "period", "last"),
    [
        (date(2025, 3, 3), "P1Y", date(2026, 3, 3)),
        (date(2025, 3, 3), "P2Y", date(2027, 3, 3)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2023, 2, 28), "P1Y", date(2024, 2, 28)),
        (date(2025, 8, 31), "P6M", date(2026, 2, 28)),
        (date(2023, 8, 31), "P6M", date(2024, 2, 29)),
        (date(2025, 1, 31), "P1M", date(2025, 2, 28)),
        (date(2025, 3, 31), "P1M", date(2025, 4, 30)),
        (date(2025, 12, 31), "P1M", date(2026, 1, 31)),
        (date(2025, 6, 30), "P6M", date(2025, 12, 30)),
        (date(2025, 12, 1), "P1M", date(2026, 1, 1)),
    ],
)
def test_150_1930_3_a_period_ends_on_the_same_number_or_the_last_day_of_the_month(
    start: date, period: str, last: date
) -> None:
    assert Period.parse(period).ends(start) == last


@pytest.mark.guarantee("LW-3")
@given(days, months)
@example(date(2024, 2, 29), 12)
@example(date(2025, 12, 31), 2)
def test_a_period_ends_in_the_month_it_names_on_its_number_or_that_months_last_day(
    start: date, count: int
) -> None:
    last = Period(months=count).ends(start)
    assert (last.year - start.year) * 12 + last.month - start.month == count
    assert last.day == start.day or (last.day < start.day and (last + DAY).day == 1)


@given(days, days, months)
def test_a_later_start_never_ends_earlier(one: date, other: date, count: int) -> None:
    period = Period(months=count)
    assert period.ends(min(one, other)) <= period.ends(max(one, other))


@given(st.integers(1, 2400))
def test_a_period_reads_back_from_what_it_is_written_as(count: int) -> None:
    period = Period(months=count)
    assert Period.parse(str(period)) == period
    assert Period.model_validate_json(period.model_dump_json()) == period


@pytest.mark.parametrize(
    "text", ["", "P", "6M", "P6", "P0M", "P6D", "P1W", "P-6M", "P1M1Y", "PT6M", "p6m", "P1.5Y"]
)
def test_other_texts_are_not_periods(text: str) -> None:
    with pytest.raises(ValidationError):
        Period.parse(text)


def test_a_period_that_ends_outside_the_calendar_is_a_typed_error() -> None:
    assert Period.parse("P1M").ends(date(9999, 11, 30)) == date(9999, 12, 30)
    with pytest.raises(DateOutOfRange):
        Period.parse("P1M").ends(date(9999, 12, 1))


# working days -------------------------------------------------------------------------------------


@pytest.mark.guarantee("LW-4")
@pytest.mark.parametrize("year", [1994, 2000, 2008, 2019, 2024, 2025, 2026, 2027, 2035, 2038, 2099])
def test_150_1930_5_a_deadline_rolls_over_exactly_these_days(year: int) -> None:
    first = date(year, 1, 1)
    everyday = (first + n * DAY for n in range(366))
    rolled = {day for day in everyday if day.year == year and next_working_day(day) != day}
    assert rolled == days_of_rest(year)


@pytest.mark.guarantee("LW-4")
@given(st.dates(date(1995, 1, 1), date(2099, 12, 1)))
def test_a_rolled_day_is_the_first_working_day_and_never_earlier(day: date) -> None:
    rolled = next_working_day(day)
    assert rolled >= day
    assert rolled not in days_of_rest(rolled.year)
    passed_over = [day + n * DAY for n in range((rolled - day).days)]
    assert all(each in days_of_rest(each.year) for each in passed_over)
    assert next_working_day(rolled) == rolled


@pytest.mark.guarantee("LW-4")
@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)), months)
def test_a_deadline_is_the_rolled_end_of_its_period(start: date, count: int) -> None:
    period = Period(months=count)
    end = period.ends(start)
    due = deadline(start, period)
    assert due == next_working_day(end)
    # Good Friday to Easter Monday, or Christmas with a weekend: never more than five days
    assert timedelta(0) <= due - end <= 5 * DAY


def test_in_years_whose_holidays_are_not_known_no_deadline_is_made_up() -> None:
    with pytest.raises(DateOutOfRange):
        next_working_day(date(2101, 1, 3))
    with pytest.raises(DateOutOfRange):
        next_working_day(date.max)


# ages ---------------------------------------------------------------------------------------------


@pytest.mark.guarantee("LW-9")
@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 3, 3), date(2025, 3, 2), 24),
        (date(2000, 3, 3), date(2025, 3, 3), 25),
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
        (date(2000, 2, 29), date(2024, 2, 28), 23),
        (date(2000, 2, 29), date(2024, 2, 29), 24),
        (date(1999, 12, 31), date(2025, 1, 1), 25),
        (date(2025, 3, 3), date(2025, 3, 3), 0),
        (date(2025, 3, 3), date(2025, 3, 2), -1),
    ],
)
def test_an_age_is_reached_on_the_birthday_or_on_1_march(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@pytest.mark.guarantee("LW-9")
@given(days, st.integers(0, 40_000))
def test_an_age_grows_by_one_on_one_day_a_year(birth: date, later: int) -> None:
    day = birth + later * DAY
    grown = age_on(birth, day + DAY) - age_on(birth, day)
    birthday = (day + DAY).month == birth.month and (day + DAY).day == birth.day
    leap_birthday_missing = (birth.month, birth.day) == (2, 29) and (day + 2 * DAY).day == 2
    assert grown in {0, 1}
    if grown:
        assert birthday or leap_birthday_missing
