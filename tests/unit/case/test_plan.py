"""Carrying a plan out and ending it: guidance to services, ending, expiry (20 § 5, 23 § 2 mom.)."""

from datetime import date
from uuid import uuid4

import pytest
from tests.acts import draw_up, end, expire, guide
from tests.desk import DRAWN_UP, LAST_DAY, only, pointers, refused, rule_log
from tests.standing import assessed, planned

from cases.domain.case.act import Decision
from cases.domain.case.plan.facts import ClientGuidedToServices, PlanEnded, PlanExpired
from cases.domain.case.plan.validity import plan_in_force
from cases.domain.codes.values import EndingGround

DAY_BEFORE = date(2025, 3, 2)
ENDED_ON = date(2025, 6, 16)


# guidance -----------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-17")
def test_20_5_the_client_is_guided_to_services_the_plan_agrees_on() -> None:
    desk = planned()
    first, second = desk.measures
    decision = desk.does(guide(desk.plan, first), date(2025, 3, 28))
    assert only(decision, ClientGuidedToServices).measures == (first,)
    assert rule_log(decision) == [("guidance-to-services", "20.5", "2025-04-03")]
    desk.does(guide(desk.plan, second), date(2025, 4, 1))
    plan = desk.state.plans[0]
    days = [date(2025, 3, 31), date(2025, 4, 1)]
    assert [plan.guided_to_all_by(day) for day in days] == [False, True]


@pytest.mark.guarantee("CS-17")
def test_20_5_guidance_after_the_month_is_recorded_and_its_log_says_when_it_was_due() -> None:
    desk = planned()
    decision = desk.asks(guide(desk.plan, *desk.measures), date(2025, 4, 4))
    assert rule_log(decision) == [("guidance-to-services", "20.5", "2025-04-03")]


@pytest.mark.guarantee("CS-17")
def test_19_guidance_to_what_the_plan_does_not_agree_on_is_refused() -> None:
    desk = planned()
    outcome = desk.asks(guide(desk.plan, desk.measures[0], uuid4()), date(2025, 3, 28))
    assert refused(outcome) == [("measure-of-the-plan", "19", None)]
    assert pointers(outcome) == ["/measures/1"]


@pytest.mark.guarantee("CS-17")
def test_20_1_nothing_is_done_to_a_plan_the_case_has_not_or_not_yet() -> None:
    desk = planned()
    plan, measure = desk.plan, desk.measures[0]
    not_yet = [("plan-drawn-up-by-then", "20.1", None)]
    for act in (guide(plan, measure), end(plan, LAST_DAY), expire(plan, LAST_DAY)):
        assert refused(desk.asks(act, DAY_BEFORE), conflict=True) == not_yet
    assert isinstance(desk.asks(guide(plan, measure), DRAWN_UP), Decision)
    for act in (guide(uuid4(), measure), end(uuid4(), LAST_DAY), expire(uuid4(), LAST_DAY)):
        assert refused(desk.asks(act, date(2026, 3, 4)), conflict=True) == not_yet


# ending -------------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-18")
def test_23_2_a_plan_is_ended_and_in_force_until_the_day_the_act_states() -> None:
    desk = planned()
    decision = desk.does(end(desk.plan, date(2025, 6, 30)), ENDED_ON)
    fact = only(decision, PlanEnded)
    assert (fact.ground, fact.ends_on) == (EndingGround.EMPLOYED, date(2025, 6, 30))
    assert rule_log(decision) == [("ends-within-validity", "23.2", True)]
    in_force = [
        plan_in_force(desk.state, desk.law.governing(day), day) is not None
        for day in (DAY_BEFORE, DRAWN_UP, date(2025, 6, 30), date(2025, 7, 1))
    ]
    assert in_force == [False, True, True, False]


@pytest.mark.guarantee("CS-18")
def test_23_2_a_plan_does_not_end_after_its_last_day() -> None:
    desk = planned()
    assert isinstance(desk.asks(end(desk.plan, LAST_DAY), ENDED_ON), Decision)
    outcome = desk.asks(end(desk.plan, date(2026, 3, 4)), ENDED_ON)
    assert refused(outcome) == [("ends-within-validity", "23.2", LAST_DAY)]
    assert pointers(outcome) == ["/endsOn"]


