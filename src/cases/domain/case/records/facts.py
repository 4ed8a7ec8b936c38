"""Facts that put the record right. What they are about stays in the log as it was recorded."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.codes.values import CorrectionOutcome
from cases.domain.facts import Carrier, Fact, Source


class Correction(Carrier):
    """Base: a record says something else from now on.

    ``corrected`` is its version, ``content_topic`` and ``content`` what it says instead, whole,
    with its legal date and source; ``members`` the JSON pointers of what changed in its history
    entry.
    ``computed``: it follows from the correction of another record, and nobody told it.
    """

    corrected: int
    effective_on: date
    source: Source | None = None
    members: tuple[str, ...]
    computed: bool | None = None

    def instead(self, kind: type[Fact]) -> Fact:
        """What a record of this type says by it."""
        return kind.model_validate(self.content)


class Annulment(Fact):
    """Base: records should never have been: ``named``, and everything that went with it.

    ``annulled`` are all their versions, the named one among them, in order.
    """

    named: int
    annulled: tuple[int, ...]


class RecordCorrected(Correction):
    """A record of a case was corrected, and why."""

    TOPIC: ClassVar[str] = "record.corrected"

    reason: str
    request_id: UUID | None = None


class RecordAnnulled(Annulment):
    """Records of a case were annulled, and why."""

    TOPIC: ClassVar[str] = "record.annulled"

    reason: str
    request_id: UUID | None = None


class CorrectionRequested(Fact):
    """The person asked for a correction on the fact's legal date, of a record or in general."""

    TOPIC: ClassVar[str] = "correction.requested"

    request_id: UUID
    record: int | None = None
    asked: str


class CorrectionRequestAnswered(Fact):
    """The authority answered the request."""

    TOPIC: ClassVar[str] = "correction.request-answered"

    request_id: UUID
    outcome: CorrectionOutcome
    reason: str | None = None
