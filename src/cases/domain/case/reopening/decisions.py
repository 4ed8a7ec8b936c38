"""May the case be reopened? The client relationship goes on (77 §)."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, sorted_out
from cases.domain.law.section_77 import section_77_erasure


def decide_reopen_case(act: ReopenCase, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Reopened when it is closed, after everything on record, and before its data are to go.

    A duplicate continues elsewhere: where it is none, its closing is annulled. That the person has
    no other open case is a constraint across cases: the store answers for it.
    """
    closing, day = state.closing, circumstances.on
    closed = circumstances.line(
        Rule.CASE_IS_CLOSED,
        closing is not None,
        **({} if closing is None else {"closedOn": closing.closed_on}),
    )
    if closing is None:
        return refuse(closed, conflict=True)
    last = max(closing.closed_on, state.latest_effective_on or closing.closed_on)
    erasure = section_77_erasure(circumstances.edition, closing.closed_on).value
    rules, violations = sorted_out(
        (closed, None),
        (
            circumstances.line(
                Rule.REOPENED_AFTER_LAST_ACT,
                day >= last,
                reopenedOn=day,
                closedOn=closing.closed_on,
                lastActOn=last,
            ),
            "/effectiveOn",
        ),
        (
            circumstances.line(
                Rule.REOPENED_BEFORE_ERASURE,
                day < erasure,
                reopenedOn=day,
                closedOn=closing.closed_on,
                erasureOn=erasure,
            ),
            "/effectiveOn",
        ),
        (circumstances.line(Rule.DUPLICATE_STAYS_CLOSED, closing.continues_in is None), None),
    )
    if violations:
        return Refusal(violations=violations, conflict=True)
    fact = CaseReopened(
        ground=act.ground, reason=act.reason, earlier_plans=circumstances.earlier_plans
    )
    return Decision(facts=(fact,), rules=rules)
