"""The whole sum of how long plans last, term by term (23 § 2–4, 31 § 1, 102 § 2 mom.)."""

from datetime import date
from itertools import permutations

import pytest

from cases.domain.codes.terms import Language
from cases.domain.codes.values import ExtensionGround as Ground
from cases.domain.law.edition import Edition
from cases.domain.law.load import load_law
from cases.domain.law.maximum import FirstPlan, Grant, extension_for, length_reaching, maximum
from cases.domain.law.texts import explain
from cases.domain.time import Interval, Length

LAW = load_law()
BOTH = pytest.mark.parametrize(
    "edition", [LAW.edition("681/2023"), LAW.edition("681/2023@2025")], ids=lambda each: each.id
)
FIRST = FirstPlan(drawn_up_on=date(2025, 3, 3))
OLD_FIRST = FirstPlan(drawn_up_on=date(2023, 9, 20), signed_on=date(2023, 10, 2))

A_YEAR = Grant(ground=Ground.LITTLE_EDUCATION, length=Length(months=12, days=0))
ILL = Grant(
    ground=Ground.ILLNESS_OR_INJURY,
    obstacle=Interval(first=date(2026, 1, 12), last=date(2026, 3, 8)),
)
ON_LEAVE = Grant(
    ground=Ground.PREGNANCY_OR_PARENTAL_LEAVE,
    obstacle=Interval(first=date(2026, 3, 1), last=date(2026, 3, 15)),
)
FOR_STUDIES = Grant(ground=Ground.STUDIES_UNDER_25, length=Length(months=6, days=0))


def days_of(first: date, last: date) -> Grant:
    return Grant(ground=Ground.ILLNESS_OR_INJURY, obstacle=Interval(first=first, last=last))


@BOTH
@pytest.mark.guarantee("CS-23")
def test_23_2_without_an_extension_the_sum_is_two_years_from_the_first_plan(
    edition: Edition,
) -> None:
    most = maximum(edition, FIRST)
    assert most.until == most.until_studies == most.lengthened_to == date(2027, 3, 3)
    assert [(t.rule, t.section, t.result) for t in most.terms] == [
        ("all-plans", "23.2", "2027-03-03")
    ]


@BOTH
@pytest.mark.guarantee("CS-23")
def test_23_and_31_each_term_of_the_sum_says_what_it_adds_and_where_it_stands(
    edition: Edition,
) -> None:
    most = maximum(edition, FIRST, (A_YEAR, ILL, FOR_STUDIES))
    assert [(t.rule, t.section, t.result) for t in most.terms] == [
        ("all-plans", "23.2", "2027-03-03"),
        ("extension", "23.3", "2028-03-03"),
        ("extension-for-obstacle", "23.4", "2028-04-28"),
        ("extension-for-studies", "31.1", "2028-10-28"),
    ]
    assert (most.lengthened_to, most.until_studies, most.until) == (
        date(2028, 3, 3),
        date(2028, 4, 28),
        date(2028, 10, 28),
    )
    assert most.sections == ("23.2", "23.3", "23.4", "31.1")
    for language in Language:
        for term in most.terms:
            assert "{" not in explain(term, language)


@pytest.mark.guarantee("CS-24")
def test_23_4_an_obstacle_adds_its_days_both_ends_counted() -> None:
    most = maximum(LAW.edition("681/2023"), FIRST, (ILL,))
    assert most.until == date(2027, 4, 28)
    assert most.terms[-1].inputs["days"] == 56
    a_day = days_of(date(2026, 1, 12), date(2026, 1, 12))
    one_day = maximum(LAW.edition("681/2023"), FIRST, (a_day,))
    assert one_day.until == date(2027, 3, 4)


@pytest.mark.guarantee("CS-24")
def test_23_4_days_in_several_obstacles_count_once() -> None:
    edition = LAW.edition("681/2023")
    both = maximum(edition, FIRST, (ILL, ON_LEAVE))
    # 12.1.–15.3.2026: 63 days.
    assert both.until == date(2027, 5, 5)
    assert [t.inputs["days"] for t in both.terms[1:]] == [56, 7]
    apart = days_of(date(2026, 6, 1), date(2026, 6, 10))
    assert maximum(edition, FIRST, (ILL, apart)).until == date(2027, 5, 8)
    assert maximum(edition, FIRST, (ILL, ILL)).until == date(2027, 4, 28)


