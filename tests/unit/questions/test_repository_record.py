"""What is recorded of a case, and what its record lacks (decree 1–3 §)."""

from datetime import date

import pytest
from tests.acts import accept, decline, extend, findings, lengthen, refer, review, switch
from tests.acts import complete as complete_assessment
from tests.acts import end as end_plan
from tests.desk import LAW, LAW_IN_FORCE, TRAINING, VAASA_TE, Desk
from tests.standing import planned, planned_to_the_maximum, planned_together, under_assessment

from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.extension.acts import Extension
from cases.domain.case.plan.acts import Ending
from cases.domain.case.review.acts import KindNeeded, PlanChanges
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    EndingGround,
    ExtensionGround,
    OrganisationKind,
    PlanKind,
    PlanOutcome,
    RecordItem,
    RecordKind,
    ReviewHeldBy,
)
from cases.domain.law.edition import Law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.repository_record import RepositoryRecord, gaps, repository_record

BEFORE, HELD, SINCE = date(2025, 5, 2), date(2025, 5, 12), date(2025, 5, 16)


@pytest.mark.parametrize(
    ("referred", "answered", "accepted", "lacking"),
    [
        (None, None, False, True),
        (BEFORE, None, False, False),
        (BEFORE, SINCE, True, False),
        (BEFORE, SINCE, False, False),
        (BEFORE, BEFORE, False, True),
        (HELD, None, False, False),
        (SINCE, None, False, False),
    ],
)
def test_decree_3_4_an_intention_to_register_goes_with_a_referral_made_before_or_since(
    referred: date | None, answered: date | None, accepted: bool, lacking: bool
) -> None:
    desk = planned()
    if referred is not None:
        desk.does(refer(), referred)
    if answered is not None:
        reply = accept(desk.referral, BEFORE) if accepted else decline(desk.referral)

        desk.today = answered
        if answered > HELD:
            intends = review(desk.plan, next_on=date(2025, 11, 3), intends_to_become_jobseeker=True)
            desk.does(intends, HELD, today=answered)
        desk.does(reply, answered, by=VAASA_TE)
    if not desk.state.reviews:
        intends = review(desk.plan, next_on=date(2025, 11, 3), intends_to_become_jobseeker=True)
        desk.does(intends, HELD, today=SINCE)
    assert (RecordItem.REFERRAL in {gap.item for gap in gaps(desk.state, LAW)}) is lacking


HELD_ON, NEXT_ON = date(2025, 9, 1), date(2026, 2, 23)
CARRIED = frozenset(
    {
        RecordItem.OBSTACLES,
        RecordItem.NEW_NEEDS,
        RecordItem.CHANGES,
        RecordItem.EXTENSION,
        RecordItem.ENDING,
        RecordItem.KIND_NEEDED,
        RecordItem.FAMILY_PLAN,
    }
)
"""What a review has only where it was found or decided."""


def record(desk: Desk, day: date, law: Law = LAW) -> RepositoryRecord:
    return repository_record(known(desk.facts, AsOf(valid_on=day)), law, Language.EN)


def items(desk: Desk, kind: RecordKind, day: date = NEXT_ON, law: Law = LAW) -> dict[str, bool]:
    """Of the newest part of the kind: each item, and whether it is recorded."""
    parts = [part for part in record(desk, day, law).parts if part.kind is kind]
    return {each.item: each.recorded for each in parts[-1].items}


def reviewed(**found: object) -> set[str]:
    """The items that a review carried, of those that it need not have."""
    desk = planned()
    next_on = None if "ending" in found else NEXT_ON
    desk.does(review(desk.plan, next_on=next_on, **found), HELD_ON)
    there = items(desk, RecordKind.REVIEW)
    assert all(there[each] for each in CARRIED & set(there))
    return set(CARRIED & set(there))


@pytest.mark.guarantee("DE-3")
def test_decree_3_4_what_a_review_found_and_carried_is_on_its_record() -> None:
    extension = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3))
    ending = Ending(ground=EndingGround.GOALS_REACHED, ends_on=HELD_ON)
    soon = PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE)
    health = KindNeeded(kind=PlanKind.MULTISECTORAL, reason="Health")
    added = PlanChanges(added_measures=(TRAINING,))
    assert reviewed() == set()
    assert reviewed(obstacles=("Illness",)) == {RecordItem.OBSTACLES}
    assert reviewed(new_needs=("Housing",)) == {RecordItem.NEW_NEEDS}
    assert reviewed(changes=added) == {RecordItem.CHANGES}
    assert reviewed(extension=extension) == {RecordItem.EXTENSION}
    assert reviewed(ending=ending) == {RecordItem.ENDING}
    assert reviewed(kind_needed=health) == {RecordItem.KIND_NEEDED}
    assert reviewed(family_plan=soon) == {RecordItem.FAMILY_PLAN}


