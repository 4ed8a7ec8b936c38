"""Acts that put the record right, and the person's request to do so."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from cases.domain.case.act import Act, Text
from cases.domain.codes.values import CorrectionOutcome
from cases.domain.model import Value

Version = Annotated[int, Field(ge=1, le=10_000_000)]
"""The version of a fact in its stream, as the history tells it."""


class Change(Value):
    """One member of a record, and what it should have said; null where it should say nothing.

    ``member`` is a JSON pointer into the record's entry in the history: ``/effectiveOn``,
    ``/source``, or a member of its content, such as ``/content/goals/0/text``. ``from`` is what the
    officer saw there; said, it must be what is on record.
    """

    member: Annotated[
        str,
        Field(pattern=r"^(/effectiveOn|/source|/content/[^/]+)(/[^/]+)*$", max_length=200),
    ]
    was: Any = Field(default=None, alias="from")
    to: Any = None

    @property
    def says_what_was(self) -> bool:
        """Whether ``from`` was said."""
        return "was" in self.model_fields_set


class CorrectRecord(Act):
    """Correct members of a record, named by its version, with the reason.

    ``request`` is the person's request it follows, where there is one.
    """

    NAME: ClassVar[str] = "correctRecord"

    version: Version
    changes: tuple[Change, ...] = Field(min_length=1, max_length=50)
    reason: Text
    request: UUID | None = None


class AnnulRecord(Act):
    """Annul a record that should never have been, with everything its act recorded.

    ``along`` are the records that build on it and are annulled with it; each of them is named.
    """

    NAME: ClassVar[str] = "annulRecord"

    version: Version
    along: tuple[Version, ...] = Field(default=(), max_length=500)
    reason: Text
    request: UUID | None = None


class RequestCorrection(Act):
    """Record that the person, or who stands for the person, asks for a correction.

    ``version`` is the record meant, where one is. The act's legal date is the day it was asked.
    """

    NAME: ClassVar[str] = "requestCorrection"

    version: Version | None = None
    asked: Text


class AnswerCorrectionRequest(Act):
    """Answer a request: granted once something was put right because of it, or refused.

    That a refusal gives its reason is a rule, so the decision says it, not the shape.
    """

    NAME: ClassVar[str] = "answerCorrectionRequest"

    request: UUID
    outcome: CorrectionOutcome
    reason: Text | None = None
