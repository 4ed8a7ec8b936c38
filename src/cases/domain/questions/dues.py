"""What does the authority have to do in this case, by when, and from which day is it shown?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.review.evolution import planned_review, review_counted_from
from cases.domain.case.state import CaseState
from cases.domain.codes.values import DueKind
from cases.domain.law.edition import Law
from cases.domain.law.section_20 import section_20_3_outer_limit, section_20_5_guidance_due
from cases.domain.model import State
from cases.domain.questions.current_plan import review_due
from cases.domain.time import Interval, Period

ENDING_IS_NEAR: Final = Period(months=2)
"""How long before a plan's last day its ending is shown: our choice, no rule of the Act."""

_EVERYTHING_KNOWN: Final = date.max


class Due(State):
    """One thing to do. All days are legal days (Helsinki).

    ``by`` is the last day to do it; None where the Act says *without delay*, and then ``since``
    is the day from which delay is counted. ``planned_on`` is the day agreed with the client. It is
    shown from ``shown_from`` to ``shown_until``, both included, whether or not it is late.
    ``section`` is what it rests on.
    """

    kind: DueKind
    subject_id: UUID | None = None
    section: str
    by: date | None = None
    planned_on: date | None = None
    since: date | None = None
    shown_from: date
    shown_until: date | None = None


def dues(state: CaseState, law: Law) -> tuple[Due, ...]:
    """Everything to do in a case as far as it is known, for any day one may ask about.

    Nothing in a closed case. Deadlines are counted under the edition of the legal date they run
    from. Raises NoEdition for a date before the first edition.
    """
    if state.opening is None or state.closing is not None:
        return ()
    return (
        *_assessment_to_start(state),
        *_plan_to_draw_up(state, law),
        *(due for plan in state.plans for due in _of_plan(plan, state, law)),
    )


def _assessment_to_start(state: CaseState) -> Iterator[Due]:
    """14 § 2 mom.: without delay once the authority has learned of the person."""
    if state.opening is not None and not state.assessments and not state.plans:
        yield Due(
            kind=DueKind.ASSESSMENT_TO_START,
            section="14.2",
            since=state.opening.learned_on,
            shown_from=state.opening.opened_on,
        )


def _plan_to_draw_up(state: CaseState, law: Law) -> Iterator[Due]:
    """20 § 1 mom.: without delay after the assessment; 20 § 3 mom. limits the first plan.

    The assessment completed last decides: what it found replaces what earlier ones did.
    """
    latest = last_completed_by(state.assessments, _EVERYTHING_KNOWN)
    if latest is None or latest.completed_on is None or latest.plan is None:
        return
    since = latest.completed_on
    if not latest.finds_need_of_plan or any(p.drawn_up_on >= since for p in state.plans):
        return
    section, by = "20.1", None
    granted_on = state.person.first_granted_on(_EVERYTHING_KNOWN)
    if not state.plans and granted_on is not None:
        group = state.person.group_on(_EVERYTHING_KNOWN)
        limit = section_20_3_outer_limit(law.on(since), granted_on, group)
        if limit.value is not None:
            section, by = limit.line.section, limit.value
    yield Due(
        kind=DueKind.PLAN_TO_DRAW_UP,
        subject_id=latest.assessment_id,
        section=section,
        by=by,
        planned_on=latest.plan.date,
        since=since,
        shown_from=since,
    )


def _of_plan(plan: Plan, state: CaseState, law: Law) -> Iterator[Due]:
    days = plan.interval(_EVERYTHING_KNOWN)
    if days is None or days.last is None:
        return
    if not plan.guided_to_all_by(_EVERYTHING_KNOWN):
        guidance = section_20_5_guidance_due(law.on(plan.drawn_up_on), plan.drawn_up_on)
        yield Due(
            kind=DueKind.GUIDANCE_TO_SERVICES,
            subject_id=plan.plan_id,
            section=guidance.line.section,
            by=guidance.value,
            since=plan.drawn_up_on,
            shown_from=plan.drawn_up_on,
            shown_until=days.last,
        )
    yield from _review(plan, days, state, law)
    if not any(each.valid_from == days.last + timedelta(days=1) for each in state.plans):
        yield Due(
            kind=DueKind.PLAN_ENDING,
            subject_id=plan.plan_id,
            section="23.2",
            by=days.last,
            shown_from=max(plan.drawn_up_on, ENDING_IS_NEAR.before(days.last)),
            shown_until=days.last,
        )


def _review(plan: Plan, days: Interval, state: CaseState, law: Law) -> Iterator[Due]:
    """22 § 1 mom.: at least every six months while the plan lasts, and on the day agreed."""
    due = review_due(state, plan, law, _EVERYTHING_KNOWN)
    planned = planned_review(state.reviews, plan, _EVERYTHING_KNOWN)
    if not days.contains(due.value) and not days.contains(planned):
        return
    counted_from = review_counted_from(state.reviews, plan, _EVERYTHING_KNOWN)
    yield Due(
        kind=DueKind.REVIEW,
        subject_id=plan.plan_id,
        section=due.line.section,
        by=due.value,
        planned_on=planned,
        since=counted_from,
        shown_from=counted_from,
        shown_until=days.last,
    )
