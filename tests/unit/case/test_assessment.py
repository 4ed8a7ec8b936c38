"""The assessment: within its window, on a ground that holds, one at a time (14 §, decree 1 §)."""

from datetime import date
from uuid import uuid4

import pytest
from tests.acts import (
    accept,
    benefit,
    complete,
    interview,
    obtain_expert,
    open_case,
    order_expert,
    refer,
    residence,
    start,
    start_together,
    status,
)
from tests.acts import status as at
from tests.desk import (
    ASSESSED,
    LAW_IN_FORCE,
    OPENED,
    POHJANMAA,
    VAASA,
    VAASA_TE,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import assessed, opened, under_assessment

from cases.domain.case.act import Decision, Organisation
from cases.domain.case.assessment.acts import (
    DiscontinueAssessment,
    PlannedPlan,
)
from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.assessment.facts import (
    AssessmentCompleted,
    AssessmentDiscontinued,
    AssessmentStarted,
    ExpertAssessmentObtained,
    ExpertAssessmentOrdered,
    InitialInterviewHeld,
)
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    LabourMarketStatus,
    OrganisationKind,
    PlanOutcome,
    ResidenceGroup,
)

STARTED = date(2025, 2, 10)
INTERVIEWED = date(2025, 2, 17)
NO_PLAN = PlanOutcome.NO_PLAN


def new_case(group: ResidenceGroup = ResidenceGroup.OTHER) -> Desk:
    """A permit of 16.9.2022 and no ground but judgement."""
    desk = Desk()
    desk.does(open_case(), OPENED)
    desk.does(residence(date(2022, 9, 16), group), OPENED)
    return desk


# starting -----------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-6")
def test_14_1_3_an_assessment_starts_because_of_child_home_care_allowance() -> None:
    desk = opened()
    decision = desk.does(start("14.1.3", participants=("opisto",)), STARTED)
    fact = only(decision, AssessmentStarted)
    assert (fact.kind, fact.ground, fact.departure) == (AssessmentKind.ORDINARY, "14.1.3", None)
    assert fact.participants == ("opisto",)
    assert rule_log(decision) == [
        ("assessment-window", "14.1", "2027-09-16"),
        ("assessment-ground", "14.1.3", True),
    ]
    assert desk.state.assessments[0].started_on == STARTED
    assert desk.state.assessments[0].under_way


@pytest.mark.guarantee("CS-6")
def test_14_1_the_window_of_three_years_includes_its_last_day_and_no_other() -> None:
    desk = new_case()
    assert isinstance(desk.asks(start("14.1.4"), date(2025, 9, 16)), Decision)
    outcome = desk.asks(start("14.1.4"), date(2025, 9, 17))
    assert refused(outcome) == [("assessment-window", "14.1", date(2025, 9, 16))]
    assert pointers(outcome) == ["/effectiveOn"]


@pytest.mark.guarantee("CS-6")
def test_14_1_a_start_recorded_after_the_window_is_decided_as_of_its_own_day() -> None:
    outcome = new_case().asks(start("14.1.4"), date(2025, 9, 16), today=date(2026, 1, 8))
    assert isinstance(outcome, Decision)


def test_14_1_a_victim_of_trafficking_is_reached_later_too() -> None:
    granted, learned = date(2022, 1, 29), date(2025, 1, 30)
    for learned_on, last in ((learned, None), (date(2025, 1, 29), date(2025, 1, 29))):
        desk = Desk()
        desk.does(open_case(learned_on), OPENED)
        desk.does(residence(granted, ResidenceGroup.VICTIM_OF_TRAFFICKING), OPENED)
        outcome = desk.asks(start_together("15.1.3"), date(2026, 11, 2))
        if last is None:
            assert ("assessment-window", "14.1", "exempt") in rule_log(outcome)
        else:
            assert refused(outcome) == [("assessment-window", "14.1", last)]


@pytest.mark.guarantee("CS-6")
def test_14_1_without_a_known_permit_the_window_cannot_be_counted() -> None:
    desk = Desk()
    desk.does(open_case(), OPENED)
    outcome = desk.asks(start("14.1.4"), STARTED)
    assert refused(outcome) == [("residence-basis-known", "14.1", None)]
    desk.does(residence(date(2025, 2, 11)), OPENED)
    outcome = desk.asks(start("14.1.4"), STARTED)  # the permit comes a day later
    assert refused(outcome) == [("residence-basis-known", "14.1", None)]
    assert isinstance(desk.asks(start("14.1.4"), date(2025, 2, 11)), Decision)


