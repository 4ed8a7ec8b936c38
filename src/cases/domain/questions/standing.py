"""Where a case stands, in words: the plan in force, or why there is none and what comes next."""

from collections.abc import Iterator
from datetime import date, timedelta

from cases.domain.case.arrival import arrival_on
from cases.domain.case.assessment.evolution import Assessment, last_completed_by
from cases.domain.case.assessment.facts import AssessmentDiscontinued, AssessmentForgone
from cases.domain.case.plan.evolution import Plan, plans_drawn_up_by
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import plan_over_last, plan_to_come, validity
from cases.domain.case.state import CaseState
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import DueKind, InForce
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.law.section_14 import section_14_window
from cases.domain.law.section_20 import section_20_3_outer_limit
from cases.domain.law.texts import cite, explain
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.dues import dues_on
from cases.domain.questions.explained_dates import ended
from cases.domain.questions.explained_dues import explained_due
from cases.domain.questions.saying import say

_TO_A_PLAN = frozenset({DueKind.ASSESSMENT_TO_START, DueKind.PLAN_TO_DRAW_UP})
"""What is due on the way to a plan."""


def where_it_stands(asked: Known, law: Law, language: Language) -> str:
    """The state of the case on the day asked about, why, and without a plan what is due."""
    plan = current_plan(asked, law).plan
    if plan is not None and plan.in_force is InForce.FOR_STUDIES_ONLY:
        return say(
            "plan-for-studies-only",
            language,
            plan=term(plan.kind, language),
            drawnUpOn=plan.drawn_up_on,
            validUntil=plan.valid_until,
        )
    to_come = plan_to_come(asked.state, law.governing(asked.valid_on), asked.valid_on)
    if plan is not None:
        in_force = say(
            "plan-in-force",
            language,
            plan=term(plan.kind, language),
            drawnUpOn=plan.drawn_up_on,
            validFrom=plan.valid_from,
            validUntil=plan.valid_until,
        )
        if to_come is None:
            return in_force
        next_one = say("next-plan", language, validFrom=to_come.valid_from)
        return f"{in_force} {next_one}"
    if to_come is not None:
        return say("plan-to-come", language, validFrom=to_come.valid_from)
    return " ".join((*_no_plan(asked, law, language), *_why(asked, law, language)))


def _no_plan(asked: Known, law: Law, language: Language) -> Iterator[str]:
    """That none is in force: the last one is over, never began, or there was none."""
    day, state = asked.valid_on, asked.state
    over = plan_over_last(state, law.governing(day), day)
    if over is not None:
        plan, last = over
        yield say("plan-over", language, overSince=last + timedelta(days=1))
        yield _why_over(plan, last, asked, law, language)
    elif given_up := plans_drawn_up_by(state.plans, day):
        yield say("plan-never-began", language, drawnUpOn=given_up[-1].drawn_up_on)
    elif (elsewhere := state.first_plan_drawn_up_on(day)) is not None:
        yield say("no-plan-here", language, drawnUpOn=elsewhere)
    else:
        yield say("no-plan", language)


def _why_over(plan: Plan, last: date, asked: Known, law: Law, language: Language) -> str:
    """Why the plan is over: ended, switched, the studies over, or the last possible day reached."""
    day, state = asked.valid_on, asked.state
    ending = plan.ending
    if ending is not None and ending.decided_on <= day and ending.ends_on == last:
        return ended(ending, language)
    if plan.replaced is not None and plan.replaced.on <= day and plan.replaced.last_day == last:
        return say("replaced", language, switchedOn=plan.replaced.on)
    edition = law.governing(day)
    if validity(plan, state, edition, day).for_studies is not None:
        return say("studies-ended", language, endedOn=last)
    most = maximum_on(state, edition, day)
    reached = most is not None and most.until == last
    return say("reached-maximum" if reached else "reached-last-day", language, lastDay=last)


def _why(asked: Known, law: Law, language: Language) -> Iterator[str]:
    """Where the way to a plan stands: the case itself, its assessments, what is due by when."""
    day, state = asked.valid_on, asked.state_on_the_day
    if state.opening is None:
        opening = asked.state.opening
        assert opening is not None, "a stream begins with its opening"
        yield say("not-opened", language, openedOn=opening.opened_on)
        return
    yield from _closings(state, law, language)
    under_way = next((a for a in state.assessments if a.under_way), None)
    last = last_completed_by(state.assessments, day)
    if last is not None and any(p.drawn_up_on >= (last.completed_on or day) for p in state.plans):
        # What it found, the plan that came after it has answered.
        last = None
    if state.closing is None and under_way is not None:
        section = law.governing(under_way.started_on).section(Rule.PLAN_AFTER_ASSESSMENT)
        section = cite(section, language)
        started_on = under_way.started_on
        yield say("assessment-under-way", language, startedOn=started_on, section=section)
        yield from _limit_of_first_plan(state, law, day, language)
    elif last is not None:
        yield from _found(last, law, language)
        yield from _due(asked, law, language)
    elif state.closing is None and (not state.plans or _discontinued(state) is not None):
        yield from _not_assessed(asked, state, law, language)


