"""The application: perform an act on a case, and load a case to answer a question about it.

An act runs: find the case, may they, is it the version they saw, decide, append. Every way out
leaves its line in the access trail – with the facts when there are facts, before the answer when
there are none. When the trail can't be written, StoreUnavailable is raised and nobody is answered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Permit, Relation, may, relation_to
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import (
    ActOutcome,
    CannotAnswer,
    Forbidden,
    Found,
    Hidden,
    InFlight,
    KeyReusedElsewhere,
    NotOpenable,
    Performed,
    Refused,
    Seen,
    Shown,
    Stale,
    TestCode,
    Unsupported,
    VersionMissing,
)
from cases.app.people import (
    EarlierCases,
    People,
    names_test_code,
    open_then_closed_last,
    opens_before_closing,
)
from cases.app.store.entries import (
    ActRecord,
    Append,
    Appended,
    Busy,
    CaseStreams,
    IdentityTaken,
    KeyReused,
    Replayed,
    VersionConflict,
)
from cases.app.store.faults import StoreUnavailable, UnknownFactType, Unreadable
from cases.domain.case.act import Act, Circumstances, refuse
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.register import decide
from cases.domain.case.state import CaseState, fold
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law, NoEdition
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal
from cases.domain.questions.as_of import AsOf, known
from cases.domain.time import legal_day

OPENINGS = UUID("6f1f6f0a-3f5b-5d0e-9d55-1d5b8a2f7c11")
"""Namespace of case ids: an opening's id follows from its caller and key, so that a repeated
opening meets its own record under the same key."""


@dataclass(frozen=True, slots=True)
class Request:
    """An act as it was asked for.

    ``key`` is the idempotency key, ``fingerprint`` the digest of everything that was sent with it;
    ``seen`` what the caller saw of the case (None: not said).
    """

    act: Act
    key: str
    fingerprint: bytes
    case_id: UUID | None = None
    seen: Seen | None = None


class Cases:
    """Acts on cases and questions about one case. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        log: CaseStreams,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        blind_index: Callable[[str], bytes],
        accept_test_codes: bool,
    ) -> None:
        self.law = law
        self.clock = clock
        self._log = log
        self._witness = witness
        self._new_id = new_id
        self._people = People(log, blind_index)
        self._accept_test_codes = accept_test_codes

    # ------------------------------------------------------------------ acts

    def perform(self, caller: Caller, request: Request) -> ActOutcome:
        """Perform an act; see the outcomes. Raises StoreUnavailable when the outcome is unknown."""
        action = _action(request.act)
        opening = isinstance(request.act, OpenCase)
        case_id = request.case_id or case_id_of(caller.name, request.key)
        stored = self._load(caller, action, case_id)
        if stored is None:
            return Hidden()
        state = fold(stored)
        if not stored and not opening:
            # Before it is judged: what is not there must look like what may not be known of.
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return Hidden()
        judged = may(caller.principal, action, self._relation(caller, state, opening=opening))
        if not isinstance(judged, Permit):
            self._witness.note(
                caller, action, AccessResult.FORBIDDEN, case_id=case_id if stored else None
            )
            return Hidden() if judged.hidden else Forbidden()
        caller = caller.in_role(judged.role)
        early = self._before_deciding(caller, request, case_id, stored, state)
        if early is not None:
            return early
        return self._decide_and_append(caller, request, case_id, state)

    def _before_deciding(
        self,
        caller: Caller,
        request: Request,
        case_id: UUID,
        stored: Sequence[Recorded],
        state: CaseState,
    ) -> ActOutcome | None:
        """Keys, then versions: a repeat is neither stale nor refused, but a replay."""
        if any(fact.act_id == request.key for fact in stored):
            earlier = self._log.find_act(case_id, caller.name, request.key)
            if earlier is not None:
                return self._repeat(caller, request, earlier)
        if isinstance(request.act, OpenCase):
            if not stored:
                return None
        elif request.seen is None:
            if caller.is_system:
                return None
            self._note_refusal(caller, request, case_id, state)
            return VersionMissing()
        elif request.seen == Seen.of(stored):
            return None
        self._note_refusal(caller, request, case_id, state)
        return Stale(current=state.version)

    def _decide_and_append(
        self, caller: Caller, request: Request, case_id: UUID, state: CaseState
    ) -> ActOutcome:
        instant = self.clock.now()
        now = max(instant, state.recorded_at or instant)
        today = legal_day(instant)
        if not self._accept_test_codes and names_test_code(request.act):
            self._note_refusal(caller, request, case_id, state)
            return TestCode()
        try:
            earlier = self._people.earlier_cases(case_id, state, request.act)
        except UnknownFactType as newer:
            # Without saying that there is an earlier case: it may be another authority's.
            self._note_refusal(caller, request, case_id, state)
            raise StoreUnavailable from newer
        on = request.act.effective_on or today
        if opens_before_closing(request.act, on, earlier):
            self._note_refusal(caller, request, case_id, state)
            return NotOpenable()
        circumstances = self._circumstances(caller, on, today, earlier)
        outcome = (
            circumstances
            if isinstance(circumstances, Refusal)
            else decide(request.act, state, circumstances)
        )
        if isinstance(outcome, Refusal | NotSupported):
            self._note_refusal(caller, request, case_id, state)
            if isinstance(outcome, Refusal):
                return Refused(refusal=outcome)
            return Unsupported(what=outcome)
        assert isinstance(circumstances, Circumstances)
        facts = tuple(
            Recorded(
                stream_id=case_id,
                version=state.version + n,
                event_id=self._new_id(),
                recorded_at=now,
                recorded_by=caller.actor(),
                effective_on=circumstances.on,
                act_id=request.key,
                act=request.act.NAME,
                purpose=caller.purpose_code,
                edition=circumstances.edition.id,
                rules=outcome.rules,
                source=request.act.source,
                fact=fact,
            )
            for n, fact in enumerate(outcome.facts, start=1)
        )
        return self._append(caller, request, case_id, state, facts)

    def _append(
        self,
        caller: Caller,
        request: Request,
        case_id: UUID,
        state: CaseState,
        facts: tuple[Recorded, ...],
    ) -> ActOutcome:
        now, last = facts[-1].recorded_at, facts[-1].version
        action = _action(request.act)
        result = self._log.append(
            Append(
                stream_id=case_id,
                expected_version=state.version,
                facts=facts,
                act=ActRecord(
                    stream_id=case_id,
                    caller=caller.name,
                    key=request.key,
                    fingerprint=request.fingerprint,
                    act=request.act.NAME,
                    first_version=state.version + 1,
                    last_version=last,
                    recorded_at=now,
                ),
                access=(
                    self._witness.line(
                        caller, action, AccessResult.RECORDED, case_id=case_id, version=last
                    ),
                ),
                new_identities=self._people.new_identities(state, facts),
                close_identities=any(isinstance(f.fact, CaseClosed) for f in facts),
            )
        )
        match result:
            case Appended():
                return Performed(case_id=case_id, version=last, facts=facts)
            case Replayed(act):
                return self._repeat(caller, request, act)
            case KeyReused():
                outcome: ActOutcome = KeyReusedElsewhere()
            case VersionConflict(current):
                outcome = Stale(current=current)
            case IdentityTaken():
                outcome = NotOpenable()
            case Busy():
                outcome = InFlight()
        self._note_refusal(caller, request, case_id, state)
        return outcome

    def _repeat(self, caller: Caller, request: Request, earlier: ActRecord) -> ActOutcome:
        """The first answer again, read from the log; or word that the key was used before."""
        action, case_id = _action(request.act), earlier.stream_id
        if earlier.fingerprint != request.fingerprint:
            self._witness.note(
                caller, action, AccessResult.REFUSED, case_id=case_id, version=earlier.last_version
            )
            return KeyReusedElsewhere()
        facts = self._log.load(case_id, gt=earlier.first_version - 1, lte=earlier.last_version)
        self._witness.note(
            caller, action, AccessResult.REPLAYED, case_id=case_id, version=earlier.last_version
        )
        return Performed(case_id=case_id, version=earlier.last_version, facts=facts, replayed=True)

    def _note_refusal(
        self, caller: Caller, request: Request, case_id: UUID, state: CaseState
    ) -> None:
        """The line of an act that was not recorded; where there is no case, it names none."""
        self._witness.note(
            caller,
            _action(request.act),
            AccessResult.REFUSED,
            case_id=case_id if state.version else None,
            version=state.version,
        )

    def _circumstances(
        self, caller: Caller, on: date, today: date, earlier: EarlierCases
    ) -> Circumstances | Refusal:
        """What the decision may know; a refusal for a legal date no edition applies to."""
        try:
            edition = self.law.on(on)
        except NoEdition:
            first = self.law.timeline[0]
            edition = self.law.edition(first.edition)
            line = edition.line(
                Rule.AFTER_ENTRY_INTO_FORCE, {"on": on, "appliesFrom": first.applies_from}, False
            )
            return refuse(line, pointer="/effectiveOn")
        return Circumstances(
            on=on,
            today=today,
            edition=edition,
            new_id=self._new_id(),
            organisation=caller.principal.organisation,
            earlier_first_plan_on=earlier.first_plan_on,
        )

    # ------------------------------------------------------------- questions

    def show(
        self, caller: Caller, action: Action, case_id: UUID, as_of: AsOf, sections: Sequence[str]
    ) -> Shown | Hidden | Forbidden | CannotAnswer:
        """The case as asked for, for an answer that shows ``sections``; its trail is written first.

        *Hidden* where there is no such case, where the caller may not know of it, and where nothing
        of it was known at the instant asked about. *CannotAnswer* for a version or an instant that
        is still to come: nobody knows what will be known then.
        """
        stored = self._load(caller, action, case_id)
        if stored is None:
            return Hidden()
        state = fold(stored)
        judged = may(caller.principal, action, self._relation(caller, state))
        if not isinstance(judged, Permit):
            denied = AccessResult.FORBIDDEN if stored else AccessResult.NOTHING_FOUND
            self._witness.note(caller, action, denied, case_id=case_id if stored else None)
            return Hidden() if judged.hidden or not stored else Forbidden()
        caller = caller.in_role(judged.role)
        traits = _traits(state, as_of)
        if self._is_to_come(as_of, state):
            self._witness.note(
                caller,
                action,
                AccessResult.REFUSED,
                case_id=case_id,
                version=state.version,
                traits=traits,
            )
            return CannotAnswer()
        asked = known(stored, as_of)
        if not asked.facts:
            found = case_id if stored else None
            self._witness.note(
                caller, action, AccessResult.NOTHING_FOUND, case_id=found, traits=traits
            )
            return Hidden()
        version = asked.state.version
        self._witness.note(
            caller,
            action,
            AccessResult.SHOWN,
            case_id=case_id,
            version=version,
            sections=sections,
            traits=traits,
        )
        return Shown(
            case_id=case_id,
            version=version,
            recorded_at=asked.facts[-1].recorded_at,
            known=asked,
            as_of=as_of,
        )

    def _is_to_come(self, as_of: AsOf, state: CaseState) -> bool:
        """Whether a later version, or a later instant than any clock of ours has told, is meant."""
        latest = max(self.clock.now(), state.recorded_at or self.clock.now())
        later = as_of.known_at is not None and as_of.known_at > latest
        return later or (as_of.version is not None and as_of.version > state.version)

    def find(self, caller: Caller, identity_code: str) -> Found | Hidden | Forbidden:
        """The case of a person, by identity code: the open one, else the one closed last.

        A case the caller may not know of is not found; the trail tells that it was asked for.
        *Forbidden* only to callers who may look nobody up, whether there is somebody or not.
        """
        action = Action.LOOK_UP_PERSON
        allowed = isinstance(may(caller.principal, action, Relation.NONE), Permit)
        rows = self._people.cases_of(identity_code)
        loaded = [(self._load(caller, action, case_id), is_open) for case_id, is_open in rows]
        readable = [(fold(stored), is_open) for stored, is_open in loaded if stored]
        seen = {stored[0].stream_id: Seen.of(stored) for stored, _ in loaded if stored}
        for state, _ in sorted(readable, key=open_then_closed_last, reverse=True):
            assert state.case_id is not None, "a folded stream has its id"
            version = state.version
            judged = may(caller.principal, action, self._relation(caller, state))
            if allowed and isinstance(judged, Permit):
                self._witness.note(
                    caller.in_role(judged.role),
                    action,
                    AccessResult.SHOWN,
                    case_id=state.case_id,
                    version=version,
                    sections=["lookup"],
                )
                return Found(case_id=state.case_id, seen=seen[state.case_id])
            self._witness.note(
                caller, action, AccessResult.FORBIDDEN, case_id=state.case_id, version=version
            )
        if not rows:
            result = AccessResult.NOTHING_FOUND if allowed else AccessResult.FORBIDDEN
            self._witness.note(caller, action, result)
        return Hidden() if allowed else Forbidden()

    # ---------------------------------------------------------------- access

    def _load(self, caller: Caller, action: Action, case_id: UUID) -> tuple[Recorded, ...] | None:
        """The facts of a case; empty where there is no such case.

        One that can't be read leaves its line in the trail. Who may not do this with the case, as
        far as can be known whose it is, learns nothing of it: to them it is not there, and that is
        None. To the others Unreadable is raised.
        """
        try:
            return self._log.load(case_id)
        except Unreadable as cause:
            self._witness.note(caller, action, AccessResult.FAILED, case_id=case_id)
            relation = self._relation_to_unreadable(caller, action, cause)
            if isinstance(may(caller.principal, action, relation), Permit):
                raise
            return None

    def _relation_to_unreadable(
        self, caller: Caller, action: Action, cause: Unreadable
    ) -> Relation:
        """Whose it was can't be known of a case that is gone or broken; so it is somebody else's.

        Where a newer release has written to it, what stands before that is read and tells; and an
        opening that is repeated is judged as an opening.
        """
        if isinstance(cause, UnknownFactType):
            opening = action is Action.OPEN_CASE
            before = self._log.load(cause.stream_id, lte=cause.version - 1)
            if before or opening:
                return self._relation(caller, fold(before), opening=opening)
        return Relation.OTHER

    def _relation(self, caller: Caller, state: CaseState, *, opening: bool = False) -> Relation:
        responsible = None if opening else state.responsible
        return relation_to(caller.principal, responsible)


def case_id_of(caller: str, key: str) -> UUID:
    """The id of the case that a caller opens under an idempotency key."""
    return uuid5(OPENINGS, f"{caller}\n{key}")


def _action(act: Act) -> Action:
    match act:
        case OpenCase():
            return Action.OPEN_CASE
        case ExpirePlan():
            return Action.EXPIRE_PLAN
    return Action.RECORD_ACT


def _traits(state: CaseState, as_of: AsOf) -> tuple[str, ...]:
    traits = []
    if as_of.is_past_view:
        traits.append("PAST_VIEW")
    if state.closing is not None:
        traits.append("CLOSED_CASE")
    return tuple(traits)
