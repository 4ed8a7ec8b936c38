"""What is known of the case's plans."""

from datetime import date
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.extension.facts import PlanContinuedForStudies
from cases.domain.case.plan.acts import Goal
from cases.domain.case.plan.facts import (
    AgreedMeasure,
    ClientGuidedToServices,
    PlanDrawnUp,
    PlanEnded,
    PlanExpired,
)
from cases.domain.case.review.facts import PlanChanged, PlanReviewed, PlanSwitched
from cases.domain.codes.values import EndingGround, PlanKind
from cases.domain.facts import Recorded
from cases.domain.model import State


class Guidance(State):
    """The client was guided to these measures on this legal day."""

    on: date
    measures: tuple[UUID, ...]


class Ended(State):
    """The plan was ended by an act dated ``decided_on``; ``ends_on`` is its last day in force.

    ``act_id`` is that of the act, which may be a review.
    """

    decided_on: date
    ends_on: date
    ground: EndingGround
    act_id: str


class Changed(State):
    """A review on this legal day changed the plan."""

    on: date
    version: int
    changes: PlanChanged


class Replaced(State):
    """The plan was switched to a successor on this legal day; ``last_day`` is its own last."""

    on: date
    successor_id: UUID
    last_day: date


class Continued(State):
    """It was decided on this legal day that the plan goes on after the maximum for the studies."""

    on: date
    version: int


class Plan(State):
    """One plan. ``drawn_up_on`` is its drawing-up date, ``version`` the fact that drew it up.

    ``valid_until``, ``goals``, ``measures`` and ``follow_up`` are as agreed when it was drawn up;
    reviews may have changed them since. ``reaches_maximum`` tells whether that last day was the
    maximum, as known then; None where that was not asked yet. ``departed`` tells that a
    multisectoral one was due (17 § 2 mom.). ``agreed_guidance`` is what was agreed of guidance
    (19 §), ``guidance`` what was done. When it is in force: ``plan/validity.py``.
    """

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
    reaches_maximum: bool | None = None
    departed: bool = False
    parties: tuple[str, ...] = ()
    under_act: str | None = None
    signed_on: date | None = None
    replaces: UUID | None = None
    makers: tuple[Maker, ...] = ()
    rights_explained: bool = False
    job_search_obligation: str | None = None
    no_job_search_reason: str | None = None
    missing_goal_reason: str | None = None
    language_studies: str | None = None
    association_activity: str | None = None
    agreed_guidance: str | None = None
    guidance: tuple[Guidance, ...] = ()
    changes: tuple[Changed, ...] = ()
    ending: Ended | None = None
    replaced: Replaced | None = None
    continued: Continued | None = None
    expired_after: date | None = None

    def last_day_left_by(self, day: date) -> date:
        """The last day that an ending or a successor, decided by ``day``, leaves; else any."""
        last = date.max
        if self.ending is not None and self.ending.decided_on <= day:
            last = self.ending.ends_on
        if self.replaced is not None and self.replaced.on <= day:
            last = min(last, self.replaced.last_day)
        return last

    def given_up_by(self, day: date) -> bool:
        """Whether it had been ended or replaced by ``day`` so that it never began."""
        return self.last_day_left_by(day) < self.valid_from

    def changes_by(self, day: date) -> tuple[Changed, ...]:
        """What reviews changed by ``day``, in the order of their days."""
        if not self.changes:
            return ()
        made = (c for c in self.changes if c.on <= day)
        return tuple(sorted(made, key=lambda c: (c.on, c.version)))

    def measures_on(self, day: date) -> tuple[AgreedMeasure, ...]:
        """The measures agreed as of ``day``."""
        agreed = {m.measure_id: m for m in self.measures}
        for changed in self.changes_by(day):
            agreed |= {m.measure_id: m for m in changed.changes.measures}
            for ended in changed.changes.ended_measures:
                agreed.pop(ended, None)
        return tuple(agreed.values())

    def measures_before(self, day: date, version: int) -> tuple[AgreedMeasure, ...]:
        """The measures agreed when the review of ``day``, recorded as ``version``, was held."""
        earlier = tuple(c for c in self.changes if (c.on, c.version) < (day, version))
        return self.having(changes=earlier).measures_on(day)

    def goals_on(self, day: date) -> tuple[Goal, ...]:
        """The goals as of ``day``."""
        said = (c.changes.goals for c in reversed(self.changes_by(day)) if c.changes.goals)
        return next(said, self.goals)

    def missing_goal_reason_on(self, day: date) -> str | None:
        """Why a goal is missing: said of the goals drawn up, so not of those a review agreed."""
        agreed_since = any(c.changes.goals for c in self.changes_by(day))
        return None if agreed_since else self.missing_goal_reason

    def follow_up_on(self, day: date) -> str:
        """How the plan is followed up, as of ``day``."""
        said = (c.changes.follow_up for c in reversed(self.changes_by(day)) if c.changes.follow_up)
        return next(said, self.follow_up)

    def guided_to_all_by(self, day: date) -> bool:
        """The client has been guided to every measure agreed when the plan was drawn up."""
        guided = {m for g in self.guidance if g.on <= day for m in g.measures}
        given_up = {m for c in self.changes_by(day) for m in c.changes.ended_measures}
        return all(m.measure_id in guided | given_up for m in self.measures)


