"""A person who comes back after a closing: the maximum runs on, with all that was granted."""

from datetime import date

import pytest
from tests.acts import draw_up, draw_up_old, extend, lengthen, obstacle, start_studies
from tests.desk import DRAWN_UP, LAST_DAY, MAXIMUM, Desk, refused
from tests.standing import assessed, planned, planned_to_the_maximum

from cases.domain.case.act import Decision
from cases.domain.case.earlier import EarlierGrant, EarlierObstacle, EarlierPlans
from cases.domain.case.plan.maximum import plans_of
from cases.domain.codes.values import ExtensionGround
from cases.domain.time import Length

BACK = date(2026, 10, 1)


def back(earlier: Desk) -> Desk:
    """The person's next case, assessed on 24.2.2025, with what earlier ones bring along."""
    desk = assessed()
    desk.state = desk.state.having(earlier_plans=plans_of(earlier.state))
    return desk


@pytest.mark.guarantee("CS-15")
def test_23_3_what_was_granted_in_an_earlier_case_counts_in_the_next() -> None:
    earlier = planned()
    length = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 3, 3))
    earlier.does(extend(earlier.plan, length), date(2025, 6, 2))
    earlier.does(
        extend(earlier.plan, obstacle(date(2025, 7, 1), date(2025, 7, 10))), date(2025, 8, 4)
    )
    assert plans_of(earlier.state) == EarlierPlans(
        first_drawn_up_on=DRAWN_UP,
        granted=(
            EarlierGrant(ground=ExtensionGround.LITTLE_EDUCATION, length=Length(months=12, days=0)),
            EarlierGrant(
                # The days count on, and not whether it was an illness.
                ground=ExtensionGround.COMPARABLE_REASON,
                obstacle=EarlierObstacle(first=date(2025, 7, 1), last=date(2025, 7, 10)),
            ),
        ),
    )
    desk = back(earlier)
    beyond = draw_up(BACK, date(2028, 3, 14), review_on=date(2027, 3, 1))
    assert refused(desk.asks(beyond, BACK))[0][2] == date(2028, 3, 13)
    desk.does(draw_up(BACK, date(2028, 3, 13), review_on=date(2027, 3, 1)), BACK)
    # The cap holds over both cases: one more year for special measures and no day beyond it.
    more = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 3, 14))
    asked = desk.asks(extend(desk.plan, more), BACK)
    assert refused(asked) == [("extends-within-its-cap", "23.3", date(2029, 3, 13))]
    # Days of the earlier case were added there, or are not: its plans are not looked into.
    before = extend(desk.plan, obstacle(date(2025, 7, 6), date(2025, 7, 15)))
    assert [rule for rule, _, _ in refused(desk.asks(before, BACK))] == ["obstacle-while-planned"]


@pytest.mark.guarantee("CS-25")
def test_102_2_the_maximum_is_still_counted_from_signing_in_the_next_case() -> None:
    earlier = planned()
    earlier.state = earlier.state.having(plans=())
    drawn_up, signed = date(2024, 6, 3), date(2024, 6, 20)
    act = draw_up_old(drawn_up, date(2025, 6, 20)).model_copy(update={"signed_on": signed})
    earlier.does(act, drawn_up, today=date(2025, 3, 3))
    brought = plans_of(earlier.state)
    assert brought == EarlierPlans(first_drawn_up_on=drawn_up, first_signed_on=signed)
    desk = back(earlier)
    beyond = draw_up(DRAWN_UP, date(2027, 6, 21), review_on=date(2025, 9, 1))
    assert refused(desk.asks(beyond, DRAWN_UP)) == [("old-all-plans", "102.2", date(2027, 6, 20))]
    within = draw_up(DRAWN_UP, date(2027, 6, 20), review_on=date(2025, 9, 1))
    assert isinstance(desk.asks(within, DRAWN_UP), Decision)


def test_of_several_earlier_cases_the_oldest_plan_is_the_first_and_each_grant_counts_once() -> None:
    ill = EarlierGrant(
        ground=ExtensionGround.ILLNESS_OR_INJURY,
        obstacle=EarlierObstacle(first=date(2025, 7, 1), last=date(2025, 7, 10)),
    )
    older = EarlierPlans(first_drawn_up_on=DRAWN_UP, granted=(ill,))
    newer = EarlierPlans(first_drawn_up_on=LAST_DAY, granted=(ill,))
    assert newer.and_of(older) == older.and_of(newer) == older
    assert older.and_of(None) == older


@pytest.mark.guarantee("CS-26")
def test_31_1_an_extension_for_the_young_lapses_once_the_maximum_is_past_their_age() -> None:
    desk = planned_to_the_maximum(born=date(2002, 12, 1))
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    young = lengthen(ExtensionGround.STUDIES_UNDER_25, date(2028, 3, 3))
    desk.does(extend(desk.plan, young), date(2026, 10, 1))
    assert desk.maximum() == date(2028, 3, 3)
    # Twenty-five on 1.12.2027: from 3.9.2027 the year for studies would still count, not later.
    beyond = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 3, 4))
    asked = desk.asks(extend(desk.plan, beyond), date(2026, 11, 2))
    assert refused(asked) == [("extends-within-its-cap", "23.3", date(2029, 3, 3))]
    desk.does(
        extend(desk.plan, lengthen(ExtensionGround.LITTLE_EDUCATION, date(2029, 3, 3))),
        date(2026, 11, 2),
    )
    assert desk.maximum() == date(2029, 3, 3)
    assert desk.maximum(date(2026, 10, 31)) == date(2028, 3, 3)
    assert desk.last_day() == date(2029, 3, 3)


@pytest.mark.guarantee("CS-26")
def test_31_1_while_the_client_is_young_enough_the_year_for_studies_comes_on_top() -> None:
    desk = planned_to_the_maximum(born=date(2004, 12, 1))
    desk.does(start_studies(desk.plan, date(2026, 9, 1)), date(2026, 9, 1))
    young = lengthen(ExtensionGround.STUDIES_UNDER_25, date(2028, 3, 3))
    desk.does(extend(desk.plan, young), date(2026, 10, 1))
    more = lengthen(ExtensionGround.LITTLE_EDUCATION, date(2028, 9, 3))
    desk.does(extend(desk.plan, more), date(2026, 11, 2))
    assert desk.maximum() == date(2028, 9, 3)
    assert desk.maximum() > MAXIMUM
