"""May the review be held, and when must the next one be? 22 § 1 mom., 3 §."""

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.review.acts import ReviewPlan
from cases.domain.case.review.facts import PlanReviewed
from cases.domain.case.state import CaseState
from cases.domain.codes.values import OrganisationKind, ReviewHeldBy
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal, RuleApplied, Violation
from cases.domain.law.section_22 import section_22_1_review_due

HOLDS = {
    ReviewHeldBy.MUNICIPALITY: OrganisationKind.MUNICIPALITY,
    ReviewHeldBy.EMPLOYMENT_AUTHORITY: OrganisationKind.EMPLOYMENT_AUTHORITY,
}


def decide_review_plan(act: ReviewPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """A plan in force is reviewed by who answers for it; the next follows within six months."""
    if act.held_by not in HOLDS:
        return NotSupported(what="review-with-the-welfare-area", section="22.2")
    day = circumstances.on
    plan = next((p for p in state.plans if p.plan_id == act.plan and p.drawn_up_on <= day), None)
    if plan is None:
        return refuse(circumstances.line(Rule.PLAN_DRAWN_UP_BY_THEN, False, on=day), conflict=True)
    last = plan.last_day(circumstances.today)
    if day > last:
        line = circumstances.line(Rule.PLAN_NOT_OVER, False, on=day, lastDay=last)
        return refuse(line, latest=last, conflict=True)
    if day < plan.valid_from:
        begun = circumstances.line(Rule.PLAN_HAS_BEGUN, False, on=day, validFrom=plan.valid_from)
        return refuse(begun, pointer="/effectiveOn", conflict=True)
    rules: list[RuleApplied] = []
    violations: list[Violation] = []
    responsible = circumstances.line(
        Rule.REVIEWED_BY_WHO_ANSWERS,
        HOLDS[act.held_by] is circumstances.organisation.kind,
        heldBy=act.held_by,
        organisation=circumstances.organisation.kind,
    )
    if responsible.result:
        rules.append(responsible)
    else:
        violations.append(Violation(line=responsible, pointer="/heldBy"))
    agreed = {m.measure_id for m in plan.measures}
    for n, taken_part in enumerate(act.participation):
        if taken_part.measure not in agreed:
            line = circumstances.line(Rule.MEASURE_OF_THE_PLAN, False)
            violations.append(Violation(line=line, pointer=f"/participation/{n}/measure"))
    due = section_22_1_review_due(circumstances.edition, day)
    if day < act.next_review_on <= due.value:
        rules.append(due.line)
    else:
        violations.append(Violation(line=due.line, latest=due.value, pointer="/nextReviewOn"))
    if violations:
        return Refusal(violations=tuple(violations))
    fact = PlanReviewed(
        review_id=circumstances.new_id,
        plan_id=act.plan,
        held_by=act.held_by,
        initiative=act.initiative,
        participation=act.participation,
        obstacles=act.obstacles,
        new_needs=act.new_needs,
        next_review_on=act.next_review_on,
        makers=act.makers,
    )
    return Decision(facts=(fact,), rules=tuple(rules))