@pytest.mark.guarantee("CS-6")
def test_14_1_1_a_ground_holds_from_the_day_its_status_holds() -> None:
    desk = new_case()
    desk.does(at(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, STARTED), OPENED)
    assert isinstance(desk.asks(start("14.1.1"), STARTED), Decision)
    outcome = desk.asks(start("14.1.1"), date(2025, 2, 9))
    assert refused(outcome) == [("assessment-ground", "14.1.1", None)]
    assert pointers(outcome) == ["/ground"]


@pytest.mark.guarantee("CS-6")
def test_14_1_3_a_ground_is_over_on_the_day_after_its_benefit() -> None:
    desk = new_case()
    last = date(2025, 2, 14)
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, date(2024, 11, 1), last), OPENED)
    assert isinstance(desk.asks(start("14.1.3"), last), Decision)
    assert refused(desk.asks(start("14.1.3"), date(2025, 2, 15))) == [
        ("assessment-ground", "14.1.3", None)
    ]


def test_14_1_2_protection_is_a_ground_and_another_permit_is_none() -> None:
    protected = new_case(ResidenceGroup.PROTECTION)
    assert isinstance(protected.asks(start("14.1.2"), STARTED), Decision)
    assert refused(new_case().asks(start("14.1.2"), STARTED)) == [
        ("assessment-ground", "14.1.2", None)
    ]


def test_14_1_a_ground_the_edition_has_not_is_refused() -> None:
    outcome = opened().asks(start("14.1.9"), STARTED)
    assert refused(outcome) == [("ground-of-the-edition", "14.1", None)]
    assert pointers(outcome) == ["/ground"]


@pytest.mark.guarantee("CS-6")
def test_14_1_a_ground_is_one_of_the_edition_in_force_on_the_day() -> None:
    enacted, amended = opened(), opened(LAW_IN_FORCE)
    for desk in (enacted, amended):
        desk.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, OPENED), OPENED)
    assert refused(enacted.asks(start("14.1.5"), STARTED)) == [
        ("ground-of-the-edition", "14.1", None),
        ("multisectoral-assessment-due", "15.3", None),
    ]
    assert rule_log(amended.asks(start("14.1.5"), STARTED))[1] == (
        "assessment-ground",
        "14.1.5",
        True,
    )


@pytest.mark.guarantee("CS-7")
def test_14_1_too_late_and_without_a_ground_are_named_at_once() -> None:
    outcome = new_case().asks(start("14.1.1"), date(2025, 9, 17))
    assert refused(outcome) == [
        ("assessment-window", "14.1", date(2025, 9, 16)),
        ("assessment-ground", "14.1.1", None),
    ]


@pytest.mark.guarantee("CS-6")
def test_14_2_a_second_assessment_starts_only_when_the_first_is_no_longer_under_way() -> None:
    desk = under_assessment()
    outcome = desk.asks(start("14.1.4"), date(2025, 2, 12))
    assert refused(outcome, conflict=True) == [("one-assessment-at-a-time", "14.2", None)]
    desk.does(complete(desk), ASSESSED)
    assert isinstance(desk.asks(start("14.1.4"), ASSESSED), Decision)
    late = desk.asks(start("14.1.4"), date(2025, 2, 12))  # it was under way on that day
    assert refused(late, conflict=True) == [("one-assessment-at-a-time", "14.2", None)]


# interview and expert assessments -----------------------------------------------------------------


def test_14_the_initial_interview_belongs_to_an_assessment_under_way() -> None:
    desk = under_assessment()
    fact = only(desk.does(interview(desk.assessment), INTERVIEWED), InitialInterviewHeld)
    assert (fact.assessment_id, fact.language, fact.interpreter) == (desk.assessment, "fa", True)
    assert desk.state.assessments[0].interviews == (INTERVIEWED,)


@pytest.mark.guarantee("CS-9")
def test_14_2_no_step_of_an_assessment_comes_before_its_start() -> None:
    desk = under_assessment()
    before = date(2025, 2, 9)
    for act in (
        interview(desk.assessment),
        order_expert(desk.assessment),
        complete(desk),
        DiscontinueAssessment(assessment=desk.assessment, reason="Moved"),
    ):
        outcome = desk.asks(act, before)
        assert refused(outcome, conflict=True) == [("assessment-under-way", "14.2", None)]
        assert isinstance(desk.asks(act, STARTED), Decision)


@pytest.mark.guarantee("CS-9")
def test_14_2_a_step_of_an_assessment_the_case_has_not_is_refused() -> None:
    outcome = under_assessment().asks(interview(uuid4()), INTERVIEWED)
    assert refused(outcome, conflict=True) == [("assessment-under-way", "14.2", None)]


