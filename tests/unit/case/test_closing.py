"""Closing a case: nothing in force, nothing under way, nothing later on record (77 §)."""

from datetime import date

import pytest
from tests.acts import close, complete, details, draw_up, end, review
from tests.desk import ASSESSED, DRAWN_UP, LAST_DAY, OPENED, only, refused, rule_log
from tests.standing import assessed, opened, planned, under_assessment

from cases.domain.case.act import Decision
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.codes.values import ClosingGround, Gender

DAY_AFTER = date(2026, 3, 4)


@pytest.mark.guarantee("CS-21")
def test_77_a_case_is_closed_on_a_ground_and_its_data_are_erased_after_four_years() -> None:
    desk = opened()
    decision = desk.does(close(ClosingGround.MOVED_ABROAD), date(2025, 2, 17))
    assert only(decision, CaseClosed).ground is ClosingGround.MOVED_ABROAD
    assert rule_log(decision) == [("erasure", "77", "2029-02-18")]
    assert desk.state.closing is not None
    assert desk.state.closing.closed_on == date(2025, 2, 17)


@pytest.mark.guarantee("CS-21")
def test_77_a_case_is_not_closed_while_a_plan_is_in_force_and_is_on_the_day_after() -> None:
    desk = planned()
    outcome = desk.asks(close(), LAST_DAY)
    assert refused(outcome, conflict=True) == [("closed-after-plan", "77", None)]
    assert isinstance(desk.asks(close(), DAY_AFTER), Decision)


@pytest.mark.guarantee("CS-21")
def test_77_a_plan_to_come_keeps_the_case_open_too() -> None:
    desk = planned()
    desk.does(draw_up(DAY_AFTER, date(2027, 3, 3), review_on=date(2026, 8, 20)), date(2026, 2, 23))
    outcome = desk.asks(close(), LAST_DAY)
    assert refused(outcome, conflict=True) == [("closed-after-plan", "77", None)]


@pytest.mark.guarantee("CS-21")
def test_77_an_ended_plan_keeps_the_case_open_until_its_new_last_day() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    outcome = desk.asks(close(), date(2025, 6, 30))
    assert refused(outcome, conflict=True) == [("closed-after-plan", "77", None)]
    assert isinstance(desk.asks(close(), date(2025, 7, 1)), Decision)


def test_77_a_plan_that_ended_before_it_began_keeps_no_case_open() -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 4, 1), LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
    desk.does(end(desk.plan, date(2025, 3, 10)), date(2025, 3, 10))
    assert isinstance(desk.asks(close(), date(2025, 3, 10)), Decision)


@pytest.mark.guarantee("CS-21")
def test_77_a_case_is_not_closed_while_an_assessment_is_under_way() -> None:
    desk = under_assessment()
    outcome = desk.asks(close(), ASSESSED)
    assert refused(outcome, conflict=True) == [("closed-after-assessment", "77", None)]
    desk.does(complete(desk), ASSESSED)
    assert isinstance(desk.asks(close(), ASSESSED), Decision)


@pytest.mark.guarantee("CS-21")
def test_77_a_case_is_not_closed_before_the_last_act_on_record() -> None:
    desk = opened()
    desk.does(details(gender=Gender.FEMALE), date(2025, 2, 10))
    outcome = desk.asks(close(), date(2025, 2, 9))
    assert refused(outcome, conflict=True) == [("closed-after-last-act", "77", None)]
    assert isinstance(desk.asks(close(), date(2025, 2, 10)), Decision)


def test_77_a_late_recording_of_an_old_act_does_not_move_the_last_act() -> None:
    desk = opened()
    desk.does(details(gender=Gender.FEMALE), date(2025, 2, 10))
    desk.does(details(gender=Gender.OTHER), OPENED, today=date(2025, 2, 20))
    outcome = desk.asks(close(), date(2025, 2, 9), today=date(2025, 2, 20))
    assert refused(outcome, conflict=True) == [("closed-after-last-act", "77", None)]
    assert isinstance(desk.asks(close(), date(2025, 2, 10), today=date(2025, 2, 20)), Decision)


@pytest.mark.guarantee("CS-21")
def test_77_a_closing_recorded_late_is_decided_as_of_its_own_day() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2026, 2, 23)), date(2025, 9, 1))
    today = date(2026, 5, 4)
    assert isinstance(desk.asks(close(), DAY_AFTER, today=today), Decision)
    outcome = desk.asks(close(), LAST_DAY, today=today)
    assert refused(outcome, conflict=True) == [("closed-after-plan", "77", None)]