@BOTH
@pytest.mark.guarantee("CS-23")
def test_stacked_in_any_order_the_same_grants_give_the_same_day(edition: Edition) -> None:
    grants = (A_YEAR, ILL, ON_LEAVE, FOR_STUDIES)
    reached = {
        (most.lengthened_to, most.until_studies, most.until)
        for order in permutations(grants)
        for most in [maximum(edition, FIRST, order)]
    }
    assert reached == {(date(2028, 3, 3), date(2028, 5, 5), date(2028, 11, 5))}


@BOTH
@pytest.mark.guarantee("CS-26")
def test_31_1_a_length_for_studies_counts_while_the_rest_ends_before_the_birthday(
    edition: Edition,
) -> None:
    """On the birthday the client is young no more: what had been reached stays as it was."""
    a_day = Grant(ground=Ground.LITTLE_EDUCATION, length=Length(months=0, days=1))
    reached = [
        maximum(edition, FIRST, (FOR_STUDIES, a_day), born_on=born).until
        for born in (date(2002, 3, 4), date(2002, 3, 5))
    ]
    assert reached == [date(2027, 9, 3), date(2027, 9, 4)]


@BOTH
@pytest.mark.guarantee("CS-25")
def test_102_2_the_old_maximum_is_counted_from_signing_and_keeps_its_own_extensions(
    edition: Edition,
) -> None:
    most = maximum(edition, OLD_FIRST, (A_YEAR, ILL, FOR_STUDIES))
    assert [(t.rule, t.section, t.result) for t in most.terms] == [
        ("old-rules", "102.2", True),
        ("old-all-plans", "102.2", "2026-10-02"),
        ("extension", "102.2", "2027-10-02"),
        ("extension-for-obstacle", "102.2", "2027-11-27"),
        # The repealed Act knew none; the Act that replaced it gives it.
        ("extension-for-studies", "31.1", "2028-05-27"),
    ]


@BOTH
@pytest.mark.guarantee("CS-25")
def test_102_2_the_last_day_of_the_repealed_act_and_the_first_of_this_one(
    edition: Edition,
) -> None:
    days = (date(2024, 12, 31), date(2025, 1, 1))
    found = [maximum(edition, FirstPlan(drawn_up_on=day)).until for day in days]
    assert found == [date(2027, 12, 31), date(2027, 1, 1)]


def test_102_2_grounds_open_what_the_first_plans_act_has_else_what_this_one_has() -> None:
    edition = LAW.edition("681/2023")
    sections = {
        (first is OLD_FIRST, ground): known and (known[0].id, known[1].section)
        for first in (FIRST, OLD_FIRST)
        for ground in Ground
        for known in [extension_for(edition, first, ground)]
    }
    assert sections[False, Ground.LITTLE_EDUCATION] == ("681/2023", "23.3")
    assert sections[True, Ground.LITTLE_EDUCATION] == ("1386/2010", "102.2")
    assert sections[True, Ground.STUDIES_UNDER_25] == ("681/2023", "31.1")
    assert sections[True, Ground.HOME_CARE_PART_TIME] == ("681/2023", "23.3")


def test_an_edition_that_came_later_takes_back_nothing_that_was_granted() -> None:
    edition = LAW.edition("681/2023").model_copy(update={"extensions": ()})
    known = maximum(LAW.edition("681/2023"), FIRST, (A_YEAR, ILL))
    later = maximum(edition, FIRST, (A_YEAR, ILL))
    assert (later.until, later.sections) == (known.until, known.sections)
    young = Grant(ground=Ground.STUDIES_UNDER_25, length=Length(months=6, days=0))
    assert (
        maximum(edition, FIRST, (young, ILL)).until
        == maximum(LAW.edition("681/2023"), FIRST, (young, ILL)).until
    )


def test_a_length_is_the_longest_that_keeps_within_the_day_asked_for() -> None:
    start = date(2027, 3, 3)
    reached = {
        until: str(
            length_reaching(until, start, date(2029, 3, 3), lambda length: length.ends(start))
        )
        for until in (date(2027, 3, 3), date(2027, 3, 4), date(2028, 2, 29), date(2029, 3, 4))
    }
    assert reached == {
        date(2027, 3, 3): "P0D",
        date(2027, 3, 4): "P1D",
        date(2028, 2, 29): "P11M26D",
        date(2029, 3, 4): "P24M",
    }
