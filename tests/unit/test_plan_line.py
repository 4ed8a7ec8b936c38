"""The plan in one line, as the command line shows it."""

from datetime import date

from tests.acts import continue_for_studies, draw_up_old, end_studies, start_studies
from tests.desk import LAW, MAXIMUM, OPENED, Desk
from tests.standing import opened, planned_to_the_maximum

from cases.app.cli.case import plan_line
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.current_plan import current_plan


def line(desk: Desk, day: date) -> str:
    plan = current_plan(known(desk.facts, AsOf(valid_on=day)), LAW).plan
    assert plan is not None
    return plan_line(plan.model_dump(mode="json"))


def test_a_plan_in_force_for_studies_only_is_told_from_one_fully_in_force() -> None:
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    desk.does(continue_for_studies(desk.plan), date(2027, 2, 1))
    days = "INTEGRATION plan of vaasa, 2026-03-04 – 2027-03-03, at most until 2027-03-03; "
    assert line(desk, MAXIMUM) == f"{days}next review by 2026-08-24."
    only = "for the support of studies only from 2027-03-04"
    assert line(desk, date(2027, 3, 4)) == f"{days}{only}; next review by 2026-08-24."
    desk.does(end_studies(desk.plan, date(2027, 5, 31)), date(2027, 5, 31))
    ended = f"{days}{only} until 2027-05-31; next review by 2026-08-24."
    assert line(desk, date(2027, 5, 31)) == ended


def test_of_a_plan_of_the_repealed_act_the_day_agreed_is_told() -> None:
    desk = opened()
    drawn_up_on = date(2024, 4, 1)
    act = draw_up_old(drawn_up_on, date(2025, 4, 1), next_review_on=date(2025, 3, 17))
    desk.does(act, drawn_up_on, today=OPENED)
    assert line(desk, OPENED).endswith("; next review agreed for 2025-03-17.")
