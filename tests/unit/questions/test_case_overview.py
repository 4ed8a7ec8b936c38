"""The case at a glance, as it stands on the day asked about."""

from datetime import date

import pytest
from tests.acts import (
    benefit,
    close,
    details,
    draw_up,
    draw_up_old,
    end,
    interview,
    open_case,
    residence,
    start,
)
from tests.acts import status as at
from tests.desk import ASSESSED, DRAWN_UP, GRANTED, LAST_DAY, OPENED, Desk
from tests.standing import opened, planned, under_assessment

from cases.domain.case.assessment.acts import DiscontinueAssessment, ForgoAssessment
from cases.domain.codes.values import (
    Benefit,
    CaseOrigin,
    ClosingGround,
    Gender,
    LabourMarketStatus,
    PlanKind,
    ResidenceGroup,
)
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.case import (
    AssessmentOverview,
    CaseOverview,
    PlanOverview,
    case_overview,
)


def on(desk: Desk, day: date) -> CaseOverview:
    return case_overview(known(desk.facts, AsOf(valid_on=day)), desk.law)


@pytest.mark.guarantee("QU-5")
def test_the_overview_tells_how_the_case_began_and_where_the_person_stands() -> None:
    shown = on(opened(), OPENED)
    assert (shown.responsible, shown.origin) == ("vaasa", CaseOrigin.KELA_NOTICE)
    assert (shown.learned_on, shown.opened_on) == (date(2025, 1, 30), OPENED)
    assert (shown.closed_on, shown.closing_ground) == (None, None)
    assert (shown.first_granted_on, shown.residence_group) == (GRANTED, ResidenceGroup.OTHER)
    assert shown.labour_market_status is LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE
    assert shown.benefits == (Benefit.CHILD_HOME_CARE_ALLOWANCE,)
    assert shown.person.date_of_birth == date(1992, 3, 14)
    assert (shown.assessments, shown.plans) == ((), ())


@pytest.mark.guarantee("QU-5")
def test_what_holds_of_the_person_is_asked_about_the_day() -> None:
    desk = opened()
    later = date(2025, 5, 5)
    desk.does(at(LabourMarketStatus.EMPLOYED, later), later)
    desk.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, later, date(2025, 5, 31)), later)
    desk.does(details(gender=Gender.FEMALE), later)
    before, then, after = (on(desk, day) for day in (date(2025, 5, 4), later, date(2025, 6, 1)))
    home_care = LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE
    assert [o.labour_market_status for o in (before, then)] == [
        home_care,
        LabourMarketStatus.EMPLOYED,
    ]
    assert [o.person.gender for o in (before, then)] == [None, Gender.FEMALE]
    assert [len(o.benefits) for o in (before, then, after)] == [1, 2, 1]
    assert then.benefits == tuple(sorted(then.benefits))


@pytest.mark.guarantee("QU-5")
def test_where_the_person_stood_over_time_is_shown_by_the_days_from_which_it_held() -> None:
    desk = opened()
    later = date(2025, 5, 5)
    desk.does(at(LabourMarketStatus.EMPLOYED, later), later)
    # Told last, and from before: its own day decides where it stands.
    desk.does(at(LabourMarketStatus.OUTSIDE_LABOUR_FORCE_STUDENT, date(2025, 4, 1)), later)
    desk.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, later, date(2025, 5, 31)), later)
    shown = on(desk, later)
    assert [(s.since, s.status) for s in shown.statuses] == [
        (date(2024, 11, 1), LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE),
        (date(2025, 4, 1), LabourMarketStatus.OUTSIDE_LABOUR_FORCE_STUDENT),
        (later, LabourMarketStatus.EMPLOYED),
    ]
    assert [(b.since, b.until) for b in shown.benefit_notices] == [
        (date(2024, 11, 1), None),
        (later, date(2025, 5, 31)),
    ]
    assert [r.first_granted_on for r in shown.residence] == [GRANTED]
    assert len(on(desk, date(2025, 3, 31)).statuses) == 1


@pytest.mark.guarantee("QU-5")
def test_14_2_delay_is_counted_from_learning_until_an_assessment_starts_or_the_case_closes() -> (
    None
):
    learned_on = date(2025, 1, 30)
    started = under_assessment()
    days = (date(2025, 2, 9), date(2025, 2, 10))
    assert [on(started, day).without_delay_since for day in days] == [learned_on, None]
    closed = opened()
    closed.does(close(), date(2025, 2, 10))
    assert [on(closed, day).without_delay_since for day in days] == [learned_on, None]


