"""May the costs be compensated? Chapter 8: 63–66, 68–70 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome
from cases.domain.case.costs.acts import RecordCost
from cases.domain.case.costs.facts import CostRecorded
from cases.domain.case.state import CaseState
from cases.domain.law.compensation import (
    compensated_while_young,
    compensation_period,
    section_70_apply_by,
)
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation, sorted_out


def decide_record_cost(act: RecordCost, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Costs that have arisen, within the time and the age of their ground, with its decision."""
    edition, day = circumstances.edition, circumstances.on
    ground = edition.compensation(act.ground)
    section = ground.section
    arisen = edition.line(
        Rule.COST_HAS_ARISEN, {"until": act.until, "on": day}, act.until <= day, section=section
    )
    decided = edition.line(
        Rule.COMPENSATION_DECIDED,
        {"needed": ground.needs_decision},
        not ground.needs_decision or act.decision is not None,
        section=section,
    )
    young = compensated_while_young(edition, ground, act.until, state.person.born_on)
    rules, broken = sorted_out((decided, "/decision"), (young.line, "/until"))
    if arisen.result:
        rules += (arisen,)
    else:
        broken += (Violation(line=arisen, latest=day, pointer="/until"),)
    same = [c.content for c in state.costs if c.content.ground is act.ground]
    period = compensation_period(
        edition,
        ground,
        min([act.since, *(c.since for c in same)]),
        reason_given=any(reason is not None for reason in (act.reason, *(c.reason for c in same))),
    )
    last = max([act.until, *(c.until for c in same)])
    if period.value is None or last <= period.value:
        rules += (period.line,)
    else:
        # Costs told late can be too early for those on record, or they too late for them.
        at = "/until" if act.until == last else "/from"
        broken += (Violation(line=period.line, latest=period.value, pointer=at),)
    if broken:
        return Refusal(violations=broken)
    fact = CostRecorded(
        cost_id=circumstances.new_id,
        ground=act.ground,
        cents=act.cents,
        since=act.since,
        until=act.until,
        borne_by=act.borne_by,
        decision=act.decision,
        reason=act.reason,
        note=act.note,
    )
    return Decision(facts=(fact,), rules=(*rules, section_70_apply_by(edition, act.since).line))
