"""Reviews, assessments and hand-overs on the very day, and of what was known then (3, 15, 22 §)."""

from datetime import date, timedelta

import pytest
from tests.acts import (
    complete,
    draw_up,
    end,
    extend,
    findings,
    hand_over,
    lengthen,
    review,
    start,
    start_together,
    switch,
)
from tests.acts import status as at
from tests.desk import (
    DRAWN_UP,
    KASKINEN,
    LAIHIA,
    LAST_DAY,
    LAW,
    LAW_IN_FORCE,
    RANNIKKO_TE,
    STUDIES,
    VAASA,
    VAASA_TE,
    pointers,
    refused,
)
from tests.standing import assessed, opened, planned

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.plan.acts import Ending
from cases.domain.case.review.acts import Participation, PlanChanges
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.codes.values import (
    EndingGround,
    ExtensionGround,
    HandOverReason,
    LabourMarketStatus,
    ParticipationState,
    PlanKind,
    PlanOutcome,
    ReviewHeldBy,
)
from cases.domain.law.edition import Law

BOTH_EDITIONS = pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
A_DAY = timedelta(days=1)
HELD = date(2025, 9, 1)
DUE = date(2026, 3, 2)


# what a review says -------------------------------------------------------------------------------


@pytest.mark.guarantee("CS-32")
def test_22_4_all_that_the_review_of_a_switch_found_is_on_record() -> None:
    desk = planned()
    taken_part = Participation(measure=desk.measures[0], state=ParticipationState.COMPLETED)
    found = findings(
        ReviewHeldBy.MUNICIPALITY,
        participation=(taken_part,),
        obstacles=("Child ill in May",),
        new_needs=("Debt counselling",),
        family_plan=PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE),
        intends_to_become_jobseeker=True,
    )
    to = switch(desk.plan, PlanKind.MULTISECTORAL, HELD, LAST_DAY, review_on=DUE, review=found)
    decision = desk.does(to, HELD)
    (reviewed,) = (fact for fact in decision.facts if isinstance(fact, PlanReviewed))
    said = {name: getattr(reviewed, name) for name in type(found).model_fields}
    assert said == {name: getattr(found, name) for name in type(found).model_fields}
    assert (reviewed.next_review_on, reviewed.makers) == (DUE, to.makers)


@pytest.mark.guarantee("CS-33")
def test_22_1_of_two_reviews_on_one_day_the_later_recorded_is_held_of_what_the_first_left() -> None:
    desk = planned()
    for changes in (
        PlanChanges(added_measures=(STUDIES,), ended_measures=desk.measures[:1]),
        PlanChanges(ended_measures=desk.measures[1:]),
    ):
        desk.does(review(desk.plan, next_on=DUE, changes=changes), HELD)
    plan = desk.state.plans[0]
    first, second = desk.state.reviews
    before = [plan.measures_before(HELD, each.version) for each in (first, second)]
    agreed = [[m.measure.service for m in measures] for measures in before]
    assert agreed[0] == [m.measure.service for m in plan.measures]
    assert agreed[1] == [plan.measures[1].measure.service, STUDIES.service]


# the next review, and the plan's own last day -----------------------------------------------------


@pytest.mark.guarantee("CS-34")
def test_22_1_no_next_review_is_needed_of_a_plan_that_ends_on_the_very_day_it_would_be_due() -> (
    None
):
    desk = planned()
    due = [("review-due", "22.1", DUE)]
    for ends_on, missing in ((DUE, False), (DUE + A_DAY, True)):
        ending = Ending(ground=EndingGround.EMPLOYED, ends_on=ends_on)
        outcome = desk.asks(review(desk.plan, next_on=None, ending=ending), HELD)
        assert (refused(outcome) == due) if missing else isinstance(outcome, Decision)


@pytest.mark.guarantee("CS-18")
def test_22_1_a_plan_may_end_on_the_day_of_its_last_review_and_not_before_it() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=DUE), HELD)
    decided = HELD - timedelta(days=7)
    outcome = desk.asks(end(desk.plan, HELD - A_DAY), decided, today=HELD)
    assert refused(outcome, conflict=True) == [("ended-after-last-review", "22.1", None)]
    assert isinstance(desk.asks(end(desk.plan, HELD), decided, today=HELD), Decision)


