"""Which plan is in force, until when, and what is due – as the calendar turns."""

from datetime import date

import pytest
from tests.acts import draw_up_old
from tests.casebook import ESPOO, MEASURES, Case, Casebook
from tests.standing import opened

from cases.domain.codes.values import InForce, PlanKind
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.current_plan import CurrentPlan, PlanView, current_plan

LAW = load_law()
OPENED = date(2025, 2, 3)
DRAWN_UP = date(2025, 3, 3)
LAST_DAY = date(2026, 3, 3)
MAXIMUM = date(2027, 3, 3)


def with_plan(valid_from: date = DRAWN_UP) -> Case:
    told = Casebook().case().opened(OPENED)
    return told.plan(DRAWN_UP, LAST_DAY, valid_from=valid_from, next_review_on=date(2025, 9, 1))


def two_plans() -> Case:
    """As in Vaasa: the second, drawn up on 23.2.2026, begins on the day after the first's last."""
    return with_plan().plan(date(2026, 2, 23), MAXIMUM, valid_from=date(2026, 3, 4))


def asked(told: Case, day: date) -> CurrentPlan:
    return current_plan(known(told.facts, AsOf(valid_on=day)), LAW)


def in_force(told: Case, day: date) -> PlanView:
    answer = asked(told, day)
    assert answer.plan is not None
    assert answer.over_since is None
    return answer.plan


@pytest.mark.guarantee("QU-1")
def test_no_plan_is_in_force_before_one_is_drawn_up_and_none_is_over() -> None:
    told = with_plan()
    for day in (date(2025, 2, 20), date(2025, 3, 2)):
        assert asked(told, day) == CurrentPlan(plan=None, over_since=None)


@pytest.mark.guarantee("QU-1")
def test_the_plan_in_force_is_told_with_its_days_and_who_answers_for_it() -> None:
    told = with_plan()
    plan = in_force(told, date(2025, 6, 15))
    assert (plan.plan, plan.kind, plan.in_force) == (
        told.plan_id,
        PlanKind.INTEGRATION,
        InForce.FULLY,
    )
    assert (plan.drawn_up_on, plan.valid_from, plan.valid_until) == (DRAWN_UP, DRAWN_UP, LAST_DAY)
    assert (plan.maximum_until, plan.responsible) == (MAXIMUM, ESPOO)
    assert (plan.next_review_on, plan.next_review_due) == (date(2025, 9, 1), date(2025, 9, 3))
    assert (plan.last_reviewed_on, plan.guidance_due) == (None, date(2025, 4, 3))
    assert (plan.sections, plan.follow_up) == (("16.1", "23.2"), "by telephone")
    assert [measure.measure for measure in plan.measures] == list(MEASURES)


@pytest.mark.guarantee("QU-1")
def test_23_2_a_plan_is_in_force_from_its_first_day_to_its_last_and_over_on_the_next() -> None:
    told = with_plan()
    assert in_force(told, DRAWN_UP).valid_until == LAST_DAY
    assert in_force(told, LAST_DAY).valid_until == LAST_DAY
    over = CurrentPlan(plan=None, over_since=date(2026, 3, 4))
    assert asked(told, date(2026, 3, 4)) == over
    assert asked(told, date(2030, 1, 1)) == over


@pytest.mark.guarantee("QU-1")
def test_23_2_a_plan_follows_the_other_at_midnight_and_the_maximum_stays() -> None:
    told = two_plans()
    first, second = told.state.plans
    assert in_force(told, date(2026, 3, 3)).plan == first.plan_id
    next_day = in_force(told, date(2026, 3, 4))
    assert (next_day.plan, next_day.valid_until, next_day.maximum_until) == (
        second.plan_id,
        MAXIMUM,
        MAXIMUM,
    )
    assert in_force(told, MAXIMUM).plan == second.plan_id
    assert asked(told, date(2027, 3, 4)) == CurrentPlan(plan=None, over_since=date(2027, 3, 4))


@pytest.mark.guarantee("QU-1")
def test_between_two_plans_none_is_in_force_and_the_first_is_over_since() -> None:
    told = with_plan().plan(date(2026, 5, 11), MAXIMUM, valid_from=date(2026, 5, 18))
    between = CurrentPlan(plan=None, over_since=date(2026, 3, 4))
    for day in (date(2026, 3, 4), date(2026, 5, 11), date(2026, 5, 17)):
        assert asked(told, day) == between
    assert in_force(told, date(2026, 5, 18)).valid_from == date(2026, 5, 18)
    after_both = CurrentPlan(plan=None, over_since=date(2027, 3, 4))
    assert asked(told, date(2027, 4, 1)) == after_both


@pytest.mark.guarantee("QU-1")
def test_a_plan_to_come_is_not_in_force_and_nothing_is_over() -> None:
    told = with_plan(valid_from=date(2025, 4, 1))
    for day in (DRAWN_UP, date(2025, 3, 31)):
        assert asked(told, day) == CurrentPlan(plan=None, over_since=None)
    assert in_force(told, date(2025, 4, 1)).drawn_up_on == DRAWN_UP


@pytest.mark.guarantee("QU-2")
def test_an_early_end_counts_from_the_day_it_was_decided() -> None:
    told = with_plan().ended(date(2025, 6, 16), date(2025, 6, 30))
    assert in_force(told, date(2025, 6, 15)).valid_until == LAST_DAY
    assert in_force(told, date(2025, 6, 16)).valid_until == date(2025, 6, 30)
    assert in_force(told, date(2025, 6, 30)).valid_until == date(2025, 6, 30)
    assert asked(told, date(2025, 7, 1)) == CurrentPlan(plan=None, over_since=date(2025, 7, 1))


