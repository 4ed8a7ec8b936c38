"""Facts of the plan."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.plan.acts import Goal, Measure
from cases.domain.codes.values import EndingGround, PlanKind
from cases.domain.facts import Fact
from cases.domain.model import Value


class AgreedMeasure(Value):
    """A measure of a plan, with the id later acts name it by."""

    measure_id: UUID
    measure: Measure


class PlanDrawnUp(Fact):
    """A plan was drawn up on the fact's legal date.

    ``replaces`` is the plan it succeeds when the kind was switched (22 § 4 mom.).
    ``departure_reason`` tells why it is not multisectoral (17 § 2 mom.). ``under_act`` and
    ``signed_on`` are said of plans of the repealed Act. ``reaches_maximum`` tells whether
    ``valid_until`` was the maximum, as known when it was recorded: then it moves with it.
    """

    TOPIC: ClassVar[str] = "plan.drawn-up"
    VERSION: ClassVar[int] = 3

    plan_id: UUID
    kind: PlanKind
    valid_from: date
    valid_until: date
    goals: tuple[Goal, ...]
    measures: tuple[AgreedMeasure, ...]
    follow_up: str
    next_review_on: date
    makers: tuple[Maker, ...]
    job_search_obligation: str | None = None
    no_job_search_reason: str | None = None
    missing_goal_reason: str | None = None
    rights_and_duties_explained: bool | None = None
    parties: tuple[str, ...] = ()
    language_studies: str | None = None
    association_activity: str | None = None
    guidance: str | None = None
    departure_reason: str | None = None
    under_act: str | None = None
    signed_on: date | None = None
    replaces: UUID | None = None
    reaches_maximum: bool | None = None


class ClientGuidedToServices(Fact):
    """The client was guided to agreed services."""

    TOPIC: ClassVar[str] = "plan.client-guided-to-services"

    plan_id: UUID
    measures: tuple[UUID, ...]


class PlanEnded(Fact):
    """The plan was ended; ``ends_on`` is the last day it is in force."""

    TOPIC: ClassVar[str] = "plan.ended"

    plan_id: UUID
    ground: EndingGround
    ends_on: date
    reason: str | None = None


class PlanExpired(Fact):
    """The plan's last day has passed. The truth is the interval; this fact is its consequence."""

    TOPIC: ClassVar[str] = "plan.expired"

    plan_id: UUID
    last_day: date
