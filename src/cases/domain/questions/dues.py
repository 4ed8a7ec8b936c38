"""What does the authority have to do in this case, by when, and from which day is it shown?"""

from collections.abc import Iterator
from dataclasses import field
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from cases.domain.case.arrival import arrival_on
from cases.domain.case.assessment.evolution import last_completed_by
from cases.domain.case.family_plan.evolution import NamedPlan, need_of_family_plan
from cases.domain.case.family_plan.facts import WITHHELD_PLAN
from cases.domain.case.family_plan.lacking import consent_lacking_since
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.validity import validity
from cases.domain.case.review.evolution import planned_review
from cases.domain.case.state import CaseState
from cases.domain.codes.terms import Language, term
from cases.domain.codes.values import DueKind, OrganisationKind
from cases.domain.law.edition import Law
from cases.domain.law.gdpr_12 import gdpr_12_3_answer_due
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.law.section_14 import section_14_window
from cases.domain.law.section_20 import section_20_3_outer_limit
from cases.domain.law.section_34 import OF_AGE, birthday
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
    ``section`` is what it rests on, ``line`` the rule that gave the last day, where one counted it.
    ``authority`` is who has to do it (an organisation's id).
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
    # It says no more than the rest does, only in what way: two dues differ by nothing in it.
    line: RuleApplied | None = field(default=None, compare=False)

    @property
    def is_ever_shown(self) -> bool:
        """Whether there is a day on which it is shown."""
        return self.shown_until is None or self.shown_from <= self.shown_until

    def overdue_since(self, day: date) -> date | None:
        """The first day it is late, where it is late on ``day``."""
        return self.by + _DAY if self.by is not None and self.by < day else None


def dues(state: CaseState, law: Law, day: date = _EVERYTHING_KNOWN) -> tuple[Due, ...]:
    """Everything to do in a case as far as it is known, for any day one may ask about.

    In a closed case nothing but what puts the record right. Deadlines are counted under the edition
    of the legal date they run from. A hand-over changes nothing but who has to do it: whoever
    answers on ``day``, by default in the end. Raises NoEdition for a date before the first edition.
    """
    if state.opening is None:
        return ()
    answers = state.responsible_on(day) or state.opening.responsible
    if state.closing is not None:
        return tuple(_corrections_asked_for(state, law, answers, day))
    found = (
        *_assessment_to_start(state, law, answers),
        *_plan_to_draw_up(state, law, answers),
        *(due for plan in state.plans for due in _of_plan(plan, state, law, answers)),
        *_family_plans(state, law, answers),
        *_referral_unanswered(state, law),
        *_requested(state, law, answers),
        *_answers_no_more(state, law, answers),
        *_lives_elsewhere(state, law, answers),
        *_corrections_asked_for(state, law, answers, day),
    )
    # Such as an assessment whose window had passed before the case was opened.
    return tuple(due for due in found if due.is_ever_shown)


def _assessment_to_start(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """14 § 2 mom.: without delay once the authority has learned of the person.

    After the window (14 § 1 mom.) there is nothing to start any more.
    15 § 2 mom.: and when an ordinary assessment has shown that services must be coordinated.
    """
    if state.opening is None:
        return
    if not state.assessments and not state.plans and state.forgone_on is None:
        edition = law.governing(state.opening.opened_on)
        arrival = arrival_on(state, edition, _EVERYTHING_KNOWN)
        limit = None if arrival is None else section_14_window(edition, arrival)
        window = None if limit is None else limit.value
        yield Due(
            kind=DueKind.ASSESSMENT_TO_START,
            authority=answers,
            section=edition.section(Rule.ASSESSMENT_WITHOUT_DELAY),
            by=window,
            since=state.opening.learned_on,
            shown_from=state.opening.opened_on,
            shown_until=window,
            line=None if limit is None else limit.line,
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
        if request.by == answers:
            # It has the case by now, or will have it, by a hand-over made before it asked.
            continue
        yield Due(
            kind=DueKind.HAND_OVER_REQUEST,
            authority=answers,
            subject_id=request.request_id,
            section=law.governing(request.requested_on).section(Rule.REQUEST_AWAITS_ANSWER),
            since=request.requested_on,
            shown_from=request.requested_on,
        )


def _answers_no_more(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """3 §: responsibility follows registration as a jobseeker, both ways, by handing over.

    Nothing while a referral waits for its answer, where the register did not tell who answers.
    """
    newest, opening = state.person.newest_status, state.opening
    referred = any(r.answered_on is None for r in state.responsibility.referrals)
    if newest is None or opening is None or referred:
        return
    kind = state.responsibility.kind_on(_EVERYTHING_KNOWN, opening.responsible_kind)
    jobseeker = state.person.is_jobseeker_on(newest.since)
    follows = OrganisationKind.EMPLOYMENT_AUTHORITY if jobseeker else OrganisationKind.MUNICIPALITY
    if kind in {follows, None}:
        return
    yield Due(
        kind=DueKind.REGISTRATION_CHANGED,
        authority=answers,
        section=law.governing(newest.since).section(Rule.RESPONSIBILITY_FOLLOWS_STATUS),
        since=newest.since,
        shown_from=max(newest.since, opening.opened_on),
    )


def _lives_elsewhere(state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """85 §: who has moved to another municipality is handed over. Where to, isn't told.

    The employment authority that answers has to be that of the municipality's area (3 §); where the
    register told none, it is taken to be, of a registered jobseeker.
    """
    home = state.person.home
    if home is None or answers in {home.municipality, home.employment_authority}:
        return
    if home.employment_authority is None and state.person.is_jobseeker_on(_EVERYTHING_KNOWN):
        return
    moves = (h.decided_on for h in state.responsibility.hand_overs if h.ends_rights)
    if any(home.told_on <= decided_on for decided_on in moves):
        # Handed over since: what was told before says nothing of the authority that has it now.
        return
    yield Due(
        kind=DueKind.HOME_MUNICIPALITY_CHANGED,
        authority=answers,
        section=law.governing(home.since).section(Rule.MOVE_WITH_CONSENT),
        since=home.since,
        shown_from=home.since,
    )


def _corrections_asked_for(state: CaseState, law: Law, answers: str, day: date) -> Iterator[Due]:
    """GDPR 12(3): a request for correction is answered within a month of its receipt."""
    for request in state.correction_requests:
        if request.answered_on is None or day < request.answered_on:
            due = gdpr_12_3_answer_due(law.governing(request.asked_on), request.asked_on)
            yield Due(
                kind=DueKind.CORRECTION_REQUEST_UNANSWERED,
                authority=answers,
                subject_id=request.request_id,
                section=due.line.section,
                by=due.value,
                since=request.asked_on,
                shown_from=request.asked_on,
                line=due.line,
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
    edition = law.governing(since)
    section, by, line = edition.section(Rule.PLAN_WITHOUT_DELAY), None, None
    # The limit is for the person's first plan, whichever case it was drawn up in.
    planned = state.first_plan_drawn_up_on(_EVERYTHING_KNOWN) is not None
    arrival = None if planned else arrival_on(state, edition, _EVERYTHING_KNOWN)
    if arrival is not None:
        limit = section_20_3_outer_limit(edition, arrival)
        line = limit.line
        if limit.value is not None:
            section, by = line.section, limit.value
    yield Due(
        kind=DueKind.PLAN_TO_DRAW_UP,
        authority=answers,
        subject_id=latest.assessment_id,
        section=section,
        by=by,
        planned_on=latest.plan.date,
        since=since,
        shown_from=since,
        line=line,
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
                subject_id=_unless_withheld(plan),
                section=law.governing(plan.drawn_up_on).section(rule),
                planned_on=plan.next_review_on,
                since=plan.drawn_up_on,
                shown_from=plan.drawn_up_on,
                shown_until=plan.until,
            )
        yield from _consent_lacking(plan, state, law, answers)


def _unless_withheld(plan: NamedPlan) -> UUID | None:
    return None if plan.family_plan == WITHHELD_PLAN else plan.family_plan


def _consent_lacking(plan: NamedPlan, state: CaseState, law: Law, answers: str) -> Iterator[Due]:
    """21 § 1 mom.: without a guardian's consent the minor leaves the plan, or it is given anew."""
    since = consent_lacking_since(state.consents, state.lost_consents, plan)
    born_on = state.person.born_on
    of_age = None if born_on is None else birthday(born_on, OF_AGE)
    if since is None or (of_age is not None and of_age <= since):
        return
    yield Due(
        kind=DueKind.FAMILY_PLAN_CONSENT_WITHDRAWN,
        authority=answers,
        subject_id=_unless_withheld(plan),
        section=law.governing(since).section(Rule.EACH_GUARDIAN_CONSENTS),
        since=since,
        shown_from=since,
        shown_until=plan.until if of_age is None else min(plan.until, of_age - _DAY),
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
            line=guidance.line,
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
        line=due.line if due else None,
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


def dues_on(asked: Known, law: Law) -> tuple[Due, ...]:
    """What is shown as due on the day asked about, by what was known then, by day.

    Of what has a later legal date nothing counts: what was done in June was still to be done in
    May.
    """
    day = asked.valid_on
    shown = [
        due
        for due in dues(asked.state_on_the_day, law, day)
        if due.shown_from <= day and (due.shown_until is None or day <= due.shown_until)
    ]
    shown.sort(key=lambda due: due.by or due.planned_on or due.since or due.shown_from)
    return tuple(shown)


def what_is_due(asked: Known, law: Law, language: Language) -> WhatIsDue:
    """What has to be done in the case on the day asked about, by what was known then."""
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
                overdue_since=due.overdue_since(asked.valid_on),
            )
            for due in dues_on(asked, law)
        )
    )