@pytest.mark.guarantee("QU-2")
def test_an_expiry_that_nobody_recorded_changes_no_answer() -> None:
    noted = with_plan().expired(date(2026, 4, 7), LAST_DAY)
    for day in (LAST_DAY, date(2026, 3, 4), date(2026, 4, 7), date(2026, 5, 1)):
        noted_plan, silent_plan = asked(noted, day).plan, asked(with_plan(), day).plan
        assert (noted_plan is None) == (silent_plan is None)
        assert asked(noted, day).over_since == asked(with_plan(), day).over_since


@pytest.mark.guarantee("QU-3")
def test_22_1_a_review_is_overdue_from_the_day_after_its_deadline() -> None:
    told = with_plan()
    assert in_force(told, date(2025, 9, 3)).review_overdue_since is None
    assert in_force(told, date(2025, 9, 4)).review_overdue_since == date(2025, 9, 4)
    assert in_force(told, LAST_DAY).review_overdue_since == date(2025, 9, 4)


@pytest.mark.guarantee("QU-3")
def test_22_1_a_review_of_1_september_makes_the_next_due_on_2_march() -> None:
    told = with_plan().reviewed(date(2025, 9, 1), date(2026, 2, 23))
    before, after = (in_force(told, day) for day in (date(2025, 8, 31), date(2025, 9, 1)))
    assert (before.last_reviewed_on, before.next_review_due) == (None, date(2025, 9, 3))
    assert (after.last_reviewed_on, after.next_review_due) == (
        date(2025, 9, 1),
        date(2026, 3, 2),  # 1 March is a Sunday
    )
    assert (before.next_review_on, after.next_review_on) == (date(2025, 9, 1), date(2026, 2, 23))
    assert in_force(told, date(2026, 3, 2)).review_overdue_since is None
    assert in_force(told, date(2026, 3, 3)).review_overdue_since == date(2026, 3, 3)


@pytest.mark.guarantee("QU-3")
def test_22_1_a_late_review_ends_the_delay_on_the_day_it_was_held() -> None:
    told = with_plan().reviewed(date(2025, 10, 6), date(2026, 2, 2))
    assert in_force(told, date(2025, 10, 5)).review_overdue_since == date(2025, 9, 4)
    assert in_force(told, date(2025, 10, 6)).review_overdue_since is None


@pytest.mark.guarantee("QU-3")
def test_22_1_a_review_of_the_first_plan_does_not_count_for_the_second() -> None:
    told = with_plan().reviewed(date(2026, 3, 2), date(2026, 8, 3))
    told.plan(date(2026, 2, 23), MAXIMUM, valid_from=date(2026, 3, 4))
    plan = in_force(told, date(2026, 3, 4))
    assert plan.next_review_due == date(2026, 8, 24)  # six months from 23.2.2026, a Sunday
    assert plan.last_reviewed_on is None
    assert in_force(told, LAST_DAY).last_reviewed_on == date(2026, 3, 2)


@pytest.mark.guarantee("QU-3")
def test_20_5_guidance_is_overdue_until_it_covers_every_measure() -> None:
    told = with_plan()
    assert in_force(told, date(2025, 4, 3)).guidance_overdue_since is None
    assert in_force(told, date(2025, 4, 4)).guidance_overdue_since == date(2025, 4, 4)
    told.guided(date(2025, 3, 28), MEASURES[:1])
    assert in_force(told, date(2025, 4, 4)).guidance_overdue_since == date(2025, 4, 4)
    told.guided(date(2025, 4, 8), MEASURES)
    assert in_force(told, date(2025, 4, 7)).guidance_overdue_since == date(2025, 4, 4)
    assert in_force(told, date(2025, 4, 8)).guidance_overdue_since is None


@pytest.mark.guarantee("QU-3")
def test_102_2_a_plan_of_the_repealed_act_has_no_day_for_guidance_to_be_late_after() -> None:
    desk = opened()
    desk.does(draw_up_old(date(2024, 4, 1), date(2025, 4, 1)), date(2024, 4, 1), today=OPENED)
    plan = current_plan(known(desk.facts, AsOf(valid_on=OPENED)), LAW).plan
    assert plan is not None
    assert plan.under_act == "1386/2010"
    assert (plan.guidance_due, plan.guidance_overdue_since) == (None, None)


@pytest.mark.guarantee("QU-3")
def test_20_5_each_measure_tells_the_first_day_the_client_was_guided_to_it() -> None:
    told = with_plan().guided(date(2025, 4, 8), MEASURES).guided(date(2025, 3, 28), MEASURES[:1])
    guided_on = [
        [measure.guided_on for measure in in_force(told, day).measures]
        for day in (date(2025, 3, 27), date(2025, 3, 28), date(2025, 4, 8))
    ]
    assert guided_on == [
        [None, None],
        [date(2025, 3, 28), None],
        [date(2025, 3, 28), date(2025, 4, 8)],
    ]


@pytest.mark.guarantee("QU-2")
def test_a_plan_that_ended_before_it_began_leaves_nothing_to_be_over() -> None:
    told = with_plan(valid_from=date(2025, 4, 1)).ended(date(2025, 3, 10), date(2025, 3, 10))
    for day in (date(2025, 3, 9), date(2025, 3, 11), date(2025, 4, 1), date(2026, 4, 1)):
        assert asked(told, day) == CurrentPlan(plan=None, over_since=None)