def _closings(state: CaseState, law: Law, language: Language) -> Iterator[str]:
    """That the case is closed, and why; that it was, where nothing has been done since."""
    done_on = (*(p.drawn_up_on for p in state.plans), *(a.started_on for a in state.assessments))
    for closing in state.closings:
        closed_on, reopened_on = closing.closed_on, closing.reopened_on
        if reopened_on is None:
            ground = term(closing.ground, language)
            section = cite(law.governing(closed_on).section(Rule.ERASURE), language)
            yield say("case-closed", language, closedOn=closed_on, ground=ground, section=section)
        elif all(reopened_on > day for day in done_on):
            yield say("case-reopened", language, closedOn=closed_on, reopenedOn=reopened_on)


def _found(last: Assessment, law: Law, language: Language) -> Iterator[str]:
    """What the assessment found: that a plan is needed, or why none is."""
    completed_on = last.completed_on
    if completed_on is None or last.plan is None:
        return
    if last.finds_need_of_plan:
        yield say("plan-needed", language, completedOn=completed_on)
        return
    section = law.governing(completed_on).section(Rule.NO_PLAN_NEEDS_REASONS)
    yield say(
        "not-needed",
        language,
        completedOn=completed_on,
        section=cite(section, language),
        reasons=last.plan.reasons or "–",
    )


def _due(asked: Known, law: Law, language: Language) -> Iterator[str]:
    """The steps to a plan that are due, each with its ground."""
    for due in dues_on(asked, law):
        if due.kind in _TO_A_PLAN:
            yield explained_due(due, asked.valid_on, law, language).text


def _limit_of_first_plan(
    state: CaseState, law: Law, day: date, language: Language
) -> Iterator[str]:
    """20 § 3 mom.: until when the person's first plan may be drawn up."""
    edition = law.governing(day)
    arrival = arrival_on(state, edition, day)
    if arrival is None or state.first_plan_drawn_up_on(day) is not None:
        return
    limit = section_20_3_outer_limit(edition, arrival)
    if limit.value is not None and limit.value < day:
        section = cite(limit.line.section, language)
        yield say("plan-too-late", language, lastDay=limit.value, section=section)
    else:
        yield explain(limit.line, language)


def _not_assessed(asked: Known, state: CaseState, law: Law, language: Language) -> Iterator[str]:
    """No assessment shows a need: forgone, discontinued, not started, too late to start."""
    day = asked.valid_on
    forgone_on, discontinued = state.forgone_on, _discontinued(state)
    if forgone_on is not None:
        section = law.governing(forgone_on).section(Rule.ASSESSMENT_NOT_NEEDED)
        yield say(
            "assessment-forgone",
            language,
            forgoneOn=forgone_on,
            section=cite(section, language),
            reason=_reason(asked, AssessmentForgone),
        )
        return
    if discontinued is not None:
        yield say(
            "assessment-discontinued",
            language,
            startedOn=discontinued.started_on,
            discontinuedOn=discontinued.discontinued_on or day,
            reason=_reason(asked, AssessmentDiscontinued),
        )
    else:
        yield say("assessment-not-started", language)
    edition = law.governing(day)
    arrival = arrival_on(state, edition, day)
    limit = None if arrival is None else section_14_window(edition, arrival)
    if limit is not None and limit.value is not None and limit.value < day:
        section = cite(limit.line.section, language)
        yield say("assessment-too-late", language, lastDay=limit.value, section=section)
    elif discontinued is None:
        yield from _due(asked, law, language)
    elif limit is not None and limit.value is not None:
        section = cite(limit.line.section, language)
        yield say("assessment-may-start", language, lastDay=limit.value, section=section)


def _discontinued(state: CaseState) -> Assessment | None:
    """The assessment started last, where it was discontinued."""
    last = max(state.assessments, key=lambda a: (a.started_on, a.version), default=None)
    return None if last is None or last.discontinued_on is None else last


def _reason(asked: Known, kind: type[AssessmentForgone | AssessmentDiscontinued]) -> str:
    """The reason of the last such fact that counts by the day asked about."""
    told = (r.fact for r in reversed(asked.counted) if r.holds_from <= asked.valid_on)
    return next((fact.reason for fact in told if isinstance(fact, kind)), "–")
