"""Clients found by name: what may be shown of each is loaded once its line is on the trail."""

from collections.abc import Sequence, Set
from datetime import date
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Mask, Permit
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.reach import Reach
from cases.domain.case.person.acts import PersonName
from cases.domain.case.person.known_as import is_known_as
from cases.domain.case.state import CaseState, fold
from cases.domain.model import State

SECTION = "search"
"""What the trail calls what is shown of a client who was found."""


class ClientFound(State):
    """A client who was found, and what tells one client from another. All days are legal days.

    ``names`` and ``born_on`` are those of today, whichever name was searched for.
    """

    case_id: UUID
    version: int
    opened_on: date
    closed_on: date | None
    continues_in: UUID | None
    worker: str | None
    names: PersonName | None
    born_on: date | None
    masks: frozenset[Mask]


class Searching:
    """Who finds whom by name. Safe to share between threads."""

    def __init__(self, reach: Reach, witness: Witness, clock: Clock) -> None:
        self._reach = reach
        self._witness = witness
        self._clock = clock

    def show(
        self, caller: Caller, case_ids: Sequence[UUID], name: Set[str], born: date
    ) -> tuple[ClientFound, ...]:
        """Those of the cases that the caller may find and whose person is known as ``name``.

        The index follows the log, so both are asked of the log once more. One line is on the trail
        for each client shown, one with nobody where there is none. Raises Unreadable where a newer
        release has written to a case.
        """
        action = Action.SEARCH_CLIENTS
        found = []
        for case_id in case_ids:
            stored = self._reach.load(caller, action, case_id)
            if not stored:
                continue
            state = fold(stored)
            judged = self._reach.judge(caller, action, state)
            if not isinstance(judged, Permit):
                denied = AccessResult.FORBIDDEN
                self._witness.note(caller, action, denied, case_id=case_id, version=state.version)
            elif is_known_as(state.person, name, born):
                found.append(self._found(case_id, state, judged))
        shown = [(each.case_id, each.version) for each in found]
        self._witness.note_people(caller, action, SECTION, shown)
        return tuple(found)

    def _found(self, case_id: UUID, state: CaseState, permit: Permit) -> ClientFound:
        assert state.opening is not None, "a case begins with its opening"
        today = self._clock.today()
        details = state.person.details_on(today)
        responsible = state.responsible_on(today) or ""
        return ClientFound(
            case_id=case_id,
            version=state.version,
            opened_on=state.opening.opened_on,
            closed_on=state.closing.closed_on if state.closing else None,
            continues_in=state.closing.continues_in if state.closing else None,
            worker=state.responsibility.worker_on(today, responsible),
            names=details.names,
            born_on=details.date_of_birth,
            masks=permit.masks,
        )
