"""May the plan be drawn up, carried out, ended? 16–20, 22–23 §."""

from datetime import date
from uuid import UUID, uuid5

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.plan.acts import (
    DrawUpPlan,
    Ending,
    EndPlan,
    ExpirePlan,
    GuideToServices,
    PlanContent,
)
from cases.domain.case.plan.drawing_up import drawing_up_rules, until_the_maximum
from cases.domain.case.plan.drawn_up import drawn_up_by_then, not_over_then, over
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.facts import (
    AgreedMeasure,
    ClientGuidedToServices,
    PlanDrawnUp,
    PlanEnded,
    PlanExpired,
)
from cases.domain.case.plan.lasting import ended_earlier, lasted_longer
from cases.domain.case.plan.validity import validity
from cases.domain.case.state import CaseState
from cases.domain.codes.values import PlanKind
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation
from cases.domain.law.section_20 import section_20_5_guidance_due


def decide_draw_up_plan(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """A plan is drawn up when every rule of 16–20, 22, 23 and 102 § allows it."""
    rules, violations = drawing_up_rules(act, state, circumstances)
    if violations:
        return Refusal(violations=violations)
    fact = drawn_up(
        act.kind,
        act,
        circumstances.new_id,
        reaches_maximum=until_the_maximum(act, state, circumstances),
        departure_reason=act.departure.reason if act.departure else None,
        under_act=act.under_act,
        signed_on=act.signed_on,
    )
    return Decision(facts=(fact,), rules=rules)


def drawn_up(  # noqa: PLR0913 - what a plan is drawn up from
    kind: PlanKind,
    content: PlanContent,
    plan_id: UUID,
    *,
    reaches_maximum: bool,
    departure_reason: str | None = None,
    under_act: str | None = None,
    signed_on: date | None = None,
    replaces: UUID | None = None,
) -> PlanDrawnUp:
    """The fact that a plan of this content was drawn up; its measures get ids of their own."""
    return PlanDrawnUp(
        plan_id=plan_id,
        kind=kind,
        valid_from=content.valid_from,
        valid_until=content.valid_until,
        goals=content.goals,
        measures=tuple(
            AgreedMeasure(measure_id=uuid5(plan_id, f"measure-{n}"), measure=measure)
            for n, measure in enumerate(content.measures, start=1)
        ),
        follow_up=content.follow_up,
        next_review_on=content.next_review_on,
        makers=content.makers,
        parties=content.parties,
        job_search_obligation=content.job_search_obligation,
        no_job_search_reason=content.no_job_search_reason,
        missing_goal_reason=content.missing_goal_reason,
        rights_and_duties_explained=content.rights_and_duties_explained,
        language_studies=content.language_studies,
        association_activity=content.association_activity,
        guidance=content.guidance,
        departure_reason=departure_reason,
        under_act=under_act,
        signed_on=signed_on,
        replaces=replaces,
        reaches_maximum=reaches_maximum,
    )


def decide_guide_to_services(
    act: GuideToServices, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """Guidance is to measures of a plan drawn up by then; late guidance is recorded as late."""
    found = not_over_then(act.plan, state, circumstances)
    if isinstance(found, Refusal):
        return found
    plan, _ = found
    agreed = {m.measure_id for m in (*plan.measures, *plan.measures_on(circumstances.on))}
    unknown = [n for n, measure in enumerate(act.measures) if measure not in agreed]
    if unknown:
        line = circumstances.line(Rule.MEASURE_OF_THE_PLAN, False)
        return refuse(line, pointer=f"/measures/{unknown[0]}")
    due = section_20_5_guidance_due(circumstances.edition, plan.drawn_up_on)
    fact = ClientGuidedToServices(plan_id=act.plan, measures=act.measures)
    return Decision(facts=(fact,), rules=(due.line,))


def decide_end_plan(act: EndPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """Only a plan that is not over can be ended, from the act's day on, within its validity."""
    return decide_ending(act.plan, act, state, circumstances)


def decide_ending(
    plan_id: UUID, ending: Ending, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """An ending by an act of its own or in a review; also of a plan in force for studies only."""
    found = not_over_then(plan_id, state, circumstances)
    if isinstance(found, Refusal):
        return found
    plan, days = found
    last = days.last_day
    if plan.ending is not None or plan.replaced is not None:
        return over(last, circumstances)
    if last is None and ending.ends_on < circumstances.on:
        line = circumstances.line(
            Rule.ENDS_FROM_ITS_DECISION, False, endsOn=ending.ends_on, on=circumstances.on
        )
        return refuse(line, pointer="/endsOn")
    line = circumstances.line(
        Rule.ENDS_WITHIN_VALIDITY,
        circumstances.on <= ending.ends_on and (last is None or ending.ends_on <= last),
        endsOn=ending.ends_on,
        on=circumstances.on,
        lastDay=last,
    )
    if not line.result:
        return refuse(line, latest=last, pointer="/endsOn")
    late = ended_too_early(plan, ending.ends_on, state, circumstances, "/endsOn")
    if late is not None:
        return late
    fact = PlanEnded(
        plan_id=plan_id, ground=ending.ground, ends_on=ending.ends_on, reason=ending.reason
    )
    return Decision(facts=(fact,), rules=(line,))


def ended_too_early(
    plan: Plan,
    last: date,
    state: CaseState,
    circumstances: Circumstances,
    pointer: str = "/validFrom",
) -> Refusal | None:
    """A refusal where what is on record of the plan tells that it lasted longer (22, 23, 28 §)."""
    broken = (
        *lasted_longer(plan, last, state, circumstances),
        *ended_earlier(plan, circumstances),
    )
    if not broken:
        return None
    violations = tuple(Violation(line=line, pointer=pointer) for line in broken)
    return Refusal(violations=violations, conflict=True)


def decide_expire_plan(act: ExpirePlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """The consequence of a day that has passed, once per plan and last day (23 § 2 mom.)."""
    plan = drawn_up_by_then(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    days = validity(plan, state, circumstances.edition, circumstances.today)
    last = days.last_day
    line = circumstances.line(
        Rule.OVER_AFTER_LAST_DAY,
        days.is_over_on(circumstances.on),
        on=circumstances.on,
        lastDay=last,
    )
    done = plan.expired_after == last or plan.ending or plan.replaced
    if not line.result or last is None or act.last_day != last or done:
        return refuse(line, conflict=True)
    return Decision(facts=(PlanExpired(plan_id=act.plan, last_day=last),), rules=(line,))
