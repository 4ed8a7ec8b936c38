"""Nobody belongs to two family plans on one day (21 § 1 mom.), as far as the members' cases know.

A case knows of a plan by the note that follows each act on it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.family.members import MembersCases
from cases.domain.family.state import FamilyPlanState, Member, fold
from cases.domain.law.register import Rule

_DAY: Final = timedelta(days=1)


def belongs_elsewhere(case: CaseState, plan: UUID | None, first: date, until: date) -> bool:
    """Whether the member belongs to another plan than this on one of the days."""
    return any(
        other.family_plan != plan and max(other.drawn_up_on, first) <= min(other.until, until)
        for other in case.family_plans
    )


def put_right_in_one_plan(
    decision: Decision,
    facts: Sequence[Recorded],
    members: MembersCases,
    circumstances: Circumstances,
    pointer: str,
) -> Outcome:
    """The decision to put a plan of these ``facts`` right; refused where somebody would be in two.

    Its acts are decided again on the cases as they were, which knew nothing of a plan drawn up
    since. Whether it is a member who may be seen is not told.
    """
    last = facts[-1]
    left = (
        last.having(version=last.version + n, fact=fact)
        for n, fact in enumerate(decision.facts, start=1)
    )
    if {*_in_two((*facts, *left), members)} <= {*_in_two(facts, members)}:
        return decision
    line = circumstances.line(Rule.ONE_FAMILY_PLAN, False, on=circumstances.on)
    return refuse(line, pointer=pointer)


def _in_two(facts: Sequence[Recorded], members: MembersCases) -> Iterator[UUID]:
    state, known = fold(facts), {**members.others, **members.cases}
    for member in state.everybody:
        case = known.get(member.case_id)
        if case is None:
            continue
        until = _last_day_of(member, state)
        if belongs_elsewhere(case, state.family_plan_id, member.joined_on, until):
            yield member.case_id


def _last_day_of(member: Member, state: FamilyPlanState) -> date:
    assert state.last_day is not None, "who has members was drawn up"
    return state.last_day if member.left_on is None else min(state.last_day, member.left_on - _DAY)
