"""What goes into the log in one append, and every answer an append can have."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, assert_never
from uuid import UUID

from cases.app.access.record import AccessRecord
from cases.domain.facts import Recorded


@dataclass(frozen=True, slots=True)
class ActRecord:
    """What recognises a repeat of one act; it stands with the act's first fact, for ever.

    A key is the caller's, within one stream. ``fingerprint`` is the digest of the act's content: it
    tells a retry from another act under the same key.
    """

    stream_id: UUID
    caller: str
    key: str
    fingerprint: bytes
    act: str
    first_version: int
    last_version: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class DraftOf:
    """A draft about the case of an act, and the organisation whose it is."""

    draft_id: UUID
    organisation: str


@dataclass(frozen=True, slots=True)
class AnswersUntil:
    """The last legal day on which an organisation answers for a case; None: no other one will."""

    organisation: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Append:
    """Everything one act leaves behind; written whole or not at all.

    ``expected_version`` is the version the act was decided against, 0 for a stream that does not
    exist yet. ``new_identities`` are blind indexes of what this stream's case is found by from now
    on, identity codes above all, and of its open one unless ``identities_open`` says otherwise;
    ``released_identities`` no longer belong to it. ``close_identities`` ends, ``reopen_identities``
    restores the hold of all earlier ones. ``of_draft`` is the draft the act came of, which goes
    with it; ``ends_drafts`` lets all drafts about the case go; ``limits_drafts`` tells, where that
    has changed, until when those of an organisation are kept at most. ``guidance_index`` is the
    blind index a guidance record is found by from now on, where ``guidance_reindexed`` in the place
    of an earlier one, or of none where it is None; ``forgets`` destroys the record's key and
    removes it from the index.
    ``members_untold``: the cases of a family plan's members are to be told of the act;
    ``others_untold``: other cases are to be told of an act on this one.
    Raises ValueError when the parts do not fit together.
    """

    stream_id: UUID
    expected_version: int
    facts: tuple[Recorded, ...]
    act: ActRecord
    access: tuple[AccessRecord, ...]
    new_identities: tuple[bytes, ...] = ()
    close_identities: bool = False
    reopen_identities: bool = False
    released_identities: tuple[bytes, ...] = ()
    identities_open: bool = True
    of_draft: DraftOf | None = None
    ends_drafts: bool = False
    guidance_index: bytes | None = None
    guidance_reindexed: bool = False
    forgets: bool = False
    limits_drafts: AnswersUntil | None = None
    members_untold: bool = False
    others_untold: bool = False

    def __post_init__(self) -> None:
        """Refuse what could never be right: it would be found out in the log too late."""
        versions = [fact.version for fact in self.facts]
        first = self.expected_version + 1
        if not versions or versions != list(range(first, first + len(versions))):
            raise ValueError("The facts of an append follow the expected version without gaps.")
        if any(fact.stream_id != self.stream_id for fact in self.facts):
            raise ValueError("All facts of an append belong to its stream.")
        act = self.act
        if (act.stream_id, act.first_version, act.last_version) != (
            self.stream_id,
            first,
            versions[-1],
        ):
            raise ValueError(
                "The record of the act names its stream and the versions of its facts."
            )
        if any(fact.recorded_at != act.recorded_at for fact in self.facts):
            raise ValueError("An act and all its facts are recorded at one instant.")
        one = self.facts[0]
        if any(
            (fact.act_id, fact.act, fact.recorded_by, fact.purpose, fact.edition)
            != (one.act_id, one.act, one.recorded_by, one.purpose, one.edition)
            for fact in self.facts[1:]
        ):
            raise ValueError("The facts of an append share the header of their act.")
        if not self.access:
            raise ValueError("An act leaves a line in the trail.")
        if self.members_untold and self.others_untold:
            raise ValueError("A family plan tells its members, and a case tells others.")
        opens_some = self.new_identities and self.identities_open
        if self.close_identities and (self.reopen_identities or opens_some):
            raise ValueError("An act closes a case's identities or opens some, not both.")


@dataclass(frozen=True, slots=True)
class Appended:
    """Done, durably."""

    first_version: int
    last_version: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """The same act has been recorded before: this is what it left behind. Nothing was written."""

    act: ActRecord


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The caller used this key for another act. Nothing was written."""


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """The stream has moved on: it is at ``current``. Nothing was written."""

    current: int


@dataclass(frozen=True, slots=True)
class IdentityTaken:
    """Another stream has the open case of this identity code. Nothing was written.

    ``stream_id`` is that stream, None when its case was closed a moment ago. Whether the caller may
    know of it is for the access rules to say.
    """

    stream_id: UUID | None


@dataclass(frozen=True, slots=True)
class Busy:
    """A twin is still in flight after the lock time-out. Nothing was written; try again shortly."""


AppendResult = Appended | Replayed | KeyReused | VersionConflict | IdentityTaken | Busy


class Streams(Protocol):
    """What acting on streams of any kind needs of a log."""

    def load(self, stream_id: UUID, gt: int = 0, lte: int | None = None) -> tuple[Recorded, ...]:
        """The facts of a stream with versions in (gt, lte], oldest first."""

    def append(self, append: Append) -> AppendResult:
        """Write an act whole, or say why not."""

    def find_act(self, stream_id: UUID, caller: str, key: str) -> ActRecord | None:
        """The idempotency record of a caller's key in a stream."""


class CaseStreams(Streams, Protocol):
    """What acting on cases needs of a log, or of one that only remembers."""

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """The streams under blind indexes, each with whether it holds the open case under it."""


class GuidanceStreams(Streams, Protocol):
    """What acting on guidance records needs of a log."""

    def find_guidance(self, blind: bytes) -> tuple[UUID, ...]:
        """The records under a blind index, the oldest first."""

    def is_there(self, stream_id: UUID) -> bool:
        """Whether there is such a record, or there was one."""

    def ending(self, act: ActRecord) -> tuple[Recorded, ...]:
        """What an act recorded that took the record's key along, told without it; else nothing."""


def wrote(result: AppendResult) -> bool:
    """Whether this very append put facts into the log."""
    match result:
        case Appended():
            return True
        case Replayed() | KeyReused() | VersionConflict() | IdentityTaken() | Busy():
            return False
        case _:
            assert_never(result)
