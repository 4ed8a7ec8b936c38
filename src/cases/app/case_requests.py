"""Opening a case for somebody who has one elsewhere: it becomes a request for that case (85 §).

Whoever opens is answered as if there were no other case, and learns neither whether there is one
nor where: status, members, headers and repeats are those of an opening. The authority that answers
for the case finds the request on its worklist. The case id that was answered is that of no case,
unless the registry is asked under it for the request.

So it is with a reopening. What is recorded of either is the same: the authority that has the case
now does not learn that the other had it once.
"""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Mask, Permit
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import (
    ActOutcome,
    Free,
    Hidden,
    InFlight,
    KeyReusedElsewhere,
    Performed,
    Unclaimed,
)
from cases.app.people import People
from cases.app.reach import Reach
from cases.app.requests import Request, action_of, case_id_of
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
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.case.responsibility.moving import requested
from cases.domain.case.state import CaseState, fold
from cases.domain.facts import Fact, Recorded
from cases.domain.time import legal_day

ATTEMPTS: Final = 5
"""How often a request is decided anew because the case has moved on meanwhile."""

_RANDOM: Final = (0xFFF << 64) | ((1 << 62) - 1)
"""The bits of a UUIDv7 that are neither its instant nor its version and variant."""


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
        self,
        caller: Caller,
        request: Request,
        opening: tuple[Recorded, ...],
        holder: UUID | None,
        masks: frozenset[Mask] = frozenset(),
    ) -> ActOutcome | None:
        """Ask for the person's open case, which stands in the stream ``holder``.

        ``opening`` are the facts that would have opened a case, or reopened one; ``masks`` what of
        that case is withheld from the caller. None where the caller may know of the other case, has
        asked for it already, or could ask nobody.
        """
        before = opening[0].version - 1
        for _ in range(ATTEMPTS):
            state = None if holder is None else self._load(holder)
            if state is None or holder is None:
                return None
            recorded = self._requested(caller, request, opening, state)
            if recorded is None:
                return None
            result = self._append(caller, request, state, recorded, before)
            match result:
                case Appended():
                    return _told(request, recorded, before, masks)
                case Replayed():
                    again = self.repeated(caller, request, before, masks)
                    return again or self._refuse(caller, request, InFlight())
                case KeyReused():
                    return self._refuse(caller, request, KeyReusedElsewhere())
                case VersionConflict():
                    continue
                case _:
                    break
        return self._refuse(caller, request, InFlight())

    def ask_beside(
        self, caller: Caller, request: Request, facts: tuple[Recorded, ...], holder: UUID
    ) -> Unclaimed | Free | None:
        """Ask for the case ``holder`` of somebody of whom ``facts`` of the caller's own case tell.

        They are recorded without the identity, which stays there; *Free* where it is open no more.
        None for a case that is the caller's own authority's, and where somebody else is at work on
        it all the time.
        """
        for _ in range(ATTEMPTS):
            state = self._load(holder)
            today = legal_day(self._clock.now())
            if state is None or state.responsible_on(today) == caller.organisation:
                return None
            if state.closing is not None:
                return Free()
            recorded = self._requested(caller, request, facts, state)
            if recorded is None:
                return Unclaimed()
            result = self._append(caller, request, state, recorded, before=None)
            if not isinstance(result, VersionConflict):
                return Unclaimed() if isinstance(result, Appended | Replayed) else None
        return None

    def repeated(
        self,
        caller: Caller,
        request: Request,
        version: int = 0,
        masks: frozenset[Mask] = frozenset(),
    ) -> ActOutcome | None:
        """The first answer, where the caller has asked by this very act before; else None.

        ``version`` is that of the caller's own case now.
        """
        for holder in self._people.asked_under(_asked_under(caller, request)):
            earlier = self._log.find_act(holder, caller.name, _key(caller, request))
            if earlier is None:
                continue
            before = _version_then(request, earlier.fingerprint, version)
            if before is None:
                return self._refuse(caller, request, KeyReusedElsewhere(), holder)
            try:
                recorded, *_ = self._log.load(
                    holder, gt=earlier.first_version - 1, lte=earlier.last_version
                )
            except Unreadable:
                self._note(caller, Action.OPEN_CASE, AccessResult.FAILED, holder)
                return Hidden()
            replayed = AccessResult.REPLAYED
            self._note(caller, Action.OPEN_CASE, replayed, holder, earlier.last_version)
            if request.case_id is not None:
                self._note(caller, action_of(type(request.act)), replayed, request.case_id, before)
            return _told(request, recorded, before, masks, replayed=True)
        return None

    def is_over(self, holder: UUID | None) -> bool:
        """Whether the case that had a person when an act was refused for it is open no more."""
        state = None if holder is None else self._load(holder)
        return holder is None or (state is not None and state.closing is not None)

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
            act_id=_key(caller, request),
            act=OpenCase.NAME,
            purpose=last.purpose,
            edition=last.edition,
            fact=fact,
        )

    def _append(
        self,
        caller: Caller,
        request: Request,
        state: CaseState,
        recorded: Recorded,
        before: int | None,
    ) -> AppendResult:
        """``before`` is the version of the caller's own case, None where it goes on by itself."""
        traits = ("HAND_OVER_REQUEST",)
        lines = [
            self._witness.line(
                caller,
                Action.OPEN_CASE,
                AccessResult.RECORDED,
                case_id=recorded.stream_id,
                version=recorded.version,
                traits=traits,
            )
        ]
        if request.case_id is not None and before is not None:
            # In the caller's own case nothing was recorded.
            lines.append(
                self._witness.line(
                    caller,
                    action_of(type(request.act)),
                    AccessResult.REFUSED,
                    case_id=request.case_id,
                    version=before,
                    traits=traits,
                )
            )
        return self._log.append(
            Append(
                stream_id=recorded.stream_id,
                expected_version=state.version,
                facts=(recorded,),
                act=ActRecord(
                    stream_id=recorded.stream_id,
                    caller=caller.name,
                    key=_key(caller, request),
                    fingerprint=_fingerprint(request, before or 0),
                    act=recorded.act,
                    first_version=recorded.version,
                    last_version=recorded.version,
                    recorded_at=recorded.recorded_at,
                ),
                access=tuple(lines),
                new_identities=(self._people.alias(_asked_under(caller, request)),),
            )
        )

    def _refuse(
        self, caller: Caller, request: Request, outcome: ActOutcome, holder: UUID | None = None
    ) -> ActOutcome:
        refused = AccessResult.REFUSED
        self._note(caller, action_of(type(request.act)), refused, holder or request.case_id)
        return outcome

    def _note(
        self,
        caller: Caller,
        action: Action,
        result: AccessResult,
        case_id: UUID | None,
        version: int | None = None,
    ) -> None:
        self._witness.note(caller, action, result, case_id=case_id, version=version)


