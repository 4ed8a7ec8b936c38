"""Multisectoral assessments and plans: grounds, departures, parties, reviews (15, 17, 22 §)."""

from datetime import date

import pytest
from pydantic import ValidationError
from tests.acts import (
    benefit,
    complete,
    draw_up,
    draw_up_together,
    end,
    goals,
    lengthen,
    open_case,
    residence,
    review,
    start,
    start_together,
    switch,
)
from tests.desk import (
    ASSESSED,
    DRAWN_UP,
    GRANTED,
    LAST_DAY,
    LAW_IN_FORCE,
    OPENED,
    POHJANMAA,
    REHABILITATION,
    TRAINING,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import (
    assessed,
    assessed_together,
    opened,
    planned,
    planned_together,
    under_assessment,
)

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import Departure, ForgoAssessment, PlannedPlan
from cases.domain.case.assessment.facts import AssessmentForgone, AssessmentStarted
from cases.domain.case.plan.acts import Ending, Measure, PlanDeparture
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.responsibility.acts import Referral
from cases.domain.case.review.acts import (
    ChangedMeasure,
    KindNeeded,
    Participation,
    PlanChanges,
    ReviewPlan,
)
from cases.domain.case.review.evolution import planned_review, review_counted_from
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.codes.values import (
    AssessmentKind,
    Benefit,
    EndingGround,
    ExtensionGround,
    GoalKind,
    ParticipationState,
    PlanKind,
    PlanOutcome,
    ReferralReason,
    ResidenceGroup,
    ReviewHeldBy,
    Service,
)

STARTED = date(2025, 2, 10)
HELD = date(2025, 9, 1)
TOGETHER = ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA


def person(group: ResidenceGroup, born: date = date(1992, 3, 14)) -> Desk:
    desk = Desk()
    desk.does(open_case(date_of_birth=born), OPENED)
    desk.does(residence(GRANTED, group), OPENED)
    return desk


def on_social_assistance() -> Desk:
    desk = opened()
    notice = benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, date(2025, 1, 1))
    desk.does(notice, OPENED)
    return desk


# the assessment, 15 § -----------------------------------------------------------------------------


@pytest.mark.guarantee("CS-29")
@pytest.mark.parametrize(
    ("desk", "ground"),
    [
        (person(ResidenceGroup.QUOTA_REFUGEE), "15.1.1"),
        (person(ResidenceGroup.YOUNG_WITHOUT_GUARDIAN, date(2000, 2, 11)), "15.1.2"),
        (person(ResidenceGroup.VICTIM_OF_TRAFFICKING), "15.1.3"),
        (on_social_assistance(), "15.1.4"),
        (opened(), "15.1.5"),
    ],
    ids=["15.1.1", "15.1.2", "15.1.3", "15.1.4", "15.1.5"],
)
def test_15_1_a_multisectoral_assessment_starts_on_each_of_its_grounds(
    desk: Desk, ground: str
) -> None:
    decision = desk.asks(start_together(ground), STARTED)
    fact = only(decision, AssessmentStarted)
    assert (fact.kind, fact.ground, fact.participants) == (
        AssessmentKind.MULTISECTORAL,
        ground,
        ("pohjanmaa",),
    )
    assert rule_log(decision)[1:] == [
        ("assessment-ground", ground, True),
        ("ground-of-the-kind", "15.1", True),
        ("assessed-with-welfare-area", "15.1", True),
    ]


@pytest.mark.guarantee("CS-29")
def test_15_1_a_ground_that_does_not_hold_or_is_of_the_other_kind_starts_none() -> None:
    outcome = opened().asks(start_together("15.1.4"), STARTED)
    assert refused(outcome) == [("assessment-ground", "15.1.4", None)]
    of_age = person(ResidenceGroup.YOUNG_WITHOUT_GUARDIAN, date(2000, 2, 10))
    assert refused(of_age.asks(start_together("15.1.2"), STARTED)) == [
        ("assessment-ground", "15.1.2", None)
    ]
    ordinary = opened().asks(start_together("14.1.3"), STARTED)
    assert refused(ordinary) == [("ground-of-the-kind", "15.1", None)]
    assert pointers(ordinary) == ["/ground"]


