"""What may come of an act or a question. Sealed: the edge turns each into one answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from cases.app.access.policy import Mask
from cases.domain.facts import Recorded
from cases.domain.law.rules import NotSupported, Refusal
from cases.domain.model import State
from cases.domain.questions.as_of import AsOf, Known


class Seen(State):
    """What a caller has seen of a case: its version, and the ``mark`` of its newest fact then."""

    version: int
    mark: str

    @classmethod
    def of(cls, facts: Sequence[Recorded]) -> Self:
        """What is seen with these facts; the mark is the end of an id, which is random."""
        return cls(version=facts[-1].version, mark=facts[-1].event_id.hex[-8:])


class Performed(State):
    """The act was recorded, now or by an earlier request with the same key (``replayed``).

    ``case_id`` is the stream: the case, or the consent of a guidance record. ``facts`` are without
    what ``masks`` names: the case is a protected client's. ``listed`` is the case and version that
    lists will tell of, where it is not this one.
    """

    case_id: UUID
    version: int
    facts: tuple[Recorded, ...]
    replayed: bool = False
    masks: frozenset[Mask] = frozenset()
    listed: tuple[UUID, int] | None = None


class Refused(State):
    """The law or the state of the case refuses; nothing was recorded."""

    refusal: Refusal


class Unsupported(State):
    """This release does not decide such an act yet; nothing was recorded."""

    what: NotSupported


class Stale(State):
    """The act was decided on another state than the case is in; ``current`` is its version."""

    current: int


class VersionMissing(State):
    """An act on an existing case must name the version it was decided on."""


class KeyReusedElsewhere(State):
    """The idempotency key was used before, for something else."""


class InFlight(State):
    """A request with the same key, or on the same case, has not finished yet."""


class NotOpenable(State):
    """The person has an open case the caller may know of, or has asked for.

    ``other_case`` names it where the caller, who told whose case it has at hand, may see it.
    """

    other_case: UUID | None = None


class Unclaimed(State):
    """The act is to be recorded, and who it tells the person is stays with the case that has that.

    No answer: the caller is answered as if nobody else had the person.
    """


class Free(State):
    """The case that had the person was closed a moment ago: the act is to be decided anew.

    No answer: the caller is answered as if the closing had come first.
    """


class TestCode(State):
    """An identity code of the official test series, where only real ones are accepted."""


class Hidden(State):
    """The caller is told that there is nothing; the trail knows better."""


class Forbidden(State):
    """The caller may know that it is not allowed."""


class CannotAnswer(State):
    """The view can't be asked about that instant, day or version."""


class Found(State):
    """The person's case, what it is at, and what is masked in answers about it.

    ``others_open``: the other cases of the person that are open and the caller may look up.
    """

    case_id: UUID
    seen: Seen
    others_open: tuple[UUID, ...] = ()
    masks: frozenset[Mask] = frozenset()


class Shown(State):
    """What a question about one case is answered from: what was known, and what was asked.

    ``recorded_at`` is the instant (UTC) of the newest fact known. ``masks`` is what was left out of
    it: the case is a protected client's.
    """

    case_id: UUID
    version: int
    recorded_at: datetime
    known: Known
    as_of: AsOf
    masks: frozenset[Mask] = frozenset()


ActOutcome = (
    Performed
    | Refused
    | Unsupported
    | Stale
    | VersionMissing
    | KeyReusedElsewhere
    | InFlight
    | NotOpenable
    | TestCode
    | Hidden
    | Forbidden
)
