"""Opening a case for somebody who has one elsewhere: it becomes a request for that case (85 §).

Whoever opens is answered as if there were no other case, and learns neither whether there is one
nor where: status, members, headers and repeats are those of an opening. The authority that answers
for the case finds the request on its worklist. The case id that was answered is that of no case,
unless the registry is asked under it for the request.
"""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Permit
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import (
    ActOutcome,
    Hidden,
    InFlight,
    KeyReusedElsewhere,
    NotOpenable,
    Performed,
)
from cases.app.people import People
from cases.app.reach import Reach
from cases.app.requests import Request, case_id_of
from cases.app.store.entries import (
    ActRecord,
    Append,
    Appended,
    AppendResult,
    CaseStreams,
    KeyReused,
    Replayed,
    VersionConflict,
)
from cases.app.store.faults import StoreUnavailable, UnknownFactType, Unreadable
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.opening.decisions import opening_facts
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.responsibility.moving import requested
from cases.domain.case.state import CaseState, fold
from cases.domain.facts import Recorded
from cases.domain.time import legal_day

ATTEMPTS: Final = 5
"""How often a request is decided anew because the case has moved on meanwhile."""

_RANDOM: Final = (1 << 62) - 1


class CaseRequests:
    """Requests for cases of others. Safe to share between threads."""

    def __init__(  # noqa: PLR0913, PLR0917 - everything it works with
        self,
        log: CaseStreams,
        witness: Witness,
        people: People,
        reach: Reach,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._log = log
        self._witness = witness
        self._people = people
        self._reach = reach
        self._clock = clock
        self._new_id = new_id

    def ask(
        self, caller: Caller, request: Request, opening: tuple[Recorded, ...], holder: UUID | None
    ) -> ActOutcome:
        """Ask for the person's open case, which stands in the stream ``holder``.

        ``opening`` are the facts that would have opened a case. *NotOpenable* is told to whoever
        may know of the case, has asked for it already, or could ask nobody.
        """
        for _ in range(ATTEMPTS):
            state = None if holder is None else self._load(holder)
            if state is None or holder is None:
                return self._refuse(caller, NotOpenable())
            recorded = self._requested(caller, request, opening, state)
            if recorded is None:
                return self._refuse(caller, NotOpenable())
            result = self._append(caller, request, state, recorded)
            match result:
                case Appended():
                    return _told(request, recorded)
                case Replayed():
                    return self.repeated(caller, request) or self._refuse(caller, InFlight())
                case KeyReused():
                    return self._refuse(caller, KeyReusedElsewhere())
                case VersionConflict():
                    continue
                case _:
                    break
        return self._refuse(caller, InFlight())

    def repeated(self, caller: Caller, request: Request) -> ActOutcome | None:
        """The first answer, where the caller has asked by this very act before; else None."""
        if not becomes_request(request):
            return None
        case_id = case_id_of(caller.name, request.key)
        for holder in self._people.asked_under(case_id):
            earlier = self._log.find_act(holder, caller.name, request.key)
            if earlier is None:
                continue
            if earlier.fingerprint != request.fingerprint:
                return self._refuse(caller, KeyReusedElsewhere(), holder)
            try:
                recorded, *_ = self._log.load(
                    holder, gt=earlier.first_version - 1, lte=earlier.last_version
                )
            except Unreadable:
                self._note(caller, AccessResult.FAILED, holder)
                return Hidden()
            self._note(caller, AccessResult.REPLAYED, holder, earlier.last_version)
            return _told(request, recorded, replayed=True)
        return None

    def _load(self, holder: UUID) -> CaseState | None:
        """The case; None where it can't be read any more. Raises StoreUnavailable for a newer."""
        try:
            return fold(self._log.load(holder))
        except UnknownFactType as newer:
            raise StoreUnavailable from newer
        except Unreadable:
            return None

    def _requested(
        self, caller: Caller, request: Request, opening: tuple[Recorded, ...], state: CaseState
    ) -> Recorded | None:
        """The request as it is recorded in the case; None where the caller is to know otherwise."""
        if isinstance(self._reach.judge(caller, Action.LOOK_UP_PERSON, state), Permit):
            return None
        today = legal_day(self._clock.now())
        fact = requested(caller.organisation, self._new_id(), state, today)
        if fact is None or state.case_id is None:
            return None
        last = opening[-1]
        return Recorded(
            stream_id=state.case_id,
            version=state.version + 1,
            event_id=last.event_id,
            recorded_at=max(last.recorded_at, state.recorded_at or last.recorded_at),
            recorded_by=last.recorded_by,
            # The day it reaches the case, whatever the opening was dated.
            effective_on=today,
            act_id=request.key,
            act=OpenCase.NAME,
            purpose=last.purpose,
            edition=last.edition,
            fact=fact,
        )

    def _append(
        self, caller: Caller, request: Request, state: CaseState, recorded: Recorded
    ) -> AppendResult:
        line = self._witness.line(
            caller,
            Action.OPEN_CASE,
            AccessResult.RECORDED,
            case_id=recorded.stream_id,
            version=recorded.version,
            traits=("HAND_OVER_REQUEST",),
        )
        return self._log.append(
            Append(
                stream_id=recorded.stream_id,
                expected_version=state.version,
                facts=(recorded,),
                act=ActRecord(
                    stream_id=recorded.stream_id,
                    caller=caller.name,
                    key=request.key,
                    fingerprint=request.fingerprint,
                    act=recorded.act,
                    first_version=recorded.version,
                    last_version=recorded.version,
                    recorded_at=recorded.recorded_at,
                ),
                access=(line,),
                new_identities=(self._people.alias(case_id_of(caller.name, request.key)),),
            )
        )

    def _refuse(
        self, caller: Caller, outcome: ActOutcome, holder: UUID | None = None
    ) -> ActOutcome:
        self._note(caller, AccessResult.REFUSED, holder)
        return outcome

    def _note(
        self,
        caller: Caller,
        result: AccessResult,
        holder: UUID | None,
        version: int | None = None,
    ) -> None:
        self._witness.note(caller, Action.OPEN_CASE, result, case_id=holder, version=version)


def becomes_request(request: Request) -> bool:
    """Whether the act is an opening, and not one of the records of an old system."""
    return isinstance(request.act, OpenCase) and request.old_record is None


def _told(request: Request, recorded: Recorded, *, replayed: bool = False) -> Performed:
    """The answer: that of an opening, made of what the caller sent and of nothing else.

    A repeat sends the same again, so nothing of it is kept in the case of another authority.
    """
    act = request.act
    assert isinstance(act, OpenCase)
    assert isinstance(recorded.fact, HandOverRequested)
    by = recorded.recorded_by.organisation
    on: date = act.effective_on or legal_day(recorded.recorded_at)
    case_id = case_id_of(f"{by}/{recorded.recorded_by.subject}", request.key)
    ids = (_beside(recorded.event_id), recorded.event_id)
    facts = tuple(
        recorded.having(
            stream_id=case_id,
            version=version,
            event_id=event_id,
            effective_on=on,
            fact=fact,
            source=act.source,
        )
        for version, (event_id, fact) in enumerate(
            zip(ids, opening_facts(act, by), strict=True), start=1
        )
    )
    return Performed(
        case_id=case_id,
        version=len(facts),
        facts=facts,
        replayed=replayed,
        listed=(recorded.stream_id, recorded.version),
    )


def _beside(event_id: UUID) -> UUID:
    """Another id of the same instant, the same one each time."""
    other = int.from_bytes(sha256(event_id.bytes).digest()[:8]) & _RANDOM
    return UUID(int=(event_id.int & ~_RANDOM) | other)