@pytest.mark.guarantee("CS-29")
def test_15_1_the_welfare_area_takes_part() -> None:
    for participants in ((), ("vaasa-te", "opisto")):
        act = start_together(participants=participants)
        outcome = on_social_assistance().asks(act, STARTED)
        assert refused(outcome) == [("assessed-with-welfare-area", "15.1", None)]
        assert pointers(outcome) == ["/participants"]


@pytest.mark.guarantee("CS-29")
def test_15_2_an_ordinary_assessment_that_shows_the_need_leads_to_a_multisectoral_one() -> None:
    shown, not_shown = opened(), opened()
    for desk, needed in ((shown, True), (not_shown, None)):
        desk.does(start(), STARTED)
        desk.does(complete(desk, coordination_needed=needed), ASSESSED)
    next_day = date(2025, 2, 25)
    decision = shown.asks(start_together("15.2"), next_day)
    assert ("assessment-ground", "15.2", True) in rule_log(decision)
    outcome = not_shown.asks(start_together("15.2"), next_day)
    assert refused(outcome) == [("assessment-ground", "15.2", None)]
    # And no second ordinary one, unless on a recorded departure.
    again = shown.asks(start("14.1.4"), next_day)
    assert refused(again) == [("multisectoral-assessment-due", "15.3", None)]


@pytest.mark.guarantee("CS-30")
def test_15_3_an_ordinary_assessment_instead_only_with_ground_and_reason() -> None:
    desk = on_social_assistance()
    departure = Departure(section="15.3", reason="No need of social or health services")
    bare = desk.asks(start("15.1.4"), STARTED)
    assert refused(bare) == [("multisectoral-assessment-due", "15.3", None)]
    assert pointers(bare) == ["/departure"]
    # The ground is the one on which a multisectoral one is due.
    other = desk.asks(start("14.1.3", departure=departure), STARTED)
    assert refused(other) == [("multisectoral-assessment-due", "15.3", None)]
    assert pointers(other) == ["/ground"]
    decision = desk.does(start("15.1.4", departure=departure), STARTED)
    kept = only(decision, AssessmentStarted).departure
    assert kept is not None
    assert dict(kept) == dict(departure)
    assert ("multisectoral-assessment-due", "15.3", True) in rule_log(decision)
    # After it an ordinary plan is due, and needs no departure of its own.
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    assert isinstance(desk.asks(draw_up(DRAWN_UP, LAST_DAY, review_on=HELD), DRAWN_UP), Decision)


@pytest.mark.guarantee("CS-30")
def test_15_3_a_child_whose_needs_another_plan_meets_is_not_assessed() -> None:
    act = ForgoAssessment(ground="15.1.2", reason="Child welfare plan")
    group = ResidenceGroup.YOUNG_WITHOUT_GUARDIAN
    child = person(group, date(2007, 2, 11))
    decision = child.does(act, STARTED)
    assert decision.facts == (AssessmentForgone(ground="15.1.2", reason="Child welfare plan"),)
    assert rule_log(decision) == [
        ("assessment-not-needed", "15.3", True),
        ("assessment-ground", "15.1.2", True),
    ]
    grown = person(group, date(2007, 2, 10))
    assert refused(grown.asks(act, STARTED)) == [("assessment-not-needed", "15.3", None)]
    assessed_already = person(group, date(2007, 2, 11))
    assessed_already.does(start_together("15.1.2"), STARTED)
    outcome = assessed_already.asks(act, STARTED)
    assert refused(outcome, conflict=True) == [("assessment-not-needed", "15.3", None)]