@pytest.mark.guarantee("CS-9")
def test_14_2_no_step_follows_the_completion_or_the_discontinuation() -> None:
    completed, discontinued = assessed(), under_assessment()
    reason = DiscontinueAssessment(assessment=discontinued.assessment, reason="Moved")
    assert only(discontinued.does(reason, ASSESSED), AssessmentDiscontinued).reason == "Moved"
    assert discontinued.state.assessments[0].discontinued_on == ASSESSED
    after = date(2025, 2, 25)
    for desk in (completed, discontinued):
        for act in (
            interview(desk.assessment),
            order_expert(desk.assessment),
            complete(desk),
            DiscontinueAssessment(assessment=desk.assessment, reason="Moved"),
        ):
            outcome = desk.asks(act, after)
            assert refused(outcome, conflict=True) == [("assessment-under-way", "14.2", None)]


@pytest.mark.guarantee("CS-9")
def test_14_2_an_interview_held_before_the_completion_may_be_recorded_after_it() -> None:
    desk = assessed()
    late = date(2025, 2, 27)
    fact = only(
        desk.does(interview(desk.assessment), INTERVIEWED, today=late), InitialInterviewHeld
    )
    assert fact.assessment_id == desk.assessment
    assert desk.state.assessments[0].interviews == (INTERVIEWED,)
    assert isinstance(desk.asks(order_expert(desk.assessment), INTERVIEWED, today=late), Decision)
    on_its_last_day = desk.asks(interview(desk.assessment), ASSESSED, today=late)
    assert isinstance(on_its_last_day, Decision)


@pytest.mark.guarantee("CS-9")
def test_14_2_an_expert_assessment_is_obtained_once_and_not_before_it_was_ordered() -> None:
    desk = under_assessment()
    ordered = only(desk.does(order_expert(desk.assessment), INTERVIEWED), ExpertAssessmentOrdered)
    act = obtain_expert(ordered.expert_assessment_id)
    awaited = [("expert-assessment-awaited", "14.2", None)]
    assert refused(desk.asks(act, date(2025, 2, 16)), conflict=True) == awaited
    assert refused(desk.asks(obtain_expert(uuid4()), ASSESSED), conflict=True) == awaited
    fact = only(desk.does(act, INTERVIEWED), ExpertAssessmentObtained)
    assert (fact.assessment_id, fact.result) == (desk.assessment, "Hears well")
    assert desk.state.assessments[0].expert_assessments[0].obtained_on == INTERVIEWED
    assert refused(desk.asks(act, ASSESSED), conflict=True) == awaited


def test_14_2_an_expert_assessment_may_come_after_the_completion() -> None:
    desk = under_assessment()
    desk.does(order_expert(desk.assessment), INTERVIEWED)
    first, second = desk.state.assessments[0].expert_assessments, order_expert(desk.assessment)
    desk.does(second, INTERVIEWED)
    desk.does(complete(desk), ASSESSED)
    desk.does(obtain_expert(first[0].expert_assessment_id), date(2025, 4, 1))
    obtained = [e.obtained_on for e in desk.state.assessments[0].expert_assessments]
    assert obtained == [date(2025, 4, 1), None]


@pytest.mark.guarantee("CS-9")
def test_3_1_the_result_is_recorded_by_who_answered_then_or_by_the_expert() -> None:
    desk = under_assessment()
    desk.does(order_expert(desk.assessment), INTERVIEWED)
    desk.does(complete(desk), ASSESSED)
    desk.does(refer(), ASSESSED)
    desk.does(accept(desk.referral, date(2025, 3, 10)), date(2025, 3, 10), by=VAASA_TE)
    (expert,) = desk.state.assessments[0].expert_assessments
    act = obtain_expert(expert.expert_assessment_id)
    answers_not = [("obtained-by-who-answers", "3.1", None)]
    by_hospital = Organisation(id="hospital", kind=OrganisationKind.WELFARE_AREA)
    for day, who, lawful in (
        (date(2025, 3, 9), VAASA, True),
        (date(2025, 3, 10), VAASA, False),
        (date(2025, 3, 10), VAASA_TE, True),
        (date(2025, 3, 9), VAASA_TE, False),
        (date(2025, 3, 9), POHJANMAA, False),
        (date(2025, 3, 9), by_hospital, True),
    ):
        outcome = desk.asks(act, day, by=who)
        if lawful:
            assert isinstance(outcome, Decision)
            assert rule_log(outcome) == [("obtained-by-who-answers", "3.1", True)]
        else:
            assert refused(outcome) == answers_not


