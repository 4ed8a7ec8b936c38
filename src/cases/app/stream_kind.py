"""What is particular to a kind of stream, so that acts on all of them are performed one way."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Mask
from cases.app.outcomes import ActOutcome, Free, NotOpenable, TestCode, Unclaimed
from cases.app.reach import StreamReach
from cases.app.requests import Request
from cases.app.store.entries import ActRecord, AnswersUntil, Streams
from cases.domain.case.act import Act, Circumstances, OtherCase, Outcome
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.family.visibility import Visible
from cases.domain.law.rules import Refusal


class Folded(Protocol):
    """What the facts of a stream add up to, as far as every kind has it: see ``CaseState``."""

    @property
    def version(self) -> int: ...
    @property
    def recorded_at(self) -> datetime | None: ...


S = TypeVar("S", bound=Folded)

Under = Callable[[Act, date, date, str, UUID, EarlierPlans | None], Circumstances | Refusal]
"""Circumstances by act, legal date, day of recording, organisation, new id, earlier plans."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a decision is told that is not in the stream it is about.

    ``cases`` are those of a family plan's members that the caller may process, by their ids;
    ``others`` those of its other members, ``visible`` what the caller may see of the plan.
    ``masked`` says that something of the protected client's case is withheld from the caller.
    """

    earlier_plans: EarlierPlans | None = None
    other: OtherCase | None = None
    cases: Mapping[UUID, CaseState] = field(default_factory=dict)
    masked: bool = False
    others: Mapping[UUID, CaseState] = field(default_factory=dict)
    visible: Visible = field(default_factory=Visible)


@dataclass(frozen=True, slots=True)
class LookedBackOn:
    """What a decision may look at: the facts so far, what acts are decided under, what was brought.

    ``under`` gives the circumstances an act had when it was recorded.
    """

    facts: Sequence[Recorded]
    under: Under
    brought: Brought = field(default_factory=Brought)


@dataclass(frozen=True, slots=True)
class Beside:
    """What an act leaves behind beside its facts; see ``Append``.

    ``people`` are further cases the act is about, with their versions: a line of the trail each.
    ``taken_by`` is another open case of the person, whatever the registry says of it.
    """

    new_identities: tuple[bytes, ...] = ()
    released_identities: tuple[bytes, ...] = ()
    identities_open: bool = True
    close_identities: bool = False
    reopen_identities: bool = False
    ends_drafts: bool = False
    limits_drafts: AnswersUntil | None = None
    guidance_index: bytes | None = None
    guidance_reindexed: bool = False
    forgets: bool = False
    people: tuple[tuple[UUID, int], ...] = ()
    members_untold: bool = False
    others_untold: bool = False
    taken_by: UUID | None = None


class StreamKind(ABC, Generic[S]):
    """What is particular to a kind of stream. ``opens`` is the act that begins one."""

    opens: ClassVar[type[Act]]

    def __init__(self, log: Streams, reach: StreamReach[S]) -> None:
        self.log = log
        self.reach = reach

    @abstractmethod
    def id_of(self, caller: str, key: str) -> UUID:
        """The id of the stream that a caller begins under an idempotency key."""

    @abstractmethod
    def decide(
        self, act: Act, state: S, circumstances: Circumstances, past: LookedBackOn
    ) -> Outcome | TestCode | NotOpenable:
        """Decide an act of this kind. Raises UnknownFactType."""

    def identity_code(self, act: Act) -> str | None:
        """The identity code that an act tells, if any."""

    def brought(
        self, caller: Caller, act: Act, stream_id: UUID, state: S, on: date
    ) -> Brought | NotOpenable:
        """What the decision is told besides. Raises UnknownFactType."""
        return Brought()

    def beside(self, before: S, after: S, facts: Sequence[Recorded]) -> Beside:
        """What goes into the log beside these facts."""
        return Beside()

    def shown(
        self,
        caller: Caller,
        state: S,
        facts: Sequence[Recorded],
        before: Callable[[], Sequence[Recorded]],
    ) -> tuple[tuple[Recorded, ...], frozenset[Mask]]:
        """What the caller may be told of facts, and what of them is withheld.

        ``before`` answers the facts of the stream until then.
        """
        return tuple(facts), frozenset()

    def repeated(self, caller: Caller, request: Request, state: S) -> ActOutcome | None:
        """The first answer to an act that was recorded in another stream than its own; else None.

        ``state`` is that of its own, which an act that was to begin one has not.
        """

    def taken(
        self,
        caller: Caller,
        request: Request,
        facts: tuple[Recorded, ...],
        holder: UUID | None,
        state: S,
    ) -> ActOutcome | Unclaimed | Free | None:
        """What becomes of an act whose person has a stream elsewhere, ``holder``; None: refused.

        ``state`` is that of its own before the act.
        """

    def recorded_by(self, act: ActRecord) -> tuple[Recorded, ...]:
        """What an act has recorded. Raises Unreadable."""
        return self.log.load(act.stream_id, gt=act.first_version - 1, lte=act.last_version)
