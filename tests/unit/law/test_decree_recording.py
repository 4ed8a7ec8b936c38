"""What the decree on the repository wants recorded, sentence by sentence: stored, or refused.

The places are those of the decree as drafted: ``1.1`` is 1 § 1 mom. Other necessary data (1 § 2,
2 § 2 and 3 § 5 mom.) and guidance (4 §) are acts of their own.
"""

from datetime import date
from uuid import UUID

import pytest
from tests.acts import (
    accept,
    benefit,
    complete,
    draw_up,
    lengthen,
    obtain_expert,
    order_expert,
    refer,
    review,
    start,
    start_together,
    switch,
)
from tests.desk import (
    ASSESSED,
    DRAWN_UP,
    LAST_DAY,
    MAKERS,
    OPENED,
    POHJANMAA,
    REHABILITATION,
    VAASA,
    VAASA_TE,
    Desk,
    pointers,
    refused,
)
from tests.standing import assessed, opened, planned, planned_together, under_assessment

from cases.app.access.policy import Action, Deny, Permit, may, relation_of
from cases.app.access.principal import Principal, Role
from cases.domain.case.act import Maker, Outcome
from cases.domain.case.assessment.acts import Finding, PlannedPlan
from cases.domain.case.assessment.facts import (
    AssessmentCompleted,
    AssessmentStarted,
    ExpertAssessmentObtained,
    ExpertAssessmentOrdered,
)
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.plan.acts import Ending
from cases.domain.case.plan.facts import PlanDrawnUp, PlanEnded
from cases.domain.case.responsibility.acts import Referral
from cases.domain.case.responsibility.facts import ReferredToEmploymentAuthority
from cases.domain.case.review.acts import KindNeeded, Participation, PlanChanges
from cases.domain.case.review.facts import PlanReviewed, PlanSwitched
from cases.domain.case.standing import Standing
from cases.domain.codes.values import (
    Benefit,
    EndingGround,
    ExtensionGround,
    FindingItem,
    ParticipationState,
    PlanKind,
    PlanOutcome,
    ReferralReason,
    ReviewHeldBy,
    SourceKind,
)
from cases.domain.facts import Fact, Source

HELD = date(2025, 9, 1)
NEXT = date(2026, 2, 23)
BOTH = ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA


def stored(desk: Desk, kind: type[Fact]) -> Fact:
    """The newest fact of the kind."""
    return next(f.fact for f in reversed(desk.facts) if isinstance(f.fact, kind))


# decree 1 § 1 mom.: the assessment ----------------------------------------------------------------


@pytest.mark.guarantee("DE-1")
def test_1_1_the_date_the_content_and_the_makers_of_the_assessment() -> None:
    desk = under_assessment()
    maker = Maker(name="Virva", organisation="vaasa", title="Coordinator", phone="+358 40 000")
    act = complete(desk).model_copy(update={"makers": (maker,)})
    desk.does(act, ASSESSED)
    fact = stored(desk, AssessmentCompleted)
    assert isinstance(fact, AssessmentCompleted)
    assert desk.facts[-1].effective_on == ASSESSED
    assert [(f.item, f.text) for f in fact.findings] == [(FindingItem.LITERACY, "Reads Persian")]
    assert fact.makers == (maker,)


@pytest.mark.guarantee("DE-1")
def test_1_1_who_took_part_in_the_assessment() -> None:
    desk = opened()
    desk.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, date(2025, 1, 1)), OPENED)
    desk.does(start_together(participants=("pohjanmaa", "opisto")), date(2025, 2, 10))
    fact = stored(desk, AssessmentStarted)
    assert isinstance(fact, AssessmentStarted)
    assert fact.participants == ("pohjanmaa", "opisto")


