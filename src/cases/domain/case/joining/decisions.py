"""May a case be closed as the duplicate of another, and may that one take it over?

No act is on two cases: the duplicate is closed first, by an act of its own that names the case that
stays, and stands still from then on. The case that stays then takes over what it held.
"""

from collections.abc import Iterator
from datetime import date

from cases.domain.case.act import Circumstances, Decision, OtherCase, Outcome, refuse
from cases.domain.case.joining.acts import JoinCases
from cases.domain.case.joining.facts import CasesJoined, HeldRecord
from cases.domain.case.plan.maximum import plans_of, plans_since
from cases.domain.case.plan.validity import validity
from cases.domain.case.records.mending import mended
from cases.domain.case.responsibility.evolution import Requested
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.responsibility.moving import requested
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, sorted_out
from cases.domain.time import Interval


def continues_elsewhere(
    state: CaseState, circumstances: Circumstances
) -> tuple[tuple[RuleApplied, ...], Refusal | None]:
    """What the rules say of closing the case as the duplicate of another that it names.

    The other is an open case of the same authority, and not both have a plan that is not over.
    """
    other = circumstances.other
    open_there = (
        other is not None and other.case_id != state.case_id and _is_open(other, circumstances.on)
    )
    line = circumstances.line(Rule.CONTINUES_IN_AN_OPEN_CASE, open_there, on=circumstances.on)
    if other is None or not open_there:
        return (), refuse(line, pointer="/continuesIn", conflict=True)
    own, theirs = _plan(state, circumstances), _plan(other.state, circumstances)
    if own is None or theirs is None:
        return (line,), None
    both = circumstances.line(
        Rule.ONE_PLAN_IN_FORCE,
        False,
        validFrom=own.first,
        validUntil=own.last,
        otherFrom=theirs.first,
        otherUntil=theirs.last,
    )
    return (line,), refuse(both, pointer="/continuesIn", conflict=True)


def decide_join_cases(act: JoinCases, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Joined once, when it was closed as a duplicate of this case, and nobody loses protection."""
    other = circumstances.other
    closing = None if other is None else other.state.closing
    rules, violations = sorted_out(
        (
            circumstances.line(
                Rule.JOINED_CASE_CONTINUES_HERE,
                closing is not None
                and closing.continues_in == state.case_id
                and closing.closed_on <= circumstances.on,
                on=circumstances.on,
            ),
            "/duplicate",
        ),
        (
            circumstances.line(
                Rule.JOINED_ONCE, all(each.case_id != act.duplicate for each in state.joined)
            ),
            "/duplicate",
        ),
        (
            circumstances.line(
                Rule.PROTECTED_IN_BOTH,
                other is None
                or other.state.protection.withholds_on(circumstances.today)
                is state.protection.withholds_on(circumstances.today),
                on=circumstances.today,
            ),
            None,
        ),
    )
    if violations or other is None or closing is None:
        return Refusal(violations=violations, conflict=True)
    asked = tuple(_asked_for(state, other, circumstances))
    if asked:
        requested_on = max(each.requested_on for each in asked)
        line = circumstances.line(
            Rule.JOINED_AFTER_REQUEST,
            requested_on <= circumstances.on,
            on=circumstances.on,
            requestedOn=requested_on,
        )
        if not line.result:
            return refuse(line, pointer="/effectiveOn", conflict=True)
        rules = (*rules, line)
    opening = other.state.opening
    assert opening is not None, "a case begins with its opening"
    fact = CasesJoined(
        duplicate=act.duplicate,
        reason=act.reason,
        opened_on=opening.opened_on,
        closed_on=closing.closed_on,
        held=tuple(
            HeldRecord(
                version=each.version, fact=type(each.fact).__name__, effective_on=each.effective_on
            )
            for each in mended(other.facts)
        ),
        earlier_plans=plans_since(state, plans_of(other.state)),
    )
    requests = (HandOverRequested(request_id=each.request_id, by=each.by) for each in asked)
    return Decision(facts=(fact, *requests), rules=rules)


def _asked_for(
    state: CaseState, other: OtherCase, circumstances: Circumstances
) -> Iterator[Requested]:
    """The requests for the duplicate that nobody has answered, and that are news to this case.

    They are for this case then (85 §): who asked was told of an opening, and will not ask again.
    """
    for asked in other.state.responsibility.awaited_requests():
        if requested(asked.by, asked.request_id, state, circumstances.today) is not None:
            yield asked


def _is_open(other: OtherCase, day: date) -> bool:
    """Whether the case is not closed, and was opened by ``day``."""
    opening = other.state.opening
    return opening is not None and opening.opened_on <= day and other.state.closing is None


def _plan(state: CaseState, circumstances: Circumstances) -> Interval | None:
    """The days fully in force of a plan that is not over on the legal date, if there is one."""
    for plan in state.plans:
        days = validity(plan, state, circumstances.edition, circumstances.today)
        if not days.is_over_on(circumstances.on):
            return days.fully
    return None