def test_what_other_acts_decided_on_the_day_of_a_review_is_not_on_its_record() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=NEXT_ON), HELD_ON)
    extension: Extension = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3))
    desk.does(extend(desk.plan, extension), HELD_ON)
    desk.does(end_plan(desk.plan, HELD_ON), HELD_ON)
    assert CARRIED & set(items(desk, RecordKind.REVIEW)) == set()


@pytest.mark.guarantee("DE-3")
def test_decree_3_4_a_review_that_switches_the_plan_records_the_need_of_it() -> None:
    desk = planned_together()
    to = switch(desk.plan, PlanKind.INTEGRATION, HELD_ON, date(2026, 9, 1), review_on=NEXT_ON)
    both = findings(ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA)
    desk.does(to.model_copy(update={"review": both}), HELD_ON)
    assert items(desk, RecordKind.REVIEW)[RecordItem.KIND_NEEDED]


@pytest.mark.guarantee("DE-3")
def test_decree_3_4_a_family_plan_that_is_not_made_is_recorded_with_its_reasons() -> None:
    for reasons, recorded in ((None, False), ("Children grown", True)):
        none = PlannedPlan(outcome=PlanOutcome.NO_PLAN, reasons=reasons)
        desk = planned()
        desk.does(review(desk.plan, next_on=NEXT_ON, family_plan=none), HELD_ON)
        assert items(desk, RecordKind.REVIEW)[RecordItem.FAMILY_PLAN] is recorded


@pytest.mark.guarantee("DE-3")
def test_decree_3_4_the_next_review_is_recorded_or_the_plan_is_over_by_then() -> None:
    agreed = planned()
    agreed.does(review(agreed.plan, next_on=NEXT_ON), HELD_ON)
    assert items(agreed, RecordKind.REVIEW)[RecordItem.NEXT_REVIEW]
    ending = Ending(ground=EndingGround.GOALS_REACHED, ends_on=HELD_ON)
    ended = planned()
    ended.does(review(ended.plan, next_on=None, ending=ending), HELD_ON)
    assert RecordItem.NEXT_REVIEW not in items(ended, RecordKind.REVIEW)
    # The plan was to be over before another was due; extended since, it lacked nothing then.
    last, held = planned_to_the_maximum(), date(2026, 12, 1)
    last.does(review(last.plan, next_on=date(2026, 12, 1)), date(2026, 8, 20))
    last.does(review(last.plan, next_on=None), held)
    assert RecordItem.NEXT_REVIEW not in items(last, RecordKind.REVIEW, held)
    extension = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3))
    last.does(extend(last.plan, extension), date(2027, 2, 1))
    assert last.last_day() == date(2028, 3, 3)
    assert RecordItem.NEXT_REVIEW not in {gap.item for gap in gaps(last.state, LAW)}


@pytest.mark.guarantee("DE-1")
def test_decree_1_1_a_family_plan_that_is_needed_is_on_the_record_of_the_assessment() -> None:
    soon = PlannedPlan(outcome=PlanOutcome.AS_SOON_AS_POSSIBLE)
    for family_plan in (None, soon):
        desk = under_assessment()
        desk.does(complete_assessment(desk, family_plan=family_plan), date(2025, 2, 24))
        there = items(desk, RecordKind.ASSESSMENT)
        assert (RecordItem.FAMILY_PLAN in there) is (family_plan is not None)
        assert there[RecordItem.PLAN_TIME]
        assert there[RecordItem.SOURCES]


@pytest.mark.guarantee("QU-12")
def test_102_4_the_record_says_for_whom_recording_becomes_compulsory() -> None:
    desk = planned()
    both = [
        record(desk, NEXT_ON, law).compulsory_for
        for law in (LAW, LAW.under("681/2023@2025"), LAW_IN_FORCE)
    ]
    area = OrganisationKind.WELFARE_AREA
    assert [area in organisations for organisations in both] == [True, False, False]