@pytest.mark.guarantee("DE-1")
def test_1_1_which_expert_assessments_are_needed_how_and_when_and_what_they_found() -> None:
    desk = under_assessment()
    order = order_expert(desk.assessment).model_copy(update={"planned_on": date(2025, 2, 20)})
    desk.does(order, date(2025, 2, 12))
    ordered = stored(desk, ExpertAssessmentOrdered)
    assert isinstance(ordered, ExpertAssessmentOrdered)
    assert (ordered.clarifies, ordered.by) == ("Hearing", "hospital")
    assert ordered.planned_on == date(2025, 2, 20)
    desk.does(obtain_expert(ordered.expert_assessment_id), date(2025, 2, 20))
    obtained = stored(desk, ExpertAssessmentObtained)
    assert isinstance(obtained, ExpertAssessmentObtained)
    assert obtained.result == "Hears well"


@pytest.mark.guarantee("DE-1")
@pytest.mark.parametrize(
    ("outcome", "day", "reasons"),
    [
        (PlanOutcome.PLAN_ON_DATE, DRAWN_UP, None),
        (PlanOutcome.AS_SOON_AS_POSSIBLE, None, None),
        (PlanOutcome.NO_PLAN, None, "Works and speaks Swedish"),
    ],
)
def test_1_1_when_the_plan_is_to_be_drawn_up(
    outcome: PlanOutcome, day: date | None, reasons: str | None
) -> None:
    desk = under_assessment()
    family = PlannedPlan(outcome=outcome, date=day, reasons=reasons)
    desk.does(
        complete(desk, outcome=outcome, planned_on=day, reasons=reasons, family_plan=family),
        ASSESSED,
    )
    fact = stored(desk, AssessmentCompleted)
    assert isinstance(fact, AssessmentCompleted)
    assert fact.plan == family
    # The need of a family plan may be found in the assessment.
    assert fact.family_plan == family


@pytest.mark.guarantee("DE-1")
def test_1_1_that_no_plan_is_needed_is_recorded_with_reasons_or_not_at_all() -> None:
    desk = under_assessment()
    outcome = desk.asks(complete(desk, outcome=PlanOutcome.NO_PLAN), ASSESSED)
    assert refused(outcome) == [("no-plan-needs-reasons", "decree:1.1", None)]
    assert pointers(outcome) == ["/plan/reasons"]


@pytest.mark.guarantee("DE-1")
def test_1_1_that_the_person_should_become_a_jobseeker_and_is_referred() -> None:
    desk = under_assessment()
    advice = {"jobseeker_advice": "The employment authority would serve better"}
    desk.does(complete(desk).model_copy(update=advice), ASSESSED)
    fact = stored(desk, AssessmentCompleted)
    assert isinstance(fact, AssessmentCompleted)
    assert fact.jobseeker_advice == advice["jobseeker_advice"]
    act = refer().model_copy(update={"reason": ReferralReason.SHOULD_BECOME_JOBSEEKER})
    desk.does(act, ASSESSED)
    referred = stored(desk, ReferredToEmploymentAuthority)
    assert isinstance(referred, ReferredToEmploymentAuthority)
    assert (referred.to, referred.reason) == ("vaasa-te", ReferralReason.SHOULD_BECOME_JOBSEEKER)


@pytest.mark.guarantee("DE-1")
def test_1_1_guidance_to_services_of_another_authority_or_the_third_sector() -> None:
    desk = under_assessment()
    guided = {"guided_to": ("Language café of an association", "Kela")}
    desk.does(complete(desk).model_copy(update=guided), ASSESSED)
    fact = stored(desk, AssessmentCompleted)
    assert isinstance(fact, AssessmentCompleted)
    assert fact.guided_to == guided["guided_to"]


