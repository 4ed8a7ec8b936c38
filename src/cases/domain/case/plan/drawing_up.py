"""The rules a plan must meet when it is drawn up, each evaluated and kept in the rule log."""

from cases.domain.case.act import Circumstances
from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.opening.decisions import not_learned_of_yet
from cases.domain.case.plan.acts import DrawUpPlan
from cases.domain.case.state import CaseState
from cases.domain.codes.values import LabourMarketStatus
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied, Violation
from cases.domain.law.section_18 import section_18_goals
from cases.domain.law.section_20 import section_20_3_outer_limit
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_23 import section_23_2_first_plan, section_23_2_maximum
from cases.domain.time import Interval

Checked = tuple[tuple[RuleApplied, ...], tuple[Violation, ...]]

JOBSEEKERS = frozenset({LabourMarketStatus.UNEMPLOYED_JOBSEEKER, LabourMarketStatus.JOBSEEKER})


def drawing_up_rules(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """Every rule on drawing up, in the order of the Act: the rule log, and what is violated."""
    parts = (
        _learned_of(state, circumstances),
        _after_its_assessment(state, circumstances),
        _within_the_window(state, circumstances),
        _goals(act, state, circumstances),
        _job_search(act, state, circumstances),
        _one_plan_in_force(act, state, circumstances),
        _durations(act, state, circumstances),
        _first_review(act, circumstances),
    )
    rules = tuple(line for lines, _ in parts for line in lines)
    violations = tuple(violation for _, broken in parts for violation in broken)
    return rules, violations


def _learned_of(state: CaseState, circumstances: Circumstances) -> Checked:
    """14 § 2 mom.: nothing was done about a person the authority had not learned of."""
    unknown = not_learned_of_yet(state, circumstances)
    return ((), (unknown,)) if unknown else ((), ())


def _after_its_assessment(state: CaseState, circumstances: Circumstances) -> Checked:
    """16 § 1 mom.: a plan follows an assessment; the last one completed shows the need of it."""
    last = last_completed_by(state.assessments, circumstances.on)
    line = circumstances.line(
        Rule.PLAN_AFTER_ASSESSMENT,
        last is not None and last.finds_need_of_plan,
        drawnUpOn=circumstances.on,
        assessmentCompletedOn=last.completed_on if last else None,
    )
    return ((line,), ()) if line.result else ((), (Violation(line=line),))


def _within_the_window(state: CaseState, circumstances: Circumstances) -> Checked:
    """20 § 3 mom.: the outer limit for drawing up the first plan."""
    if state.first_plan_drawn_up_on(circumstances.on) is not None:
        return (), ()
    first_granted_on = state.person.first_granted_on(circumstances.on)
    if first_granted_on is None:
        unknown = circumstances.line(Rule.RESIDENCE_BASIS_KNOWN, False, on=circumstances.on)
        return (), (Violation(line=unknown),)
    limit = section_20_3_outer_limit(
        circumstances.edition, first_granted_on, state.person.group_on(circumstances.on)
    )
    if limit.value is not None and circumstances.on > limit.value:
        violation = Violation(line=limit.line, latest=limit.value, pointer="/effectiveOn")
        return (), (violation,)
    return (limit.line,), ()


def _goals(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """18 §: a jobseeker's goal of work is mandatory; what others as a rule have is noted."""
    goals = section_18_goals(
        circumstances.edition,
        jobseeker=state.person.status_on(circumstances.on) in JOBSEEKERS,
        age=state.person.age_on(circumstances.on),
        goals=frozenset(g.kind for g in act.goals),
    )
    if goals.value.mandatory_missing:
        return (), (Violation(line=goals.line, pointer="/goals"),)
    return (goals.line,), ()


def _job_search(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """19 §: a registered jobseeker's plan says the job-search obligation, or why there is none."""
    if state.person.status_on(circumstances.on) not in JOBSEEKERS:
        return (), ()
    said = act.job_search_obligation is not None or act.no_job_search_reason is not None
    line = circumstances.line(Rule.JOB_SEARCH_OBLIGATION, said)
    return ((line,), ()) if said else ((), (Violation(line=line, pointer="/jobSearchObligation"),))


def _one_plan_in_force(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """At most one plan is in force on any day, whenever the others were recorded."""
    asked = Interval(first=act.valid_from, last=act.valid_until)
    for plan in state.plans:
        days = plan.interval(circumstances.today)
        if days is not None and days.overlaps(asked):
            line = circumstances.line(
                Rule.ONE_PLAN_IN_FORCE,
                False,
                validFrom=act.valid_from,
                validUntil=act.valid_until,
                otherFrom=days.first,
                otherUntil=days.last,
            )
            return (), (Violation(line=line, pointer="/validFrom"),)
    return (), ()


def _durations(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """23 § 2 mom.: the first plan a year at most, all plans together two, from the first one."""
    day, edition = circumstances.on, circumstances.edition
    rules: list[RuleApplied] = []
    violations: list[Violation] = []
    if act.valid_from < day:
        line = circumstances.line(
            Rule.VALID_FROM_DRAWING_UP, False, drawnUpOn=day, validFrom=act.valid_from
        )
        violations.append(Violation(line=line, pointer="/validFrom"))
    first = state.first_plan_drawn_up_on(day)
    if first is None:
        year = section_23_2_first_plan(edition, day)
        rules.append(year.line)
        if act.valid_until > year.value:
            violations.append(Violation(line=year.line, latest=year.value, pointer="/validUntil"))
    maximum = section_23_2_maximum(edition, first or day)
    rules.append(maximum.line)
    if act.valid_until > maximum.value:
        violations.append(Violation(line=maximum.line, latest=maximum.value, pointer="/validUntil"))
    # A plan recorded late may turn out to be the first, and then the others are counted from it,
    # with the days they had until an ending was decided.
    last = max((p.valid_until for p in state.plans), default=maximum.value)
    if first is None and last > maximum.value:
        line = circumstances.line(
            Rule.LATER_PLANS_FIT, False, maximumUntil=maximum.value, lastDay=last
        )
        violations.append(Violation(line=line, pointer="/effectiveOn"))
    return tuple(rules), tuple(violations)


def _first_review(act: DrawUpPlan, circumstances: Circumstances) -> Checked:
    """22 § 1 mom.: the first review is set when the plan is drawn up, within six months of it."""
    due = section_22_1_review_due(circumstances.edition, circumstances.on)
    if circumstances.on < act.next_review_on <= due.value:
        return (due.line,), ()
    return (), (Violation(line=due.line, latest=due.value, pointer="/nextReviewOn"),)