@pytest.mark.guarantee("CS-18")
def test_23_2_no_ending_takes_back_days_on_which_the_plan_was_in_force() -> None:
    desk = planned()
    assert isinstance(desk.asks(end(desk.plan, ENDED_ON), ENDED_ON), Decision)
    outcome = desk.asks(end(desk.plan, date(2025, 6, 15)), ENDED_ON)
    assert refused(outcome) == [("ends-within-validity", "23.2", LAST_DAY)]
    # Told late, the ending is dated as it happened.
    late = desk.asks(end(desk.plan, date(2025, 6, 15)), date(2025, 6, 15), today=ENDED_ON)
    assert isinstance(late, Decision)


@pytest.mark.guarantee("CS-18")
def test_23_2_a_plan_is_ended_on_its_last_day_at_the_latest() -> None:
    desk = planned()
    assert isinstance(desk.asks(end(desk.plan, LAST_DAY), LAST_DAY), Decision)
    outcome = desk.asks(end(desk.plan, LAST_DAY), date(2026, 3, 4))
    assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", LAST_DAY)]
    # Decided in time and recorded afterwards.
    late = desk.asks(end(desk.plan, LAST_DAY), LAST_DAY, today=date(2026, 4, 1))
    assert isinstance(late, Decision)


@pytest.mark.guarantee("CS-18")
def test_23_2_a_plan_is_ended_once() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), ENDED_ON)
    outcome = desk.asks(end(desk.plan, date(2025, 6, 20)), ENDED_ON)
    assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", date(2025, 6, 30))]


@pytest.mark.guarantee("CS-18")
def test_a_plan_ended_before_it_began_is_never_in_force() -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 4, 1), LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
    desk.does(end(desk.plan, date(2025, 3, 10)), date(2025, 3, 10))
    days = (DRAWN_UP, date(2025, 3, 10), date(2025, 4, 1), LAST_DAY)
    assert [plan_in_force(desk.state, desk.law.governing(day), day) for day in days] == [None] * 4


# expiry -------------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-19")
def test_23_2_a_plan_is_over_on_the_day_after_its_last_and_its_expiry_is_noted_then() -> None:
    desk = planned()
    outcome = desk.asks(expire(desk.plan, LAST_DAY), LAST_DAY)
    assert refused(outcome, conflict=True) == [("over-after-last-day", "23.2", None)]
    decision = desk.does(expire(desk.plan, LAST_DAY), date(2026, 3, 4))
    assert decision.facts == (PlanExpired(plan_id=desk.plan, last_day=LAST_DAY),)
    assert rule_log(decision) == [("over-after-last-day", "23.2", True)]


@pytest.mark.guarantee("CS-19")
def test_23_2_an_expiry_is_noted_once_for_each_plan_and_last_day() -> None:
    desk = planned()
    day = date(2026, 3, 4)
    another_day = desk.asks(expire(desk.plan, date(2026, 3, 2)), day)
    assert refused(another_day, conflict=True) == [("over-after-last-day", "23.2", None)]
    desk.does(expire(desk.plan, LAST_DAY), day)
    twice = desk.asks(expire(desk.plan, LAST_DAY), day)
    assert refused(twice, conflict=True) == [("over-after-last-day", "23.2", None)]


@pytest.mark.guarantee("CS-19")
def test_23_2_a_plan_that_was_ended_does_not_expire() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), ENDED_ON)
    for last_day in (date(2025, 6, 30), LAST_DAY):
        outcome = desk.asks(expire(desk.plan, last_day), date(2026, 3, 4))
        assert refused(outcome, conflict=True) == [("over-after-last-day", "23.2", None)]


@pytest.mark.guarantee("CS-19")
def test_whether_a_plan_is_in_force_never_depends_on_its_expiry_being_noted() -> None:
    silent, noted = planned(), planned()
    noted.does(expire(noted.plan, LAST_DAY), date(2026, 3, 4))
    for desk in (silent, noted):
        in_force = [
            plan_in_force(desk.state, desk.law.governing(d), d)
            for d in (LAST_DAY, date(2026, 3, 4))
        ]
        assert in_force == [desk.state.plans[0], None]