@pytest.mark.guarantee("QU-5")
def test_14_2_delay_ends_when_no_assessment_is_needed_any_more() -> None:
    learned_on = date(2025, 1, 30)
    child = Desk()
    child.does(open_case(date_of_birth=date(2012, 4, 4)), OPENED)
    child.does(residence(GRANTED, ResidenceGroup.YOUNG_WITHOUT_GUARDIAN), OPENED)
    child.does(ForgoAssessment(ground="15.1.2", reason="Child welfare plan"), date(2025, 2, 10))
    days = (date(2025, 2, 9), date(2025, 2, 10))
    assert [on(child, day).without_delay_since for day in days] == [learned_on, None]
    transferred = opened()
    assert on(transferred, OPENED).without_delay_since == learned_on
    transferred.does(draw_up_old(date(2024, 6, 3), date(2025, 6, 3)), date(2024, 6, 3))
    assert on(transferred, OPENED).without_delay_since is None


@pytest.mark.guarantee("QU-5")
def test_an_assessment_shows_the_steps_taken_by_the_day() -> None:
    desk = under_assessment()
    desk.does(interview(desk.assessment), date(2025, 2, 18))
    desk.does(interview(desk.assessment), date(2025, 2, 17))
    stopped = DiscontinueAssessment(assessment=desk.assessment, reason="Moved")
    desk.does(stopped, ASSESSED)
    assert on(desk, date(2025, 2, 9)).assessments == ()
    shown = [
        on(desk, day).assessments[0] for day in (date(2025, 2, 16), date(2025, 2, 17), ASSESSED)
    ]
    assert [a.interviewed_on for a in shown] == [None, date(2025, 2, 17), date(2025, 2, 17)]
    assert [a.discontinued_on for a in shown] == [None, None, ASSESSED]
    assert shown[2] == AssessmentOverview(
        assessment=desk.assessment,
        kind=shown[2].kind,
        ground="14.1.3",
        started_on=date(2025, 2, 10),
        interviewed_on=date(2025, 2, 17),
        completed_on=None,
        discontinued_on=ASSESSED,
    )
    completed = planned()
    days = (date(2025, 2, 23), ASSESSED)
    assert [on(completed, day).assessments[0].completed_on for day in days] == [None, ASSESSED]


@pytest.mark.guarantee("QU-5")
def test_a_plan_shows_from_its_drawing_up_with_the_last_day_as_decided_by_the_day() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    assert on(desk, date(2025, 3, 2)).plans == ()
    assert on(desk, DRAWN_UP).plans == (
        PlanOverview(
            plan=desk.plan,
            kind=PlanKind.INTEGRATION,
            drawn_up_on=DRAWN_UP,
            valid_from=DRAWN_UP,
            valid_until=LAST_DAY,
        ),
    )
    assert on(desk, date(2025, 6, 16)).plans[0].valid_until == date(2025, 6, 30)


@pytest.mark.guarantee("QU-5")
def test_77_a_case_is_shown_closed_from_the_day_it_was_closed() -> None:
    desk = opened()
    desk.does(close(ClosingGround.MOVED_ABROAD), date(2025, 2, 17))
    before, after = on(desk, date(2025, 2, 16)), on(desk, date(2025, 2, 17))
    assert (before.closed_on, before.closing_ground) == (None, None)
    assert (after.closed_on, after.closing_ground) == (
        date(2025, 2, 17),
        ClosingGround.MOVED_ABROAD,
    )


def test_two_assessments_and_two_plans_are_shown_in_the_order_they_were_recorded() -> None:
    desk = planned()
    desk.does(start("14.1.4"), date(2026, 1, 7))
    second = draw_up(date(2026, 3, 4), date(2027, 3, 3), review_on=date(2026, 8, 20))
    desk.does(second, date(2026, 2, 23))
    shown = on(desk, date(2026, 3, 1))
    assert [a.started_on for a in shown.assessments] == [date(2025, 2, 10), date(2026, 1, 7)]
    assert [p.valid_from for p in shown.plans] == [DRAWN_UP, date(2026, 3, 4)]


def test_a_case_opened_for_a_nameless_person_says_so() -> None:
    desk = Desk()
    desk.does(open_case(date_of_birth=None), OPENED)
    shown = on(desk, OPENED)
    assert all(value is None for _, value in shown.person)
    assert (shown.first_granted_on, shown.labour_market_status, shown.benefits) == (None, None, ())
