"""Guidance records: acts on them, and reading them (10 §, decree 4 §).

A record is its own authority's, and is read for its own purpose only. Without a consent that holds
there is nothing to record under and nothing to read: one that was never given, that is another
authority's and that was withdrawn are answered alike.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Permit, Relation, may
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import ActOutcome, Forbidden, Hidden, Refused, Seen
from cases.app.performing import Authorities, Performing
from cases.app.reach import StreamReach
from cases.app.requests import Request, action_of, consent_id_of
from cases.app.store.entries import ActRecord, GuidanceStreams
from cases.app.store.faults import Unreadable
from cases.app.stream_kind import Beside, LookedBackOn, StreamKind
from cases.domain.case.act import Act, Circumstances, Outcome
from cases.domain.facts import Recorded
from cases.domain.guidance_record.acts import (
    GiveGuidanceConsent,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.guidance_record.register import decide
from cases.domain.guidance_record.state import NOTHING, GuidanceRecordState, fold
from cases.domain.law.edition import Law
from cases.domain.law.rules import Refusal
from cases.domain.model import State

GuidanceIndex = Callable[[str, str], bytes]
"""The blind index of an authority's record of an identity code."""


class RecordShown(State):
    """A guidance record that may be shown, and what the caller has then seen of it."""

    consent_id: UUID
    seen: Seen
    state: GuidanceRecordState


class GuidanceReach(StreamReach[GuidanceRecordState]):
    """How far a caller reaches into a guidance record."""

    opening = Action.OPEN_GUIDANCE_RECORD

    def fold(self, facts: Sequence[Recorded]) -> GuidanceRecordState:
        """The record after these facts."""
        return fold(facts, NOTHING)

    def fold_on(
        self, facts: Sequence[Recorded], state: GuidanceRecordState, before: Sequence[Recorded]
    ) -> GuidanceRecordState:
        """The record after these facts."""
        return fold(facts, state)

    def judge(
        self,
        caller: Caller,
        action: Action,
        state: GuidanceRecordState,
        *,
        opening: bool = False,
    ) -> Permit | Deny:
        """Whether the caller may do this; to no other authority there is such a record."""
        if opening or state.consent is None:
            return may(caller.principal, action, Relation.NONE)
        own = caller.organisation == state.consent.authority
        return may(caller.principal, action, Relation.RESPONSIBLE if own else Relation.OTHER)


class GuidanceKind(StreamKind[GuidanceRecordState]):
    """What is particular to guidance records."""

    opens = GiveGuidanceConsent

    def __init__(
        self, log: GuidanceStreams, reach: GuidanceReach, guidance_index: GuidanceIndex
    ) -> None:
        super().__init__(log, reach)
        self._records = log
        self._index = guidance_index

    def id_of(self, caller: str, key: str) -> UUID:
        """The id of the record that a caller opens under an idempotency key."""
        return consent_id_of(caller, key)

    def decide(
        self, act: Act, state: GuidanceRecordState, circumstances: Circumstances, past: LookedBackOn
    ) -> Outcome:
        """Decide an act on a record."""
        return decide(act, state, circumstances)

    def identity_code(self, act: Act) -> str | None:
        """The identity code of who consents."""
        return act.person.identity_code if isinstance(act, GiveGuidanceConsent) else None

    def beside(
        self,
        before: GuidanceRecordState,
        after: GuidanceRecordState,
        facts: Sequence[Recorded],
    ) -> Beside:
        """The index a new record is found by; what is withdrawn is forgotten with the same act."""
        consent = after.consent
        assert consent is not None, "a record begins with its consent"
        code = consent.person.identity_code if before.consent is None else None
        return Beside(
            guidance_index=None if code is None else self._index(consent.authority, code),
            forgets=after.withdrawn,
        )

    def recorded_by(self, act: ActRecord) -> tuple[Recorded, ...]:
        """What an act has recorded; a withdrawal is told although nothing can be read any more."""
        if act.act == WithdrawGuidanceConsent.NAME:
            return self._records.withdrawal(act)
        return super().recorded_by(act)


