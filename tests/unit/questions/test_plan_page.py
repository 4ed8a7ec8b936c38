"""The page handed to the client: everything agreed, by the headings of each language."""

from datetime import date
from typing import Any

import pytest
from tests.acts import continue_for_studies, draw_up, end_studies, goals, review, start_studies
from tests.desk import DRAWN_UP, LAST_DAY, LAW, MAXIMUM, Desk
from tests.standing import assessed, planned_to_the_maximum

from cases.domain.case.review.acts import PlanChanges
from cases.domain.codes.terms import Language
from cases.domain.codes.values import GoalKind
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.current_plan import PlanView, current_plan
from cases.domain.questions.plan_page import PlanPage, plan_page

AGREED = {
    "job_search_obligation": "Four jobs a month",
    "no_job_search_reason": "Home with a child until May",
    "language_studies": "Swedish in the evenings",
    "association_activity": "The football club",
    "guidance": "The info point on Tuesdays",
}
NURSING = date(2026, 9, 1)


def page(desk: Desk, day: date, language: Language = Language.EN) -> PlanPage:
    return plan_page(known(desk.facts, AsOf(valid_on=day)), LAW, language, str.upper)


def parts(desk: Desk, day: date, language: Language = Language.EN) -> dict[str, tuple[str, ...]]:
    return {part.heading: part.lines for part in page(desk, day, language).parts}


def plan(desk: Desk, day: date) -> PlanView:
    found = current_plan(known(desk.facts, AsOf(valid_on=day)), LAW).plan
    assert found is not None
    return found


def drawn_up(**more: Any) -> Desk:
    desk = assessed()
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1), **more), DRAWN_UP)
    return desk


@pytest.mark.guarantee("QU-13")
def test_19_whatever_was_agreed_is_in_the_plan_and_on_the_page() -> None:
    desk = drawn_up(**AGREED)
    told = plan(desk, DRAWN_UP)
    assert {name: getattr(told, name) for name in AGREED} == AGREED
    found = parts(desk, DRAWN_UP)
    assert found["Job-search obligation"] == (
        "Four jobs a month",
        "There is no job-search obligation: Home with a child until May",
    )
    assert found["Language studies"] == ("Swedish in the evenings",)
    assert found["Taking part in associations"] == ("The football club",)
    assert found["Guidance and counselling"] == ("The info point on Tuesdays",)
    for language in (Language.FI, Language.SV):
        headings = parts(desk, DRAWN_UP, language)
        assert len(headings) == len(found)
        assert not headings.keys() & found.keys()


@pytest.mark.guarantee("QU-13")
def test_19_what_was_not_agreed_has_no_heading() -> None:
    assert list(parts(drawn_up(), DRAWN_UP)) == [
        "Goals",
        "Agreed measures and services",
        "Follow-up",
        "Review of the plan",
        "How long the plan lasts",
        "Your rights and duties",
    ]


@pytest.mark.guarantee("QU-13")
def test_18_why_a_goal_is_missing_is_told_until_a_review_sets_other_goals() -> None:
    desk = drawn_up(goals=goals(GoalKind.LITERACY), missing_goal_reason="Studies come first")
    said = "Why not every goal has been set: Studies come first"
    assert plan(desk, DRAWN_UP).missing_goal_reason == "Studies come first"
    assert parts(desk, DRAWN_UP)["Goals"][-1] == said
    held = date(2025, 6, 2)
    changes = PlanChanges(goals=goals(GoalKind.EMPLOYMENT, GoalKind.WORK_LIFE_READINESS))
    desk.does(review(desk.plan, next_on=date(2025, 9, 1), changes=changes), held)
    assert parts(desk, date(2025, 6, 1))["Goals"][-1] == said
    assert plan(desk, held).missing_goal_reason is None
    assert said not in parts(desk, held)["Goals"]


@pytest.mark.guarantee("QU-13")
def test_24_a_plan_that_is_to_begin_can_be_handed_over_on_the_day_it_is_drawn_up() -> None:
    desk = assessed()
    begins = date(2025, 4, 1)
    desk.does(draw_up(begins, LAST_DAY, review_on=date(2025, 9, 1), **AGREED), DRAWN_UP)
    to_come, begun = page(desk, DRAWN_UP), page(desk, begins)
    assert to_come.summary == "The plan is not in force yet: it begins on 1 April 2025."
    assert ("In force", "1 April 2025 – 3 March 2026") in to_come.facts
    assert (to_come.title, to_come.facts, to_come.parts) == (begun.title, begun.facts, begun.parts)
    assert page(desk, date(2025, 3, 2)).parts == ()
    assert page(desk, date(2026, 3, 4)).parts == ()


@pytest.mark.guarantee("QU-13")
def test_31_2_the_page_tells_a_plan_in_force_for_the_studies_only_from_one_fully_in_force() -> None:
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, NURSING), NURSING)
    desk.does(continue_for_studies(desk.plan), date(2027, 2, 1))
    told = page(desk, MAXIMUM)
    assert told.facts[-1] == ("In force", "4 March 2026 – 3 March 2027")
    day = date(2027, 3, 4)
    assert page(desk, day).facts[-2:] == (
        ("Fully in force", "4 March 2026 – 3 March 2027"),
        ("In force for the support of the studies only", "4 March 2027 –"),
    )
    assert page(desk, day, Language.SV).summary.startswith(
        "Den integrationsplan som utarbetades 23.2.2026 var fullt ut i kraft till och med 3.3.2027."
    )
    desk.does(end_studies(desk.plan, date(2027, 5, 31)), date(2027, 5, 31))
    assert page(desk, date(2027, 5, 31)).facts[-1][1] == "4 March 2027 – 31 May 2027"


@pytest.mark.guarantee("QU-13")
def test_22_1_a_day_agreed_for_a_review_is_told_as_one_to_come_until_it_has_passed() -> None:
    desk = drawn_up()
    heading, agreed = "Review of the plan", "The next review has been agreed for 1 September 2025."
    assert parts(desk, date(2025, 9, 1))[heading][0].startswith(agreed)
    assert parts(desk, date(2025, 9, 2))[heading][0].startswith(
        "The review agreed for 1 September 2025 has not been recorded."
    )


@pytest.mark.guarantee("QU-13")
def test_28_the_page_names_the_supported_studies_and_who_pays_while_they_last() -> None:
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, NURSING), NURSING)
    heading = "Supported self-motivated studies"
    assert heading not in parts(desk, date(2026, 8, 31))
    going_on = ("Nursing, 1 September 2026 –: the benefit is paid by KELA",)
    assert parts(desk, NURSING)[heading] == going_on
    desk.does(end_studies(desk.plan, date(2026, 12, 18)), date(2027, 1, 4))
    ended = "Nursing, 1 September 2026 – 18 December 2026: the benefit is paid by KELA"
    assert parts(desk, date(2026, 12, 17))[heading] == going_on
    assert parts(desk, date(2026, 12, 18))[heading] == (ended,)
    assert heading not in parts(desk, MAXIMUM)