@pytest.mark.guarantee("DE-1")
@pytest.mark.parametrize(
    "item",
    [
        FindingItem.LITERACY,
        FindingItem.FINNISH_SWEDISH,
        FindingItem.EMPLOYMENT_AND_EDUCATION_NEEDS,
        FindingItem.STUDY_SKILLS,
        FindingItem.WORK_LIFE_SKILLS,
        FindingItem.EDUCATION_AND_WORK,
        FindingItem.SPECIAL_SKILLS,
        FindingItem.WISHES_AND_GOALS,
        FindingItem.CIVIC_ACTIVITY,
        FindingItem.SOCIETY_AND_PARTICIPATION,
        FindingItem.LIFE_SITUATION,
    ],
)
@pytest.mark.parametrize("source", SourceKind)
def test_1_1_each_item_of_the_content_with_where_it_came_from(
    item: FindingItem, source: SourceKind
) -> None:
    desk = under_assessment()
    finding = Finding(item=item, text="As told", source=Source(kind=source))
    desk.does(complete(desk).model_copy(update={"findings": (finding,)}), ASSESSED)
    fact = stored(desk, AssessmentCompleted)
    assert isinstance(fact, AssessmentCompleted)
    assert fact.findings == (finding,)


@pytest.mark.guarantee("DE-1")
@pytest.mark.parametrize("item", [FindingItem.HEALTH_AND_REHABILITATION, FindingItem.OTHER_NEEDS])
def test_1_1_needs_of_health_and_rehabilitation_in_a_multisectoral_assessment(
    item: FindingItem,
) -> None:
    finding = Finding(item=item, text="As told", source=Source(kind=SourceKind.AUTHORITY))
    together = opened()
    together.does(benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, date(2025, 1, 1)), OPENED)
    together.does(start_together(), date(2025, 2, 10))
    together.does(complete(together).model_copy(update={"findings": (finding,)}), ASSESSED)
    fact = stored(together, AssessmentCompleted)
    assert isinstance(fact, AssessmentCompleted)
    assert fact.findings == (finding,)
    alone = opened()
    alone.does(start(), date(2025, 2, 10))
    outcome = alone.asks(complete(alone).model_copy(update={"findings": (finding,)}), ASSESSED)
    assert refused(outcome) == [("found-with-welfare-area", "decree:1.1", None)]
    assert pointers(outcome) == ["/findings/0/item"]


# decree 2 §: the plan -----------------------------------------------------------------------------


@pytest.mark.guarantee("DE-2")
def test_2_1_date_duration_goals_measures_other_content_makers_and_review_of_the_plan() -> None:
    desk = assessed()
    content = {"guidance": "Nurse's advice", "rights_and_duties_explained": True}
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=HELD, **content), DRAWN_UP)
    fact = stored(desk, PlanDrawnUp)
    assert isinstance(fact, PlanDrawnUp)
    assert desk.facts[-1].effective_on == DRAWN_UP
    assert (fact.valid_from, fact.valid_until, fact.next_review_on) == (DRAWN_UP, LAST_DAY, HELD)
    assert len(fact.goals) == 2
    assert {m.measure.serves for m in fact.measures} == {
        "Language for work",
        "Knowledge of society",
    }
    assert (fact.follow_up, fact.makers) == ("Officer calls each month", MAKERS)
    assert (fact.guidance, fact.rights_and_duties_explained) == ("Nurse's advice", True)


@pytest.mark.guarantee("DE-2")
def test_2_1_the_municipality_records_a_multisectoral_plan_too() -> None:
    desk = planned_together()
    fact = stored(desk, PlanDrawnUp)
    assert isinstance(fact, PlanDrawnUp)
    assert (fact.kind, fact.parties) == (PlanKind.MULTISECTORAL, ("vaasa", "pohjanmaa"))
    nurse = Principal(subject="p", organisation=POHJANMAA, roles=frozenset({Role.PROFESSIONAL}))
    party = relation_of(Standing.PARTY)
    assert isinstance(may(nurse, Action.RECORD_ACT, party), Deny)
    assert isinstance(may(nurse, Action.TAKE_PART, party), Permit)


