"""The rules a plan must meet when it is drawn up, each evaluated and kept in the rule log."""

from datetime import date, timedelta

from cases.domain.case.act import Circumstances
from cases.domain.case.arrival import arrival_on
from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.opening.decisions import not_learned_of_yet
from cases.domain.case.parties import of_the_area
from cases.domain.case.plan.acts import DrawUpPlan, Goal, PlanContent
from cases.domain.case.plan.evolution import Plan, plans_drawn_up_by
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.plan.maximum import (
    first_plan,
    first_plan_year,
    granted_here,
    maximum_on,
    sum_of,
)
from cases.domain.case.plan.one_in_force import crosses_another
from cases.domain.case.state import CaseState
from cases.domain.codes.values import (
    AssessmentKind,
    OrganisationKind,
    PlanKind,
)
from cases.domain.law.edition import WantedInPlan
from cases.domain.law.maximum import FirstPlan, Maximum, maximum
from cases.domain.law.register import Rule
from cases.domain.law.rules import Checked, RuleApplied, Violation, sorted_out, together
from cases.domain.law.section_18 import section_18_goals
from cases.domain.law.section_20 import section_20_3_outer_limit
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_102 import section_102_2_first_plan, section_102_2_old_rules


def drawing_up_rules(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """Every rule on drawing up, in the order of the Act: the rule log, and what is violated."""
    first = FirstPlan(drawn_up_on=circumstances.on, signed_on=act.signed_on)
    if act.may_predate_the_act:
        # 102 § 2 mom.: it follows the old rules until its first review under 22 §.
        return together(
            _of_the_repealed_act(act, circumstances),
            _one_plan_in_force(act, state, circumstances, None),
            _durations(act, first, state, circumstances),
        )
    return together(
        _learned_of(state, circumstances),
        _after_its_assessment(state, circumstances),
        _kind(act, state, circumstances),
        _parties(act.kind, act, circumstances),
        of_the_area(act.parties, state, circumstances, "/parties"),
        _within_the_window(state, circumstances),
        goals_there(act.goals, state, circumstances, "/goals"),
        _job_search(act, state, circumstances),
        _one_plan_in_force(act, state, circumstances, None),
        _durations(act, first, state, circumstances),
        _first_review(act, circumstances),
    )


def successor_rules(
    kind: PlanKind,
    content: PlanContent,
    replaced: Plan,
    state: CaseState,
    circumstances: Circumstances,
) -> Checked:
    """The rules on the plan that a switch of kind draws up (22 § 4 mom.).

    The review that switches stands in the place of an assessment.
    """
    first = FirstPlan(drawn_up_on=circumstances.on)
    return together(
        _known_kind(kind, circumstances, "/to"),
        _parties(kind, content, circumstances),
        of_the_area(content.parties, state, circumstances, "/parties"),
        goals_there(content.goals, state, circumstances, "/goals"),
        _job_search(content, state, circumstances),
        _one_plan_in_force(content, state, circumstances, replaced),
        _durations(content, first, state, circumstances),
        _first_review(content, circumstances),
    )


def _of_the_repealed_act(act: DrawUpPlan, circumstances: Circumstances) -> Checked:
    """102 § 2 mom.: only the Act the edition names, and only plans drawn up before this one."""
    edition = circumstances.edition
    old = section_102_2_old_rules(edition, circumstances.on)
    named = act.under_act == edition.old_plans.durations_of
    if act.signed_on is not None and act.signed_on >= edition.old_plans.before:
        # Signed under the Act that replaced it, it is no plan of the old one; nor may the day from
        # which its three years run be moved on.
        signed = section_102_2_old_rules(edition, act.signed_on)
        latest = edition.old_plans.before - timedelta(days=1)
        return (), (Violation(line=signed.line, latest=latest, pointer="/signedOn"),)
    rules = edition.old_durations
    drawn_up = section_102_2_first_plan(edition, rules, circumstances.on)
    if act.signed_on is not None and act.signed_on > drawn_up.value:
        # Nor is a plan signed once the year is over that it would have had from its drawing up.
        return (), (Violation(line=drawn_up.line, latest=drawn_up.value, pointer="/signedOn"),)
    if old.value and named:
        return (old.line,), ()
    pointer = "/underAct" if not named else "/effectiveOn"
    return (), (Violation(line=old.line, pointer=pointer),)


def _known_kind(kind: PlanKind, circumstances: Circumstances, pointer: str) -> Checked:
    if kind in circumstances.edition.plan_kinds:
        return (), ()
    line = circumstances.line(Rule.PLAN_KIND_OF_THE_EDITION, False, kind=kind)
    return sorted_out((line, pointer))


def _kind(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> Checked:
    """17 §: multisectoral after a multisectoral assessment; ordinary then only with a reason."""
    rules, unknown = _known_kind(act.kind, circumstances, "/kind")
    if unknown or not circumstances.edition.multisectoral:
        return rules, unknown
    due, may_be_multisectoral = _kind_due(state, circumstances.on)
    inputs = {"kind": act.kind, "due": due, "reasonGiven": act.departure is not None}
    if act.kind is PlanKind.MULTISECTORAL:
        line = circumstances.line(
            Rule.MULTISECTORAL_AFTER_ASSESSMENT,
            may_be_multisectoral,
            **inputs,
        )
        return sorted_out((line, "/kind"))
    if due is not PlanKind.MULTISECTORAL:
        return (), ()
    line = circumstances.line(Rule.ORDINARY_PLAN_INSTEAD, act.departure is not None, **inputs)
    return sorted_out((line, "/departure"))


def _kind_due(state: CaseState, day: date) -> tuple[PlanKind, bool]:
    """The kind of plan that is due, and whether it may be a multisectoral one.

    That of the plan drawn up since the last assessment, or on its day; else what the assessment
    calls for. An ordinary one may have shown that services must be coordinated (15 § 2 mom.). After
    a departure (17 § 2 mom.) the need that was assessed with the welfare area is still there.
    """
    assessment = last_completed_by(state.assessments, day)
    together = assessment is not None and assessment.kind is AssessmentKind.MULTISECTORAL
    drawn_up = plans_drawn_up_by(state.plans, day)
    last = drawn_up[-1] if drawn_up else None
    if last is not None and (
        assessment is None
        or assessment.completed_on is None
        or assessment.completed_on <= last.drawn_up_on
    ):
        return last.kind, last.kind is PlanKind.MULTISECTORAL or (last.departed and together)
    if assessment is None:
        return PlanKind.INTEGRATION, False
    due = together or assessment.coordination_needed
    return PlanKind.MULTISECTORAL if due else PlanKind.INTEGRATION, together


def _parties(kind: PlanKind, content: PlanContent, circumstances: Circumstances) -> Checked:
    """17 § 1 mom.: a multisectoral plan is drawn up by the authority and the welfare area."""
    if kind is not PlanKind.MULTISECTORAL:
        return (), ()
    with_welfare_area = any(
        circumstances.kind_of(party) is OrganisationKind.WELFARE_AREA for party in content.parties
    )
    line = circumstances.line(
        Rule.DRAWN_UP_WITH_WELFARE_AREA,
        with_welfare_area and circumstances.organisation.id in content.parties,
        parties=content.parties,
    )
    return sorted_out((line, "/parties"))


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
    return sorted_out((line, None))


def _within_the_window(state: CaseState, circumstances: Circumstances) -> Checked:
    """20 § 3 mom.: the outer limit for drawing up the first plan."""
    if state.first_plan_drawn_up_on(circumstances.on) is not None:
        return (), ()
    arrival = arrival_on(state, circumstances.edition, circumstances.on)
    if arrival is None:
        unknown = circumstances.line(Rule.RESIDENCE_BASIS_KNOWN, False, on=circumstances.on)
        return (), (Violation(line=unknown),)
    limit = section_20_3_outer_limit(circumstances.edition, arrival)
    if limit.value is not None and circumstances.on > limit.value:
        violation = Violation(line=limit.line, latest=limit.value, pointer="/effectiveOn")
        return (), (violation,)
    return (limit.line,), ()


def goals_there(
    goals: tuple[Goal, ...], state: CaseState, circumstances: Circumstances, pointer: str
) -> Checked:
    """18 §: a jobseeker's goal of work is mandatory; what others as a rule have is noted."""
    found = section_18_goals(
        circumstances.edition,
        jobseeker=state.person.is_jobseeker_on(circumstances.on),
        age=state.person.age_on(circumstances.on),
        goals=frozenset(g.kind for g in goals),
    )
    # The line's result names the goals that are missing: none, where all are there.
    if found.value.mandatory_missing:
        return (), (Violation(line=found.line, pointer=pointer),)
    return (found.line,), ()


def _job_search(content: PlanContent, state: CaseState, circumstances: Circumstances) -> Checked:
    """19 §: a registered jobseeker's plan says the job-search obligation, or why there is none.

    Where the edition wants it said.
    """
    wanted = WantedInPlan.JOB_SEARCH_OBLIGATION in circumstances.edition.plan_content
    if not (wanted and state.person.is_jobseeker_on(circumstances.on)):
        return (), ()
    said = content.job_search_obligation is not None or content.no_job_search_reason is not None
    return sorted_out(
        (circumstances.line(Rule.JOB_SEARCH_OBLIGATION, said), "/jobSearchObligation")
    )


def _one_plan_in_force(
    content: PlanContent, state: CaseState, circumstances: Circumstances, replaced: Plan | None
) -> Checked:
    """At most one plan is in force on any day, whenever the others were recorded."""
    drawn_up = Plan(
        plan_id=circumstances.new_id,
        version=state.version + 1,
        kind=PlanKind.INTEGRATION,
        drawn_up_on=circumstances.on,
        valid_from=content.valid_from,
        valid_until=content.valid_until,
        goals=content.goals,
        measures=(),
        follow_up=content.follow_up,
        next_review_on=content.next_review_on,
        signed_on=content.signed_on if isinstance(content, DrawUpPlan) else None,
    )
    others = tuple(p for p in state.plans if replaced is None or p.plan_id != replaced.plan_id)
    foreseen = state.having(plans=(*others, drawn_up))
    crossed = crosses_another(drawn_up, foreseen, circumstances, content.valid_until)
    return ((), (Violation(line=crossed, pointer="/validFrom"),)) if crossed else ((), ())


def until_the_maximum(act: DrawUpPlan, state: CaseState, circumstances: Circumstances) -> bool:
    """Whether the plan is drawn up until the maximum, as it is known: then it moves with it."""
    this = FirstPlan(drawn_up_on=circumstances.on, signed_on=act.signed_on)
    return act.valid_until == _maximum(this, state, circumstances).until


def _maximum(this: FirstPlan, state: CaseState, circumstances: Circumstances) -> Maximum:
    """The maximum for a plan drawn up on the act's legal date; ``this`` where it is the first."""
    edition = circumstances.edition
    return maximum_on(state, edition, circumstances.on) or maximum(edition, this)


def _durations(
    content: PlanContent, this: FirstPlan, state: CaseState, circumstances: Circumstances
) -> Checked:
    """23 §, 102 § 2 mom.: the first plan a year at most, all together to their maximum."""
    day, edition = circumstances.on, circumstances.edition
    rules: list[RuleApplied] = []
    violations: list[Violation] = []
    if content.valid_from < day:
        line = circumstances.line(
            Rule.VALID_FROM_DRAWING_UP, False, drawnUpOn=day, validFrom=content.valid_from
        )
        violations.append(Violation(line=line, pointer="/validFrom"))
    first = first_plan(state, day)
    if first is None:
        year = first_plan_year(this, edition)
        rules.append(year.line)
        if content.valid_until > year.value:
            violations.append(Violation(line=year.line, latest=year.value, pointer="/validUntil"))
    most = _maximum(this, state, circumstances)
    rules.extend(most.terms)
    if content.valid_until > most.until:
        line = most.adding[-1]
        violations.append(Violation(line=line, latest=most.until, pointer="/validUntil"))
    # A plan recorded late may turn out to be the first, and then the others are counted from it.
    # Until an ending was decided, they had the days that were agreed.
    agreed = (last_day(p, state, edition, circumstances.today).day for p in state.plans)
    last = max((*agreed, *(p.valid_until for p in state.plans)), default=most.until)
    if first is None and state.plans:
        grants = [each.grant for each in granted_here(state)]
        counted_anew = sum_of(state, edition, this, grants).until
        if grants:
            # They were granted as the maximum stood, counted from the plan that was the first.
            granted = maximum_on(state, edition, circumstances.today)
            last = max(last, granted.until if granted else last)
        if last > counted_anew:
            line = circumstances.line(
                Rule.LATER_PLANS_FIT, False, maximumUntil=counted_anew, lastDay=last
            )
            violations.append(Violation(line=line, pointer="/effectiveOn"))
    return tuple(rules), tuple(violations)


def _first_review(content: PlanContent, circumstances: Circumstances) -> Checked:
    """22 § 1 mom.: the first review is set when the plan is drawn up, within six months of it."""
    due = section_22_1_review_due(circumstances.edition, circumstances.on)
    if circumstances.on < content.next_review_on <= due.value:
        return (due.line,), ()
    return (), (Violation(line=due.line, latest=due.value, pointer="/nextReviewOn"),)
