"""Which plan is in force, of which kind, until when, who answers for it, what is due?"""

from datetime import date, timedelta
from uuid import UUID

from cases.domain.case.plan.acts import Goal, Measure
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.maximum import maximum_on
from cases.domain.case.plan.validity import plan_in_force, plan_over_last, plan_to_come, validity
from cases.domain.case.review.evolution import (
    last_review,
    planned_review,
    review_counted_from,
)
from cases.domain.case.state import CaseState
from cases.domain.codes.values import InForce, PlanKind
from cases.domain.law.edition import Law
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.law.section_20 import section_20_5_guidance_due
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class MeasureInPlan(Measure):
    """A measure as the plan shows it: its id, and the day the client was guided to it."""

    measure: UUID
    guided_on: date | None = None


class PlanView(Value):
    """The plan in force. All days are legal days (Helsinki); last days are included.

    ``valid_until`` is the last day it is in force fully, as decided by the day asked about;
    ``for_studies_from`` and ``for_studies_until`` are the days after it on which it is in force for
    the support of the studies only, the last one absent while that is open. ``maximum_until`` is
    the latest last day of all plans together, ``next_review_due`` the statutory day of the next
    review (none for a plan of the repealed Act before its first review under 22 §) and
    ``next_review_on`` the one agreed, none where no other follows before the plan is over.
    ``guidance_due`` is none for a plan of the repealed Act.
    ``review_overdue_since`` and ``guidance_overdue_since`` are the day after the deadline, where it
    has passed. ``job_search_obligation`` to ``guidance`` are the rest of what was agreed (19 §), as
    it was written.
    """

    plan: UUID
    kind: PlanKind
    in_force: InForce
    sections: tuple[str, ...]
    drawn_up_on: date
    valid_from: date
    valid_until: date
    for_studies_from: date | None
    for_studies_until: date | None
    maximum_until: date
    replaces: UUID | None
    under_act: str | None
    responsible: str
    worker: str | None
    parties: tuple[str, ...]
    goals: tuple[Goal, ...]
    measures: tuple[MeasureInPlan, ...]
    missing_goal_reason: str | None
    follow_up: str
    job_search_obligation: str | None
    no_job_search_reason: str | None
    language_studies: str | None
    association_activity: str | None
    guidance: str | None
    last_reviewed_on: date | None
    next_review_on: date | None
    next_review_due: date | None
    review_overdue_since: date | None
    guidance_due: date | None
    guidance_overdue_since: date | None


class CurrentPlan(Value):
    """The answer: the plan in force, or none, and then the day from which the last one is over."""

    plan: PlanView | None
    over_since: date | None = None


def current_plan(asked: Known, law: Law) -> CurrentPlan:
    """The plan in force on the day asked about.

    Computed from intervals: a plan is over because its last day has passed, whether or not anyone
    has recorded it.
    """
    day, state = asked.valid_on, asked.state
    edition = law.governing(day)
    plan = plan_in_force(state, edition, day)
    if plan is not None:
        return CurrentPlan(plan=_view(plan, state, law, day))
    over = plan_over_last(state, edition, day)
    return CurrentPlan(plan=None, over_since=over[1] + timedelta(days=1) if over else None)


def coming_plan(asked: Known, law: Law) -> PlanView | None:
    """The plan that is drawn up and next to be in force, with its days as it begins; or None."""
    day, state = asked.valid_on, asked.state
    plan = plan_to_come(state, law.governing(day), day)
    return None if plan is None else _view(plan, state, law, day)


def next_review_counted_from(state: CaseState, plan: Plan, law: Law, day: date) -> date | None:
    """The day the six months to the next review run from, by the reading the plan is under."""
    restarts = law.governing(plan.drawn_up_on).readings.own_services_review_restarts_interval
    return review_counted_from(state.reviews, plan, day, limited_restarts=restarts)


def review_due(state: CaseState, plan: Plan, law: Law, day: date) -> Applied[date] | None:
    """The statutory day of the plan's next review, as it stands on ``day`` (22 § 1 mom.).

    None for a plan of the repealed Act before its first review under 22 § (102 § 2 mom.).
    """
    counted_from = next_review_counted_from(state, plan, law, day)
    if counted_from is None:
        return None
    return section_22_1_review_due(law.governing(counted_from), counted_from)


def guidance_due(plan: Plan, law: Law) -> Applied[date] | None:
    """The last day to guide the client to all that was agreed (20 § 5 mom.).

    None for a plan of the repealed Act: it follows the old rules (102 § 2 mom.).
    """
    if plan.under_act is not None:
        return None
    return section_20_5_guidance_due(law.governing(plan.drawn_up_on), plan.drawn_up_on)


def _view(plan: Plan, state: CaseState, law: Law, day: date) -> PlanView:
    edition = law.governing(day)
    days = validity(plan, state, edition, day)
    assert days.fully is not None, "it is in force"
    for_studies = days.for_studies
    how = days.on(day)
    most = maximum_on(state, edition, day)
    valid_until = days.fully.last or day
    due = review_due(state, plan, law, day)
    guidance = guidance_due(plan, law)
    last = last_review(state.reviews, plan, day)
    responsible = state.responsible_on(day) or ""
    known = (each.section for each in edition.plans if each.kind is plan.kind)
    # An edition that came later may not know the kind any more.
    drawn_up = next(known, edition.section(Rule.PLAN_KIND_OF_THE_EDITION))
    ordinary = (drawn_up, *(most.sections if most else ()))
    return PlanView(
        plan=plan.plan_id,
        kind=plan.kind,
        in_force=how or InForce.FULLY,
        sections=edition.continuation.sections if how is InForce.FOR_STUDIES_ONLY else ordinary,
        drawn_up_on=plan.drawn_up_on,
        valid_from=plan.valid_from,
        valid_until=valid_until,
        for_studies_from=for_studies.first if for_studies else None,
        for_studies_until=for_studies.last if for_studies else None,
        maximum_until=most.until if most else valid_until,
        replaces=plan.replaces,
        under_act=plan.under_act,
        responsible=responsible,
        worker=state.responsibility.worker_on(day, responsible),
        parties=plan.parties,
        goals=plan.goals_on(day),
        measures=_measures(plan, day),
        missing_goal_reason=plan.missing_goal_reason_on(day),
        follow_up=plan.follow_up_on(day),
        job_search_obligation=plan.job_search_obligation,
        no_job_search_reason=plan.no_job_search_reason,
        language_studies=plan.language_studies,
        association_activity=plan.association_activity,
        guidance=plan.agreed_guidance,
        last_reviewed_on=last.held_on if last else None,
        next_review_on=planned_review(state.reviews, plan, day),
        next_review_due=due.value if due else None,
        review_overdue_since=_overdue(due.value, day) if due else None,
        guidance_due=guidance.value if guidance else None,
        guidance_overdue_since=_overdue(guidance.value, day)
        if guidance is not None and not plan.guided_to_all_by(day)
        else None,
    )


def _measures(plan: Plan, day: date) -> tuple[MeasureInPlan, ...]:
    guided: dict[UUID, date] = {}
    for guidance in sorted(plan.guidance, key=lambda g: g.on):
        if guidance.on <= day:
            for measure_id in guidance.measures:
                guided.setdefault(measure_id, guidance.on)
    return tuple(
        MeasureInPlan(
            measure=agreed.measure_id,
            guided_on=guided.get(agreed.measure_id),
            **dict(agreed.measure),
        )
        for agreed in plan.measures_on(day)
    )


def _overdue(due: date, day: date) -> date | None:
    return due + timedelta(days=1) if due < day else None
