"""At most one plan is in force on any day, in whatever order they were recorded (16 §)."""

from datetime import date

from cases.domain.case.act import Circumstances
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.plan.validity import Validity, validity
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.time import Interval


def crosses_another(
    plan: Plan, state: CaseState, circumstances: Circumstances, until: date
) -> RuleApplied | None:
    """The rule broken where another plan is in force on a day on which ``plan`` is; else None.

    ``state`` has the plan, which may be one that nobody has recorded yet; ``until`` is the last day
    the act asks for it. An extension decided since may have moved its last day on.
    """
    found = _crossing(plan, state, circumstances.edition, circumstances.today)
    if found is None:
        return None
    other, days = found
    return circumstances.line(
        Rule.ONE_PLAN_IN_FORCE,
        False,
        validFrom=plan.valid_from,
        validUntil=until,
        otherFrom=other.valid_from,
        otherUntil=days.last_day or (days.fully.last if days.fully else None),
    )


def _crossing(
    plan: Plan, state: CaseState, edition: Edition, day: date
) -> tuple[Plan, Validity] | None:
    own = validity(plan, state, edition, day)
    # Also where the maximum leaves nothing of it: that is another rule's to say.
    agreed = max(plan.valid_from, last_day(plan, state, edition, day).agreed)
    wanted = [own.for_studies, own.fully or Interval(first=plan.valid_from, last=agreed)]
    for other in state.plans:
        if other.plan_id != plan.plan_id:
            days = validity(other, state, edition, day)
            if any(each is not None and days.overlaps(each) for each in wanted):
                return other, days
    return None
