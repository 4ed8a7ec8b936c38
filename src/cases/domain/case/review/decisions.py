"""May the review be held, what may it change, and when must the next one be? 22 §, 3 §."""

from datetime import date, timedelta
from uuid import UUID, uuid5

from cases.domain.case.act import Circumstances, Outcome, refuse
from cases.domain.case.extension.decisions import decide_extension
from cases.domain.case.foreseeing import Course
from cases.domain.case.plan.decisions import decide_ending, drawn_up, ended_too_early
from cases.domain.case.plan.drawing_up import successor_rules
from cases.domain.case.plan.drawn_up import drawn_up_by_then, not_over_then, over
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.facts import AgreedMeasure
from cases.domain.case.plan.validity import validity
from cases.domain.case.responsibility.decisions import decide_referral
from cases.domain.case.review.acts import (
    PlanChanges,
    ReviewFindings,
    ReviewPlan,
    SwitchPlan,
)
from cases.domain.case.review.facts import PlanChanged, PlanReviewed, PlanSwitched
from cases.domain.case.review.rules import (
    check_changes,
    check_findings,
    check_held,
    check_next_review,
    check_own_last_day,
    until_the_maximum,
)
from cases.domain.case.state import CaseState
from cases.domain.codes.values import Initiative
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, Violation, together


