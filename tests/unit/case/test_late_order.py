"""Acts recorded late keep to the order of the law: none before what it rests on, none overtaken."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError
from tests.acts import (
    close,
    complete,
    draw_up,
    end,
    expire,
    guide,
    interview,
    open_case,
    review,
    start,
)
from tests.desk import ASSESSED, DRAWN_UP, LAST_DAY, OPENED, VAASA, Desk, pointers, refused
from tests.standing import assessed, opened, planned, under_assessment

from cases.domain.case.act import Circumstances, Decision
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.plan.acts import GuideToServices
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.register import decide

EARLIER_FIRST = date(2025, 1, 13)
EARLIER = EarlierPlans(first_drawn_up_on=EARLIER_FIRST)


@pytest.mark.guarantee("CS-6")
def test_14_2_an_assessment_recorded_late_may_not_run_into_a_later_one() -> None:
    outcome = assessed().asks(start("14.1.4"), date(2025, 2, 5))
    assert refused(outcome, conflict=True) == [("one-assessment-at-a-time", "14.2", None)]


@pytest.mark.guarantee("CS-9")
def test_14_2_an_assessment_is_not_over_before_its_own_steps() -> None:
    desk = under_assessment()
    desk.does(interview(desk.assessment), date(2025, 2, 17))
    outcome = desk.asks(complete(desk), date(2025, 2, 16), today=ASSESSED)
    assert refused(outcome, conflict=True) == [("over-after-last-step", "14.2", None)]
    assert pointers(outcome) == ["/effectiveOn"]
    assert isinstance(desk.asks(complete(desk), date(2025, 2, 17), today=ASSESSED), Decision)


@pytest.mark.guarantee("CS-6")
def test_14_2_nothing_is_assessed_or_planned_before_the_authority_learned_of_the_person() -> None:
    outcome = opened().asks(start("14.1.4"), date(2025, 1, 29), today=OPENED)
    assert ("learned-before-act", "14.2", None) in refused(outcome)
    act = draw_up(date(2025, 1, 29), date(2026, 1, 28), review_on=date(2025, 7, 1))
    early = assessed().asks(act, date(2025, 1, 29))
    assert ("learned-before-act", "14.2", None) in refused(early)
    learned = opened().asks(start("14.1.4"), date(2025, 1, 30), today=OPENED)
    assert isinstance(learned, Decision)


@pytest.mark.guarantee("CS-20")
def test_22_1_a_plan_is_reviewed_from_its_first_day_on() -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 6, 2), date(2026, 2, 1), review_on=date(2025, 9, 1)), DRAWN_UP)
    early = desk.asks(review(desk.plan, next_on=date(2025, 9, 1)), date(2025, 6, 1))
    assert refused(early, conflict=True) == [("plan-has-begun", "22.1", None)]
    first_day = desk.asks(review(desk.plan, next_on=date(2025, 9, 1)), date(2025, 6, 2))
    assert isinstance(first_day, Decision)


@pytest.mark.guarantee("CS-18")
def test_22_1_a_plan_has_not_ended_before_a_review_on_record() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2026, 2, 2)), date(2025, 9, 1))
    outcome = desk.asks(end(desk.plan, date(2025, 8, 31)), date(2025, 4, 1))
    assert refused(outcome, conflict=True) == [("ended-after-last-review", "22.1", None)]
    on_the_day = desk.asks(end(desk.plan, date(2025, 9, 1)), date(2025, 4, 1))
    assert isinstance(on_the_day, Decision)


@pytest.mark.guarantee("CS-17")
def test_20_5_there_is_no_guidance_to_the_services_of_a_plan_that_is_over() -> None:
    desk = planned()
    over = desk.asks(guide(desk.plan, desk.measures[0]), date(2026, 3, 4))
    assert refused(over, conflict=True) == [("plan-not-over", "23.2", LAST_DAY)]
    assert isinstance(desk.asks(guide(desk.plan, desk.measures[0]), LAST_DAY), Decision)


@pytest.mark.guarantee("CS-17")
def test_20_5_a_measure_is_named_once() -> None:
    measure = uuid4()
    with pytest.raises(ValidationError, match="named twice"):
        GuideToServices(plan=UUID(int=1), measures=(measure, measure))


@pytest.mark.guarantee("CS-21")
def test_77_a_closing_is_decided_alike_before_and_after_the_calendar_came() -> None:
    outcomes = []
    for calendar_came in (False, True):
        desk = planned()
        if calendar_came:
            desk.does(expire(desk.plan, LAST_DAY), date(2026, 3, 4))
        desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 1), today=date(2026, 3, 4))
        outcomes.append(desk.asks(close(), date(2025, 7, 1)))
    assert all(isinstance(outcome, Decision) for outcome in outcomes)


@pytest.mark.guarantee("CS-15")
def test_23_2_the_maximum_runs_on_from_the_first_plan_of_an_earlier_case() -> None:
    desk = Desk()
    circumstances = Circumstances(
        on=OPENED,
        today=OPENED,
        edition=desk.law.on(OPENED),
        new_id=UUID(int=1),
        organisation=VAASA,
        earlier_plans=EARLIER,
    )
    opening = decide(open_case(), desk.state, circumstances)
    assert isinstance(opening, Decision)
    assert only_first(opening).earlier_plans == EARLIER
    later = assessed()
    later.state = later.state.having(earlier_plans=EARLIER)
    beyond = draw_up(DRAWN_UP, date(2027, 1, 14), review_on=date(2025, 9, 1))
    assert refused(later.asks(beyond, DRAWN_UP)) == [("all-plans", "23.2", date(2027, 1, 13))]
    # Not the first plan, so it may last longer than a year.
    within = draw_up(DRAWN_UP, date(2027, 1, 13), review_on=date(2025, 9, 1))
    later.does(within, DRAWN_UP)
    maximum = maximum_on(later.state, later.law.on(DRAWN_UP), DRAWN_UP)
    assert maximum is not None
    assert maximum.until == date(2027, 1, 13)


def only_first(decision: Decision) -> CaseOpened:
    fact = decision.facts[0]
    assert isinstance(fact, CaseOpened)
    return fact
