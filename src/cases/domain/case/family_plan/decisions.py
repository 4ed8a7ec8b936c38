"""Is there anything to note of a family plan? 21 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.family_plan.facts import NamedInFamilyPlan
from cases.domain.case.state import CaseState
from cases.domain.law.register import Rule


def decide_note_family_plan(
    act: NoteFamilyPlan, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """What is known already, or was told of a newer version of the plan, is not noted again."""
    known = next((p for p in state.family_plans if p.family_plan == act.family_plan), None)
    news = known is None or (
        known.plan_version < act.plan_version
        and (known.drawn_up_on, known.until, known.next_review_on)
        != (act.drawn_up_on, act.until, act.next_review_on)
    )
    line = circumstances.line(Rule.FAMILY_PLAN_NOTED_ONCE, news)
    if not news:
        return refuse(line, conflict=True)
    fact = NamedInFamilyPlan(
        family_plan=act.family_plan,
        plan_version=act.plan_version,
        drawn_up_on=act.drawn_up_on,
        until=act.until,
        next_review_on=act.next_review_on,
    )
    return Decision(facts=(fact,), rules=(line,))
