"""What does the authority have to do in this case, by when, and from which day is it shown?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.family_plan.evolution import need_of_family_plan
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.evolution import planned_review
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import DueKind
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.law.section_20 import section_20_3_outer_limit
from cases.domain.model import State, Value
from cases.domain.questions.as_of import Known
from cases.domain.questions.current_plan import guidance_due, next_review_counted_from, review_due
from cases.domain.time import Interval, Period

ENDING_IS_NEAR: Final = Period(months=2)
"""How long before a plan's last day its ending is shown: our choice, no rule of the Act."""

_EVERYTHING_KNOWN: Final = date.max
_DAY: Final = timedelta(days=1)


class Due(State):
    """One thing to do. All days are legal days (Helsinki).

    ``by`` is the last day to do it; None where the Act says *without delay*, and then ``since``
    is the day from which delay is counted. ``planned_on`` is the day agreed with the client. It is
    shown from ``shown_from`` to ``shown_until``, both included, whether or not it is late.
    ``section`` is what it rests on. ``authority`` is who has to do it (an organisation's id).
    """

    kind: DueKind
    authority: str
    subject_id: UUID | None = None
    section: str
    by: date | None = None
    planned_on: date | None = None
    since: date | None = None
    shown_from: date
    shown_until: date | None = None


def dues(state: CaseState, law: Law, day: date = _EVERYTHING_KNOWN) -> tuple[Due, ...]:
    """Everything to do in a case as far as it is known, for any day one may ask about.

    Nothing in a closed case. Deadlines are counted under the edition of the legal date they run
    from. A hand-over changes nothing but who has to do it: whoever answers on ``day``, by default
    in the end. Raises NoEdition for a date before the first edition.
    """
    if state.opening is None or state.closing is not None:
        return ()
    answers = state.responsible_on(day) or state.opening.responsible
    return (
        *_assessment_to_start(state, law, answers),
        *_plan_to_draw_up(state, law, answers),
        *(due for plan in state.plans for due in _of_plan(plan, state, law, answers)),
        *_family_plans(state, law, answers),
        *_referral_unanswered(state, law),
        *_requested(state, law, answers),
    )


