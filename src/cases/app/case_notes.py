"""What follows when a case is closed or put right: other cases of the person are told of it.

A case keeps what it was told of others (ADR 0026), and no act is on two cases. So each other case
is told by an ordinary act of its own, under a key that follows from what it is told and from its
version. The act that closed the case or put it right, or the import that brought it, leaves behind
that this is to be done; it is done right after, and whatever is left of it by the next look of a
worker. Being told may change what a case means for a third one, which is then told in turn.
"""

from collections import deque
from collections.abc import Callable, Sequence, Set
from hashlib import sha256
from itertools import chain
from typing import Final, Protocol
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.principal import Role, calendar_of
from cases.app.access.purposes import shipped_purposes
from cases.app.circumstances import Authorities
from cases.app.clock import Clock
from cases.app.outcomes import ActOutcome, Performed, Refused, Seen
from cases.app.people import People
from cases.app.requests import Request
from cases.app.store.entries import CaseStreams
from cases.app.store.faults import StoreFault, Unreadable
from cases.domain.case.act import Organisation
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans, ToldAnew
from cases.domain.case.earlier_plans.telling import (
    codes_ever,
    duplicates_of,
    to_be_noted,
    told_anew,
)
from cases.domain.case.state import CaseState, fold
from cases.domain.facts import FIRST_ID, Recorded

PURPOSE: Final = "CALENDAR"
_ANY_VERSION: Final = 2**63 - 1


class Untold(Protocol):
    """The cases that others are still to be told of."""

    def untold(self, after: UUID) -> tuple[UUID, ...]:
        """Some of them: the next after a case, in the order of their ids."""

    def is_untold(self, case_id: UUID) -> bool:
        """Whether others are still to be told of a case."""

    def told(self, case_id: UUID, version: int) -> None:
        """Nothing is left to tell of a case up to a version."""


class CaseNotes:
    """Tells the cases. Safe to share between threads, and to run any number of times at once."""

    def __init__(  # noqa: PLR0913 - everything it works with
        self,
        *,
        log: CaseStreams,
        untold: Untold,
        people: People,
        perform: Callable[[Caller, Request], ActOutcome],
        authorities: Authorities,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._log = log
        self._untold = untold
        self._people = people
        self._perform = perform
        self._authorities = authorities
        self._purposes = shipped_purposes()
        self._clock = clock
        self._new_id = new_id

    def tell(self, case_id: UUID) -> None:
        """Tell the others of a case, if they are to be told. What can't be is left to ``tell_all``.

        Those told that way tell others in turn, each once.
        """
        waiting, done = deque([case_id]), set[UUID]()
        try:
            while waiting:
                each = waiting.popleft()
                if each not in done and self._untold.is_untold(each):
                    done.add(each)
                    self._tell(each, waiting.append)
        except StoreFault:
            return

    def tell_all(self) -> int:
        """Tell whatever is left to tell; of how many cases that was. Raises StoreUnavailable.

        A case that can't be told of now keeps no other waiting.
        """
        done, last = 0, FIRST_ID
        while some := self._untold.untold(last):
            for each in some:
                before = self._untold.is_untold(each)
                self.tell(each)
                done += before and not self._untold.is_untold(each)
            last = some[-1]
        return done

    def _tell(self, case_id: UUID, noted: Callable[[UUID], None]) -> None:
        """Tell the others of one case, and itself; ``noted`` is called for each told anew."""
        done = self._note(case_id, noted)
        try:
            facts = self._log.load(case_id)
        except Unreadable as cause:
            if cause.gone:
                self._untold.told(case_id, _ANY_VERSION)
            return
        known = [self._note(each, noted) for each in self._others(case_id, facts)]
        if done and all(known):
            self._untold.told(case_id, len(facts))

    def _others(self, case_id: UUID, facts: Sequence[Recorded]) -> tuple[UUID, ...]:
        """The cases that may have been told of this one, also under a code it has no more."""
        found = [each for code in sorted(codes_ever(facts)) for each in self._found(code)]
        closings = fold(facts).closings
        found += [each.continues_in for each in closings if each.continues_in is not None]
        return tuple(each for each in dict.fromkeys(found) if each != case_id)

    def _found(self, code: str) -> tuple[UUID, ...]:
        return tuple(each for each, _ in self._people.cases_of(code))

    def _note(self, case_id: UUID, noted: Callable[[UUID], None]) -> bool:
        """Tell one case; whether there is nothing left to tell it, or nobody to tell."""
        try:
            facts = self._log.load(case_id)
        except Unreadable as cause:
            return cause.gone
        if not facts:
            return True
        found = {code: self._found(code) for code in codes_ever(facts)}
        of = {*chain.from_iterable(found.values()), *duplicates_of(facts)} - {case_id}
        others, whole = self._read(of)
        told = tuple(
            ToldAnew(version=recorded.version, earlier_plans=plans)
            for recorded, plans in told_anew(case_id, facts, found, others)
        )
        # What no record tells is computed once all of them tell what they should.
        further = None if told else to_be_noted(case_id, facts, found, others)
        if not told and further is None:
            return whole
        act = NoteEarlierPlans(told=told, earlier_plans=further)
        outcome = self._do(facts, fold(facts), act)
        if isinstance(outcome, Performed):
            noted(case_id)
        return whole and isinstance(outcome, Performed | Refused)

    def _read(self, of: Set[UUID]) -> tuple[dict[UUID, tuple[Recorded, ...] | None], bool]:
        """The cases that one was told of, and whether all that is there can be read here."""
        others: dict[UUID, tuple[Recorded, ...] | None] = {}
        whole = True
        for other in of:
            try:
                others[other] = self._log.load(other)
            except Unreadable as cause:
                others[other], whole = None, whole and cause.gone
        return others, whole

    def _do(
        self, facts: Sequence[Recorded], state: CaseState, act: NoteEarlierPlans
    ) -> ActOutcome | None:
        """The outcome of an act of the calendar's; None where nobody known answers for the case."""
        today = self._clock.today()
        responsible = state.responsible_on(today) or ""
        kind = self._authorities.kind_of(responsible, today)
        if kind is None:
            return None
        case_id, fingerprint = facts[0].stream_id, sha256(act.model_dump_json().encode()).digest()
        purpose = self._purposes.purpose(PURPOSE, {Role.CALENDAR}, today)
        calendar = calendar_of(Organisation(id=responsible, kind=kind))
        return self._perform(
            Caller(calendar, purpose, str(self._new_id())),
            Request(
                act=act,
                key=str(uuid5(case_id, f"{state.version} told {fingerprint.hex()}")),
                fingerprint=fingerprint,
                case_id=case_id,
                # Computed from this version and no other: a newer one is computed anew.
                seen=Seen.of(facts),
            ),
        )
