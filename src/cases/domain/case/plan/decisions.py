"""May the plan be drawn up, carried out, ended? 16, 18–20, 22–23 §."""

from uuid import UUID, uuid5

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.plan.acts import DrawUpPlan, EndPlan, ExpirePlan, GuideToServices
from cases.domain.case.plan.drawing_up import drawing_up_rules
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.facts import (
    AgreedMeasure,
    ClientGuidedToServices,
    PlanDrawnUp,
    PlanEnded,
    PlanExpired,
)
from cases.domain.case.state import CaseState
from cases.domain.codes.values import PlanKind
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal
from cases.domain.law.section_20 import section_20_5_guidance_due


def decide_draw_up_plan(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """A plan is drawn up when every rule of 16, 18, 20, 22 and 23 § allows it."""
    if act.kind is not PlanKind.INTEGRATION:
        return NotSupported(what="multisectoral-plan", section="17")
    rules, violations = drawing_up_rules(act, state, circumstances)
    if violations:
        return Refusal(violations=violations)
    plan_id = circumstances.new_id
    fact = PlanDrawnUp(
        plan_id=plan_id,
        kind=act.kind,
        valid_from=act.valid_from,
        valid_until=act.valid_until,
        goals=act.goals,
        measures=tuple(
            AgreedMeasure(measure_id=uuid5(plan_id, f"measure-{n}"), measure=measure)
            for n, measure in enumerate(act.measures, start=1)
        ),
        follow_up=act.follow_up,
        next_review_on=act.next_review_on,
        makers=act.makers,
        job_search_obligation=act.job_search_obligation,
        no_job_search_reason=act.no_job_search_reason,
        missing_goal_reason=act.missing_goal_reason,
        rights_and_duties_explained=act.rights_and_duties_explained,
    )
    return Decision(facts=(fact,), rules=rules)


def decide_guide_to_services(
    act: GuideToServices, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Guidance is to measures of a plan drawn up by then; late guidance is recorded as late."""
    plan = _drawn_up_by_then(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    last = plan.last_day(circumstances.today)
    if circumstances.on > last:
        over = circumstances.line(Rule.PLAN_NOT_OVER, False, on=circumstances.on, lastDay=last)
        return refuse(over, latest=last, conflict=True)
    agreed = {m.measure_id for m in plan.measures}
    unknown = [n for n, measure in enumerate(act.measures) if measure not in agreed]
    if unknown:
        line = circumstances.line(Rule.MEASURE_OF_THE_PLAN, False)
        return refuse(line, pointer=f"/measures/{unknown[0]}")
    due = section_20_5_guidance_due(circumstances.edition, plan.drawn_up_on)
    fact = ClientGuidedToServices(plan_id=act.plan, measures=act.measures)
    return Decision(facts=(fact,), rules=(due.line,))


def decide_end_plan(act: EndPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Only a plan that is not over can be ended, from the act's day on, within its validity."""
    plan = _drawn_up_by_then(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    last = plan.last_day(circumstances.today)
    if plan.ending is not None or circumstances.on > last:
        line = circumstances.line(Rule.PLAN_NOT_OVER, False, on=circumstances.on, lastDay=last)
        return refuse(line, latest=last, conflict=True)
    line = circumstances.line(
        Rule.ENDS_WITHIN_VALIDITY,
        circumstances.on <= act.ends_on <= last,
        endsOn=act.ends_on,
        on=circumstances.on,
        lastDay=last,
    )
    if not line.result:
        return refuse(line, latest=last, pointer="/endsOn")
    reviewed = max((r.held_on for r in state.reviews if r.plan_id == act.plan), default=None)
    if reviewed is not None and reviewed > act.ends_on:
        held = circumstances.line(Rule.ENDED_AFTER_LAST_REVIEW, False, reviewedOn=reviewed)
        return refuse(held, pointer="/endsOn", conflict=True)
    fact = PlanEnded(plan_id=act.plan, ground=act.ground, ends_on=act.ends_on, reason=act.reason)
    return Decision(facts=(fact,), rules=(line,))


def decide_expire_plan(act: ExpirePlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """The consequence of a day that has passed, once per plan and last day (23 § 2 mom.)."""
    plan = _drawn_up_by_then(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    last = plan.last_day(circumstances.today)
    line = circumstances.line(
        Rule.OVER_AFTER_LAST_DAY, circumstances.on > last, on=circumstances.on, lastDay=last
    )
    if not line.result or act.last_day != last or plan.expired_after == last or plan.ending:
        return refuse(line, conflict=True)
    return Decision(facts=(PlanExpired(plan_id=act.plan, last_day=last),), rules=(line,))


def _drawn_up_by_then(
    plan_id: UUID, state: CaseState, circumstances: Circumstances
) -> Plan | Refusal:
    """The plan, or a refusal where the case has no such plan drawn up by the legal date."""
    found = next((p for p in state.plans if p.plan_id == plan_id), None)
    if found is not None and found.drawn_up_on <= circumstances.on:
        return found
    inputs = {"drawnUpOn": found.drawn_up_on} if found else {}
    line = circumstances.line(Rule.PLAN_DRAWN_UP_BY_THEN, False, on=circumstances.on, **inputs)
    return refuse(line, conflict=True)
