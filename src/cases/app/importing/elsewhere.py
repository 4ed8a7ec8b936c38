"""Open cases that the people of an import have here already: the importing authority's, or others'.

With a case elsewhere it is as over HTTP: nothing is told of it, the imported one is recorded whole,
the registry leaves the person where she is, and that case is asked for (``CaseRequests``). An
imported case that is over is told to those that are not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from hashlib import sha256
from typing import Final
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Permit
from cases.app.access.principal import Principal
from cases.app.case_requests import CaseRequests
from cases.app.clock import Clock
from cases.app.reach import Reach
from cases.app.requests import Request
from cases.app.store.entries import Append, CaseStreams
from cases.app.store.faults import StoreUnavailable, UnknownFactType, Unreadable
from cases.domain.case.act import Act
from cases.domain.case.state import fold
from cases.domain.facts import Recorded
from cases.domain.time import legal_day


class Whose(Enum):
    """How a case of a person's stands to the import of another one of hers."""

    OVER = auto()
    """It is closed, and counts as any earlier case."""
    OURS = auto()
    """It is open, and the importing authority's, or nobody can be asked for it."""
    KNOWN = auto()
    """It is open elsewhere, and the authority may know of it."""
    UNKNOWN = auto()
    """It is open elsewhere, and the authority may not know of it."""


_ELSEWHERE: Final = frozenset({Whose.KNOWN, Whose.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Held:
    """An open case elsewhere of who an imported case is about.

    ``blind`` is the index under which both stand, ``asking`` what asks for that case; None where
    there is nothing to ask.
    """

    blind: bytes
    holder: UUID
    asking: tuple[Request, tuple[Recorded, ...]] | None


class OpenCases:
    """The open cases of people, as they stand to one importing authority.

    ``officer`` stands for those who work there: what they may know of is not asked for.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - everything it works with
        self,
        log: CaseStreams,
        reach: Reach,
        requests: CaseRequests,
        clock: Clock,
        caller: Caller,
        officer: Principal,
    ) -> None:
        self._log = log
        self._reach = reach
        self._requests = requests
        self._clock = clock
        self._caller = caller
        self._officer = replace(caller, principal=officer, acting_as=None)

    def find_identity(self, *blinds: bytes) -> tuple[tuple[UUID, bool], ...]:
        """The person's cases that may have a say in an imported one: none open elsewhere.

        What such a case is about comes along when it is handed over, and tells nothing before.
        """
        found = self._log.find_identity(*blinds)
        return tuple(each for each in found if self.whose(*each) not in _ELSEWHERE)

    def are_ours(self, blind: bytes) -> bool:
        """Whether the person has an open case that no other may stand beside."""
        return any(self.whose(*each) is Whose.OURS for each in self._log.find_identity(blind))

    def whose(self, stream_id: UUID, is_holder: bool) -> Whose:
        """How a case stands to the import. Raises StoreUnavailable for one of a newer release."""
        try:
            state = fold(self._log.load(stream_id))
        except UnknownFactType as newer:
            raise StoreUnavailable from newer
        except Unreadable:
            return Whose.OURS if is_holder else Whose.OVER
        if state.closing is not None:
            return Whose.OVER
        if state.responsible_on(legal_day(self._clock.now())) == self._caller.organisation:
            return Whose.OURS
        known = self._reach.judge(self._officer, Action.LOOK_UP_PERSON, state)
        return Whose.KNOWN if isinstance(known, Permit) else Whose.UNKNOWN

    def held(
        self, opening: Act, key_of: Callable[[UUID], str], appends: Sequence[Append]
    ) -> Iterator[Held]:
        """The open cases elsewhere of the person of a case that these acts make.

        Where the case they make is closed, none is in its way; where it is handed over itself, it
        asks for nothing. ``key_of`` gives the key under which each other case is asked for.
        """
        state = fold(fact for append in appends for fact in append.facts)
        if state.closing is not None:
            return
        ours = state.responsible_on(legal_day(self._clock.now())) == self._caller.organisation
        for append in appends:
            for blind in append.new_identities:
                for holder in self._open_elsewhere(blind):
                    asks = ours and self.whose(holder, True) is Whose.UNKNOWN
                    key = key_of(holder)
                    # Whatever the lines say by then: asked is asked.
                    said = sha256(key.encode()).digest()
                    request = Request(opening, key, said, case_id=append.stream_id)
                    yield Held(blind, holder, (request, append.facts) if asks else None)

    def _open_elsewhere(self, blind: bytes) -> tuple[UUID, ...]:
        """The open case of a person, also where the registry leaves it unclaimed; none or one."""
        found = self._log.find_identity(blind)
        holder = tuple(each for each, is_holder in found if is_holder)
        unclaimed = (each for each, _ in found if self.whose(each, False) in _ELSEWHERE)
        return holder or tuple(unclaimed)[:1]

    def brings_news(self, appends: Sequence[Append]) -> bool:
        """Whether other cases of the person are to be told of the case that these acts make."""
        blinds = {blind for append in appends for blind in append.new_identities}
        return any(append.others_untold for append in appends) and any(
            self._log.find_identity(blind) for blind in blinds
        )

    def ask(self, held: Held) -> bool:
        """Ask for a case, once; False where it has become one that no other may stand beside.

        Raises StoreUnavailable.
        """
        if held.asking is None:
            return True
        request, facts = held.asking
        return self._requests.ask_beside(self._caller, request, facts, held.holder) is not None