@pytest.mark.guarantee("CS-29")
def test_17_2_after_a_departure_the_next_plan_may_still_be_multisectoral() -> None:
    desk = assessed_together()
    departure = PlanDeparture(reason="Services are arranged otherwise for now")
    first = draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1), departure=departure)
    desk.does(first, DRAWN_UP)
    follows, day = date(2026, 3, 4), date(2026, 2, 23)
    together = draw_up_together(follows, date(2027, 3, 3), review_on=date(2026, 8, 20))
    ordinary = draw_up(follows, date(2027, 3, 3), review_on=date(2026, 8, 20))
    assert isinstance(desk.asks(ordinary, day), Decision)
    desk.does(together, day)
    # Switched to an ordinary one, it is switched back and not drawn up anew.
    again = planned_together()
    switched = switch(
        again.plan,
        PlanKind.INTEGRATION,
        valid_from=date(2025, 9, 1),
        valid_until=LAST_DAY,
        review_on=date(2026, 2, 1),
    )
    again.does(switched, date(2025, 8, 25))
    outcome = again.asks(together, day)
    assert refused(outcome) == [("multisectoral-after-assessment", "17.1", None)]


@pytest.mark.guarantee("CS-29")
def test_the_edition_in_force_knows_no_multisectoral_assessment_plan_or_departure() -> None:
    desk = opened(LAW_IN_FORCE)
    for ground in ("15.1.5", "15.2"):
        outcome = desk.asks(start_together(ground), STARTED)
        assert refused(outcome) == [
            ("ground-of-the-edition", "14.1", None),
            ("assessment-kind-of-the-edition", "14.1", None),
        ]
        assert pointers(outcome) == ["/ground", "/kind"]
    forgone = desk.asks(ForgoAssessment(ground="15.1.2", reason="Another plan"), STARTED)
    assert refused(forgone) == [("assessment-not-needed", "14", None)]
    for place in ("15.3", "14"):
        departure = Departure(section=place, reason="No need of health services")
        outcome = desk.asks(start("14.1.3", departure=departure), STARTED)
        assert refused(outcome) == [("departure-of-the-edition", "14", None)]
        assert pointers(outcome) == ["/departure/section"]
    planning = assessed(LAW_IN_FORCE)
    act = draw_up_together(DRAWN_UP, LAST_DAY, review_on=HELD)
    outcome = planning.asks(act, DRAWN_UP)
    assert ("plan-kind-of-the-edition", "16.1", None) in refused(outcome)
    assert "/kind" in pointers(outcome)
    # Those whom 15 § names otherwise are assessed on grounds of 14 §.
    desk.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, OPENED), OPENED)
    assert isinstance(desk.asks(start("14.1.5"), STARTED), Decision)


# the plan, 17 § -----------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-29")
def test_the_edition_in_force_knows_no_need_of_the_multisectoral_kinds() -> None:
    desk = under_assessment(LAW_IN_FORCE)
    outcome = desk.asks(complete(desk, coordination_needed=True), date(2025, 2, 24))
    assert refused(outcome) == [("assessment-kind-of-the-edition", "14.1", None)]
    assert pointers(outcome) == ["/coordinationNeeded"]
    desk = planned(LAW_IN_FORCE)
    needed = KindNeeded(kind=PlanKind.MULTISECTORAL, reason="Health")
    outcome = desk.asks(review(desk.plan, next_on=date(2026, 2, 2), kind_needed=needed), HELD)
    assert refused(outcome) == [("plan-kind-of-the-edition", "16.1", None)]
    assert pointers(outcome) == ["/kindNeeded/kind"]


@pytest.mark.guarantee("CS-30")
def test_15_3_a_multisectoral_assessment_departs_from_nothing() -> None:
    with pytest.raises(ValidationError, match="departure goes with the kind ORDINARY"):
        start_together(departure=Departure(section="15.3", reason="No need"))


@pytest.mark.guarantee("CS-31")
def test_decree_3_4_a_review_tells_of_a_measure_once() -> None:
    desk = planned()
    told = Participation(measure=desk.measures[0], state=ParticipationState.ONGOING)
    with pytest.raises(ValidationError, match="a measure is named twice"):
        review(desk.plan, next_on=date(2026, 2, 2), participation=(told, told))


@pytest.mark.guarantee("CS-29")
def test_22_4_the_kind_needed_is_the_other_one() -> None:
    desk = planned()
    needed = KindNeeded(kind=PlanKind.INTEGRATION, reason="As it is")
    outcome = desk.asks(review(desk.plan, next_on=date(2026, 2, 2), kind_needed=needed), HELD)
    assert refused(outcome) == [("switched-to-other-kind", "22.4", None)]
    assert pointers(outcome) == ["/kindNeeded/kind"]


