"""What an authority has to do in a case, named after the sections it rests on."""

from datetime import date

import pytest
from tests.acts import review
from tests.casebook import MEASURES, Case, Casebook
from tests.standing import planned

from cases.domain.codes.terms import Language
from cases.domain.codes.values import DueKind, PlanOutcome
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.dues import Due, dues, what_is_due
from cases.domain.time import DateOutOfRange, Period

LAW = load_law()
OPENED = date(2025, 1, 13)
DRAWN_UP = date(2025, 3, 3)
LAST_DAY = date(2026, 3, 3)


def case() -> Case:
    return Casebook().case().opened(OPENED, learned_on=date(2025, 1, 8))


def with_plan() -> Case:
    started = case().granted(date(2024, 9, 2)).assessment_started(date(2025, 2, 3))
    return started.assessment_completed(date(2025, 2, 17)).plan(DRAWN_UP, LAST_DAY)


def of(told: Case, kind: DueKind) -> list[Due]:
    return [due for due in dues(told.state, LAW) if due.kind is kind]


def shown(told: Case, day: date) -> set[DueKind]:
    return {
        due.kind
        for due in dues(told.state, LAW)
        if due.shown_from <= day and (due.shown_until is None or day <= due.shown_until)
    }


@pytest.mark.guarantee("TD-4")
def test_on_20_march_a_plan_of_3_march_asks_for_guidance_and_for_a_review() -> None:
    (guidance,) = of(with_plan(), DueKind.GUIDANCE_TO_SERVICES)
    (review,) = of(with_plan(), DueKind.REVIEW)
    assert (guidance.by, guidance.section) == (date(2025, 4, 3), "20.5")
    assert (review.by, review.section) == (date(2025, 9, 3), "22.1")
    assert shown(with_plan(), date(2025, 3, 20)) == {DueKind.GUIDANCE_TO_SERVICES, DueKind.REVIEW}


@pytest.mark.guarantee("TD-4")
def test_14_2_nothing_is_to_be_started_whose_window_had_passed_before_the_opening() -> None:
    last = date(2022, 1, 13)
    assert of(case().granted(last), DueKind.ASSESSMENT_TO_START)
    assert of(case().granted(date(2022, 1, 12)), DueKind.ASSESSMENT_TO_START) == []


def test_14_2_an_opened_case_waits_for_its_assessment_without_a_day() -> None:
    (due,) = dues(case().state, LAW)
    assert due == Due(
        kind=DueKind.ASSESSMENT_TO_START,
        authority="espoo",
        section="14.2",
        since=date(2025, 1, 8),
        shown_from=OPENED,
    )
    assert dues(case().assessment_started(OPENED).state, LAW) == ()


def test_20_3_the_first_plan_has_an_outer_limit() -> None:
    told = case().granted(date(2024, 9, 2)).assessment_started(OPENED)
    told.assessment_completed(
        date(2025, 2, 17), PlanOutcome.PLAN_ON_DATE, planned_on=date(2025, 3, 10)
    )
    (due,) = dues(told.state, LAW)
    assert due.kind is DueKind.PLAN_TO_DRAW_UP
    assert due.subject_id == told.state.assessments[0].assessment_id
    assert (due.by, due.section) == (date(2027, 9, 2), "20.3")
    assert (due.planned_on, due.since) == (date(2025, 3, 10), date(2025, 2, 17))


def test_20_1_a_later_plan_or_one_without_a_known_permit_has_none() -> None:
    unknown = case().assessment_started(OPENED).assessment_completed(date(2025, 2, 17))
    (due,) = dues(unknown.state, LAW)
    assert (due.by, due.section) == (None, "20.1")
    again = with_plan().guided(DRAWN_UP).assessment_started(date(2026, 1, 7))
    again.assessment_completed(date(2026, 1, 9))
    (due,) = of(again, DueKind.PLAN_TO_DRAW_UP)
    assert (due.by, due.section) == (None, "20.1")


@pytest.mark.parametrize("drawn_up_on", [date(2025, 2, 17), date(2025, 2, 18)])
def test_20_1_a_plan_on_the_day_of_completion_or_after_it_is_drawn_up(drawn_up_on: date) -> None:
    told = case().assessment_started(OPENED).assessment_completed(date(2025, 2, 17))
    assert of(told.plan(drawn_up_on, LAST_DAY), DueKind.PLAN_TO_DRAW_UP) == []


def test_no_need_of_a_plan_asks_for_none_and_replaces_what_was_found_before() -> None:
    told = case().assessment_started(OPENED).assessment_completed(date(2025, 2, 3))
    told.assessment_started(date(2025, 2, 10))
    told.assessment_completed(date(2025, 2, 10), PlanOutcome.NO_PLAN)
    assert dues(told.state, LAW) == ()


