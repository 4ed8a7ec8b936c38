"""Guidance records: acts on them, and reading them (10 §, decree 4 §).

A record is its own authority's, and is read for its own purpose only. Without a consent that holds
there is nothing to record under and nothing to read: one that was never given, that is another
authority's and that was withdrawn are answered alike.
"""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Permit, Relation, may
from cases.app.access.record import AccessResult
from cases.app.access.trails import trail_may_be_read
from cases.app.access.witness import Witness
from cases.app.circumstances import Authorities
from cases.app.clock import Clock
from cases.app.guidance_past import LookingBackOnGuidance
from cases.app.outcomes import (
    ActOutcome,
    CannotAnswer,
    Forbidden,
    Hidden,
    Refused,
    Seen,
    TestCode,
)
from cases.app.performing import Performing
from cases.app.reach import StreamReach
from cases.app.requests import Request, action_of, consent_id_of
from cases.app.store.entries import ActRecord, GuidanceStreams
from cases.app.store.faults import Unreadable
from cases.app.stream_kind import Beside, LookedBackOn, StreamKind
from cases.domain.case.act import Act, Circumstances, Outcome
from cases.domain.facts import Recorded
from cases.domain.guidance_record.acts import (
    AnnulGuidanceRecord,
    GiveGuidanceConsent,
    RecordGuidance,
    WithdrawGuidanceConsent,
)
from cases.domain.guidance_record.register import decide
from cases.domain.guidance_record.state import NOTHING, GuidanceRecordState, fold, fold_on
from cases.domain.law.edition import Law
from cases.domain.law.rules import Refusal
from cases.domain.model import State
from cases.domain.questions.as_of import AsOf, is_to_come, known_by

GuidanceIndex = Callable[[str, str], bytes]
"""The blind index of an authority's record of an identity code."""


class GuidanceReadable(State):
    """A guidance record that may be shown as it was asked for, and what is then seen of it.

    ``facts`` are those known.
    """

    consent_id: UUID
    seen: Seen
    facts: tuple[Recorded, ...]


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
        return fold_on(facts, state, before)

    def judge(
        self,
        caller: Caller,
        action: Action,
        state: GuidanceRecordState,
        *,
        opening: bool = False,
        on: date | None = None,
    ) -> Permit | Deny:
        """Whether the caller may do this; to no other authority there is such a record, ever."""
        if opening or state.consent is None:
            return may(caller.principal, action, Relation.NONE)
        own = caller.organisation == state.consent.authority
        return may(caller.principal, action, Relation.RESPONSIBLE if own else Relation.OTHER)