def decide_review_plan(act: ReviewPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """A plan in force is reviewed by who answers for it; the next follows within six months.

    What the review carries is decided one after the other, each on what the one before leaves.
    """
    plan = _in_force(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    extended = _extended(act, state, circumstances)
    rules, broken = together(
        check_held(act, act.limited_to, plan, state, circumstances),
        check_findings(act, plan, circumstances),
        check_changes(act, plan, state, circumstances),
        check_own_last_day(act.changes, plan, extended, circumstances),
    )
    review_id = circumstances.new_id
    course = Course(state, circumstances)
    fact = PlanReviewed(
        review_id=review_id,
        plan_id=act.plan,
        held_by=act.held_by,
        initiative=act.initiative or Initiative.WELFARE_AREA,
        participation=act.participation,
        obstacles=act.obstacles,
        new_needs=act.new_needs,
        next_review_on=act.next_review_on,
        makers=act.makers,
        limited_to=act.limited_to,
        changes=_changed(act.changes, review_id, extended, circumstances) if act.changes else None,
        kind_needed=act.kind_needed,
        family_plan=act.family_plan,
        intends_to_become_jobseeker=act.intends_to_become_jobseeker,
    )
    if broken:
        # What is carried is looked at all the same, so that everything wrong is named at once.
        course.refuse(broken)
    else:
        course.record(fact, rules)
    if act.extension is not None:
        course.take(
            decide_extension(act.plan, act.extension, course.state, circumstances), "/extension"
        )
    if act.ending is not None:
        course.take(decide_ending(act.plan, act.ending, course.state, circumstances), "/ending")
    if act.referral is not None:
        referral_id = uuid5(review_id, "referral")
        course.take(
            decide_referral(referral_id, act.referral, course.state, circumstances), "/referral"
        )
    course.check(check_next_review(act, plan, state, course.state, circumstances))
    return course.outcome


def _extended(act: ReviewPlan, state: CaseState, circumstances: Circumstances) -> CaseState:
    """The case with the extension the review carries, which a new last day may rest on."""
    extended = Course(state, circumstances)
    if act.extension is not None and act.changes and act.changes.valid_until:
        outcome = decide_extension(act.plan, act.extension, state, circumstances)
        extended.take(outcome, "/extension")
    return extended.state


def decide_switch_plan(act: SwitchPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """At a review the plan is replaced by one of the other kind (22 § 4 mom.)."""
    plan = _in_force(act.plan, state, circumstances)
    if isinstance(plan, Refusal):
        return plan
    edition = circumstances.edition
    if plan.ending is not None or plan.replaced is not None:
        last = validity(plan, state, edition, circumstances.today).last_day
        return over(last, circumstances)
    if plan.continued is not None:
        # Decided since, or told before: the support of the studies hangs on this very plan.
        continued = circumstances.line(Rule.NOT_CONTINUED_YET, False)
        return refuse(continued, pointer="/effectiveOn", conflict=True)
    known = circumstances.line(Rule.SWITCH_OF_THE_EDITION, edition.multisectoral)
    if not known.result:
        return Refusal(violations=(Violation(line=known),))
    other = circumstances.line(
        Rule.SWITCHED_TO_OTHER_KIND, act.to is not plan.kind, kind=plan.kind, to=act.to
    )
    held_rules, broken = together(
        check_held(act.review, (), plan, state, circumstances),
        check_findings(act.review, plan, circumstances),
    )
    broken = tuple(violation.under("/review") for violation in broken)
    if not other.result:
        broken += (Violation(line=other, pointer="/to"),)
    plan_id = circumstances.new_id
    course = Course(state, circumstances)
    if broken:
        course.refuse(broken)
    else:
        reviewed = _reviewed_at_switch(act, act.review, uuid5(plan_id, "review"))
        course.record(reviewed, held_rules)
    if act.extension is not None:
        course.take(
            decide_extension(act.plan, act.extension, course.state, circumstances), "/extension"
        )
    rules, violations = successor_rules(act.to, act, plan, course.state, circumstances)
    if violations:
        course.refuse(violations)
    last_day = act.valid_from - timedelta(days=1)
    course.refuse(_leaves_no_gap(plan, last_day, course.state, circumstances))
    late = ended_too_early(plan, last_day, state, circumstances)
    if late is not None:
        course.take(late, "")
    switched = PlanSwitched(
        plan_id=act.plan, successor_id=plan_id, to=act.to, reason=act.reason, last_day=last_day
    )
    course.record(switched, (other,))
    reaches_maximum = until_the_maximum(act.valid_until, course.state, circumstances)
    successor = drawn_up(act.to, act, plan_id, reaches_maximum=reaches_maximum, replaces=act.plan)
    course.record(successor, rules)
    if act.referral is not None:
        referral_id = uuid5(plan_id, "referral")
        course.take(
            decide_referral(referral_id, act.referral, course.state, circumstances), "/referral"
        )
    return course.outcome


def _leaves_no_gap(
    plan: Plan, last_day: date, state: CaseState, circumstances: Circumstances
) -> tuple[Violation, ...]:
    """The successor follows the plan it replaces: on its last day's morrow, or before."""
    replaced = next(each for each in state.plans if each.plan_id == plan.plan_id)
    lasts = validity(replaced, state, circumstances.edition, circumstances.today).last_day
    if lasts is None or last_day <= lasts:
        return ()
    line = circumstances.line(
        Rule.ENDS_WITHIN_VALIDITY, False, endsOn=last_day, on=circumstances.on, lastDay=lasts
    )
    latest = lasts + timedelta(days=1)
    return (Violation(line=line, latest=latest, pointer="/validFrom"),)


def _in_force(plan_id: UUID, state: CaseState, circumstances: Circumstances) -> Plan | Refusal:
    """The plan, or a refusal unless it has begun and is not over on the day of the review."""
    drawn = drawn_up_by_then(plan_id, state, circumstances)
    if isinstance(drawn, Refusal):
        return drawn
    found = not_over_then(plan_id, state, circumstances)
    if isinstance(found, Refusal):
        return found
    plan, _ = found
    if circumstances.on < plan.valid_from:
        begun = circumstances.line(
            Rule.PLAN_HAS_BEGUN, False, on=circumstances.on, validFrom=plan.valid_from
        )
        return Refusal(violations=(Violation(line=begun, pointer="/effectiveOn"),), conflict=True)
    return plan


def _reviewed_at_switch(act: SwitchPlan, held: ReviewFindings, review_id: UUID) -> PlanReviewed:
    return PlanReviewed(
        review_id=review_id,
        plan_id=act.plan,
        held_by=held.held_by,
        initiative=held.initiative or Initiative.WELFARE_AREA,
        participation=held.participation,
        obstacles=held.obstacles,
        new_needs=held.new_needs,
        next_review_on=act.next_review_on,
        makers=act.makers,
        family_plan=held.family_plan,
        intends_to_become_jobseeker=held.intends_to_become_jobseeker,
    )


def _changed(
    changes: PlanChanges, review_id: UUID, extended: CaseState, circumstances: Circumstances
) -> PlanChanged:
    asked = changes.valid_until
    added = tuple(
        AgreedMeasure(measure_id=uuid5(review_id, f"measure-{n}"), measure=measure)
        for n, measure in enumerate(changes.added_measures, start=1)
    )
    altered = tuple(
        AgreedMeasure(measure_id=each.measure, measure=each.content)
        for each in changes.changed_measures
    )
    return PlanChanged(
        goals=changes.goals,
        measures=(*altered, *added),
        ended_measures=changes.ended_measures,
        follow_up=changes.follow_up,
        valid_until=asked,
        reaches_maximum=until_the_maximum(asked, extended, circumstances) if asked else None,
    )