@pytest.mark.guarantee("CS-29")
def test_17_1_a_multisectoral_plan_follows_a_multisectoral_assessment() -> None:
    act = draw_up_together(DRAWN_UP, LAST_DAY, review_on=HELD)
    decision = assessed_together().asks(act, DRAWN_UP)
    fact = only(decision, PlanDrawnUp)
    assert (fact.kind, fact.parties) == (PlanKind.MULTISECTORAL, ("vaasa", "pohjanmaa"))
    assert rule_log(decision)[:3] == [
        ("plan-after-assessment", "16.1", True),
        ("multisectoral-after-assessment", "17.1", True),
        ("drawn-up-with-welfare-area", "17.1", True),
    ]
    outcome = assessed().asks(act, DRAWN_UP)
    assert refused(outcome) == [("multisectoral-after-assessment", "17.1", None)]
    assert pointers(outcome) == ["/kind"]


@pytest.mark.guarantee("CS-29")
@pytest.mark.parametrize(
    "parties", [(), ("vaasa",), ("pohjanmaa",), ("vaasa", "vaasa-te"), ("vaasa-te", "pohjanmaa")]
)
def test_17_1_its_parties_are_the_authority_and_the_welfare_area(parties: tuple[str, ...]) -> None:
    act = draw_up_together(DRAWN_UP, LAST_DAY, review_on=HELD, parties=parties)
    outcome = assessed_together().asks(act, DRAWN_UP)
    assert refused(outcome) == [("drawn-up-with-welfare-area", "17.1", None)]
    assert pointers(outcome) == ["/parties"]


@pytest.mark.guarantee("CS-30")
def test_17_2_an_ordinary_plan_instead_only_with_the_reason() -> None:
    desk = assessed_together()
    bare = desk.asks(draw_up(DRAWN_UP, LAST_DAY, review_on=HELD), DRAWN_UP)
    assert refused(bare) == [("ordinary-plan-instead", "17.2", None)]
    assert pointers(bare) == ["/departure"]
    departure = PlanDeparture(reason="Needs of one sector only")
    act = draw_up(DRAWN_UP, LAST_DAY, review_on=HELD, departure=departure)
    decision = desk.does(act, DRAWN_UP)
    assert only(decision, PlanDrawnUp).departure_reason == "Needs of one sector only"
    assert ("ordinary-plan-instead", "17.2", True) in rule_log(decision)
    # The next plan follows the one drawn up after the assessment.
    day = date(2026, 2, 23)
    later = draw_up(date(2026, 3, 4), date(2027, 3, 3), review_on=date(2026, 8, 20))
    assert isinstance(desk.asks(later, day), Decision)


@pytest.mark.guarantee("CS-30")
def test_15_2_a_need_of_coordination_is_assessed_together_or_the_reason_told() -> None:
    desk = under_assessment()
    desk.does(complete(desk, planned_on=DRAWN_UP, coordination_needed=True), ASSESSED)
    ordinary = draw_up(DRAWN_UP, LAST_DAY, review_on=HELD)
    assert refused(desk.asks(ordinary, DRAWN_UP)) == [("ordinary-plan-instead", "17.2", None)]
    together = desk.asks(draw_up_together(DRAWN_UP, LAST_DAY, review_on=HELD), DRAWN_UP)
    assert refused(together) == [("multisectoral-after-assessment", "17.1", None)]
    departure = PlanDeparture(reason="The client declines the county's services")
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=HELD, departure=departure), DRAWN_UP)


@pytest.mark.guarantee("CS-29")
def test_17_1_after_a_multisectoral_plan_the_next_is_one_too() -> None:
    desk = planned_together()
    day = date(2026, 2, 23)
    dates = (date(2026, 3, 4), date(2027, 3, 3))
    together = draw_up_together(*dates, review_on=date(2026, 8, 20))
    assert isinstance(desk.asks(together, day), Decision)
    ordinary = desk.asks(draw_up(*dates, review_on=date(2026, 8, 20)), day)
    assert refused(ordinary) == [("ordinary-plan-instead", "17.2", None)]


