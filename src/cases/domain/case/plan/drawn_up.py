"""The plan an act names, as it stood on the act's legal date."""

from datetime import date
from uuid import UUID

from cases.domain.case.act import Circumstances, refuse
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.validity import Validity, validity
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal


def drawn_up_by_then(
    plan_id: UUID, state: CaseState, circumstances: Circumstances
) -> Plan | Refusal:
    """The plan, or a refusal where the case has no such plan drawn up by the legal date."""
    found = next((p for p in state.plans if p.plan_id == plan_id), None)
    if found is not None and found.drawn_up_on <= circumstances.on:
        return found
    inputs = {"drawnUpOn": found.drawn_up_on} if found else {}
    line = circumstances.line(Rule.PLAN_DRAWN_UP_BY_THEN, False, on=circumstances.on, **inputs)
    return refuse(line, conflict=True)


def not_over_then(
    plan_id: UUID, state: CaseState, circumstances: Circumstances
) -> tuple[Plan, Validity] | Refusal:
    """The plan and its days, or a refusal where it was over before the legal date."""
    plan = drawn_up_by_then(plan_id, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    days = validity(plan, state, circumstances.edition, circumstances.today)
    if days.is_over_on(circumstances.on):
        return over(days.last_day or _given_up_on(plan), circumstances)
    return plan, days


def over(last: date | None, circumstances: Circumstances) -> Refusal:
    """The refusal of an act on a plan whose end, with this last day, is decided or has come."""
    line = circumstances.line(Rule.PLAN_NOT_OVER, False, on=circumstances.on, lastDay=last)
    return refuse(line, latest=last, conflict=True)


def _given_up_on(plan: Plan) -> date | None:
    """The last day said of a plan that was ended or replaced before it began."""
    if plan.replaced is not None:
        return plan.replaced.last_day
    return plan.ending.ends_on if plan.ending else None