@pytest.mark.guarantee("DE-2")
def test_2_1_the_plan_keeps_within_its_longest_time_and_sets_its_first_review_in_time() -> None:
    desk = assessed()
    beyond = draw_up(DRAWN_UP, date(2026, 3, 4), review_on=date(2025, 9, 4))
    assert refused(desk.asks(beyond, DRAWN_UP)) == [
        ("first-plan", "23.2", date(2026, 3, 3)),
        ("review-due", "22.1", date(2025, 9, 3)),
    ]


@pytest.mark.guarantee("DE-2")
@pytest.mark.parametrize("to", PlanKind)
def test_2_a_plan_of_one_kind_is_replaced_by_one_of_the_other_at_a_review(to: PlanKind) -> None:
    desk = planned_together() if to is PlanKind.INTEGRATION else planned()
    old = desk.plan
    desk.does(switch(old, to, HELD, LAST_DAY, review_on=NEXT), HELD)
    switched = stored(desk, PlanSwitched)
    assert isinstance(switched, PlanSwitched)
    assert (switched.plan_id, switched.to) == (old, to)
    successor = stored(desk, PlanDrawnUp)
    assert isinstance(successor, PlanDrawnUp)
    assert (successor.kind, successor.replaces) == (to, old)


# decree 3 §: the review ---------------------------------------------------------------------------


def reviewed(desk: Desk, **more: object) -> PlanReviewed:
    act = review(desk.plan, next_on=NEXT, **more)
    desk.does(act, HELD)
    fact = stored(desk, PlanReviewed)
    assert isinstance(fact, PlanReviewed)
    return fact


@pytest.mark.guarantee("DE-3")
@pytest.mark.parametrize("kind", PlanKind)
def test_3_1_the_municipality_records_the_review_of_either_kind_of_plan(kind: PlanKind) -> None:
    desk = planned_together() if kind is PlanKind.MULTISECTORAL else planned()
    held_by = BOTH if kind is PlanKind.MULTISECTORAL else ReviewHeldBy.MUNICIPALITY
    assert reviewed(desk, held_by=held_by).held_by is held_by


@pytest.mark.guarantee("DE-3")
def test_3_2_the_welfare_area_records_its_review_of_its_own_service_and_of_nothing_else() -> None:
    desk = planned_together()
    training, rehabilitation = desk.measures
    told = Participation(measure=rehabilitation, state=ParticipationState.COMPLETED, result="Able")

    def own(measure: UUID) -> Outcome:
        return desk.asks(
            review(
                desk.plan,
                next_on=None,
                held_by=ReviewHeldBy.WELFARE_AREA,
                initiative=None,
                limited_to=(measure,),
            ),
            date(2025, 6, 2),
            by=POHJANMAA,
        )

    assert refused(own(training)) == [("own-services-only", "22.3", None)]
    act = review(
        desk.plan,
        next_on=None,
        held_by=ReviewHeldBy.WELFARE_AREA,
        initiative=None,
        limited_to=(rehabilitation,),
        participation=(told,),
    )
    desk.does(act, date(2025, 6, 2), by=POHJANMAA)
    fact = stored(desk, PlanReviewed)
    assert isinstance(fact, PlanReviewed)
    assert (fact.limited_to, fact.participation) == ((rehabilitation,), (told,))
    assert desk.facts[-1].recorded_by.organisation == "pohjanmaa"


@pytest.mark.guarantee("DE-3")
def test_3_4_time_makers_and_next_review() -> None:
    desk = planned()
    fact = reviewed(desk)
    assert desk.facts[-1].effective_on == HELD
    assert (fact.makers, fact.next_review_on) == (MAKERS, NEXT)
    late = desk.asks(review(desk.plan, next_on=date(2026, 3, 3)), HELD)
    assert refused(late) == [("review-due", "22.1", date(2026, 3, 2))]