@pytest.mark.guarantee("CS-33")
def test_22_1_a_review_told_late_sets_no_last_day_before_the_review_on_record() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=DUE), HELD)
    held = HELD - timedelta(days=7)
    for last, refusal in ((HELD - A_DAY, True), (HELD, False)):
        act = review(desk.plan, next_on=DUE - 14 * A_DAY, changes=PlanChanges(valid_until=last))
        outcome = desk.asks(act, held, today=HELD)
        if refusal:
            assert refused(outcome) == [("ended-after-last-review", "22.1", None)]
            assert pointers(outcome) == ["/changes/validUntil"]
        else:
            assert isinstance(outcome, Decision)


@pytest.mark.guarantee("CS-33")
def test_23_2_a_first_plan_that_was_extended_beyond_its_year_may_keep_the_day_it_has() -> None:
    """Under an Act by which a first plan may last as long as all: no edition shipped is one."""
    edition = LAW.editions[0]
    assert edition.id == "681/2023"
    year = edition.first_plan
    whole = edition.all_plans.model_copy(update={"period": year})
    short = edition.model_copy(update={"all_plans": whole})
    desk = assessed(LAW.having(editions=(short, *LAW.editions[1:])))
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=HELD), DRAWN_UP)
    educated = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2026, 9, 3))
    desk.does(extend(desk.plan, educated), HELD)
    assert desk.last_day() == date(2026, 9, 3)
    for asked, refusal in (
        (date(2026, 9, 3), []),
        (date(2026, 8, 3), []),
        (
            date(2026, 9, 4),
            [("first-plan", "23.2", LAST_DAY), ("extension", "23.3", date(2026, 9, 3))],
        ),
    ):
        act = review(desk.plan, next_on=DUE, changes=PlanChanges(valid_until=asked))
        outcome = desk.asks(act, HELD + A_DAY)
        assert (refused(outcome) if refusal else []) == refusal
        assert isinstance(outcome, Decision) is not bool(refusal)


# assessments and hand-overs -----------------------------------------------------------------------


@pytest.mark.guarantee("CS-29")
def test_15_2_what_the_last_ordinary_assessment_shows_counts_not_an_earlier_one() -> None:
    desk = opened()
    for began, over, needed in (
        (date(2025, 2, 10), date(2025, 2, 17), True),
        (date(2025, 2, 24), date(2025, 3, 3), False),
    ):
        ground = "14.1.3" if needed else "15.2"
        act = start(ground) if needed else start_together(ground)
        desk.does(act, began)
        desk.does(complete(desk, coordination_needed=needed), over)
    outcome = desk.asks(start_together("15.2"), date(2025, 3, 4))
    assert refused(outcome) == [("assessment-ground", "15.2", None)]
    between = desk.asks(start("14.1.3"), date(2025, 3, 4))
    assert isinstance(between, Decision)


@BOTH_EDITIONS
@pytest.mark.guarantee("CS-36")
def test_3_back_goes_a_case_to_who_handed_it_to_this_authority_not_to_who_ever_had_it(
    law: Law,
) -> None:
    """Laihia came to another employment area while it had the case."""
    desk = planned(law)
    jobseeker, none = LabourMarketStatus.JOBSEEKER, LabourMarketStatus.EMPLOYED
    desk.does(at(jobseeker, HELD), HELD)
    desk.does(hand_over(VAASA_TE.id, HandOverReason.JOBSEEKER), HELD)
    october, november, december = (date(2025, month, 3) for month in (10, 11, 12))
    desk.does(at(none, october), october, by=VAASA_TE)
    desk.does(hand_over(LAIHIA.id), october, by=VAASA_TE)
    desk.areas = {VAASA.id: VAASA_TE.id, LAIHIA.id: RANNIKKO_TE.id, KASKINEN.id: RANNIKKO_TE.id}
    desk.does(at(jobseeker, november), november, by=LAIHIA)
    to_its_area = hand_over(RANNIKKO_TE.id, HandOverReason.JOBSEEKER)
    desk.does(to_its_area, november, by=LAIHIA)
    desk.does(at(none, december), december, by=RANNIKKO_TE)
    outcome = desk.asks(hand_over(VAASA.id), december, by=RANNIKKO_TE)
    assert refused(outcome) == [("within-the-employment-area", "3.1", None)]
    for to in (LAIHIA, KASKINEN):
        assert isinstance(desk.asks(hand_over(to.id), december, by=RANNIKKO_TE), Decision)
