"""Acts about supported self-motivated studies."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.act import Act, LegalDate, OrganisationId, Text
from cases.domain.codes.values import StudiesEndReason


class StartSupportedStudies(Act):
    """Record that self-motivated studies on unemployment benefit begin, and who pays it (28 §)."""

    NAME: ClassVar[str] = "startSupportedStudies"

    plan: UUID
    since: LegalDate = Field(alias="from")
    paid_by: OrganisationId
    studies: Text | None = None

    @property
    def may_predate_the_act(self) -> bool:
        """Studies go on since the repealed Act."""
        return True


class EndSupportedStudies(Act):
    """Record that the supported studies ended; ``ended_on`` is their last day."""

    NAME: ClassVar[str] = "endSupportedStudies"

    plan: UUID
    ended_on: LegalDate
    reason: StudiesEndReason

    @property
    def may_predate_the_act(self) -> bool:
        """Studies ended under the repealed Act."""
        return True
