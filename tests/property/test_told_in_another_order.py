"""Acts of one case told in two orders: the same facts mean the same, whichever came first.

But for what the maximum known then settles (docs/adr, 0051).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.desk import DRAWN_UP, VAASA, VAASA_TE, Desk
from tests.property import choosing as ch
from tests.property.acts import KINDS
from tests.property.calling import called_for
from tests.property.checks import check_plans, check_reviews, days_to_ask_about
from tests.property.choosing import drawn
from tests.property.drawing import Case, turning_days
from tests.property.stages import LAWS, OFTEN, taken_up

from cases.domain.case.act import Act, Decision, Organisation
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.review.facts import PlanChanged, PlanReviewed
from cases.domain.facts import Fact
from cases.domain.law.edition import Law
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import CurrentPlan, current_plan

TOLD_ON = date(2027, 12, 1)
TOLD = (
    *["drawUpPlan", "reviewPlan", "extendPlan", "switchPlan"] * 4,
    *["endPlan", "continueForStudies", "startSupportedStudies", "endSupportedStudies"] * 2,
    *["recordBenefitNotice", "recordLabourMarketStatus", "handOver"],
    *["referToEmploymentAuthority", "acceptReferral"],
)


class Told(NamedTuple):
    """An act with its legal day and who told it; ``new_id`` is what it creates, whenever told."""

    on: date
    act: Act
    by: Organisation
    new_id: UUID


def _told(data: st.DataObject, desk: Desk, most: int) -> list[Told]:
    told: list[Told] = []
    for n in range(3 * most):
        if len(told) == most:
            break
        turns = [d for d in turning_days(desk.state) if date(2025, 1, 1) <= d <= TOLD_ON]
        any_day = ch.dates(DRAWN_UP, date(2027, 9, 1))
        day = drawn(data, any_day | ch.sampled_from(turns or [DRAWN_UP]))
        case = Case(desk.state, day, desk.law)
        likely = [name for name in called_for(case) if name in TOLD]
        act = drawn(data, KINDS[drawn(data, ch.sampled_from([*likely, *TOLD]))](case))
        by = VAASA_TE if desk.state.responsible_on(day) == VAASA_TE.id else VAASA
        each = Told(day, act, by, uuid5(UUID(int=8), str(n)))
        if _tell(desk, each):
            told.append(each)
    return told


def _tell(desk: Desk, told: Told) -> bool:
    """Whether the act was lawful when told; then it is on record."""
    outcome = desk.asks(told.act, told.on, today=TOLD_ON, by=told.by, new_id=told.new_id)
    if not isinstance(outcome, Decision):
        return False
    desk.did(told.act, outcome, told.on, today=TOLD_ON, by=told.by)
    return True


def _answers(desk: Desk, days: Sequence[date]) -> list[CurrentPlan]:
    return [current_plan(Known(facts=(), state=desk.state, valid_on=day), desk.law) for day in days]


def _recorded(desk: Desk) -> list[str]:
    """What was recorded for which legal day, whatever the order, but what depends on what is known.

    That is the length that leads to the last day an act asks for, and whether that day was the
    maximum: see ``_settled``.
    """
    facts = [_but_what_was_known(each.fact) for each in desk.facts]
    days = [each.effective_on for each in desk.facts]
    return sorted(f"{day} {fact!r}" for day, fact in zip(days, facts, strict=True))


def _but_what_was_known(fact: Fact) -> Fact:
    unknown = {"reaches_maximum": None}
    match fact:
        case PlanExtended():
            return fact.model_copy(update=unknown | {"length": None})
        case PlanDrawnUp():
            return fact.model_copy(update=unknown)
        case PlanReviewed(changes=PlanChanged() as changes):
            return fact.model_copy(update={"changes": changes.model_copy(update=unknown)})
    return fact


def _settled(desk: Desk) -> list[str]:
    """What the maximum known then settles: lengths granted, plans agreed until the maximum."""
    granted = [f"{e.decided_on} {e.grant!r} {e.reaches_maximum}" for e in desk.state.extensions]
    plans = [f"{p.plan_id} {p.reaches_maximum}" for p in desk.state.plans]
    changed = [
        f"{p.plan_id} {c.on} {c.changes.reaches_maximum}"
        for p in desk.state.plans
        for c in p.changes
    ]
    return sorted((*granted, *plans, *changed))


@pytest.mark.guarantee("PR-6")
@pytest.mark.parametrize("law", LAWS, ids=["enacted", "in-force", "changing"])
@settings(
    max_examples=7,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_acts_told_in_another_order_that_is_lawful_too_give_the_same_plans_on_every_day(
    law: Law, data: st.DataObject
) -> None:
    stage = taken_up(drawn(data, ch.sampled_from(OFTEN)), law)
    desk = stage.copy()
    told = _told(data, desk, 7)
    days = days_to_ask_about(desk.state)
    expected = _answers(desk, days)
    event(f"acts: {len(told)}")
    for order in _orders(data, told):
        again = stage.copy()
        if not all(_tell(again, each) for each in order):
            continue
        assert _recorded(again) == _recorded(desk)
        check_plans(again)
        check_reviews(again)
        if _settled(again) != _settled(desk):
            event("told both ways, settled otherwise")
            continue
        event("told both ways")
        assert _answers(again, days) == expected, [each.act.NAME for each in order]


def _orders(data: st.DataObject, told: list[Told]) -> Iterator[list[Told]]:
    """Other orders of what was told: neighbours, each told first or last, and any at all.

    Of acts of one day the last told holds: they stay in their order.
    """
    orders = [
        [*told[:n], other, one, *told[n + 2 :]] for n, (one, other) in enumerate(pairwise(told))
    ]
    for n, each in enumerate(told):
        rest = [*told[:n], *told[n + 1 :]]
        orders += [[each, *rest], [*rest, each]]
    orders += [data.draw(st.permutations(told)) for _ in range(3)]
    for order in orders:
        by_day = sorted(order, key=lambda each: each.on)
        if by_day == sorted(told, key=lambda each: each.on) and order != told:
            yield order
