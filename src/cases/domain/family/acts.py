"""Acts on a family plan (21 §). A member is named by her or his case."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from cases.domain.case.act import Act, LegalDate, Maker, OrganisationId, Text
from cases.domain.case.records.acts import Change, Version
from cases.domain.codes.values import EndingGround, Service
from cases.domain.model import Value

Members = Annotated[tuple[UUID, ...], Field(max_length=30)]


class Concerning(Value):
    """Something that is said of some members, or of the whole family where none is named."""

    members: Members = ()


class FamilyGoal(Concerning):
    """A goal of the family, or of some in it."""

    text: Text


class FamilyMeasure(Concerning):
    """An agreed measure or service, and why."""

    service: Service
    provider: OrganisationId
    serves: Text


class FamilyGuidance(Concerning):
    """A service the family, or some in it, were guided to."""

    to: OrganisationId
    service: Text | None = None


Goals = Annotated[tuple[FamilyGoal, ...], Field(max_length=50)]
Measures = Annotated[tuple[FamilyMeasure, ...], Field(max_length=50)]
GuidedTo = Annotated[tuple[FamilyGuidance, ...], Field(max_length=50)]
Makers = Annotated[tuple[Maker, ...], Field(min_length=1, max_length=20)]


class DrawUpFamilyPlan(Act):
    """Draw up a family plan. Its drawing-up date is the act's legal date.

    ``valid_until`` is the last day. ``authorities`` are those that draw it up and carry it out.
    """

    NAME: ClassVar[str] = "drawUpFamilyPlan"

    members: Annotated[tuple[UUID, ...], Field(min_length=2, max_length=30)]
    valid_until: LegalDate
    next_review_on: LegalDate
    goals: Annotated[tuple[FamilyGoal, ...], Field(min_length=1, max_length=50)]
    measures: Measures = ()
    guided_to: GuidedTo = ()
    authorities: Annotated[tuple[OrganisationId, ...], Field(min_length=1, max_length=20)]
    makers: Makers

    @model_validator(mode="after")
    def _names_a_member_once(self) -> Self:
        if len(set(self.members)) != len(self.members):
            msg = "a member is named twice"
            raise ValueError(msg)
        return self


class ReviewFamilyPlan(Act):
    """Review a family plan.

    ``found`` is what the review found of the whole family. ``goals`` and ``measures``, where they
    are told, replace what was agreed; services guided to are added. ``valid_until`` is the last day
    of the plan where it changes.
    """

    NAME: ClassVar[str] = "reviewFamilyPlan"

    next_review_on: LegalDate
    makers: Makers
    found: Text | None = None
    goals: Annotated[tuple[FamilyGoal, ...], Field(min_length=1, max_length=50)] | None = None
    measures: Measures | None = None
    guided_to: GuidedTo = ()
    valid_until: LegalDate | None = None


class JoinFamilyPlan(Act):
    """Take somebody into the plan, with what it says of this member."""

    NAME: ClassVar[str] = "joinFamilyPlan"

    member: UUID
    goals: Annotated[tuple[Text, ...], Field(max_length=50)] = ()


class LeaveFamilyPlan(Act):
    """Record that somebody no longer belongs to the plan, from the act's legal date on."""

    NAME: ClassVar[str] = "leaveFamilyPlan"

    member: UUID
    reason: Text | None = None


class EndFamilyPlan(Act):
    """End the plan before its last day; its last day is the act's legal date."""

    NAME: ClassVar[str] = "endFamilyPlan"

    ground: EndingGround
    reason: Text | None = None

    @model_validator(mode="after")
    def _another_ground_needs_its_reason(self) -> Self:
        if self.ground is EndingGround.OTHER and self.reason is None:
            msg = "the ground OTHER needs a reason"
            raise ValueError(msg)
        return self


class CorrectFamilyPlanRecord(Act):
    """Correct members of a record of the plan, named by its version, with the reason.

    A change is a JSON pointer into the record's entry in the plan's history, which tells the act as
    far as the caller may see it.
    """

    NAME: ClassVar[str] = "correctFamilyPlanRecord"

    version: Version
    changes: tuple[Change, ...] = Field(min_length=1, max_length=50)
    reason: Text


class AnnulFamilyPlanRecord(Act):
    """Annul a record of the plan that should never have been; its drawing up, and there is none.

    ``along`` are the records that build on it and are annulled with it; each of them is named.
    """

    NAME: ClassVar[str] = "annulFamilyPlanRecord"

    version: Version
    along: tuple[Version, ...] = Field(default=(), max_length=500)
    reason: Text