class GuidanceKind(StreamKind[GuidanceRecordState]):
    """What is particular to guidance records."""

    opens = GiveGuidanceConsent

    def __init__(
        self,
        log: GuidanceStreams,
        reach: GuidanceReach,
        guidance_index: GuidanceIndex,
        *,
        accept_test_codes: bool,
    ) -> None:
        super().__init__(log, reach)
        self._records = log
        self._index = guidance_index
        self._accept_test_codes = accept_test_codes

    def id_of(self, caller: str, key: str) -> UUID:
        """The id of the record that a caller opens under an idempotency key."""
        return consent_id_of(caller, key)

    def decide(
        self, act: Act, state: GuidanceRecordState, circumstances: Circumstances, past: LookedBackOn
    ) -> Outcome | TestCode:
        """Decide an act on a record, and what it puts right again."""
        looking_back = LookingBackOnGuidance(past)
        outcome = decide(act, state, circumstances.having(past=looking_back.past()))
        if looking_back.told_test_code and not self._accept_test_codes:
            return TestCode()
        return outcome

    def identity_code(self, act: Act) -> str | None:
        """The identity code of who consents."""
        return act.person.identity_code if isinstance(act, GiveGuidanceConsent) else None

    def beside(
        self,
        before: GuidanceRecordState,
        after: GuidanceRecordState,
        facts: Sequence[Recorded],
    ) -> Beside:
        """The index the record is found by, where it is new or another; or that it is forgotten."""
        consent = after.consent
        assert consent is not None, "a record begins with its consent"
        was, now = (each and each.person.identity_code for each in (before.consent, consent))
        changed = was != now
        return Beside(
            guidance_index=self._index(consent.authority, now) if now and changed else None,
            guidance_reindexed=before.consent is not None and changed,
            forgets=after.is_over,
        )

    def recorded_by(self, act: ActRecord) -> tuple[Recorded, ...]:
        """What an act has recorded; the last one is told although nothing can be read any more."""
        return self._records.ending(act) or super().recorded_by(act)


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
        self._clock = clock
        self._index = guidance_index
        self._reach = GuidanceReach(log, witness)
        self._performing = Performing(
            GuidanceKind(log, self._reach, guidance_index, accept_test_codes=accept_test_codes),
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
        if isinstance(act, WithdrawGuidanceConsent | AnnulGuidanceRecord):
            return self._end(caller, request)
        if isinstance(act, RecordGuidance):
            if act.consent is None:
                return self._without_consent(caller, act, noted=False)
            outcome = self._performing.perform(caller, request)
            hidden = isinstance(outcome, Hidden)
            return self._without_consent(caller, act, noted=True) if hidden else outcome
        return self._performing.perform(caller, request)

    def show(
        self, caller: Caller, action: Action, consent_id: UUID, as_of: AsOf
    ) -> GuidanceReadable | Hidden | CannotAnswer:
        """The record under a consent as asked for; its line is on the trail by then.

        *Hidden* where there is none, where it is another authority's, where the consent was
        withdrawn or annulled, to whoever may read no such record, and where nothing of it was known
        at the instant asked about. *CannotAnswer* for a version or an instant that is to come.
        """
        return self._shown(caller, action, consent_id, as_of) or Hidden()

    def show_trail(self, caller: Caller, consent_id: UUID) -> Permit | Hidden | Forbidden:
        """Whether the trail of a record may be read, also of one that is gone; noted by then."""
        there = self._log.is_there(consent_id)
        relation = self._relation(caller, consent_id) if there else None
        return trail_may_be_read(
            self._witness, caller, Action.READ_GUIDANCE_TRAIL, consent_id, relation
        )

    def find(self, caller: Caller, identity_code: str) -> tuple[GuidanceReadable, ...] | Forbidden:
        """The records of a person at the caller's authority, the oldest first; often none."""
        action = Action.LOOK_UP_GUIDANCE
        if isinstance(may(caller.principal, action, Relation.NONE), Deny):
            self._witness.note(caller, action, AccessResult.FORBIDDEN)
            return Forbidden()
        found = self._log.find_guidance(self._index(caller.organisation, identity_code))
        if not found:
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
        today = AsOf(valid_on=self._clock.today())
        shown = [self._shown(caller, action, consent_id, today) for consent_id in found]
        return tuple(each for each in shown if isinstance(each, GuidanceReadable))

    def _shown(
        self, caller: Caller, action: Action, consent_id: UUID, as_of: AsOf
    ) -> GuidanceReadable | CannotAnswer | None:
        """One record, if it may be shown, once its line is on the trail."""
        stored = self._reach.load(caller, action, consent_id)
        if stored is None:
            return None
        if not stored:
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return None
        state = self._reach.fold(stored)
        judged = self._reach.judge(caller, action, state)
        if isinstance(judged, Deny):
            self._note(caller, action, AccessResult.FORBIDDEN, stored)
            return None
        caller = caller.in_role(judged.role)
        if is_to_come(as_of, stored[-1], self._clock.now()):
            self._note(caller, action, AccessResult.REFUSED, stored)
            return CannotAnswer()
        known = known_by(stored, as_of)
        if not known:
            self._note(caller, action, AccessResult.NOTHING_FOUND, stored)
            return None
        self._witness.note(
            caller,
            action,
            AccessResult.SHOWN,
            case_id=consent_id,
            version=known[-1].version,
            sections=["guidance", "person"],
            traits=("PAST_VIEW",) if as_of.is_past_view else (),
        )
        return GuidanceReadable(consent_id=consent_id, seen=Seen.of(known), facts=known)

    def _note(
        self, caller: Caller, action: Action, result: AccessResult, stored: Sequence[Recorded]
    ) -> None:
        """The line of a look at a record of which nothing is shown."""
        newest = stored[-1]
        self._witness.note(caller, action, result, case_id=newest.stream_id, version=newest.version)

    def _relation(self, caller: Caller, consent_id: UUID) -> Relation:
        """How the caller's authority stands to a record; to one that is gone as any other."""
        try:
            consent = fold(self._log.load(consent_id)).consent
        except Unreadable:
            return Relation.OTHER
        own = consent is not None and consent.authority == caller.organisation
        return Relation.RESPONSIBLE if own else Relation.OTHER

    def _end(self, caller: Caller, request: Request) -> ActOutcome:
        """Withdraw a consent, or annul; a repeat is told from what stands unsealed, where that is
        all that is left.

        A twin may have done it in the meantime: so it is looked for once more.
        """
        repeated = self._ended_before(caller, request)
        if repeated is not None:
            return repeated
        outcome = self._performing.perform(caller, request)
        if isinstance(outcome, Hidden):
            return self._ended_before(caller, request) or outcome
        return outcome

    def _ended_before(self, caller: Caller, request: Request) -> ActOutcome | None:
        """The first answer, where the caller's act took the record's key along; else None."""
        assert request.case_id is not None, "the act names its consent"
        earlier = self._log.find_act(request.case_id, caller.name, request.key)
        if earlier is None or not self._log.ending(earlier):
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
