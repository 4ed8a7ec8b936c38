"""The access record: who looked at or touched whose data, why, and what came of it.

It never holds a value, a name or an identity code: only names of sections, ids and codes of ours.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from cases.domain.model import Value

Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}$")]
Trait = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/%~-]{0,299}$")]
"""A word, after which there may be an identifier of another system, percent-encoded."""


class AccessResult(StrEnum):
    """What came of a request, as the trail keeps it (whatever the caller was told).

    ``RECORDED`` put facts into the record; ``DONE`` did what was asked outside of it.
    """

    SHOWN = "SHOWN"
    RECORDED = "RECORDED"
    DONE = "DONE"
    REPLAYED = "REPLAYED"
    REFUSED = "REFUSED"
    FORBIDDEN = "FORBIDDEN"
    NOTHING_FOUND = "NOTHING_FOUND"
    FAILED = "FAILED"


class AccessRecord(Value):
    """One line of the access trail; one per person shown, one with no case when nobody was.

    ``at`` is an instant (UTC). ``sections`` names the parts returned, ``traits`` what was special
    (``PAST_VIEW``, ``CLOSED_CASE``), and by which certificate or message over X-Road a system that
    has no token was known. ``case_version`` is the version read or reached. Of a guidance
    record ``case_id`` is the id of its consent, of a notice from outside the notice's own.
    """

    id: UUID
    at: AwareDatetime
    subject: str = Field(min_length=1, max_length=200)
    organisation: str = Field(min_length=1, max_length=100)
    role: str = Field(min_length=1, max_length=50)
    purpose: Word
    purpose_version: Word
    action: Word
    case_id: UUID | None = None
    sections: tuple[Word, ...] = ()
    case_version: int | None = Field(default=None, ge=0)
    result: AccessResult
    request_id: str = Field(min_length=1, max_length=100)
    traits: tuple[Trait, ...] = ()


class TrailedAccess(Value):
    """An access record at its place in the trail."""

    seq: int
    record: AccessRecord

    @property
    def at(self) -> datetime:
        """When it happened (UTC)."""
        return self.record.at