# joint and limited reviews, 22 § 2–3 mom. ---------------------------------------------------------


def limited(desk: Desk, **more: object) -> ReviewPlan:
    """The welfare area reviews its rehabilitation alone."""
    usual: dict[str, object] = {
        "held_by": ReviewHeldBy.WELFARE_AREA,
        "initiative": None,
        "limited_to": (desk.measures[1],),
    }
    return review(desk.plan, next_on=None, **(usual | more))


@pytest.mark.guarantee("CS-31")
def test_22_2_a_multisectoral_plan_is_reviewed_together() -> None:
    desk = planned_together()
    alone = desk.asks(review(desk.plan, next_on=date(2026, 3, 2)), HELD)
    assert refused(alone) == [("reviewed-together", "22.2", None)]
    assert pointers(alone) == ["/heldBy"]
    decision = desk.does(review(desk.plan, next_on=date(2026, 3, 2), held_by=TOGETHER), HELD)
    assert rule_log(decision) == [
        ("reviewed-by-who-answers", "3.1", True),
        ("reviewed-together", "22.2", True),
        ("review-due", "22.1", "2026-03-02"),
    ]


@pytest.mark.guarantee("CS-31")
def test_22_2_a_joint_review_is_recorded_by_the_authority_that_answers() -> None:
    desk = planned_together()
    act = review(desk.plan, next_on=date(2026, 3, 2), held_by=TOGETHER)
    outcome = desk.asks(act, HELD, by=POHJANMAA)
    assert refused(outcome) == [("reviewed-by-who-answers", "3.1", None)]


@pytest.mark.guarantee("CS-31")
def test_22_3_the_welfare_area_alone_reviews_its_own_services_and_restarts_nothing() -> None:
    desk = planned_together()
    rehabilitation = desk.measures[1]
    more = ChangedMeasure(
        measure=rehabilitation, content=REHABILITATION.model_copy(update={"hours": 10})
    )
    taken_part = Participation(measure=rehabilitation, state=ParticipationState.ONGOING)
    added = Measure(service=Service.HEALTH_SERVICE, provider="pohjanmaa", serves="Health")
    changes = PlanChanges(changed_measures=(more,), added_measures=(added,))
    act = limited(desk, participation=(taken_part,), changes=changes)
    decision = desk.does(act, HELD, by=POHJANMAA)
    assert rule_log(decision) == [
        ("reviewed-by-who-answers", "3.1", True),
        ("own-services-only", "22.3", True),
        ("changes-own-services-only", "22.3", True),
    ]
    assert only(decision, PlanReviewed).limited_to == (rehabilitation,)
    plan, reviews = desk.state.plans[0], desk.state.reviews
    assert [m.measure.hours for m in plan.measures_on(HELD)] == [None, 10, None]
    assert [m.measure.hours for m in plan.measures_on(date(2025, 8, 31))] == [None, None]
    counted = review_counted_from(reviews, plan, HELD, limited_restarts=False)
    assert (counted, planned_review(reviews, plan, HELD)) == (DRAWN_UP, date(2025, 9, 1))


@pytest.mark.guarantee("CS-31")
def test_22_3_its_next_day_is_still_counted_from_the_last_review_of_the_whole() -> None:
    desk = planned_together()
    held = date(2025, 6, 2)
    outcome = desk.asks(limited(desk, next_review_on=date(2025, 9, 4)), held, by=POHJANMAA)
    assert refused(outcome) == [("review-due", "22.1", date(2025, 9, 3))]
    in_time = desk.asks(limited(desk, next_review_on=date(2025, 9, 3)), held, by=POHJANMAA)
    assert isinstance(in_time, Decision)


