"""Facts of review."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.plan.acts import Goal
from cases.domain.case.plan.facts import AgreedMeasure
from cases.domain.case.review.acts import KindNeeded, Participation
from cases.domain.codes.values import Initiative, PlanKind, ReviewHeldBy
from cases.domain.facts import Fact
from cases.domain.model import Value


class PlanChanged(Value):
    """What a review changed in the plan; what is absent stayed as it was.

    ``goals`` take the place of those there were, ``measures`` are new or changed, each by its id.
    ``reaches_maximum`` tells whether ``valid_until`` was the maximum, as known when recorded.
    """

    goals: tuple[Goal, ...] | None = None
    measures: tuple[AgreedMeasure, ...] = ()
    ended_measures: tuple[UUID, ...] = ()
    follow_up: str | None = None
    valid_until: date | None = None
    reaches_maximum: bool | None = None


class PlanReviewed(Fact):
    """A plan was reviewed on the fact's legal date.

    ``limited_to`` names the measures a review of one authority's own services was limited to;
    ``next_review_on`` is None where such a review left the agreed day as it was.
    """

    TOPIC: ClassVar[str] = "plan.reviewed"
    VERSION: ClassVar[int] = 3

    review_id: UUID
    plan_id: UUID
    held_by: ReviewHeldBy
    initiative: Initiative
    participation: tuple[Participation, ...] = ()
    obstacles: tuple[str, ...] = ()
    new_needs: tuple[str, ...] = ()
    next_review_on: date | None
    makers: tuple[Maker, ...]
    limited_to: tuple[UUID, ...] = ()
    changes: PlanChanged | None = None
    kind_needed: KindNeeded | None = None
    family_plan: PlannedPlan | None = None
    intends_to_become_jobseeker: bool | None = None


class PlanSwitched(Fact):
    """The plan was replaced by a successor of the other kind; ``last_day`` is its own last day."""

    TOPIC: ClassVar[str] = "plan.switched"

    plan_id: UUID
    successor_id: UUID
    to: PlanKind
    reason: str
    last_day: date
