"""What projections read from, and what can be wrong with it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import exc

from cases.domain.facts import Recorded

TRANSIENT: Final[tuple[type[Exception], ...]] = (
    exc.OperationalError,  # a deadlock too
    exc.InterfaceError,
    exc.InternalError,  # a server turned read-only by a fail-over; a session ended for idling
    exc.TimeoutError,
    OSError,
    MemoryError,
)
"""Errors of the world around us, which pass: the page is tried again, for as long as it takes."""

Place = tuple[int, UUID, int]
"""A fact's position in the ledger, its stream and its version there."""


class Cause(Protocol):
    """Why a fact could not be read.

    ``gone`` when it never will be again: erased by law. ``unknown`` when this release does not know
    its type, while a newer one may.
    """

    @property
    def stream_id(self) -> UUID: ...
    @property
    def gone(self) -> bool: ...
    @property
    def unknown(self) -> bool: ...


class Unread(Protocol):
    """A fact of a page, or a case, that could not be read."""

    @property
    def cause(self) -> Cause: ...


class Page(Protocol):
    """Facts in ledger order; ``last`` is the position of the page's end, read or not."""

    @property
    def facts(self) -> tuple[Recorded, ...]: ...
    @property
    def last(self) -> int: ...
    @property
    def not_read(self) -> Sequence[Unread]: ...


class Feed(Protocol):
    """The log, or anything that answers like it."""

    def head(self) -> int:
        """The last position of the ledger, 0 when it is empty."""

    def places(self, after: int, upto: int) -> tuple[Place, ...]:
        """The places at the positions in (after, upto], in order."""

    def page(self, after: int, limit: int) -> Page:
        """At most ``limit`` facts after the position; ``last`` is ``after`` when there is none."""

    def load_since(self, known: Mapping[UUID, int]) -> Mapping[UUID, tuple[Recorded, ...] | Unread]:
        """What each case has gained since a version of it, oldest fact first; 0 loads it whole.

        A case that is unknown, or has gained nothing, is missing.
        """

    def gone(self, case_ids: Iterable[UUID] | None = None) -> Set[UUID]:
        """Which of the cases, or which of all, were erased by law."""

    def versions_at(self, case_ids: Iterable[UUID], upto: int) -> Mapping[UUID, int]:
        """The newest version each case has at the positions up to ``upto``."""

    def streams(self, after: UUID, upto: UUID, limit: int) -> tuple[UUID, ...]:
        """The cases with ids in (after, upto], at most ``limit``, in the order of their ids."""


class StaleRead(Exception):
    """A case was read older than the page that names it: the page is tried again later."""


class BadFact(Exception):
    """A case that a projection cannot take in. Says where and which error, no content."""

    def __init__(self, case_id: UUID, kind: str) -> None:
        super().__init__(case_id, kind)  # both, as given: it is told from one process to another
        self.case_id = case_id
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.kind} in {self.case_id}"


class UnknownKind(BadFact):
    """A case with a fact of a kind this release does not know: written by a newer one.

    It holds the projection, whatever else the page has.
    """


class ParkingSpreads(Exception):
    """So many cases cannot be taken in that it is the program's fault and not theirs."""


class LedgerWentBack(Exception):
    """The ledger ends before what was taken in: an older state of it was restored."""


class RebuildNeeded(Exception):
    """The tables hold rows of another version of this projection: rebuild it first."""


class Held(Exception):
    """An earlier page is held, and its pause is not over."""
