"""Which plan is in force, of which kind, until when, who answers for it, what is due?"""

from datetime import date, timedelta
from uuid import UUID

from cases.domain.case.plan.acts import Goal, Measure
from cases.domain.case.plan.evolution import Plan, plan_in_force, plans_drawn_up_by
from cases.domain.case.review.evolution import (
    last_review,
    planned_review,
    review_counted_from,
)
from cases.domain.case.state import CaseState
from cases.domain.codes.values import InForce, PlanKind
from cases.domain.law.edition import Law
from cases.domain.law.rules import Applied
from cases.domain.law.section_20 import section_20_5_guidance_due
from cases.domain.law.section_22 import section_22_1_review_due
from cases.domain.law.section_23 import section_23_2_maximum
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class MeasureInPlan(Measure):
    """A measure as the plan shows it: its id, and the day the client was guided to it."""

    measure: UUID
    guided_on: date | None = None


class PlanView(Value):
    """The plan in force. All days are legal days (Helsinki); last days are included.

    ``valid_until`` is the last day as decided by the day asked about, ``maximum_until`` the latest
    last day of all plans together, ``next_review_due`` the statutory day of the next review and
    ``next_review_on`` the one agreed. ``review_overdue_since`` and ``guidance_overdue_since`` are
    the day after the deadline, where it has passed.
    """

    plan: UUID
    kind: PlanKind
    in_force: InForce
    sections: tuple[str, ...]
    drawn_up_on: date
    valid_from: date
    valid_until: date
    maximum_until: date
    responsible: str
    goals: tuple[Goal, ...]
    measures: tuple[MeasureInPlan, ...]
    follow_up: str
    last_reviewed_on: date | None
    next_review_on: date
    next_review_due: date
    review_overdue_since: date | None
    guidance_due: date
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
    plan = plan_in_force(state.plans, day)
    if plan is not None:
        return CurrentPlan(plan=_view(plan, state, law, day))
    # A plan that ended before it began was never in force, so it is not over either.
    were = [p.interval(day) for p in plans_drawn_up_by(state.plans, day)]
    over = [days.last for days in were if days is not None and days.last and days.last < day]
    return CurrentPlan(plan=None, over_since=max(over) + timedelta(days=1) if over else None)


def maximum_on(state: CaseState, law: Law, day: date) -> Applied[date] | None:
    """The latest last day of all plans together, as decided by ``day``; None without a plan."""
    drawn_up = plans_drawn_up_by(state.plans, day)
    if not drawn_up:
        return None
    first = state.first_plan_drawn_up_on(day) or drawn_up[0].drawn_up_on
    return section_23_2_maximum(law.on(drawn_up[0].drawn_up_on), first)


def review_due(state: CaseState, plan: Plan, law: Law, day: date) -> Applied[date]:
    """The statutory day of the plan's next review, as it stands on ``day`` (22 § 1 mom.)."""
    counted_from = review_counted_from(state.reviews, plan, day)
    return section_22_1_review_due(law.on(counted_from), counted_from)


def _view(plan: Plan, state: CaseState, law: Law, day: date) -> PlanView:
    maximum = maximum_on(state, law, day)
    due = review_due(state, plan, law, day)
    guidance = section_20_5_guidance_due(law.on(plan.drawn_up_on), plan.drawn_up_on)
    last = last_review(state.reviews, plan, day)
    return PlanView(
        plan=plan.plan_id,
        kind=plan.kind,
        in_force=InForce.FULLY,
        sections=("16.1", "23.2"),
        drawn_up_on=plan.drawn_up_on,
        valid_from=plan.valid_from,
        valid_until=plan.last_day(day),
        maximum_until=maximum.value if maximum else plan.valid_until,
        responsible=state.responsible or "",
        goals=plan.goals,
        measures=_measures(plan, day),
        follow_up=plan.follow_up,
        last_reviewed_on=last.held_on if last else None,
        next_review_on=planned_review(state.reviews, plan, day),
        next_review_due=due.value,
        review_overdue_since=_overdue(due.value, day),
        guidance_due=guidance.value,
        guidance_overdue_since=None
        if plan.guided_to_all_by(day)
        else _overdue(guidance.value, day),
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
        for agreed in plan.measures
    )


def _overdue(due: date, day: date) -> date | None:
    return due + timedelta(days=1) if due < day else None
