"""Acts of one case told in two orders: the same facts mean the same, whichever came first."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.desk import VAASA, VAASA_TE, Desk
from tests.property.acts import KINDS
from tests.property.checks import check_plans, check_reviews, days_to_ask_about
from tests.property.drawing import Case, turning_days
from tests.property.test_machine import LAWS, STAGES

from cases.domain.case.act import Act, Decision, Organisation
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import CurrentPlan, current_plan

TOLD_ON = date(2027, 12, 1)
TOLD = (
    *["drawUpPlan", "reviewPlan", "extendPlan"] * 2,
    *["switchPlan", "endPlan", "continueForStudies", "startSupportedStudies"],
    *["endSupportedStudies", "recordBenefitNotice", "referToEmploymentAuthority"],
    *["acceptReferral", "handOver"],
)


class Told(NamedTuple):
    """An act with its legal day and who told it; ``new_id`` is what it creates, whenever told."""

    on: date
    act: Act
    by: Organisation
    new_id: UUID


def _told(data: st.DataObject, desk: Desk, most: int) -> list[Told]:
    told: list[Told] = []
    for n in range(most):
        turns = [d for d in turning_days(desk.state) if date(2025, 1, 1) <= d <= TOLD_ON]
        day = data.draw(st.dates(date(2025, 3, 3), date(2027, 9, 1)) | st.sampled_from(turns))
        strategy = KINDS[data.draw(st.sampled_from(TOLD))]
        act = data.draw(strategy(Case(desk.state, day)))
        by = VAASA_TE if desk.state.responsible_on(day) == VAASA_TE.id else VAASA
        each = Told(day, act, by, uuid5(UUID(int=8), str(n)))
        if _tell(desk, each):
            told.append(each)
    return told


def _tell(desk: Desk, told: Told) -> bool:
    """Whether the act was lawful when told; then it is on record."""
    on, by, new_id = told.on, told.by, told.new_id
    if not isinstance(desk.asks(told.act, on, today=TOLD_ON, by=by, new_id=new_id), Decision):
        return False
    desk.does(told.act, on, today=TOLD_ON, by=by, new_id=new_id)
    return True


def _answers(desk: Desk, days: Sequence[date]) -> list[CurrentPlan]:
    return [current_plan(Known(facts=(), state=desk.state, valid_on=day), desk.law) for day in days]


def _recorded(desk: Desk) -> list[str]:
    """What was recorded for which legal day, whatever the order."""
    return sorted(f"{each.effective_on} {each.fact!r}" for each in desk.facts)


@pytest.mark.guarantee("PR-6")
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_acts_told_in_another_order_that_is_lawful_too_give_the_same_plans_on_every_day(
    data: st.DataObject,
) -> None:
    law = data.draw(st.sampled_from(LAWS))
    stage = STAGES[id(law)][data.draw(st.sampled_from([0, 1, 2]))]
    desk = stage.copy()
    told = _told(data, desk, 10)
    days = days_to_ask_about(desk.state)
    expected = _answers(desk, days)
    for n, (one, other) in enumerate(pairwise(told)):
        # Of acts of one day the last told holds.
        if one.on == other.on:
            continue
        again = stage.copy()
        if all(_tell(again, each) for each in [*told[:n], other, one, *told[n + 2 :]]):
            if _recorded(again) != _recorded(desk):
                # The length an extension was granted for depends on what was known then.
                event("told both ways, recorded otherwise")
                continue
            event("told both ways")
            check_plans(again)
            check_reviews(again)
            assert _answers(again, days) == expected, (one.act.NAME, other.act.NAME)