def test_20_5_guidance_is_due_until_it_covers_every_measure() -> None:
    partly = with_plan().guided(date(2025, 3, 10), MEASURES[:1])
    assert len(of(partly, DueKind.GUIDANCE_TO_SERVICES)) == 1
    assert of(partly.guided(date(2025, 3, 11), MEASURES[1:]), DueKind.GUIDANCE_TO_SERVICES) == []


def test_20_5_guidance_is_not_asked_for_once_the_plan_is_over() -> None:
    (due,) = of(with_plan(), DueKind.GUIDANCE_TO_SERVICES)
    assert (due.shown_from, due.shown_until) == (DRAWN_UP, LAST_DAY)
    (due,) = of(
        with_plan().ended(date(2025, 6, 2), date(2025, 6, 30)), DueKind.GUIDANCE_TO_SERVICES
    )
    assert due.shown_until == date(2025, 6, 30)


@pytest.mark.guarantee("TD-7")
def test_22_1_the_next_review_counts_from_the_last_and_a_missing_one_stays() -> None:
    (due,) = of(with_plan().reviewed(date(2025, 8, 20), date(2025, 12, 1)), DueKind.REVIEW)
    assert (due.by, due.planned_on) == (date(2026, 2, 20), date(2025, 12, 1))
    assert (due.since, due.shown_until) == (date(2025, 8, 20), LAST_DAY)
    (missed,) = of(with_plan(), DueKind.REVIEW)
    assert missed.by is not None
    assert missed.by < date(2026, 1, 1) <= LAST_DAY
    assert DueKind.REVIEW in shown(with_plan(), date(2026, 1, 1))


def test_22_1_no_review_is_asked_for_after_the_end_of_the_plan() -> None:
    told = with_plan().reviewed(date(2025, 11, 20), date(2026, 4, 1))
    assert of(told, DueKind.REVIEW) == []
    agreed = with_plan().reviewed(date(2025, 11, 20), LAST_DAY)
    (due,) = of(agreed, DueKind.REVIEW)
    assert due.planned_on == LAST_DAY


def test_23_2_the_end_of_a_plan_is_shown_two_months_ahead() -> None:
    (due,) = of(with_plan(), DueKind.PLAN_ENDING)
    assert (due.by, due.section) == (LAST_DAY, "23.2")
    assert (due.shown_from, due.shown_until) == (date(2026, 1, 3), LAST_DAY)


@pytest.mark.parametrize(
    ("next_from", "asked"), [(date(2026, 3, 4), False), (date(2026, 3, 5), True)]
)
def test_23_2_a_plan_that_goes_on_without_a_gap_is_not_ending(next_from: date, asked: bool) -> None:
    told = with_plan()
    first = told.plan_id
    told.plan(date(2026, 2, 20), date(2027, 3, 3), valid_from=next_from)
    ending = {due.subject_id for due in of(told, DueKind.PLAN_ENDING)}
    assert (first in ending) is asked


def test_a_closed_case_asks_for_nothing() -> None:
    assert dues(with_plan().closed(date(2026, 4, 1)).state, LAW) == ()
    assert dues(Casebook().case().state, LAW) == ()


def test_a_plan_that_ended_before_it_began_asks_for_nothing() -> None:
    told = case().plan(DRAWN_UP, LAST_DAY, valid_from=date(2025, 4, 1))
    assert dues(told.ended(date(2025, 3, 10), date(2025, 3, 10)).state, LAW) == ()


def test_a_period_before_a_day_keeps_its_number_or_ends_the_month() -> None:
    two = Period(months=2)
    assert two.before(date(2026, 3, 3)) == date(2026, 1, 3)
    assert two.before(date(2025, 4, 30)) == date(2025, 2, 28)
    assert two.before(date(2025, 1, 31)) == date(2024, 11, 30)
    with pytest.raises(DateOutOfRange):
        two.before(date(1, 2, 1))


@pytest.mark.guarantee("QU-4")
def test_a_past_day_has_what_was_due_then_though_it_has_been_done_since() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2025, 12, 1)), date(2025, 9, 10))

    def due_on(day: date) -> dict[DueKind, date | None]:
        asked = known(desk.facts, AsOf(valid_on=day))
        return {each.due: each.overdue_since for each in what_is_due(asked, LAW, Language.EN).dues}

    before = due_on(date(2025, 8, 1))
    assert before[DueKind.REVIEW] is None
    assert due_on(date(2025, 9, 9))[DueKind.REVIEW] == date(2025, 9, 4)
    assert due_on(date(2025, 9, 10))[DueKind.REVIEW] is None
    assert DueKind.PLAN_TO_DRAW_UP in due_on(date(2025, 2, 25))
    assert DueKind.PLAN_TO_DRAW_UP not in due_on(DRAWN_UP)