# completing ---------------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-10")
def test_decree_1_1_the_assessment_ends_with_findings_and_what_they_mean_for_a_plan() -> None:
    desk = under_assessment()
    decision = desk.does(complete(desk, planned_on=date(2025, 3, 3)), ASSESSED)
    fact = only(decision, AssessmentCompleted)
    assert (fact.assessment_id, len(fact.findings)) == (desk.assessment, 1)
    assert fact.plan == PlannedPlan(outcome=PlanOutcome.PLAN_ON_DATE, date=date(2025, 3, 3))
    assert rule_log(decision) == [("no-plan-needs-reasons", "decree:1.1", True)]
    completed = desk.state.assessments[0]
    assert (completed.completed_on, completed.under_way) == (ASSESSED, False)
    assert completed.finds_need_of_plan
    assert last_completed_by(desk.state.assessments, date(2025, 2, 23)) is None
    assert last_completed_by(desk.state.assessments, ASSESSED) == completed


@pytest.mark.guarantee("CS-10")
def test_decree_1_1_no_plan_needs_reasons() -> None:
    desk = under_assessment()
    outcome = desk.asks(complete(desk, outcome=NO_PLAN), ASSESSED)
    assert refused(outcome) == [("no-plan-needs-reasons", "decree:1.1", None)]
    assert pointers(outcome) == ["/plan/reasons"]
    desk.does(complete(desk, outcome=NO_PLAN, reasons="At work in her own field"), ASSESSED)
    assert not desk.state.assessments[0].finds_need_of_plan


@pytest.mark.guarantee("CS-10")
def test_decree_1_1_no_family_plan_needs_reasons_too() -> None:
    desk = under_assessment()
    none, reasoned = PlannedPlan(outcome=NO_PLAN), PlannedPlan(outcome=NO_PLAN, reasons="No need")
    outcome = desk.asks(complete(desk, family_plan=none), ASSESSED)
    assert refused(outcome) == [("no-plan-needs-reasons", "decree:1.1", None)]
    assert pointers(outcome) == ["/familyPlan/reasons"]
    decision = desk.does(complete(desk, family_plan=reasoned), ASSESSED)
    assert only(decision, AssessmentCompleted).family_plan == reasoned
    assert len(decision.rules) == 2


@pytest.mark.guarantee("CS-10")
def test_21_1_an_edition_without_family_plans_plans_none() -> None:
    desk = under_assessment(LAW_IN_FORCE)
    family = PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE)
    outcome = desk.asks(complete(desk, family_plan=family), ASSESSED)
    assert refused(outcome) == [("family-plan-of-the-edition", "16", None)]
    assert pointers(outcome) == ["/familyPlan"]
    assert isinstance(desk.asks(complete(desk), ASSESSED), Decision)


@pytest.mark.guarantee("CS-10")
@pytest.mark.parametrize(("day", "lawful"), [(ASSESSED, True), (date(2025, 2, 23), False)])
def test_decree_1_1_a_plan_is_planned_for_the_day_of_completion_or_after_it(
    day: date, lawful: bool
) -> None:
    desk = under_assessment()
    outcome = desk.asks(complete(desk, planned_on=day), ASSESSED)
    if lawful:
        assert isinstance(outcome, Decision)
    else:
        assert refused(outcome) == [("planned-after-assessment", "decree:1.1", None)]
        assert pointers(outcome) == ["/plan/date"]


@pytest.mark.guarantee("CS-7")
def test_decree_1_1_all_that_is_wrong_with_two_planned_plans_is_named_at_once() -> None:
    desk = under_assessment()
    act = complete(desk, planned_on=date(2025, 2, 3), family_plan=PlannedPlan(outcome=NO_PLAN))
    outcome = desk.asks(act, ASSESSED)
    assert refused(outcome) == [
        ("no-plan-needs-reasons", "decree:1.1", None),
        ("planned-after-assessment", "decree:1.1", None),
    ]
    assert pointers(outcome) == ["/familyPlan/reasons", "/plan/date"]


@pytest.mark.guarantee("CS-6")
def test_14_6_who_was_a_victim_of_trafficking_is_reached_later_whatever_came_after() -> None:
    desk = Desk()
    desk.does(open_case(), OPENED)
    desk.does(residence(date(2021, 1, 1), group=ResidenceGroup.VICTIM_OF_TRAFFICKING), OPENED)
    desk.does(residence(date(2024, 1, 1)), OPENED)
    desk.does(status(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, date(2024, 1, 1)), OPENED)
    assert isinstance(desk.asks(start("14.1.1"), date(2025, 2, 10)), Decision)
