"""Facts of a family plan.

What they say of a member stands in that member's part, and nowhere else: who the members are, by
their cases, and the days, makers and authorities of the plan are all that is told beside the parts.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from cases.domain.case.act import Maker
from cases.domain.case.records.facts import Annulment, Correction
from cases.domain.codes.values import EndingGround, Service
from cases.domain.facts import Fact
from cases.domain.model import Value


class Shared(Value):
    """``with_members``: whom it was said of, by their cases; of the whole family where none is."""

    with_members: tuple[UUID, ...] = ()


class GoalOnRecord(Shared):
    """A goal, as the record keeps it."""

    text: str


class MeasureOnRecord(Shared):
    """An agreed measure or service, as the record keeps it."""

    service: Service
    provider: str
    serves: str


class GuidanceOnRecord(Shared):
    """A service somebody was guided to, as the record keeps it."""

    to: str
    service: str | None = None


class PartTold(Value):
    """What a family plan says of one member.

    ``consents`` are those on the member's case that the plan rests upon; ``remarks`` what a review
    found, or why the member left or the plan ended.
    """

    consents: tuple[UUID, ...] = ()
    goals: tuple[GoalOnRecord, ...] = ()
    measures: tuple[MeasureOnRecord, ...] = ()
    guided_to: tuple[GuidanceOnRecord, ...] = ()
    remarks: str | None = None


class Part(Value):
    """A member's part, of the version of the member's case that the act was decided on.

    In the log it is ``sealed``, in Base64 under the key of the member's case; ``told`` is what was
    sealed. Neither is there once the case was erased, or where an act had nothing to read.
    """

    case_id: UUID
    case_version: int
    told: PartTold | None = None
    sealed: str | None = None


class FamilyPlanFact(Fact):
    """Base of these facts: each has a part for everybody it is about.

    ``TOLD`` is what a part of it tells.
    """

    TOLD: ClassVar[type[PartTold]] = PartTold

    parts: tuple[Part, ...]


class FamilyPlanDrawnUp(FamilyPlanFact):
    """A family plan was drawn up on the fact's legal date."""

    TOPIC: ClassVar[str] = "family-plan.drawn-up"

    valid_until: date
    next_review_on: date
    authorities: tuple[str, ...]
    makers: tuple[Maker, ...]


class FamilyPlanReviewed(FamilyPlanFact):
    """The plan was reviewed: what is agreed from then on. ``valid_until`` is its last day."""

    TOPIC: ClassVar[str] = "family-plan.reviewed"

    review_id: UUID
    valid_until: date
    next_review_on: date
    makers: tuple[Maker, ...]


class FamilyMemberJoined(FamilyPlanFact):
    """Somebody belongs to the plan from the fact's legal date on."""

    TOPIC: ClassVar[str] = "family-plan.member-joined"


class FamilyMemberLeft(FamilyPlanFact):
    """Somebody belongs to the plan no more, from the fact's legal date on."""

    TOPIC: ClassVar[str] = "family-plan.member-left"


class FamilyPlanEnded(FamilyPlanFact):
    """The plan was ended; the fact's legal date is its last day."""

    TOPIC: ClassVar[str] = "family-plan.ended"

    ground: EndingGround


class PartCorrected(PartTold):
    """What a member's part says instead, whole, and the reason: it may speak of the member."""

    reason: str | None = None


class CorrectedPart(Part):
    """A member's part as it was corrected."""

    told: PartCorrected | None = None


class FamilyPlanRecordCorrected(FamilyPlanFact, Correction):
    """A record of the plan says something else from now on.

    ``content`` is what it says beside the parts, ``parts`` what it says in them, and why.
    """

    TOPIC: ClassVar[str] = "family-plan.record-corrected"
    TOLD: ClassVar[type[PartTold]] = PartCorrected

    parts: tuple[CorrectedPart, ...]

    def instead(self, kind: type[Fact]) -> Fact:
        """What a record of this type says by it."""
        parts = tuple(
            Part(
                case_id=part.case_id,
                case_version=part.case_version,
                told=part.told and PartTold(**_members(part.told)),
            )
            for part in self.parts
        )
        return kind.model_validate({**self.content, "parts": parts})


class FamilyPlanRecordAnnulled(FamilyPlanFact, Annulment):
    """Records of the plan should never have been; why stands in the parts, as ``remarks``."""

    TOPIC: ClassVar[str] = "family-plan.record-annulled"


def _members(told: PartCorrected) -> dict[str, Any]:
    return {name: getattr(told, name) for name in PartTold.model_fields}