def _assessment_to_start(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """14 § 2 mom.: without delay once the authority has learned of the person.

    15 § 2 mom.: and when an ordinary assessment has shown that services must be coordinated.
    """
    if state.opening is None:
        return
    if not state.assessments and not state.plans and state.forgone_on is None:
        yield Due(
            kind=DueKind.ASSESSMENT_TO_START,
            authority=answers,
            section=law.governing(state.opening.opened_on).section(Rule.ASSESSMENT_WITHOUT_DELAY),
            since=state.opening.learned_on,
            shown_from=state.opening.opened_on,
        )
    last = last_completed_by(state.assessments, _EVERYTHING_KNOWN)
    if last is None or last.completed_on is None or not last.coordination_needed:
        return
    opened = law.governing(last.completed_on).after_ordinary_assessment
    if opened is not None and not any(a.under_way for a in state.assessments):
        yield Due(
            kind=DueKind.ASSESSMENT_TO_START,
            authority=answers,
            subject_id=last.assessment_id,
            section=opened,
            since=last.completed_on,
            shown_from=last.completed_on,
        )


def _referral_unanswered(state: CaseState, law: Law) -> Iterator[Due]:
    """3 § 1 mom.: the employment authority answers a referral."""
    for referral in state.responsibility.referrals:
        if referral.answered_on is None:
            yield Due(
                kind=DueKind.REFERRAL_UNANSWERED,
                authority=referral.to,
                subject_id=referral.referral_id,
                section=law.governing(referral.referred_on).section(Rule.REFERRAL_AWAITS_ANSWER),
                since=referral.referred_on,
                shown_from=referral.referred_on,
            )


def _requested(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """85 §: whether the case goes to another authority that asked for it. By whom, isn't told."""
    for request in state.responsibility.awaited_requests():
        yield Due(
            kind=DueKind.HAND_OVER_REQUEST,
            authority=answers,
            subject_id=request.request_id,
            section=law.governing(request.requested_on).section(Rule.REQUEST_AWAITS_ANSWER),
            since=request.requested_on,
            shown_from=request.requested_on,
        )


def _plan_to_draw_up(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """20 § 1 mom.: without delay after the assessment; 20 § 3 mom. limits the first plan.

    The assessment completed last decides: what it found replaces what earlier ones did.
    """
    latest = last_completed_by(state.assessments, _EVERYTHING_KNOWN)
    if latest is None or latest.completed_on is None or latest.plan is None:
        return
    since = latest.completed_on
    if not latest.finds_need_of_plan or any(p.drawn_up_on >= since for p in state.plans):
        return
    section, by = law.governing(since).section(Rule.PLAN_WITHOUT_DELAY), None
    granted_on = state.person.first_granted_on(_EVERYTHING_KNOWN)
    if not state.plans and granted_on is not None:
        edition = law.governing(since)
        exempt = edition.window.exempt_groups
        group = state.person.group_for_window(_EVERYTHING_KNOWN, exempt)
        limit = section_20_3_outer_limit(edition, granted_on, group)
        if limit.value is not None:
            section, by = limit.line.section, limit.value
    yield Due(
        kind=DueKind.PLAN_TO_DRAW_UP,
        authority=answers,
        subject_id=latest.assessment_id,
        section=section,
        by=by,
        planned_on=latest.plan.date,
        since=since,
        shown_from=since,
    )


def _family_plans(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """21 §: a family plan that was found to be needed; the review of each that names the case."""
    need = need_of_family_plan(state.assessments, state.reviews, state.family_plans)
    if need is not None:
        yield Due(
            kind=DueKind.FAMILY_PLAN_TO_DRAW_UP,
            authority=answers,
            subject_id=need.subject_id,
            section=law.governing(need.since).section(Rule.FAMILY_PLAN_OF_THE_EDITION),
            planned_on=need.planned_on,
            since=need.since,
            shown_from=need.since,
        )
    for plan in state.family_plans:
        if plan.next_review_on is not None:
            rule = Rule.FAMILY_PLAN_REVIEWED_WHILE_IT_LASTS
            yield Due(
                kind=DueKind.FAMILY_PLAN_REVIEW,
                authority=answers,
                subject_id=plan.family_plan,
                section=law.governing(plan.drawn_up_on).section(rule),
                planned_on=plan.next_review_on,
                since=plan.drawn_up_on,
                shown_from=plan.drawn_up_on,
                shown_until=plan.until,
            )


def _of_plan(plan: Plan, state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    known = validity(plan, state, law.governing(_EVERYTHING_KNOWN), _EVERYTHING_KNOWN)
    days, last = known.fully, known.last_day
    if days is None or days.last is None:
        return
    guidance = guidance_due(plan, law)
    if guidance is not None and not plan.guided_to_all_by(_EVERYTHING_KNOWN):
        yield Due(
            kind=DueKind.GUIDANCE_TO_SERVICES,
            authority=answers,
            subject_id=plan.plan_id,
            section=guidance.line.section,
            by=guidance.value,
            since=plan.drawn_up_on,
            shown_from=plan.drawn_up_on,
            shown_until=days.last,
        )
    yield from _review(plan, Interval(first=days.first, last=last), state, law, answers)
    if known.for_studies is not None:
        # 31 § 3 mom.: without undue delay once the maximum has run out.
        yield Due(
            kind=DueKind.SUBSTITUTE_PLAN,
            authority=answers,
            subject_id=plan.plan_id,
            section=law.governing(days.last).continuation.sections[-1],
            since=known.for_studies.first,
            shown_from=known.for_studies.first,
            shown_until=last,
        )
        return
    followed = any(each.valid_from == days.last + timedelta(days=1) for each in state.plans)
    if not followed:
        yield Due(
            kind=DueKind.PLAN_ENDING,
            authority=answers,
            subject_id=plan.plan_id,
            section=law.governing(days.last).section(Rule.OVER_AFTER_LAST_DAY),
            by=days.last,
            shown_from=max(plan.drawn_up_on, ENDING_IS_NEAR.before(days.last)),
            shown_until=days.last,
        )


def _review(plan: Plan, days: Interval, state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """22 § 1 mom.: at least every six months while the plan lasts, and on the day agreed."""
    due = review_due(state, plan, law, _EVERYTHING_KNOWN)
    planned = planned_review(state.reviews, plan, _EVERYTHING_KNOWN)
    by = due.value if due else None
    agreed = planned is not None and days.contains(planned)
    if not agreed and (by is None or not days.contains(by)):
        return
    since = next_review_counted_from(state, plan, law, _EVERYTHING_KNOWN) or plan.drawn_up_on
    yield Due(
        kind=DueKind.REVIEW,
        authority=answers,
        subject_id=plan.plan_id,
        section=due.line.section if due else law.governing(since).section(Rule.REVIEW_DUE),
        by=by,
        planned_on=planned,
        since=since,
        shown_from=since,
        shown_until=days.last,
    )


class DueInCase(Value):
    """One thing to do, as of the day asked about; ``overdue_since`` is the first late day."""

    due: DueKind
    title: str
    authority: str
    subject: UUID | None
    section: str
    by: date | None
    planned_on: date | None
    since: date | None
    overdue_since: date | None


class WhatIsDue(Value):
    """What has to be done, what is late first, then by day."""

    dues: tuple[DueInCase, ...]


def what_is_due(asked: Known, law: Law, language: Language) -> WhatIsDue:
    """What has to be done in the case on the day asked about, by what was known then.

    Of what has a later legal date nothing counts: what was done in June was still to be done in
    May.
    """
    day, state = asked.valid_on, asked.state
    if state.latest_effective_on is not None and day < state.latest_effective_on:
        state = fold(each for each in asked.counted if each.holds_from <= day)
    shown = [
        due
        for due in dues(state, law, day)
        if due.shown_from <= day and (due.shown_until is None or day <= due.shown_until)
    ]
    shown.sort(key=lambda due: due.by or due.planned_on or due.since or due.shown_from)
    return WhatIsDue(
        dues=tuple(
            DueInCase(
                due=due.kind,
                title=term(due.kind, language),
                authority=due.authority,
                subject=due.subject_id,
                section=due.section,
                by=due.by,
                planned_on=due.planned_on,
                since=due.since,
                overdue_since=due.by + _DAY if due.by is not None and due.by < day else None,
            )
            for due in shown
        )
    )
