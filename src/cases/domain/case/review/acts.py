"""Acts of review."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate, Maker, Text
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.extension.acts import Extension
from cases.domain.case.plan.acts import Ending, Goal, Measure, PlanContent
from cases.domain.case.responsibility.acts import Referral
from cases.domain.codes.values import Initiative, ParticipationState, PlanKind, ReviewHeldBy
from cases.domain.model import Value


class Participation(Value):
    """How taking part in one agreed measure has gone (decree 3 § 4 mom.)."""

    measure: UUID
    state: ParticipationState
    progress: Text | None = None
    result: Text | None = None


class ChangedMeasure(Value):
    """An agreed measure as it is from now on."""

    measure: UUID
    content: Measure


class PlanChanges(Value):
    """What the review changes in the plan. What is absent stays as it was.

    ``goals`` take the place of those there were; ``valid_until`` is the plan's own last day.
    """

    goals: tuple[Goal, ...] | None = Field(default=None, min_length=1, max_length=50)
    added_measures: tuple[Measure, ...] = Field(default=(), max_length=50)
    changed_measures: tuple[ChangedMeasure, ...] = Field(default=(), max_length=50)
    ended_measures: tuple[UUID, ...] = Field(default=(), max_length=50)
    follow_up: Text | None = None
    valid_until: LegalDate | None = None

    @model_validator(mode="after")
    def _touches_a_measure_once(self) -> Self:
        touched = [*self.ended_measures, *(each.measure for each in self.changed_measures)]
        if len(set(touched)) != len(touched):
            msg = "a measure is named twice"
            raise ValueError(msg)
        return self


class KindNeeded(Value):
    """The client's situation needs the other kind of plan, switched to or not (22 § 4 mom.)."""

    kind: PlanKind
    reason: Text


class ReviewFindings(Value):
    """What a review finds (decree 3 § 4 mom.).

    ``family_plan`` tells that a family plan is needed, and the agreed time.
    """

    held_by: ReviewHeldBy
    initiative: Initiative | None = None
    participation: tuple[Participation, ...] = Field(default=(), max_length=50)
    obstacles: tuple[Text, ...] = Field(default=(), max_length=50)
    new_needs: tuple[Text, ...] = Field(default=(), max_length=50)
    family_plan: PlannedPlan | None = None
    intends_to_become_jobseeker: bool | None = None

    @model_validator(mode="after")
    def _tells_of_a_measure_once(self) -> Self:
        told_of = [each.measure for each in self.participation]
        if len(set(told_of)) != len(told_of):
            msg = "a measure is named twice"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _says_whose_initiative(self) -> Self:
        if self.initiative is None and self.held_by is not ReviewHeldBy.WELFARE_AREA:
            msg = "initiative is needed unless the welfare area reviews its own services"
            raise ValueError(msg)
        return self


class ReviewPlan(Act, ReviewFindings):
    """Hold a review of the plan. Its legal date is the day the review was held.

    ``limited_to`` names the measures when one authority reviews only services it is responsible
    for (22 § 3 mom.); then ``next_review_on`` may be left as it was agreed. A review may carry an
    extension, an ending and a referral; a switch of kind is an act of its own that carries its
    review.
    """

    NAME: ClassVar[str] = "reviewPlan"

    plan: UUID
    next_review_on: LegalDate | None = None
    makers: tuple[Maker, ...] = Field(min_length=1, max_length=20)
    limited_to: tuple[UUID, ...] = Field(default=(), max_length=50)
    changes: PlanChanges | None = None
    kind_needed: KindNeeded | None = None
    extension: Extension | None = None
    ending: Ending | None = None
    referral: Referral | None = None


class SwitchPlan(Act, PlanContent):
    """Replace the plan by a successor of the other kind, at a review (22 § 4 mom.).

    The successor is drawn up on the act's legal date; the maximum runs on from the first plan.
    """

    NAME: ClassVar[str] = "switchPlan"

    plan: UUID
    to: PlanKind
    reason: Text
    review: ReviewFindings
    extension: Extension | None = None
    referral: Referral | None = None
