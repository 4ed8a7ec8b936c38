"""What every act and question begins with: load the stream, and say how the caller stands to it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Generic, TypeVar
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Mask, Permit, Relation, may, relation_of
from cases.app.access.principal import Principal
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import Forbidden, Hidden
from cases.app.people import People
from cases.app.protecting import Protecting
from cases.app.store.entries import Streams
from cases.app.store.faults import UnknownFactType, Unreadable
from cases.domain.case.standing import standing
from cases.domain.case.state import CaseState, fold, fold_on
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.model import State
from cases.domain.time import legal_day

S = TypeVar("S")


class StreamReach(ABC, Generic[S]):
    """How far a caller reaches into a stream of one kind. What can't be read leaves its line.

    ``opening`` is what a caller has to be allowed to begin such a stream.
    """

    opening: ClassVar[Action]

    def __init__(self, log: Streams, witness: Witness) -> None:
        self._log = log
        self._witness = witness

    def load(self, caller: Caller, action: Action, stream_id: UUID) -> tuple[Recorded, ...] | None:
        """The facts of a stream; empty where there is no such stream of this kind.

        One that can't be read leaves its line in the trail. Who may not do this with it, as far as
        can be known whose it is, learns nothing of it: to them it is not there, and that is None.
        To the others Unreadable is raised.
        """
        try:
            return self._log.load(stream_id)
        except Unreadable as cause:
            self._witness.note(caller, action, AccessResult.FAILED, case_id=stream_id)
            if isinstance(self._judge_unreadable(caller, action, cause), Permit):
                raise
            return None

    def _judge_unreadable(self, caller: Caller, action: Action, cause: Unreadable) -> Permit | Deny:
        """Whose it was can't be known of what is gone or broken; so it is somebody else's.

        Where a newer release has written to it, what stands before that is read and tells; and an
        opening that is repeated is judged as an opening.
        """
        if isinstance(cause, UnknownFactType):
            opening = action is self.opening
            before = self._log.load(cause.stream_id, lte=cause.version - 1)
            if before or opening:
                return self.judge(caller, action, self.fold(before), opening=opening)
        return may(caller.principal, action, Relation.OTHER)

    @abstractmethod
    def fold(self, facts: Sequence[Recorded]) -> S:
        """What the facts of a whole stream add up to."""

    @abstractmethod
    def fold_on(self, facts: Sequence[Recorded], state: S, before: Sequence[Recorded]) -> S:
        """What newer facts and those ``before`` add up to; these alone are at ``state``."""

    @abstractmethod
    def judge(
        self,
        caller: Caller,
        action: Action,
        state: S,
        *,
        opening: bool = False,
        on: date | None = None,
    ) -> Permit | Deny:
        """Whether the caller may do this with the stream, as things stand today or ``on`` a day."""


class Admitted(State):
    """A caller who may do what it asks, in the role it may do it in; and the case as it stands."""

    caller: Caller
    facts: tuple[Recorded, ...]
    state: CaseState
    masks: frozenset[Mask]


class Reach(StreamReach[CaseState]):
    """How far a caller reaches into a case."""

    opening = Action.OPEN_CASE

    def __init__(
        self, log: Streams, witness: Witness, law: Law, clock: Clock, people: People
    ) -> None:
        super().__init__(log, witness)
        self._protecting = Protecting(log, people)
        self._law = law
        self._clock = clock

    def fold(self, facts: Sequence[Recorded]) -> CaseState:
        """The case after these facts."""
        return fold(facts)

    def fold_on(
        self, facts: Sequence[Recorded], state: CaseState, before: Sequence[Recorded]
    ) -> CaseState:
        """The case after these facts; folded anew where one of them puts right another before."""
        return fold_on(facts, state, lambda: before)

    def admit(
        self, caller: Caller, action: Action, case_id: UUID, *, ahead: date | None = None
    ) -> Admitted | Hidden | Forbidden:
        """The case for a caller who may; or the denial, whose line is on the trail. See ``judge``.

        *Hidden* where there is no such case, and to whoever may not know of it.
        """
        stored = self.load(caller, action, case_id)
        if stored is None:
            return Hidden()
        state = self.fold(stored)
        judged = self.judge(caller, action, state, ahead=ahead)
        if isinstance(judged, Permit) and stored:
            return Admitted(
                caller=caller.in_role(judged.role), facts=stored, state=state, masks=judged.masks
            )
        denied = AccessResult.FORBIDDEN if stored else AccessResult.NOTHING_FOUND
        self._witness.note(caller, action, denied, case_id=case_id if stored else None)
        hidden = not stored or isinstance(judged, Permit) or judged.hidden
        return Hidden() if hidden else Forbidden()

    def judge(  # noqa: PLR0913 - what may be asked of a case
        self,
        caller: Caller,
        action: Action,
        state: CaseState,
        *,
        opening: bool = False,
        on: date | None = None,
        ahead: date | None = None,
    ) -> Permit | Deny:
        """Whether the caller may do this with the case, as things stand today, or ``on`` a day.

        Of a day that lies ``ahead`` it may know what it may know on that day.
        """
        today = on or legal_day(self._clock.now())
        if ahead is not None and ahead > today and state.opening is not None:
            then = standing(state, self._law, caller.organisation, ahead)
            judged = may(caller.principal, action, relation_of(then))
            if isinstance(judged, Deny):
                return judged
        if opening or state.opening is None:
            return may(caller.principal, action, Relation.NONE)
        stands = standing(state, self._law, caller.organisation, today)
        withheld = self.withheld_from(caller.principal, state, today)
        return may(caller.principal, action, relation_of(stands), withheld)

    def withheld_from(self, principal: Principal, state: CaseState, day: date) -> frozenset[Mask]:
        """What a protected client's case withholds from the caller on ``day`` (661/2009 37 §).

        Nothing from the worker the responsible authority has assigned: only whose task it directly
        is may process what non-disclosure covers.
        """
        responsible = state.responsible_on(day)
        if principal.organisation.id == responsible and principal.subject == (
            state.responsibility.worker_on(day, responsible)
        ):
            return frozenset()
        return frozenset(Mask) if self.protects(state, day) else frozenset()

    def protects(self, state: CaseState, day: date) -> bool:
        """Whether anything of the case is withheld on ``day``, from whomever (``Protecting``)."""
        return self._protecting.covers(state, day)
