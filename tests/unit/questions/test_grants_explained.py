"""What lengthens the time of a plan stands in the sum, term by term, with why."""

from datetime import date

import pytest
from tests.acts import extend, lengthen, obstacle, start_studies
from tests.desk import Desk, refused
from tests.standing import planned, planned_to_the_maximum
from tests.unit.questions.test_every_state_explained import back, told

from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    ExtensionGround,
)
from cases.domain.law.rules import Refusal
from cases.domain.law.texts import refuse as say_refusal


def grown_out_of_it() -> Desk:
    """A year for the studies of the young, and then two years that reach past their age."""
    desk = planned_to_the_maximum(born=date(2002, 12, 1))
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    young = lengthen(ExtensionGround.STUDIES_UNDER_25, date(2028, 3, 3))
    desk.does(extend(desk.plan, young), date(2026, 10, 1))
    more = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 3, 3))
    desk.does(extend(desk.plan, more), date(2026, 11, 2))
    return desk


@pytest.mark.guarantee("QU-7")
def test_31_1_a_grant_that_adds_nothing_any_more_stands_in_the_sum_with_why() -> None:
    desk, day = grown_out_of_it(), date(2026, 11, 2)
    sums = [told(desk, day, language).maximum_until for language in Language]
    assert [each and each.terms[-1] for each in sums] == [
        "Opiskelun vuoksi on myönnetty pidennys 1 vuosi, mutta se ei enää lisää mitään: se ulottui "
        "3.3.2028 asti, suunnitelmat voivat muutenkin olla voimassa 3.3.2029 asti, eikä asiakas "
        "silloin enää ole alle 25-vuotias (31 § 1 mom.).",
        "För studierna har beviljats en förlängning med 1 år, men den tillför inget längre: den "
        "sträckte sig till och med 3.3.2028, planerna kan även utan den gälla till och med "
        "3.3.2029, och kunden är då inte längre under 25 år (31 § 1 mom.).",
        "An extension by 1 year was granted for the studies, but it no longer adds anything: it "
        "reached 3 March 2028, all plans together may be valid until 3 March 2029 without it, and "
        "the client is then no longer under 25 years of age (section 31, subsection 1).",
    ]
    (english,) = (each for each in sums[2:] if each)
    assert english.date == date(2029, 3, 3)
    # The plan's day rests on nothing that adds nothing.
    assert english.sections == ("23.2", "23.3")


@pytest.mark.guarantee("QU-7")
def test_23_4_days_of_two_obstacles_are_told_to_count_once() -> None:
    desk = planned_to_the_maximum()
    first, second = (
        obstacle(date(2026, 4, 1), date(2026, 4, 14)),
        obstacle(date(2026, 4, 8), date(2026, 4, 21)),
    )
    desk.does(extend(desk.plan, first), date(2026, 5, 4))
    desk.does(extend(desk.plan, second), date(2026, 5, 5))
    most = told(desk, date(2026, 5, 5)).maximum_until
    assert most is not None
    assert "7 in all" in most.terms[-2]
    assert most.terms[-1] == (
        "Days that had already been added because of another obstacle are counted only once."
    )
    # All of it counted already: said so, and not that it must end after the day it ends on.
    within = desk.asks(
        extend(desk.plan, obstacle(date(2026, 4, 9), date(2026, 4, 10))), date(2026, 5, 6)
    )
    assert refused(within) == [("obstacle-counted-already", "23.4", date(2027, 3, 24))]


@pytest.mark.guarantee("QU-8")
def test_23_3_an_extension_that_is_used_up_is_said_to_be() -> None:
    desk = planned_to_the_maximum()
    both_years = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 3, 3))
    desk.does(extend(desk.plan, both_years), date(2026, 9, 1))
    more = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 6, 3))
    outcome = desk.asks(extend(desk.plan, more), date(2026, 9, 2))
    assert isinstance(outcome, Refusal)
    assert [say_refusal(outcome.violations[0], language) for language in Language] == [
        "Pidennys tällä perusteella on käytetty: laki sallii sitä yhteensä enintään 2 vuoden ajan, "
        "eikä se voi enää siirtää enimmäisajan viimeistä päivää 3.3.2029 (23 § 3 mom.).",
        "Förlängningen på denna grund är förbrukad: lagen tillåter sammanlagt högst 2 år, och den "
        "kan inte längre flytta den maximala tidens sista dag 3.3.2029 (23 § 3 mom.).",
        "The extension on this ground is used up: the Act allows at most 2 years of it in all, and "
        "it can no longer move the last day of the maximum, 3 March 2029 (section 23, "
        "subsection 3).",
    ]


@pytest.mark.guarantee("QU-8")
def test_23_4_of_an_obstacle_in_an_earlier_case_no_ground_is_named() -> None:
    earlier = planned()
    ill = extend(earlier.plan, obstacle(date(2025, 7, 1), date(2025, 7, 10)))
    earlier.does(ill, date(2025, 8, 4))
    desk = back(earlier)
    sums = [told(desk, date(2025, 9, 1), language).maximum_until for language in Language]
    assert [each and each.terms[-1] for each in sums] == [
        "Enimmäisaikaan on lisätty päiviä aiemmassa asiakkuudessa kirjatun esteen "
        "1.7.2025–10.7.2025 vuoksi, yhteensä 10: suunnitelmat voivat olla voimassa viimeistään "
        "13.3.2027 asti (23 § 4 mom.).",
        "Till den maximala tiden har dagar lagts på grund av ett hinder 1.7.2025–10.7.2025 som "
        "infördes i en tidigare kundrelation, sammanlagt 10: planerna kan gälla till och med "
        "13.3.2027 (23 § 4 mom.).",
        "Days have been added to the maximum because of an obstacle in an earlier case, from "
        "1 July 2025 to 10 July 2025, 10 in all: all plans together may be valid until and "
        "including 13 March 2027 (section 23, subsection 4).",
    ]
    own = told(earlier, date(2025, 9, 1)).maximum_until
    assert own is not None
    assert "on the ground injury or illness" in own.terms[-1]