@pytest.mark.guarantee("CS-31")
def test_22_3_a_limited_review_names_services_the_reviewer_is_responsible_for() -> None:
    desk = planned_together()
    own = [("own-services-only", "22.3", None)]
    for others in ((desk.measures[0],), desk.measures):
        outcome = desk.asks(limited(desk, limited_to=others), HELD, by=POHJANMAA)
        assert refused(outcome) == own
        assert pointers(outcome) == ["/limitedTo"]
    # By nobody's name it is the provider's; outside the welfare areas the authority's.
    training = limited(
        desk, held_by=ReviewHeldBy.MUNICIPALITY, initiative="CLIENT", limited_to=desk.measures[:1]
    )
    assert isinstance(desk.asks(training, HELD), Decision)
    rehabilitation = limited(desk, held_by=ReviewHeldBy.MUNICIPALITY, initiative="CLIENT")
    assert refused(desk.asks(rehabilitation, HELD)) == own
    # The welfare area never reviews the whole alone.
    whole = limited(desk, limited_to=(), next_review_on=date(2026, 3, 2))
    outcome = desk.asks(whole, HELD, by=POHJANMAA)
    assert refused(outcome) == [("reviewed-together", "22.2", None), *own]


@pytest.mark.guarantee("CS-31")
def test_22_3_who_is_named_responsible_reviews_a_service_whoever_provides_it() -> None:
    desk = assessed_together()
    measures = (
        TRAINING.model_copy(update={"responsible": "pohjanmaa"}),
        REHABILITATION.model_copy(update={"responsible": "vaasa"}),
    )
    act = draw_up_together(DRAWN_UP, LAST_DAY, review_on=HELD, measures=measures)
    desk.does(act, DRAWN_UP)
    training = limited(desk, limited_to=desk.measures[:1])
    assert isinstance(desk.asks(training, HELD, by=POHJANMAA), Decision)
    rehabilitation = desk.asks(limited(desk), HELD, by=POHJANMAA)
    assert refused(rehabilitation) == [("own-services-only", "22.3", None)]


@pytest.mark.guarantee("CS-31")
def test_22_3_a_limited_review_is_of_a_multisectoral_plan() -> None:
    desk = planned()
    outcome = desk.asks(review(desk.plan, next_on=None, limited_to=desk.measures[:1]), HELD)
    assert refused(outcome) == [("own-services-only", "22.3", None)]


@pytest.mark.guarantee("CS-31")
def test_22_3_a_limited_review_touches_nothing_else() -> None:
    desk = planned_together()
    training, rehabilitation = desk.measures
    given_away = REHABILITATION.model_copy(update={"provider": "opisto"})
    elsewhere: list[dict[str, object]] = [
        {"changes": PlanChanges(goals=goals(GoalKind.EMPLOYMENT))},
        {"changes": PlanChanges(follow_up="Weekly")},
        {"changes": PlanChanges(valid_until=LAST_DAY)},
        {"changes": PlanChanges(ended_measures=(training,))},
        {"changes": PlanChanges(added_measures=(TRAINING,))},
        {
            "changes": PlanChanges(
                changed_measures=(ChangedMeasure(measure=rehabilitation, content=given_away),)
            )
        },
        {"participation": (Participation(measure=training, state=ParticipationState.ONGOING),)},
        {"kind_needed": KindNeeded(kind=PlanKind.INTEGRATION, reason="Better")},
        {"family_plan": PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE)},
        {"intends_to_become_jobseeker": True},
        {"extension": lengthen(ExtensionGround.MULTISECTORAL_NEED, date(2028, 3, 3))},
        {"ending": Ending(ground=EndingGround.GOALS_REACHED, ends_on=HELD)},
        {"referral": Referral(to="vaasa-te", reason=ReferralReason.INTENDS_TO_REGISTER)},
    ]
    for touched in elsewhere:
        outcome = desk.asks(limited(desk, **touched), HELD, by=POHJANMAA)
        assert ("changes-own-services-only", "22.3", None) in refused(outcome), touched
        assert "/limitedTo" in pointers(outcome)
    own = PlanChanges(ended_measures=(rehabilitation,))
    assert isinstance(desk.asks(limited(desk, changes=own), HELD, by=POHJANMAA), Decision)


@pytest.mark.guarantee("CS-31")
def test_22_3_neither_is_a_plan_that_is_over() -> None:
    desk = planned_together()
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    outcome = desk.asks(limited(desk), HELD, by=POHJANMAA)
    assert refused(outcome, conflict=True) == [("plan-not-over", "23.2", date(2025, 6, 30))]
