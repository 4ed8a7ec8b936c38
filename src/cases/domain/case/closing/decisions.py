"""May the case be closed? Closing ends the client relationship (77 §)."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.closing.acts import CloseCase
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.joining.decisions import continues_elsewhere
from cases.domain.case.plan.validity import validity
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.law.section_77 import section_77_erasure


def decide_close_case(act: CloseCase, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Closed when no plan is in force, no assessment under way, and nothing came later.

    As a duplicate it continues in an open case of the same authority.

    A referral nobody has answered lapses with the case.
    """
    day = circumstances.on
    continuing: tuple[RuleApplied, ...] = ()
    if act.continues_in is not None:
        continuing, refusal = continues_elsewhere(state, circumstances)
        if refusal is not None:
            return refusal
    for plan in state.plans:
        days = validity(plan, state, circumstances.edition, circumstances.today)
        if not days.is_over_on(day):
            line = circumstances.line(
                Rule.CLOSED_AFTER_PLAN, False, closedOn=day, lastDay=days.last_day
            )
            return refuse(line, conflict=True)
    under_way = next((a for a in state.assessments if a.under_way), None)
    if under_way:
        line = circumstances.line(
            Rule.CLOSED_AFTER_ASSESSMENT, False, closedOn=day, startedOn=under_way.started_on
        )
        return refuse(line, conflict=True)
    if state.latest_effective_on is not None and day < state.latest_effective_on:
        line = circumstances.line(
            Rule.CLOSED_AFTER_LAST_ACT, False, closedOn=day, lastActOn=state.latest_effective_on
        )
        return refuse(line, conflict=True)
    erasure = section_77_erasure(circumstances.edition, day)
    fact = CaseClosed(ground=act.ground, reason=act.reason, continues_in=act.continues_in)
    return Decision(facts=(fact,), rules=(*continuing, erasure.line))