Plans = tuple[Plan, ...]

PlanFact = (
    PlanDrawnUp
    | ClientGuidedToServices
    | PlanReviewed
    | PlanSwitched
    | PlanContinuedForStudies
    | PlanEnded
    | PlanExpired
)


def plans_drawn_up_by(plans: Plans, day: date) -> Plans:
    """The plans drawn up not later than ``day``, oldest first."""
    drawn_up = (p for p in plans if p.drawn_up_on <= day)
    return tuple(sorted(drawn_up, key=lambda p: (p.drawn_up_on, p.valid_from, p.version)))


def evolve(plans: Plans, recorded: Recorded, fact: PlanFact) -> Plans:
    """The plans after one more fact."""
    if isinstance(fact, PlanReviewed) and fact.changes is None:
        return plans
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
            reaches_maximum=fact.reaches_maximum,
            departed=fact.departure_reason is not None,
            parties=fact.parties,
            under_act=fact.under_act,
            signed_on=fact.signed_on,
            replaces=fact.replaces,
            makers=fact.makers,
            rights_explained=bool(fact.rights_and_duties_explained),
            job_search_obligation=fact.job_search_obligation,
            no_job_search_reason=fact.no_job_search_reason,
            missing_goal_reason=fact.missing_goal_reason,
            language_studies=fact.language_studies,
            association_activity=fact.association_activity,
            agreed_guidance=fact.guidance,
        )
        return (*plans, drawn_up)
    return tuple(_changed(p, recorded, fact) if p.plan_id == fact.plan_id else p for p in plans)


def _changed(plan: Plan, recorded: Recorded, fact: PlanFact) -> Plan:  # noqa: PLR0911 - one a fact
    day = recorded.effective_on
    match fact:
        case ClientGuidedToServices():
            guidance = Guidance(on=day, measures=fact.measures)
            return plan.having(guidance=(*plan.guidance, guidance))
        case PlanReviewed():
            if fact.changes is None:
                return plan
            changed = Changed(on=day, version=recorded.version, changes=fact.changes)
            return plan.having(changes=(*plan.changes, changed))
        case PlanSwitched():
            replaced = Replaced(on=day, successor_id=fact.successor_id, last_day=fact.last_day)
            return plan.having(replaced=replaced)
        case PlanContinuedForStudies():
            return plan.having(continued=Continued(on=day, version=recorded.version))
        case PlanEnded():
            ending = Ended(
                decided_on=day, ends_on=fact.ends_on, ground=fact.ground, act_id=recorded.act_id
            )
            return plan.having(ending=ending)
        case PlanExpired():
            return plan.having(expired_after=fact.last_day)
        case PlanDrawnUp():
            return plan