@pytest.mark.guarantee("DE-3")
def test_3_4_participation_progress_obstacles_needs_and_changes() -> None:
    desk = planned()
    first, second = desk.measures
    told = (
        Participation(measure=first, state=ParticipationState.ONGOING, progress="A1.2 reached"),
        Participation(measure=second, state=ParticipationState.COMPLETED, result="70 hours"),
    )
    fact = reviewed(
        desk,
        participation=told,
        obstacles=("Child ill in May",),
        new_needs=("Childcare",),
        changes=PlanChanges(added_measures=(REHABILITATION,), ended_measures=(second,)),
    )
    assert (fact.participation, fact.obstacles, fact.new_needs) == (
        told,
        ("Child ill in May",),
        ("Childcare",),
    )
    assert fact.changes is not None
    assert [m.measure for m in fact.changes.measures] == [REHABILITATION]
    assert fact.changes.ended_measures == (second,)


@pytest.mark.guarantee("DE-3")
def test_3_4_the_ending_of_the_plan_and_its_ground() -> None:
    desk = planned()
    act = review(desk.plan, next_on=None, ending=Ending(ground=EndingGround.EMPLOYED, ends_on=HELD))
    desk.does(act, HELD)
    ended = stored(desk, PlanEnded)
    assert isinstance(ended, PlanEnded)
    assert (ended.ground, ended.ends_on) == (EndingGround.EMPLOYED, HELD)


@pytest.mark.guarantee("DE-3")
def test_3_4_the_extension_of_the_maximum_and_its_ground() -> None:
    desk = planned()
    extension = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3))
    desk.does(review(desk.plan, next_on=NEXT, extension=extension), HELD)
    extended = stored(desk, PlanExtended)
    assert isinstance(extended, PlanExtended)
    assert (extended.ground, str(extended.length)) == (ExtensionGround.LITTLE_EDUCATION, "P12M")
    assert desk.maximum() == date(2028, 3, 3)


@pytest.mark.guarantee("DE-3")
@pytest.mark.parametrize("kind", PlanKind)
def test_3_4_the_need_of_the_other_kind_of_plan_either_way(kind: PlanKind) -> None:
    desk = planned() if kind is PlanKind.MULTISECTORAL else planned_together()
    held_by = ReviewHeldBy.MUNICIPALITY if kind is PlanKind.MULTISECTORAL else BOTH
    needed = KindNeeded(kind=kind, reason="The situation has changed")
    assert reviewed(desk, held_by=held_by, kind_needed=needed).kind_needed == needed


@pytest.mark.guarantee("DE-3")
def test_3_4_the_need_of_a_family_plan_and_when_it_is_made() -> None:
    agreed = PlannedPlan(outcome=PlanOutcome.PLAN_ON_DATE, date=date(2025, 10, 6))
    assert reviewed(planned(), family_plan=agreed).family_plan == agreed


@pytest.mark.guarantee("DE-3")
def test_3_4_the_intention_to_register_the_referral_and_who_then_answers_for_the_reviews() -> None:
    desk = planned()
    referral = Referral(to="vaasa-te", reason=ReferralReason.INTENDS_TO_REGISTER)
    act = review(desk.plan, next_on=NEXT, intends_to_become_jobseeker=True, referral=referral)
    desk.does(act, HELD)
    reviewed_now = next(f.fact for f in desk.facts if isinstance(f.fact, PlanReviewed))
    assert reviewed_now.intends_to_become_jobseeker is True
    desk.does(accept(desk.referral, date(2025, 9, 15)), date(2025, 9, 15), by=VAASA_TE)
    mine = desk.asks(review(desk.plan, next_on=NEXT), date(2025, 10, 1), by=VAASA)
    assert refused(mine) == [("reviewed-by-who-answers", "3.1", None)]
    theirs = review(desk.plan, next_on=NEXT, held_by=ReviewHeldBy.EMPLOYMENT_AUTHORITY)
    desk.does(theirs, date(2025, 10, 1), by=VAASA_TE)
