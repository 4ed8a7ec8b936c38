"""Whose protection covers a case: the person's own, and a guardian's (661/2009 36 and 37 §).

An order stands in one case. It protects the person, who may have others: closed ones, duplicates,
one at another authority. And where a child lives a guardian may live too.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from cases.app.people import People
from cases.app.store.entries import Streams
from cases.app.store.faults import UnknownFactType, Unreadable
from cases.domain.case.protection.guardians import guardians_of
from cases.domain.case.state import CaseState, fold


class _NobodyKnows(LookupError):
    """A newer release has written to a case, so it may say anything."""


class Protecting:
    """The cases whose orders cover a case. Safe to share between threads."""

    def __init__(self, log: Streams, people: People) -> None:
        self._log = log
        self._people = people

    def covers(self, state: CaseState, day: date) -> bool:
        """Whether anything of the case is withheld on ``day`` (Helsinki).

        By an order in any case of the person's, or of a guardian who is on record in one of them.
        Of a case that a newer release has written to nobody knows: so it is withheld. One that was
        erased protects nobody.
        """
        if state.protection.withholds_on(day):
            return True
        try:
            own = [state, *self._others({}, [state])]
            guardians = {each for one in own for each in guardians_of(one)}
            known = {one.case_id: one for one in own if one.case_id is not None}
            named = [one for each in guardians if (one := self._read(known, each)) is not None]
            everybody = [*own, *named, *self._others(known, named)]
        except _NobodyKnows:
            return True
        return any(one.protection.withholds_on(day) for one in everybody)

    def _others(self, known: dict[UUID, CaseState], of: Iterable[CaseState]) -> Iterator[CaseState]:
        """Every further case of these persons, by identity code, as duplicates, as joined."""
        waiting = list(of)
        known.update({each.case_id: each for each in waiting if each.case_id is not None})
        while waiting:
            for case_id in self._linked(waiting.pop()):
                found = self._read(known, case_id)
                if found is not None:
                    waiting.append(found)
                    yield found

    def _linked(self, state: CaseState) -> Iterator[UUID]:
        """The cases that are the same person's, as far as this one leads to them."""
        yield from self._people.linked_with(state)
        yield from (each.case_id for each in state.joined)
        yield from (each.continues_in for each in state.closings if each.continues_in is not None)

    def _read(self, known: dict[UUID, CaseState], case_id: UUID) -> CaseState | None:
        """A case that is not known yet; None where it is, or is not there."""
        if case_id in known:
            return None
        try:
            state = fold(self._log.load(case_id))
        except UnknownFactType as newer:
            raise _NobodyKnows from newer
        except Unreadable:
            return None
        if state.case_id is None:
            return None
        known[case_id] = state
        return state
