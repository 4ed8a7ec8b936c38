"""What is known of the case's plans."""

from datetime import date
from uuid import UUID

from cases.domain.case.plan.acts import Goal
from cases.domain.case.plan.facts import (
    AgreedMeasure,
    ClientGuidedToServices,
    PlanDrawnUp,
    PlanEnded,
    PlanExpired,
)
from cases.domain.codes.values import EndingGround, PlanKind
from cases.domain.facts import Recorded
from cases.domain.model import State
from cases.domain.time import Interval


class Guidance(State):
    """The client was guided to these measures on this legal day."""

    on: date
    measures: tuple[UUID, ...]


class Ending(State):
    """The plan was ended by an act dated ``decided_on``; ``ends_on`` is its last day in force."""

    decided_on: date
    ends_on: date
    ground: EndingGround


class Plan(State):
    """One plan. ``drawn_up_on`` is its drawing-up date, ``version`` the fact that drew it up."""

    plan_id: UUID
    version: int
    kind: PlanKind
    drawn_up_on: date
    valid_from: date
    valid_until: date
    goals: tuple[Goal, ...]
    measures: tuple[AgreedMeasure, ...]
    follow_up: str
    next_review_on: date
    guidance: tuple[Guidance, ...] = ()
    ending: Ending | None = None
    expired_after: date | None = None

    def last_day(self, day: date) -> date:
        """The last day in force, as decided by the legal day ``day``."""
        if self.ending is not None and self.ending.decided_on <= day:
            return min(self.valid_until, self.ending.ends_on)
        return self.valid_until

    def interval(self, day: date) -> Interval | None:
        """The days in force, as decided by ``day``; None when the plan ended before it began."""
        last = self.last_day(day)
        return Interval(first=self.valid_from, last=last) if self.valid_from <= last else None

    def in_force_on(self, day: date) -> bool:
        """Drawn up by ``day``, and in force on it."""
        interval = self.interval(day)
        return self.drawn_up_on <= day and interval is not None and interval.contains(day)

    def guided_to_all_by(self, day: date) -> bool:
        """The client has been guided to every agreed measure by ``day``."""
        guided = {m for g in self.guidance if g.on <= day for m in g.measures}
        return all(m.measure_id in guided for m in self.measures)


Plans = tuple[Plan, ...]

PlanFact = PlanDrawnUp | ClientGuidedToServices | PlanEnded | PlanExpired


def plans_drawn_up_by(plans: Plans, day: date) -> Plans:
    """The plans drawn up not later than ``day``, oldest first."""
    drawn_up = (p for p in plans if p.drawn_up_on <= day)
    return tuple(sorted(drawn_up, key=lambda p: (p.drawn_up_on, p.valid_from, p.version)))


def plan_in_force(plans: Plans, day: date) -> Plan | None:
    """The plan in force on ``day``; there is at most one."""
    return next((p for p in plans_drawn_up_by(plans, day) if p.in_force_on(day)), None)


def evolve(plans: Plans, recorded: Recorded, fact: PlanFact) -> Plans:
    """The plans after one more fact."""
    if isinstance(fact, PlanDrawnUp):
        drawn_up = Plan(
            plan_id=fact.plan_id,
            version=recorded.version,
            kind=fact.kind,
            drawn_up_on=recorded.effective_on,
            valid_from=fact.valid_from,
            valid_until=fact.valid_until,
            goals=fact.goals,
            measures=fact.measures,
            follow_up=fact.follow_up,
            next_review_on=fact.next_review_on,
        )
        return (*plans, drawn_up)
    return tuple(
        _changed(p, recorded.effective_on, fact) if p.plan_id == fact.plan_id else p for p in plans
    )


def _changed(plan: Plan, day: date, fact: PlanFact) -> Plan:
    match fact:
        case ClientGuidedToServices():
            guidance = Guidance(on=day, measures=fact.measures)
            return plan.having(guidance=(*plan.guidance, guidance))
        case PlanEnded():
            ending = Ending(decided_on=day, ends_on=fact.ends_on, ground=fact.ground)
            return plan.having(ending=ending)
        case PlanExpired():
            return plan.having(expired_after=fact.last_day)
        case PlanDrawnUp():
            return plan