class GuidanceRecords:
    """Acts on guidance records, and questions about them. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        log: GuidanceStreams,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        guidance_index: GuidanceIndex,
        authorities: Authorities,
        accept_test_codes: bool,
    ) -> None:
        self._log = log
        self._witness = witness
        self._index = guidance_index
        self._reach = GuidanceReach(log, witness)
        self._performing = Performing(
            GuidanceKind(log, self._reach, guidance_index),
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            authorities=authorities,
            accept_test_codes=accept_test_codes,
        )

    def perform(self, caller: Caller, request: Request) -> ActOutcome:
        """Perform an act; see the outcomes. Raises StoreUnavailable when the outcome is unknown.

        Whoever may record guidance at all is refused by the decree where there is no consent to
        record under, whatever the reason is.
        """
        act = request.act
        if isinstance(act, WithdrawGuidanceConsent):
            return self._withdraw(caller, request)
        if isinstance(act, RecordGuidance):
            if act.consent is None:
                return self._without_consent(caller, act, noted=False)
            outcome = self._performing.perform(caller, request)
            hidden = isinstance(outcome, Hidden)
            return self._without_consent(caller, act, noted=True) if hidden else outcome
        return self._performing.perform(caller, request)

    def show(self, caller: Caller, consent_id: UUID) -> RecordShown | Hidden:
        """The record under a consent; its line is on the trail by then.

        *Hidden* where there is none, where it is another authority's, where the consent was
        withdrawn, and to whoever may read no such record.
        """
        return self._shown(caller, Action.READ_GUIDANCE, consent_id) or Hidden()

    def show_trail(self, caller: Caller, consent_id: UUID) -> Permit | Hidden | Forbidden:
        """Whether the trail of a record may be read, also of one that is gone; noted by then."""
        action = Action.READ_GUIDANCE_TRAIL
        if not self._log.is_there(consent_id):
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return Hidden()
        judged = may(caller.principal, action, self._relation(caller, consent_id))
        if isinstance(judged, Deny):
            self._witness.note(caller, action, AccessResult.FORBIDDEN, case_id=consent_id)
            return Hidden() if judged.hidden else Forbidden()
        self._witness.note(
            caller.in_role(judged.role),
            action,
            AccessResult.SHOWN,
            case_id=consent_id,
            sections=["access-trail"],
        )
        return judged

    def find(self, caller: Caller, identity_code: str) -> tuple[RecordShown, ...] | Forbidden:
        """The records of a person at the caller's authority, the oldest first; often none."""
        action = Action.LOOK_UP_GUIDANCE
        if isinstance(may(caller.principal, action, Relation.NONE), Deny):
            self._witness.note(caller, action, AccessResult.FORBIDDEN)
            return Forbidden()
        found = self._log.find_guidance(self._index(caller.organisation, identity_code))
        if not found:
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
        shown = [self._shown(caller, action, consent_id) for consent_id in found]
        return tuple(each for each in shown if each is not None)

    def _shown(self, caller: Caller, action: Action, consent_id: UUID) -> RecordShown | None:
        """One record, if it may be shown, once its line is on the trail."""
        stored = self._reach.load(caller, action, consent_id)
        if stored is None:
            return None
        if not stored:
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return None
        state = self._reach.fold(stored)
        judged = self._reach.judge(caller, action, state)
        permitted = isinstance(judged, Permit)
        self._witness.note(
            caller.in_role(judged.role) if isinstance(judged, Permit) else caller,
            action,
            AccessResult.SHOWN if permitted else AccessResult.FORBIDDEN,
            case_id=consent_id,
            version=state.version,
            sections=["guidance", "person"] if permitted else (),
        )
        if not permitted:
            return None
        return RecordShown(consent_id=consent_id, seen=Seen.of(stored), state=state)

    def _relation(self, caller: Caller, consent_id: UUID) -> Relation:
        """How the caller's authority stands to a record; to one that is gone as any other."""
        try:
            consent = fold(self._log.load(consent_id)).consent
        except Unreadable:
            return Relation.OTHER
        own = consent is not None and consent.authority == caller.organisation
        return Relation.RESPONSIBLE if own else Relation.OTHER

    def _withdraw(self, caller: Caller, request: Request) -> ActOutcome:
        """Withdraw a consent; a repeat is told from what stands unsealed, as nothing else is left.

        A twin may have withdrawn it in the meantime: so it is looked for once more.
        """
        repeated = self._withdrawn_before(caller, request)
        if repeated is not None:
            return repeated
        outcome = self._performing.perform(caller, request)
        if isinstance(outcome, Hidden):
            return self._withdrawn_before(caller, request) or outcome
        return outcome

    def _withdrawn_before(self, caller: Caller, request: Request) -> ActOutcome | None:
        """The first answer, where the caller has withdrawn this very consent before; else None."""
        assert request.case_id is not None, "a withdrawal names its consent"
        earlier = self._log.find_act(request.case_id, caller.name, request.key)
        if earlier is None or earlier.act != WithdrawGuidanceConsent.NAME:
            return None
        return self._performing.repeat(caller, request, earlier, NOTHING)

    def _without_consent(self, caller: Caller, act: RecordGuidance, *, noted: bool) -> ActOutcome:
        """What is answered where there is no consent; ``noted``: its line is on the trail."""
        action = action_of(type(act))
        judged = may(caller.principal, action, Relation.RESPONSIBLE)
        if isinstance(judged, Deny):
            if not noted:
                self._witness.note(caller, action, AccessResult.FORBIDDEN)
            return Hidden() if noted else Forbidden()
        if not noted:
            self._witness.note(caller.in_role(judged.role), action, AccessResult.REFUSED)
        refusal = self._performing.foresee(caller, NOTHING, act)
        assert isinstance(refusal, Refusal), "nothing is recorded without a consent"
        return Refused(refusal=refusal)