def becomes_request(request: Request) -> bool:
    """Whether the act is an opening or a reopening, and no record of an old system."""
    return isinstance(request.act, OpenCase | ReopenCase) and request.old_record is None


def _told(
    request: Request,
    recorded: Recorded,
    before: int,
    masks: frozenset[Mask],
    *,
    replayed: bool = False,
) -> Performed:
    """The answer: that of an opening, made of what the caller sent and of nothing else.

    Or that of a reopening of the caller's own case, which was at version ``before``. A repeat sends
    the same again, so nothing of it is kept in the case of another authority.
    """
    act = request.act
    assert isinstance(act, OpenCase | ReopenCase)
    assert isinstance(recorded.fact, HandOverRequested)
    by = recorded.recorded_by.organisation
    on: date = act.effective_on or legal_day(recorded.recorded_at)
    told: tuple[Fact, ...]
    if isinstance(act, OpenCase):
        case_id = case_id_of(f"{by}/{recorded.recorded_by.subject}", request.key)
        told = opening_facts(act, by)
        ids: tuple[UUID, ...] = (_beside(recorded.event_id), recorded.event_id)
    else:
        assert request.case_id is not None, "it reopens a case"
        case_id = request.case_id
        told = (CaseReopened(ground=act.ground, reason=act.reason),)
        ids = (recorded.event_id,)
    facts = tuple(
        recorded.having(
            stream_id=case_id,
            version=version,
            event_id=event_id,
            effective_on=on,
            act=act.NAME,
            act_id=request.key,
            fact=fact,
            source=act.source,
        )
        for version, (event_id, fact) in enumerate(zip(ids, told, strict=True), start=before + 1)
    )
    return Performed(
        case_id=case_id,
        version=facts[-1].version,
        facts=facts,
        replayed=replayed,
        masks=masks,
        listed=(recorded.stream_id, recorded.version),
    )


def _asked_under(caller: Caller, request: Request) -> UUID:
    """The id under which the registry finds the request again."""
    if request.case_id is None:
        return case_id_of(caller.name, request.key)
    # A key is used once for each case, so the same key may open a case and reopen another.
    return uuid5(request.case_id, f"{caller.name}\n{request.key}")


def _key(caller: Caller, request: Request) -> str:
    """The key under which the act is kept in the case of the other authority."""
    return request.key if request.case_id is None else str(_asked_under(caller, request))


def _fingerprint(request: Request, before: int) -> bytes:
    """What tells a repeat there: also at which version the caller's own case was."""
    if request.case_id is None:
        return request.fingerprint
    return sha256(request.fingerprint + before.to_bytes(8)).digest()


def _version_then(request: Request, kept: bytes, version: int) -> int | None:
    """The version the caller's own case was at when it asked; None where it asked otherwise.

    No repeat has to say it: it is the one, of those until now, that the kept fingerprint fits.
    """
    until = range(version, -1, -1)
    return next((each for each in until if _fingerprint(request, each) == kept), None)


def _beside(event_id: UUID) -> UUID:
    """Another id of the same instant, the same one each time, and as random as any."""
    other = int.from_bytes(sha256(event_id.bytes).digest()[:10])
    return UUID(int=(event_id.int & ~_RANDOM) | (other & _RANDOM))
