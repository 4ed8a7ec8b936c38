"""Switching the kind of plan at a review, and what else a review may carry (22 § 1, 4 mom.)."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from tests.acts import (
    draw_up,
    end,
    extend,
    findings,
    goals,
    lengthen,
    obstacle,
    review,
    start_studies,
    switch,
)
from tests.acts import status as at
from tests.desk import (
    DRAWN_UP,
    LAST_DAY,
    LAW_IN_FORCE,
    MAXIMUM,
    SECOND_DRAWN_UP,
    TRAINING,
    VAASA_TE,
    Desk,
    pointers,
    refused,
    rule_log,
)
from tests.standing import assessed, planned, planned_to_the_maximum, planned_together

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.plan.acts import Ending, Measure
from cases.domain.case.plan.facts import PlanDrawnUp, PlanEnded
from cases.domain.case.responsibility.acts import Referral
from cases.domain.case.responsibility.facts import ReferredToEmploymentAuthority
from cases.domain.case.review.acts import (
    ChangedMeasure,
    KindNeeded,
    Participation,
    PlanChanges,
    ReviewPlan,
    SwitchPlan,
)
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.codes.values import (
    EndingGround,
    ExtensionGround,
    GoalKind,
    InForce,
    LabourMarketStatus,
    ParticipationState,
    PlanKind,
    PlanOutcome,
    ReferralReason,
    ReviewHeldBy,
    Service,
)

HELD = date(2025, 9, 1)
REVIEW_ON = date(2026, 3, 2)
TO_TE = Referral(to="vaasa-te", reason=ReferralReason.INTENDS_TO_REGISTER)
EDUCATED = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3))
A_DAY = timedelta(days=1)


def to_multisectoral(desk: Desk, until: date = MAXIMUM, **more: object) -> SwitchPlan:
    kind = PlanKind.MULTISECTORAL
    return switch(desk.plan, kind, HELD, until, review_on=REVIEW_ON, **more)


# the switch, 22 § 4 mom. --------------------------------------------------------------------------


@pytest.mark.guarantee("CS-32")
def test_22_4_the_plan_is_replaced_at_a_review_by_a_successor_and_the_maximum_runs_on() -> None:
    desk = planned()
    old = desk.plan
    decision = desk.does(to_multisectoral(desk), HELD)
    reviewed, switched, drawn_up = decision.facts
    assert isinstance(reviewed, PlanReviewed)
    assert isinstance(switched, PlanSwitched)
    assert isinstance(drawn_up, PlanDrawnUp)
    assert (switched.plan_id, switched.successor_id, switched.last_day) == (
        old,
        drawn_up.plan_id,
        HELD - A_DAY,
    )
    assert (drawn_up.kind, drawn_up.replaces) == (PlanKind.MULTISECTORAL, old)
    assert [(rule, section) for rule, section, _ in rule_log(decision)] == [
        ("reviewed-by-who-answers", "3.1"),
        ("switched-to-other-kind", "22.4"),
        ("drawn-up-with-welfare-area", "17.1"),
        ("goals", "18"),
        ("all-plans", "23.2"),
        ("review-due", "22.1"),
    ]
    days = (HELD - A_DAY, HELD, MAXIMUM, MAXIMUM + A_DAY)
    assert [desk.in_force(day, plan=old) for day in days] == [InForce.FULLY, None, None, None]
    assert [desk.in_force(day) for day in days] == [None, InForce.FULLY, InForce.FULLY, None]
    assert desk.maximum() == MAXIMUM


@pytest.mark.guarantee("CS-32")
def test_22_4_and_back_again() -> None:
    desk = planned_together()
    act = switch(desk.plan, PlanKind.INTEGRATION, HELD, MAXIMUM, review_on=REVIEW_ON)
    desk.does(act, HELD)
    assert desk.state.plans[-1].kind is PlanKind.INTEGRATION
    day = date(2026, 2, 2)
    back = switch(desk.plan, PlanKind.MULTISECTORAL, day, MAXIMUM, review_on=date(2026, 8, 3))
    desk.does(back, day)
    assert [desk.in_force(d, plan=p.plan_id) for p in desk.state.plans for d in (day, MAXIMUM)] == [
        *([None] * 4),
        InForce.FULLY,
        InForce.FULLY,
    ]
    # A plan drawn up afterwards is of the kind last in force.
    later = draw_up(MAXIMUM + A_DAY, date(2027, 6, 1), review_on=date(2026, 9, 1))
    assert ("ordinary-plan-instead", "17.2", None) in refused(desk.asks(later, date(2026, 3, 2)))


@pytest.mark.guarantee("CS-32")
def test_22_4_to_the_kind_it_has_already_is_no_switch() -> None:
    desk = planned()
    same = switch(
        desk.plan,
        PlanKind.INTEGRATION,
        HELD,
        MAXIMUM,
        review_on=REVIEW_ON,
        review=findings(ReviewHeldBy.MUNICIPALITY),
    )
    outcome = desk.asks(same, HELD)
    assert refused(outcome) == [("switched-to-other-kind", "22.4", None)]
    assert pointers(outcome) == ["/to"]


@pytest.mark.guarantee("CS-32")
def test_22_4_the_edition_in_force_has_no_switch() -> None:
    desk = planned(LAW_IN_FORCE)
    outcome = desk.asks(to_multisectoral(desk), HELD)
    assert refused(outcome) == [("switch-of-the-edition", "22", None)]


@pytest.mark.guarantee("CS-32")
def test_22_4_and_23_2_the_successor_keeps_the_maximum_of_the_first_plan() -> None:
    desk = planned()
    outcome = desk.asks(to_multisectoral(desk, MAXIMUM + A_DAY), HELD)
    assert refused(outcome) == [("all-plans", "23.2", MAXIMUM)]
    assert pointers(outcome) == ["/validUntil"]


@pytest.mark.guarantee("CS-7")
def test_22_4_the_successor_is_held_to_the_rules_of_a_plan_all_named_at_once() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, HELD), HELD)
    act = switch(
        desk.plan,
        PlanKind.MULTISECTORAL,
        HELD - A_DAY,
        MAXIMUM + A_DAY,
        review_on=date(2026, 3, 3),
        parties=("vaasa",),
        goals=goals(GoalKind.LANGUAGE),
        review=findings(ReviewHeldBy.EMPLOYMENT_AUTHORITY),
        extension=lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 3, 4)),
        referral=Referral(to="opisto", reason=ReferralReason.INTENDS_TO_REGISTER),
    )
    outcome = desk.asks(act, HELD)
    assert list(zip(refused(outcome), pointers(outcome), strict=True)) == [
        (("reviewed-by-who-answers", "3.1", None), "/review/heldBy"),
        (("extends-within-its-cap", "23.3", date(2029, 3, 3)), "/extension/until"),
        (("drawn-up-with-welfare-area", "17.1", None), "/parties"),
        (("goals", "18", None), "/goals"),
        (("job-search-obligation", "19", None), "/jobSearchObligation"),
        (("valid-from-drawing-up", "20.1", None), "/validFrom"),
        (("all-plans", "23.2", MAXIMUM), "/validUntil"),
        (("review-due", "22.1", date(2026, 3, 2)), "/nextReviewOn"),
        (("referred-to-employment-authority", "3.1", None), "/referral/to"),
    ]


@pytest.mark.guarantee("CS-32")
def test_22_4_a_successor_does_not_run_into_a_later_plan() -> None:
    desk = planned_to_the_maximum()
    first = desk.state.plans[0].plan_id
    work = {"job_search_obligation": "Four jobs a month"}
    over = switch(
        first, PlanKind.MULTISECTORAL, HELD, date(2026, 3, 4), review_on=REVIEW_ON, **work
    )
    outcome = desk.asks(over, HELD)
    assert refused(outcome) == [("one-plan-in-force", "16.1", None)]
    up_to = switch(first, PlanKind.MULTISECTORAL, HELD, LAST_DAY, review_on=REVIEW_ON, **work)
    assert isinstance(desk.asks(up_to, HELD), Decision)


@pytest.mark.guarantee("CS-32")
def test_22_4_a_switch_may_carry_an_extension_and_a_referral() -> None:
    desk = planned()
    act = to_multisectoral(desk, date(2028, 3, 3), extension=EDUCATED, referral=TO_TE)
    decision = desk.does(act, HELD)
    assert [type(fact) for fact in decision.facts] == [
        PlanReviewed,
        PlanExtended,
        PlanSwitched,
        PlanDrawnUp,
        ReferredToEmploymentAuthority,
    ]
    assert desk.maximum() == desk.last_day() == date(2028, 3, 3)
    assert desk.state.responsibility.referrals[-1].awaits_on(HELD)


@pytest.mark.guarantee("CS-32")
def test_22_4_what_has_been_ended_or_switched_is_not_switched_or_ended_again() -> None:
    ended, switched = planned(), planned()
    ended.does(end(ended.plan, date(2025, 12, 31)), date(2025, 8, 1))
    old = switched.plan
    # The successor begins a month later.
    begins = switch(old, PlanKind.MULTISECTORAL, date(2025, 10, 1), MAXIMUM, review_on=REVIEW_ON)
    switched.does(begins, HELD)
    again = switch(
        old, PlanKind.MULTISECTORAL, date(2025, 9, 2), date(2025, 9, 20), review_on=REVIEW_ON
    )
    over = [("plan-not-over", "23.2", date(2025, 9, 30))]
    assert refused(switched.asks(again, date(2025, 9, 2)), conflict=True) == over
    ending = end(old, date(2025, 9, 20))
    assert refused(switched.asks(ending, date(2025, 9, 2)), conflict=True) == over
    outcome = ended.asks(to_multisectoral(ended), HELD)
    assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", date(2025, 12, 31))]


@pytest.mark.guarantee("CS-32")
def test_22_4_a_switch_recorded_late_takes_back_no_review_on_record() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=REVIEW_ON), date(2025, 10, 1))
    outcome = desk.asks(to_multisectoral(desk), HELD)
    assert refused(outcome, conflict=True) == [("ended-after-last-review", "22.1", None)]
    assert pointers(outcome) == ["/validFrom"]


@pytest.mark.guarantee("CS-32")
def test_22_4_a_switch_recorded_late_replaces_the_plan_from_its_own_day() -> None:
    desk = planned()
    old = desk.plan
    desk.does(to_multisectoral(desk), HELD, today=date(2025, 12, 1))
    assert [desk.in_force(day, plan=old) for day in (HELD - A_DAY, HELD)] == [InForce.FULLY, None]


def test_22_1_a_plan_given_up_before_it_began_is_not_reviewed() -> None:
    desk = assessed()
    desk.does(draw_up(date(2025, 4, 1), LAST_DAY, review_on=HELD), DRAWN_UP)
    desk.does(end(desk.plan, date(2025, 3, 10)), date(2025, 3, 10))
    outcome = desk.asks(review(desk.plan, next_on=HELD), date(2025, 4, 2))
    assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", date(2025, 3, 10))]


# what a review changes ----------------------------------------------------------------------------


def changing(desk: Desk, **changes: object) -> ReviewPlan:
    return review(desk.plan, next_on=REVIEW_ON, changes=PlanChanges.model_validate(changes))


@pytest.mark.guarantee("CS-33")
def test_22_1_a_review_changes_goals_measures_and_follow_up_from_its_day_on() -> None:
    desk = planned()
    training, orientation = desk.measures
    more = ChangedMeasure(measure=training, content=TRAINING.model_copy(update={"hours": 20}))
    new = Measure(service=Service.EMPLOYMENT_SERVICE, provider="vaasa-te", serves="Work")
    changes = PlanChanges(
        goals=goals(GoalKind.ENTREPRENEURSHIP),
        changed_measures=(more,),
        ended_measures=(orientation,),
        added_measures=(new,),
        follow_up="Each week",
    )
    act = review(desk.plan, next_on=REVIEW_ON, changes=changes, new_needs=("Child care",))
    desk.does(act, HELD)
    plan = desk.state.plans[0]
    assert [m.measure for m in plan.measures_on(HELD)] == [more.content, new]
    assert plan.goals_on(HELD) == goals(GoalKind.ENTREPRENEURSHIP)
    assert plan.follow_up_on(HELD) == "Each week"
    before = HELD - A_DAY
    assert [m.measure_id for m in plan.measures_on(before)] == [training, orientation]
    assert plan.goals_on(before) == plan.goals
    assert plan.follow_up_on(before) == "Officer calls each month"


@pytest.mark.guarantee("CS-33")
def test_18_a_jobseekers_goals_are_not_changed_to_ones_without_work() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, HELD), HELD)
    act = review(desk.plan, next_on=REVIEW_ON, changes=PlanChanges(goals=goals(GoalKind.LANGUAGE)))
    outcome = desk.asks(act, HELD)
    assert refused(outcome) == [("goals", "18", None)]
    assert pointers(outcome) == ["/changes/goals"]
    assert isinstance(desk.asks(act, HELD - A_DAY, today=HELD), Decision)


@pytest.mark.guarantee("CS-33")
def test_19_only_measures_of_the_plan_are_changed_or_ended_each_once() -> None:
    desk = planned()
    desk.does(
        review(
            desk.plan,
            next_on=date(2025, 12, 1),
            changes=PlanChanges(ended_measures=desk.measures[:1]),
        ),
        date(2025, 6, 2),
    )
    gone, orientation = desk.measures
    again = PlanChanges(
        added_measures=(TRAINING,),
        changed_measures=(ChangedMeasure(measure=gone, content=TRAINING),),
        ended_measures=(orientation,),
    )
    outcome = desk.asks(review(desk.plan, next_on=REVIEW_ON, changes=again), HELD)
    assert refused(outcome) == [("measure-of-the-plan", "19", None)]
    assert pointers(outcome) == ["/changes/changedMeasures/0"]
    with pytest.raises(ValidationError, match="named twice"):
        PlanChanges(ended_measures=(gone, gone))


@pytest.mark.guarantee("CS-33")
def test_23_2_a_review_moves_the_first_plans_own_last_day_within_its_year() -> None:
    desk = assessed()
    desk.does(draw_up(DRAWN_UP, date(2025, 12, 31), review_on=HELD), DRAWN_UP)
    year = desk.asks(changing(desk, validUntil=LAST_DAY + A_DAY), HELD)
    assert refused(year) == [("first-plan", "23.2", LAST_DAY)]
    assert pointers(year) == ["/changes/validUntil"]
    desk.does(changing(desk, validUntil=LAST_DAY), HELD)
    assert desk.last_day() == LAST_DAY
    desk.does(changing(desk, validUntil=date(2025, 11, 28)), date(2025, 10, 1))
    assert desk.last_day() == date(2025, 11, 28)


@pytest.mark.guarantee("CS-33")
def test_23_2_an_extension_of_the_maximum_lengthens_the_first_plans_year_by_nothing() -> None:
    desk = planned()
    desk.does(extend(desk.plan, EDUCATED), date(2025, 6, 2))
    outcome = desk.asks(changing(desk, validUntil=LAST_DAY + A_DAY), HELD)
    assert refused(outcome) == [("first-plan", "23.2", LAST_DAY)]


@pytest.mark.guarantee("CS-33")
def test_23_2_a_review_moves_a_later_plans_own_last_day_up_to_the_maximum() -> None:
    desk = planned()
    second = draw_up(date(2026, 3, 4), date(2026, 12, 31), review_on=date(2026, 8, 20))
    desk.does(second, SECOND_DRAWN_UP)
    day = date(2026, 8, 20)

    def until(last_day: date) -> ReviewPlan:
        changes = PlanChanges(valid_until=last_day)
        return review(desk.plan, next_on=date(2027, 2, 1), changes=changes)

    assert refused(desk.asks(until(MAXIMUM + A_DAY), day)) == [("all-plans", "23.2", MAXIMUM)]
    past = desk.asks(until(day - A_DAY), day)
    assert refused(past) == [("own-last-day-ahead", "23.2", None)]
    assert pointers(past) == ["/changes/validUntil"]
    assert isinstance(desk.asks(until(day), day), Decision)
    desk.does(until(MAXIMUM), day)
    # What reaches the maximum now moves with it.
    desk.does(extend(desk.plan, EDUCATED), date(2026, 9, 1))
    assert desk.last_day() == date(2028, 3, 3)


@pytest.mark.guarantee("CS-33")
def test_23_and_31_a_last_day_beyond_the_extended_maximum_is_refused_by_its_last_term() -> None:
    desk = planned_to_the_maximum(born=date(2004, 6, 1))
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    day = date(2026, 11, 2)
    terms = [
        (obstacle(date(2026, 1, 12), date(2026, 3, 8)), "extension-for-obstacle", "23.4"),
        (
            lengthen(ExtensionGround.STUDIES_UNDER_25, date(2027, 10, 28)),
            "extension-for-studies",
            "31.1",
        ),
    ]
    for extension, rule, section in terms:
        desk.does(extend(desk.plan, extension), day)
        last = desk.maximum()
        changes = PlanChanges(valid_until=last + A_DAY)
        outcome = desk.asks(review(desk.plan, next_on=date(2027, 5, 3), changes=changes), day)
        assert refused(outcome) == [(rule, section, last)]


@pytest.mark.guarantee("CS-33")
def test_16_1_a_review_does_not_lengthen_a_plan_over_the_next_one() -> None:
    desk = assessed()
    desk.does(draw_up(DRAWN_UP, date(2025, 12, 31), review_on=HELD), DRAWN_UP)
    first = desk.plan
    desk.does(draw_up(date(2026, 2, 1), MAXIMUM, review_on=date(2026, 1, 7)), date(2025, 8, 4))
    over = review(first, next_on=REVIEW_ON, changes=PlanChanges(valid_until=date(2026, 2, 1)))
    outcome = desk.asks(over, HELD)
    assert refused(outcome) == [("one-plan-in-force", "16.1", None)]
    up_to = review(first, next_on=REVIEW_ON, changes=PlanChanges(valid_until=date(2026, 1, 31)))
    assert isinstance(desk.asks(up_to, HELD), Decision)


# what a review carries ----------------------------------------------------------------------------


@pytest.mark.guarantee("CS-34")
def test_22_one_review_carries_an_extension_an_ending_and_a_referral() -> None:
    desk = planned_to_the_maximum()
    day = date(2027, 1, 11)
    act = review(
        desk.plan,
        next_on=date(2027, 7, 12),
        extension=EDUCATED,
        ending=Ending(ground=EndingGround.EMPLOYED, ends_on=date(2027, 7, 30)),
        referral=TO_TE,
        kind_needed=KindNeeded(kind=PlanKind.MULTISECTORAL, reason="Health"),
        intends_to_become_jobseeker=True,
    )
    decision = desk.does(act, day)
    assert [type(fact) for fact in decision.facts] == [
        PlanReviewed,
        PlanExtended,
        PlanEnded,
        ReferredToEmploymentAuthority,
    ]
    assert rule_log(decision) == [
        ("reviewed-by-who-answers", "3.1", True),
        ("special-measures", "23.3", True),
        ("extends-within-its-cap", "23.3", True),
        ("all-plans", "23.2", "2027-03-03"),
        ("extension", "23.3", "2028-03-03"),
        # Beyond the old maximum: decided on what the extension leaves.
        ("ends-within-validity", "23.2", True),
        ("referred-to-employment-authority", "3.1", True),
        ("review-due", "22.1", "2027-07-12"),
    ]
    assert (desk.last_day(), desk.maximum()) == (date(2027, 7, 30), date(2028, 3, 3))
    assert desk.state.reviews[-1].kind_needed == act.kind_needed


@pytest.mark.guarantee("CS-7")
def test_22_all_that_a_review_and_what_it_carries_break_is_named_at_once() -> None:
    desk = planned_to_the_maximum()
    day = date(2027, 1, 11)
    act = review(
        desk.plan,
        next_on=date(2027, 7, 13),
        held_by=ReviewHeldBy.EMPLOYMENT_AUTHORITY,
        participation=(
            Participation(
                measure=desk.state.plans[0].measures[0].measure_id,
                state=ParticipationState.COMPLETED,
            ),
        ),
        extension=lengthen(ExtensionGround.LITTLE_EDUCATION, None, special_measures=()),
        ending=Ending(ground=EndingGround.EMPLOYED, ends_on=date(2027, 3, 4)),
        referral=Referral(to="vaasa", reason=ReferralReason.INTENDS_TO_REGISTER),
    )
    outcome = desk.asks(act, day)
    assert list(zip(refused(outcome), pointers(outcome), strict=True)) == [
        (("reviewed-by-who-answers", "3.1", None), "/heldBy"),
        (("measure-of-the-plan", "19", None), "/participation/0/measure"),
        (("special-measures", "23.3", MAXIMUM), "/extension/specialMeasures"),
        (("ends-within-validity", "23.2", MAXIMUM), "/ending/endsOn"),
        (("referred-to-employment-authority", "3.1", None), "/referral/to"),
        (("review-due", "22.1", date(2027, 7, 12)), "/nextReviewOn"),
    ]


@pytest.mark.guarantee("CS-34")
def test_22_1_no_next_review_is_needed_where_the_plan_is_over_by_then() -> None:
    desk = planned_to_the_maximum()
    day = date(2027, 1, 11)
    assert isinstance(desk.asks(review(desk.plan, next_on=None), day), Decision)
    ending = Ending(ground=EndingGround.EMPLOYED, ends_on=date(2026, 12, 31))
    ended = review(desk.plan, next_on=None, ending=ending)
    assert isinstance(desk.asks(ended, date(2026, 8, 20)), Decision)
    goes_on = desk.asks(review(desk.plan, next_on=None), date(2026, 8, 20))
    assert refused(goes_on) == [("review-due", "22.1", date(2027, 2, 22))]
    # Unless the review itself lets it go on.
    extended = desk.asks(review(desk.plan, next_on=None, extension=EDUCATED), day)
    assert refused(extended) == [("review-due", "22.1", date(2027, 7, 12))]


@pytest.mark.guarantee("CS-34")
def test_22_and_21_the_need_of_a_family_plan_is_found_where_the_act_has_one() -> None:
    family_plan = PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE)
    desk, in_force = planned(), planned(LAW_IN_FORCE)
    act = review(desk.plan, next_on=REVIEW_ON, family_plan=family_plan)
    desk.does(act, HELD)
    assert desk.state.reviews[-1].family_plan == family_plan
    act = review(in_force.plan, next_on=REVIEW_ON, family_plan=family_plan)
    outcome = in_force.asks(act, HELD)
    assert refused(outcome) == [("family-plan-of-the-edition", "16", None)]
    assert pointers(outcome) == ["/familyPlan"]


@pytest.mark.guarantee("CS-34")
def test_22_the_edition_in_force_carries_the_rest() -> None:
    desk = planned_to_the_maximum(LAW_IN_FORCE)
    act = review(
        desk.plan,
        next_on=date(2027, 7, 12),
        held_by=ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA,
        extension=EDUCATED,
        referral=TO_TE,
    )
    desk.does(act, date(2027, 1, 11))
    assert desk.last_day() == date(2028, 3, 3)


@pytest.mark.guarantee("CS-20")
def test_22_1_whose_initiative_it_was_is_said_unless_the_welfare_area_reviews_alone() -> None:
    with pytest.raises(ValidationError, match="initiative is needed"):
        findings(ReviewHeldBy.MUNICIPALITY, initiative=None)
    assert findings(ReviewHeldBy.WELFARE_AREA, initiative=None).initiative is None


def test_22_1_a_review_is_recorded_by_who_answers_and_is_of_its_kind() -> None:
    desk = planned()
    by_te = review(
        desk.plan, next_on=REVIEW_ON, held_by=ReviewHeldBy.EMPLOYMENT_AUTHORITY_AND_WELFARE_AREA
    )
    outcome = desk.asks(by_te, HELD, by=VAASA_TE)
    assert refused(outcome) == [("reviewed-by-who-answers", "3.1", None)]
