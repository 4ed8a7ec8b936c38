"""Facts that put the record right. What they are about stays in the log as it was recorded."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from cases.domain.codes.values import CorrectionOutcome
from cases.domain.facts import Carrier, Fact, Source


class RecordCorrected(Carrier):
    """A record says something else from now on.

    ``corrected`` is its version, ``content_topic`` and ``content`` what it says instead, whole,
    with its legal date and source; ``members`` the JSON pointers of what changed in its history
    entry.
    ``computed``: it follows from the correction of another record, and nobody told it.
    """

    TOPIC: ClassVar[str] = "record.corrected"

    corrected: int
    effective_on: date
    source: Source | None = None
    members: tuple[str, ...]
    computed: bool | None = None
    reason: str
    request_id: UUID | None = None


class RecordAnnulled(Fact):
    """Records should never have been: ``named``, and everything that went with it.

    ``annulled`` are all their versions, the named one among them, in order.
    """

    TOPIC: ClassVar[str] = "record.annulled"

    named: int
    annulled: tuple[int, ...]
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
