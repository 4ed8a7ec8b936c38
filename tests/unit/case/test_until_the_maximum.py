"""A plan agreed until the maximum moves with it, whatever is told late; nothing takes a grant away.

Whether a last day was the maximum is settled by what was known when it was recorded.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from tests.acts import (
    continue_for_studies,
    draw_up,
    draw_up_old,
    end,
    extend,
    lengthen,
    obstacle,
    review,
    start_studies,
    switch,
)
from tests.desk import DRAWN_UP, LAST_DAY, LAW, MAXIMUM, SECOND_DRAWN_UP, Desk, pointers, refused
from tests.standing import assessed, planned, planned_to_the_maximum

from cases.domain.case.extension.acts import Extension
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.plan.last_day import MovedBy, last_day
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.review.acts import PlanChanges
from cases.domain.codes.terms import Language
from cases.domain.codes.values import DueKind, EndingGround, ExtensionGround, InForce, PlanKind
from cases.domain.questions.as_of import Known
from cases.domain.questions.dues import Due, dues
from cases.domain.questions.explanation import explanation

STUDYING_FROM = date(2026, 9, 1)
GRANTED = date(2026, 10, 1)
TOLD = date(2027, 2, 2)
TEN_DAYS = timedelta(days=10)
A_YEAR_MORE = date(2028, 3, 3)
ILL = obstacle(date(2025, 5, 1), date(2025, 5, 10))
"""Ten days in the time of the first plan."""


def studying(born: date) -> Desk:
    desk = planned_to_the_maximum(born=born)
    desk.does(start_studies(desk.plan, STUDYING_FROM), STUDYING_FROM)
    return desk


def young_and_extended() -> Desk:
    """Under 25, a year more for the studies."""
    desk = studying(date(2004, 12, 1))
    desk.does(extend(desk.plan, lengthen(ExtensionGround.STUDIES_UNDER_25, A_YEAR_MORE)), GRANTED)
    return desk


def continued() -> Desk:
    """Over 25: the plan goes on after the maximum for the studies only."""
    desk = studying(date(1990, 1, 1))
    desk.does(continue_for_studies(desk.plan), GRANTED)
    return desk


def lengthened() -> Desk:
    """A year more with special measures."""
    desk = planned_to_the_maximum()
    granted = lengthen(ExtensionGround.LITTLE_EDUCATION, A_YEAR_MORE)
    desk.does(extend(desk.plan, granted), GRANTED)
    return desk


def late(desk: Desk, extension: Extension = ILL, on: date = date(2025, 6, 2)) -> None:
    """An extension of the first plan, decided in its time and told long after."""
    desk.does(extend(desk.state.plans[0].plan_id, extension), on, today=TOLD)


@pytest.mark.guarantee("CS-15")
@pytest.mark.parametrize("stage", [young_and_extended, lengthened])
def test_23_an_obstacle_told_late_takes_no_length_granted_since(stage: Any) -> None:
    desk = stage()
    assert desk.last_day() == A_YEAR_MORE
    late(desk)
    assert desk.last_day() == desk.maximum() == A_YEAR_MORE + TEN_DAYS


@pytest.mark.guarantee("CS-15")
def test_31_2_an_obstacle_told_late_takes_no_continuation() -> None:
    desk = continued()
    late(desk)
    assert desk.in_force(MAXIMUM + TEN_DAYS) is InForce.FULLY
    assert desk.in_force(MAXIMUM + TEN_DAYS + timedelta(days=1)) is InForce.FOR_STUDIES_ONLY
    asked = Known(facts=(), state=desk.state, valid_on=TOLD)
    told = explanation(asked, LAW, Language.EN).valid_until
    assert told is not None
    assert "continued for the support of the studies on 1 October 2026" in told.text


@pytest.mark.guarantee("CS-15")
@pytest.mark.parametrize("stage", [young_and_extended, continued])
def test_31_a_length_told_late_takes_nothing_granted_since(stage: Any) -> None:
    desk = stage()
    before = desk.last_day()
    until = date(2027, 9, 3)
    late(desk, lengthen(ExtensionGround.LITTLE_EDUCATION, desk.maximum() + (until - MAXIMUM)))
    if before is None:
        assert desk.in_force(until) is InForce.FULLY
        assert desk.in_force(until + timedelta(days=1)) is InForce.FOR_STUDIES_ONLY
    else:
        assert desk.last_day() == desk.maximum() > before


@pytest.mark.guarantee("CS-15")
@pytest.mark.parametrize("stage", [young_and_extended, continued, lengthened])
def test_102_2_an_old_plan_told_late_that_raises_the_maximum_takes_nothing(stage: Any) -> None:
    desk = stage()
    before, plan = desk.maximum(), desk.plan
    desk.does(draw_up_old(date(2024, 11, 4), date(2025, 3, 2)), date(2024, 11, 4), today=TOLD)
    assert desk.maximum() > before
    assert desk.in_force(desk.maximum(), plan=plan) is InForce.FULLY


@pytest.mark.guarantee("CS-15")
def test_23_2_a_plan_agreed_to_end_before_the_maximum_keeps_its_day() -> None:
    desk = planned()
    assert [p.reaches_maximum for p in desk.state.plans] == [False]
    desk.does(extend(desk.plan, lengthen(ExtensionGround.LITTLE_EDUCATION, A_YEAR_MORE)), DRAWN_UP)
    assert desk.last_day() == LAST_DAY
    assert desk.maximum() == A_YEAR_MORE


@pytest.mark.guarantee("CS-15")
def test_23_2_a_plan_that_an_obstacle_told_late_would_have_let_last_longer_keeps_its_day() -> None:
    desk = planned_to_the_maximum()
    late(desk)
    assert desk.last_day() == MAXIMUM
    desk.does(extend(desk.plan, lengthen(ExtensionGround.LITTLE_EDUCATION, A_YEAR_MORE)), TOLD)
    # It was agreed until the maximum, and goes with it.
    assert desk.last_day() == desk.maximum()


@pytest.mark.guarantee("CS-15")
def test_22_a_last_day_agreed_in_a_review_moves_where_it_was_the_maximum() -> None:
    desk = planned_to_the_maximum()
    until = MAXIMUM - timedelta(days=60)
    day = date(2026, 8, 20)
    desk.does(
        review(desk.plan, next_on=date(2026, 12, 1), changes=PlanChanges(valid_until=until)), day
    )
    desk.does(extend(desk.plan, lengthen(ExtensionGround.LITTLE_EDUCATION, A_YEAR_MORE)), GRANTED)
    assert desk.last_day() == until
    back = review(
        desk.plan, next_on=date(2027, 3, 30), changes=PlanChanges(valid_until=A_YEAR_MORE)
    )
    desk.does(back, GRANTED)
    changes = [c.changes for c in desk.state.plans[-1].changes]
    assert [(c.valid_until, c.reaches_maximum) for c in changes] == [
        (until, False),
        (A_YEAR_MORE, True),
    ]
    late(desk)
    # Told late from before the review: it was settled then. Told from after it, the plan moves.
    assert desk.last_day() == A_YEAR_MORE
    desk.does(extend(desk.plan, obstacle(date(2026, 11, 2), date(2026, 11, 11))), TOLD)
    assert desk.last_day() == desk.maximum() == A_YEAR_MORE + 2 * TEN_DAYS


@pytest.mark.guarantee("CS-15")
def test_22_a_review_that_carries_an_extension_may_keep_the_earlier_day() -> None:
    desk = planned_to_the_maximum()
    kept = review(
        desk.plan,
        next_on=date(2027, 2, 1),
        extension=lengthen(ExtensionGround.LITTLE_EDUCATION, A_YEAR_MORE),
        changes=PlanChanges(valid_until=MAXIMUM),
    )
    desk.does(kept, date(2026, 8, 20))
    assert desk.last_day() == MAXIMUM
    assert desk.maximum() == A_YEAR_MORE


@pytest.mark.guarantee("CS-15")
def test_23_4_after_a_day_stated_short_of_the_maximum_the_plan_keeps_its_day() -> None:
    desk = planned_to_the_maximum()
    ill = obstacle(date(2026, 5, 4), date(2026, 5, 13))
    short = ill.model_copy(update={"until": date(2027, 3, 8)})
    desk.does(extend(desk.plan, short), date(2026, 6, 1))
    assert desk.last_day() == date(2027, 3, 8)
    more = obstacle(date(2026, 6, 2), date(2026, 6, 6))
    desk.does(extend(desk.plan, more), date(2026, 7, 1))
    assert desk.last_day() == date(2027, 3, 8)
    assert desk.maximum() == MAXIMUM + timedelta(days=15)


@pytest.mark.guarantee("CS-18")
def test_23_4_a_day_short_of_the_maximum_is_not_stated_under_what_was_granted_since() -> None:
    desk = lengthened()
    ill = obstacle(date(2026, 5, 4), date(2026, 5, 13))
    short = ill.model_copy(update={"until": A_YEAR_MORE + timedelta(days=3)})
    outcome = desk.asks(extend(desk.plan, short), date(2026, 6, 1), today=TOLD)
    assert refused(outcome) == [("obstacle-adds-days", "23.4", A_YEAR_MORE + TEN_DAYS)]
    desk.does(extend(desk.plan, ill), date(2026, 6, 1), today=TOLD)
    assert desk.last_day() == A_YEAR_MORE + TEN_DAYS


@pytest.mark.guarantee("CS-18")
@pytest.mark.parametrize("stage", [young_and_extended, continued, lengthened])
def test_22_a_shorter_plan_agreed_late_takes_nothing_granted_since(stage: Any) -> None:
    desk = stage()
    day = date(2026, 9, 15)
    shorter = review(
        desk.plan, next_on=date(2027, 2, 1), changes=PlanChanges(valid_until=date(2027, 2, 10))
    )
    outcome = desk.asks(shorter, day, today=TOLD)
    assert refused(outcome) == [("last-day-rested-upon", "23.2", None)]
    assert pointers(outcome) == ["/changes/validUntil"]
    same = review(desk.plan, next_on=date(2027, 2, 1), changes=PlanChanges(valid_until=MAXIMUM))
    before = desk.last_day()
    desk.does(same, day, today=TOLD)
    assert desk.last_day() == before
    later = review(
        desk.plan, next_on=date(2027, 2, 9), changes=PlanChanges(valid_until=date(2027, 2, 10))
    )
    desk.does(later, date(2027, 2, 3))
    assert desk.last_day() == date(2027, 2, 10)


@pytest.mark.guarantee("CS-18")
def test_31_2_an_ending_told_late_takes_no_continuation_decided_since() -> None:
    desk = continued()
    outcome = desk.asks(end(desk.plan, date(2027, 1, 15)), date(2026, 9, 15), today=TOLD)
    assert refused(outcome, conflict=True) == [("last-day-rested-upon", "23.2", None)]
    desk.does(end(desk.plan, date(2027, 2, 2)), GRANTED, today=TOLD)
    assert desk.last_day() == date(2027, 2, 2)


@pytest.mark.guarantee("CS-18")
def test_28_a_plan_has_not_ended_before_studies_began_under_it() -> None:
    desk = studying(date(1990, 1, 1))
    day, before = date(2026, 8, 3), date(2026, 8, 31)
    ended = desk.asks(end(desk.plan, before), day, today=TOLD)
    assert refused(ended, conflict=True) == [("ended-after-studies-began", "28", None)]
    changes = PlanChanges(valid_until=before)
    reviewed = review(desk.plan, next_on=date(2026, 8, 20), changes=changes)
    shorter = desk.asks(reviewed, day, today=TOLD)
    assert refused(shorter) == [("ended-after-studies-began", "28", None)]
    switched = switch(
        desk.plan,
        PlanKind.MULTISECTORAL,
        valid_from=STUDYING_FROM,
        valid_until=MAXIMUM,
        review_on=date(2027, 1, 1),
    )
    outcome = desk.asks(switched, day, today=TOLD)
    assert ("ended-after-studies-began", "28", None) in refused(outcome, conflict=True)
    desk.does(end(desk.plan, STUDYING_FROM), day, today=TOLD)


@pytest.mark.guarantee("CS-18")
def test_23_2_a_review_gives_no_other_day_to_a_plan_that_was_ended() -> None:
    desk = planned()
    desk.does(end(desk.plan, date(2025, 12, 1)), date(2025, 8, 1))
    changes = PlanChanges(valid_until=date(2026, 2, 1))
    act = review(desk.plan, next_on=date(2025, 11, 1), changes=changes)
    outcome = desk.asks(act, date(2025, 8, 4))
    assert refused(outcome) == [("plan-not-over", "23.2", date(2025, 12, 1))]
    # Held before the ending was decided, and told late, it is what was agreed then.
    desk.does(act, date(2025, 7, 31), today=date(2025, 8, 4))
    assert desk.last_day() == date(2025, 12, 1)


@pytest.mark.guarantee("PR-6")
def test_23_2_an_extension_told_late_moves_no_plan_into_one_that_follows_it() -> None:
    desk = planned_to_the_maximum()
    late(desk)
    follows = draw_up(
        MAXIMUM + timedelta(days=1),
        MAXIMUM + TEN_DAYS,
        review_on=date(2027, 7, 1),
        job_search_obligation="Four jobs a month",
    )
    desk.does(follows, TOLD)
    second = desk.state.plans[1]
    granted = lengthen(ExtensionGround.LITTLE_EDUCATION, A_YEAR_MORE)
    outcome = desk.asks(extend(second.plan_id, granted), GRANTED, today=TOLD)
    assert refused(outcome, conflict=True) == [("one-plan-in-force", "16.1", None)]
    # Decided when the next plan was drawn up, it moves that one alone.
    desk.does(extend(second.plan_id, granted), TOLD)
    assert desk.last_day(second.plan_id) == MAXIMUM
    assert desk.last_day() == desk.maximum()


def test_facts_of_an_older_version_are_asked_whether_they_reach_the_maximum_as_it_is_now() -> None:
    desk = lengthened()
    known = desk.state
    plans = tuple(p.having(reaches_maximum=None) for p in known.plans)
    extensions = tuple(e.having(reaches_maximum=None) for e in known.extensions)
    older = known.having(plans=plans, extensions=extensions)
    lasts = last_day(older.plans[-1], older, LAW.governing(TOLD), TOLD)
    assert (lasts.day, lasts.reaches_maximum) == (A_YEAR_MORE, True)
    assert [(m.by, m.on) for m in lasts.moves] == [(MovedBy.EXTENSION, GRANTED)]
    first = last_day(older.plans[0], older, LAW.governing(TOLD), TOLD)
    assert (first.day, first.reaches_maximum) == (LAST_DAY, False)


@pytest.mark.guarantee("CS-15")
def test_102_2_an_old_plan_was_signed_within_its_year_and_by_its_last_day() -> None:
    day = date(2024, 3, 4)
    signed = draw_up_old(day, date(2024, 12, 1), signed_on=date(2024, 12, 1))
    assert signed.signed_on == date(2024, 12, 1)
    with pytest.raises(ValidationError, match="signedOn is not after validUntil"):
        draw_up_old(day, date(2024, 12, 1), signed_on=date(2024, 12, 2))
    drawn_up, year = date(2022, 10, 3), date(2023, 10, 3)
    late = draw_up_old(drawn_up, date(2024, 10, 4), signed_on=year + timedelta(days=1))
    outcome = assessed().asks(late, drawn_up, today=date(2025, 3, 3))
    assert refused(outcome) == [("old-first-plan", "102.2", year)]
    assert pointers(outcome) == ["/signedOn"]


@pytest.mark.guarantee("CS-15")
def test_23_4_an_obstacle_after_the_year_for_studies_is_added_day_for_day() -> None:
    desk = studying(date(2002, 3, 20))
    desk.does(extend(desk.plan, lengthen(ExtensionGround.STUDIES_UNDER_25, A_YEAR_MORE)), GRANTED)
    # The days move the day on which the age is taken past the 25th birthday.
    ill = obstacle(date(2027, 4, 1), date(2027, 6, 30))
    desk.does(extend(desk.plan, ill), date(2028, 2, 2))
    assert desk.last_day() == desk.maximum() == A_YEAR_MORE + timedelta(days=91)
    again = obstacle(date(2027, 6, 21), date(2027, 7, 10))
    desk.does(extend(desk.plan, again), date(2028, 2, 3))
    assert desk.last_day() == A_YEAR_MORE + timedelta(days=101)
    most = maximum_on(desk.state, LAW.governing(TOLD), date.max)
    assert most is not None
    grounds = [line.inputs.get("ground") for line in most.terms]
    assert grounds.count(ExtensionGround.STUDIES_UNDER_25) == 1
    assert grounds.count(ExtensionGround.ILLNESS_OR_INJURY) == 2


@pytest.mark.guarantee("CS-15")
def test_31_1_another_date_of_birth_takes_no_year_that_was_granted() -> None:
    desk = young_and_extended()
    desk.does(review(desk.plan, next_on=date(2028, 2, 1)), date(2027, 9, 1))
    older = RecordDetails(details=PersonDetails(date_of_birth=date(1990, 1, 1)))
    desk.does(older, date(2027, 10, 1))
    assert desk.last_day() == desk.maximum() == A_YEAR_MORE
    # Nor can it be granted any more.
    other = studying(date(1990, 1, 1))
    asked = extend(other.plan, lengthen(ExtensionGround.STUDIES_UNDER_25, A_YEAR_MORE))
    assert [r for r, _, _ in refused(other.asks(asked, GRANTED))] == ["young-at-maximum"]


@pytest.mark.guarantee("CS-27")
def test_31_2_a_plan_agreed_until_the_maximum_is_continued_though_an_obstacle_was_told_late() -> (
    None
):
    desk = studying(date(1990, 1, 1))
    late(desk, ILL)
    assert desk.last_day() == MAXIMUM
    desk.does(continue_for_studies(desk.plan), TOLD)
    assert desk.in_force(MAXIMUM + TEN_DAYS) is InForce.FULLY
    assert desk.in_force(MAXIMUM + TEN_DAYS + timedelta(days=1)) is InForce.FOR_STUDIES_ONLY


@pytest.mark.guarantee("CS-18")
def test_22_4_a_switch_leaves_no_day_without_a_plan() -> None:
    desk = planned()
    day = date(2025, 8, 25)
    usual = {"valid_until": MAXIMUM, "review_on": date(2026, 2, 20)}
    late_one = switch(desk.plan, PlanKind.MULTISECTORAL, valid_from=date(2026, 6, 1), **usual)
    outcome = desk.asks(late_one, day)
    assert refused(outcome) == [("ends-within-validity", "23.2", date(2026, 3, 4))]
    assert pointers(outcome) == ["/validFrom"]
    follows = switch(desk.plan, PlanKind.MULTISECTORAL, valid_from=date(2026, 3, 4), **usual)
    desk.does(follows, day)


def test_the_plan_drawn_up_says_whether_it_is_agreed_until_the_maximum() -> None:
    desk = planned_to_the_maximum()
    drawn_up = [r.fact for r in desk.facts if isinstance(r.fact, PlanDrawnUp)]
    assert [fact.reaches_maximum for fact in drawn_up] == [False, True]
    assert desk.state.plans[-1].drawn_up_on == SECOND_DRAWN_UP


@pytest.mark.guarantee("CS-27")
def test_31_3_the_plan_that_takes_its_place_is_due_from_the_maximum_until_it_is_there() -> None:
    desk = continued()
    (due,) = _substitute(desk)
    day_after = MAXIMUM + timedelta(days=1)
    assert (due.since, due.shown_from, due.by, due.shown_until) == (
        day_after,
        day_after,
        None,
        None,
    )
    assert (due.section, due.subject_id) == ("31.3", desk.plan)
    desk.does(
        end(desk.plan, date(2027, 6, 1), EndingGround.REPLACED_BY_EMPLOYMENT_PLAN), date(2027, 6, 1)
    )
    (due,) = _substitute(desk)
    assert due.shown_until == date(2027, 6, 1)
    assert _substitute(lengthened()) == []


def _substitute(desk: Desk) -> list[Due]:
    return [due for due in dues(desk.state, LAW) if due.kind is DueKind.SUBSTITUTE_PLAN]
