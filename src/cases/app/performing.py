"""Performing an act on a stream, of whatever kind: one way for all of them.

An act runs: find the stream, may they, is it the version they saw, decide, append. Every way out
leaves its line in the access trail – with the facts when there are facts, before the answer when
there are none. When the trail can't be written, StoreUnavailable is raised and nobody is answered.

What differs from kind to kind – cases, guidance records, family plans – says ``StreamKind``.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Final, Generic
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Permit
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.circumstances import Authorities, LawAndRegister
from cases.app.clock import Clock
from cases.app.leaving import left_by
from cases.app.outcomes import (
    ActOutcome,
    Forbidden,
    Free,
    Hidden,
    InFlight,
    KeyReusedElsewhere,
    NotOpenable,
    Performed,
    Refused,
    Seen,
    Stale,
    TestCode,
    Unclaimed,
    Unsupported,
    VersionMissing,
)
from cases.app.requests import Request, action_of
from cases.app.store.entries import (
    ActRecord,
    Appended,
    AppendResult,
    Busy,
    IdentityTaken,
    KeyReused,
    Replayed,
    VersionConflict,
)
from cases.app.store.faults import StoreUnavailable, UnknownFactType
from cases.app.stream_kind import LookedBackOn, S, StreamKind
from cases.domain.case.act import (
    Act,
    Circumstances,
    Decision,
    OtherCase,
    Outcome,
)
from cases.domain.case.listed_codes import with_listed_codes
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.law.rules import NotSupported, Refusal
from cases.domain.people import is_test_code
from cases.domain.time import legal_day

ATTEMPTS: Final = 5
"""How often an act is decided because the case that had the person is closed meanwhile."""


class Performing(Generic[S]):
    """Acts on streams of one kind. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - everything it works with
        self,
        kind: StreamKind[S],
        *,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        authorities: Authorities,
        accept_test_codes: bool,
    ) -> None:
        self._kind = kind
        self._log = kind.log
        self._reach = kind.reach
        self._witness = witness
        self._under = LawAndRegister(law, authorities).under
        self._clock = clock
        self._new_id = new_id
        self._accept_test_codes = accept_test_codes

    def perform(self, caller: Caller, request: Request) -> ActOutcome:
        """Perform an act; see the outcomes. Raises StoreUnavailable when the outcome is unknown."""
        action = action_of(type(request.act))
        opening = isinstance(request.act, self._kind.opens)
        stream_id = request.case_id or self._kind.id_of(caller.name, request.key)
        stored = self._reach.load(caller, action, stream_id)
        if stored is None:
            return Hidden()
        state = self._reach.fold(stored)
        if not stored and not opening:
            # Before it is judged: what is not there must look like what may not be known of.
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return Hidden()
        judged = self._reach.judge(caller, action, state, opening=opening, on=request.done_on)
        acting = caller.in_role(judged.role) if isinstance(judged, Permit) else caller
        repeated = self._repeated(acting, request, stream_id, stored, state)
        repeated = repeated or self._kind.repeated(acting, request, state)
        if repeated is not None:
            return repeated
        if not isinstance(judged, Permit):
            self._witness.note(
                caller, action, AccessResult.FORBIDDEN, case_id=stream_id if stored else None
            )
            return Hidden() if judged.hidden else Forbidden()
        caller = acting
        early = self._before_deciding(caller, request, stream_id, stored, state)
        if early is not None:
            return early
        return self._decide_until_appended(caller, request, stream_id, state, stored)

    def foresee(self, caller: Caller, state: S, act: Act) -> Outcome:
        """What would come of an act on a stream now; nothing is written.

        For acts that tell nothing of who the person is. That the caller may do it is judged before.
        """
        today = self._clock.today()
        circumstances = self._under(
            act,
            act.effective_on or today,
            today,
            caller.principal.organisation,
            self._new_id(),
            None,
        )
        if isinstance(circumstances, Refusal):
            return circumstances
        outcome = self._kind.decide(act, state, circumstances, LookedBackOn((), self._under))
        assert not isinstance(outcome, TestCode | NotOpenable), "it tells nothing of the person"
        return outcome

    def _repeated(
        self,
        caller: Caller,
        request: Request,
        stream_id: UUID,
        stored: Sequence[Recorded],
        state: S,
    ) -> ActOutcome | None:
        """The first answer, where the caller has done this very act before; else None.

        Before rights and versions are looked at: the act may have ended the caller's right to it,
        and who lost the answer on the way must still get it.
        """
        if not any(fact.act_id == request.key for fact in stored):
            return None
        earlier = self._log.find_act(stream_id, caller.name, request.key)
        return None if earlier is None else self.repeat(caller, request, earlier, state)

    def _before_deciding(
        self,
        caller: Caller,
        request: Request,
        stream_id: UUID,
        stored: Sequence[Recorded],
        state: S,
    ) -> ActOutcome | None:
        """The version: an act is decided on what its caller has seen of the stream."""
        if isinstance(request.act, self._kind.opens):
            if not stored:
                return None
        elif request.seen is None:
            if caller.is_system:
                return None
            self._note_refusal(caller, request, stream_id, state)
            return VersionMissing()
        elif request.seen == Seen.of(stored):
            return None
        self._note_refusal(caller, request, stream_id, state)
        return Stale(current=state.version)

    def _decide_until_appended(
        self,
        caller: Caller,
        request: Request,
        stream_id: UUID,
        state: S,
        stored: Sequence[Recorded],
    ) -> ActOutcome:
        """The outcome, decided anew where the case that had the person is closed meanwhile."""
        for _ in range(ATTEMPTS):
            outcome = self._decide_and_append(caller, request, stream_id, state, stored)
            if not isinstance(outcome, Free):
                return outcome
        self._note_refusal(caller, request, stream_id, state)
        return InFlight()

    def _decide_and_append(
        self,
        caller: Caller,
        request: Request,
        stream_id: UUID,
        state: S,
        stored: Sequence[Recorded],
    ) -> ActOutcome | Free:
        instant = self._clock.now()
        now = max(instant, state.recorded_at or instant)
        today = legal_day(instant)
        code = self._kind.identity_code(request.act)
        if code is not None and is_test_code(code) and not self._accept_test_codes:
            self._note_refusal(caller, request, stream_id, state)
            return TestCode()
        on = request.act.effective_on or today
        try:
            outcome = self._decided(caller, request, stream_id, state, stored, on, today)
        except UnknownFactType as newer:
            # Without saying that there is an earlier case: it may be another authority's.
            self._note_refusal(caller, request, stream_id, state)
            raise StoreUnavailable from newer
        if not isinstance(outcome, tuple):
            self._note_refusal(caller, request, stream_id, state)
            match outcome:
                case Refusal():
                    return Refused(refusal=outcome)
                case NotSupported():
                    return Unsupported(what=outcome)
            return outcome
        decision, circumstances = outcome
        facts = tuple(
            Recorded(
                stream_id=stream_id,
                version=state.version + n,
                event_id=self._new_id(),
                recorded_at=now,
                recorded_by=caller.actor(),
                effective_on=circumstances.on,
                act_id=request.key,
                act=request.act.NAME,
                purpose=caller.purpose_code,
                edition=circumstances.edition.id,
                rules=decision.rules,
                source=request.act.source,
                old_record=request.old_record,
                fact=fact,
            )
            for n, fact in enumerate(decision.facts, start=1)
        )
        return self._append(caller, request, stream_id, state, facts, stored)

    def _decided(  # noqa: PLR0913, PLR0917 - what an act is decided on
        self,
        caller: Caller,
        request: Request,
        stream_id: UUID,
        state: S,
        stored: Sequence[Recorded],
        on: date,
        today: date,
    ) -> tuple[Decision, Circumstances] | Refusal | NotSupported | TestCode | NotOpenable:
        """The decision, with what it was made under; or why there is none."""
        act, organisation = request.act, caller.principal.organisation
        brought = self._kind.brought(caller, act, stream_id, state, on)
        if isinstance(brought, NotOpenable):
            return brought
        new_id = request.creates or self._new_id()
        circumstances = self._under(act, on, today, organisation, new_id, brought.earlier_plans)
        if isinstance(circumstances, Refusal):
            return circumstances
        if brought.other is not None:
            circumstances = circumstances.having(other=brought.other)
            self._note_other(caller, request, brought.other)
        past = LookedBackOn(stored, self._under, brought)
        outcome = self._kind.decide(act, state, circumstances, past)
        if isinstance(outcome, Decision | Refusal):
            outcome = with_listed_codes(act, outcome, circumstances)
        return (outcome, circumstances) if isinstance(outcome, Decision) else outcome

    def _append(  # noqa: PLR0913, PLR0917 - what an act leaves, and what it was decided on
        self,
        caller: Caller,
        request: Request,
        stream_id: UUID,
        state: S,
        facts: tuple[Recorded, ...],
        stored: Sequence[Recorded],
        *,
        claiming: bool = True,
    ) -> ActOutcome | Free:
        after = self._reach.fold_on(facts, state, stored)
        beside = self._kind.beside(state, after, facts)
        result: AppendResult
        if claiming and beside.taken_by is not None:
            result = IdentityTaken(beside.taken_by)
        else:
            result = self._log.append(
                left_by(self._witness, caller, request, facts, beside, claiming)
            )
        match result:
            case Appended():
                return self._told(caller, after, facts, lambda: stored)
            case Replayed(act):
                return self.repeat(caller, request, act, state)
            case KeyReused():
                outcome: ActOutcome = KeyReusedElsewhere()
            case VersionConflict(current):
                outcome = Stale(current=current)
            case IdentityTaken(holder):
                taken = self._kind.taken(caller, request, facts, holder, state)
                if isinstance(taken, Unclaimed):
                    return self._append(
                        caller, request, stream_id, state, facts, stored, claiming=False
                    )
                if taken is not None:
                    return taken
                outcome = NotOpenable()
            case Busy():
                outcome = InFlight()
        self._note_refusal(caller, request, stream_id, state)
        return outcome

    def repeat(
        self, caller: Caller, request: Request, earlier: ActRecord, state: S
    ) -> Performed | KeyReusedElsewhere:
        """The first answer again, read from the log; or word that the key was used before."""
        action, stream_id = action_of(type(request.act)), earlier.stream_id
        if earlier.fingerprint != request.fingerprint:
            self._witness.note(
                caller,
                action,
                AccessResult.REFUSED,
                case_id=stream_id,
                version=earlier.last_version,
            )
            return KeyReusedElsewhere()
        facts = self._kind.recorded_by(earlier)
        self._witness.note(
            caller, action, AccessResult.REPLAYED, case_id=stream_id, version=earlier.last_version
        )
        until = earlier.first_version - 1
        before = partial(self._log.load, stream_id, lte=until)
        return self._told(caller, state, facts, before, replayed=True)

    def _told(
        self,
        caller: Caller,
        state: S,
        facts: Sequence[Recorded],
        before: Callable[[], Sequence[Recorded]],
        *,
        replayed: bool = False,
    ) -> Performed:
        """What was recorded, as the caller may be told of it once the stream is at ``state``."""
        shown, masks = self._kind.shown(caller, state, facts, before)
        return Performed(
            case_id=shown[-1].stream_id,
            version=shown[-1].version,
            facts=shown,
            replayed=replayed,
            masks=masks,
        )

    def _note_refusal(self, caller: Caller, request: Request, stream_id: UUID, state: S) -> None:
        """The line of an act that was not recorded; where there is no stream, it names none."""
        self._witness.note(
            caller,
            action_of(type(request.act)),
            AccessResult.REFUSED,
            case_id=stream_id if state.version else None,
            version=state.version,
        )

    def _note_other(self, caller: Caller, request: Request, other: OtherCase) -> None:
        """The line of another case that an act names, and is decided on too."""
        self._witness.note(
            caller,
            action_of(type(request.act)),
            AccessResult.SHOWN,
            case_id=other.case_id,
            version=other.facts[-1].version,
            sections=["joining"],
        )
