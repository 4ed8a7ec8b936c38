"""The application: perform an act on a case.

An act runs: find the case, may they, is it the version they saw, decide, append. Every way out
leaves its line in the access trail – with the facts when there are facts, before the answer when
there are none. When the trail can't be written, StoreUnavailable is raised and nobody is answered.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Permit
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.asking import Asking
from cases.app.case_requests import CaseRequests, becomes_request
from cases.app.clock import Clock
from cases.app.outcomes import (
    ActOutcome,
    Forbidden,
    Hidden,
    InFlight,
    KeyReusedElsewhere,
    NotOpenable,
    Performed,
    Refused,
    Seen,
    Stale,
    TestCode,
    Unsupported,
    VersionMissing,
)
from cases.app.people import (
    EarlierCases,
    People,
    names_test_code,
    opens_before_closing,
)
from cases.app.reach import Reach, withheld_from
from cases.app.requests import Request, action_of, case_id_of
from cases.app.store.entries import (
    ActRecord,
    Append,
    Appended,
    Busy,
    CaseStreams,
    DraftOf,
    IdentityTaken,
    KeyReused,
    Replayed,
    VersionConflict,
)
from cases.app.store.faults import StoreUnavailable, UnknownFactType
from cases.domain.case.act import Act, Circumstances, Outcome, refuse
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.protection.masking import masked
from cases.domain.case.register import decide
from cases.domain.case.state import CaseState, fold
from cases.domain.codes.values import OrganisationKind
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law, NoEdition
from cases.domain.law.register import Rule
from cases.domain.law.rules import NotSupported, Refusal
from cases.domain.time import legal_day


class Authorities(Protocol):
    """The register of organisations, asked about a legal day (Helsinki)."""

    def kind_of(self, organisation: str, on: date, /) -> OrganisationKind | None:
        """The kind of an organisation, None of one that is not in the register."""

    def area_of(self, municipality: str, on: date, /) -> str | None:
        """The employment authority of a municipality's area, None where it is not told."""

    def works_with(self, organisation: str, on: date, /) -> frozenset[str]:
        """The authorities that serve the same people; none where it is not told."""


class Cases:
    """Acts on cases; ``asking`` answers questions about one. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        log: CaseStreams,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        blind_index: Callable[[str], bytes],
        authorities: Authorities,
        accept_test_codes: bool,
    ) -> None:
        self.law = law
        self.clock = clock
        self._log = log
        self._witness = witness
        self._new_id = new_id
        self._authorities = authorities
        self._people = People(log, blind_index)
        self._reach = Reach(log, witness, law, clock)
        self.asking = Asking(self._reach, witness, self._people, clock)
        self._requests = CaseRequests(log, witness, self._people, self._reach, clock, new_id)
        self._accept_test_codes = accept_test_codes

    def perform(self, caller: Caller, request: Request) -> ActOutcome:
        """Perform an act; see the outcomes. Raises StoreUnavailable when the outcome is unknown."""
        action = action_of(type(request.act))
        opening = isinstance(request.act, OpenCase)
        case_id = request.case_id or case_id_of(caller.name, request.key)
        stored = self._reach.load(caller, action, case_id)
        if stored is None:
            return Hidden()
        state = fold(stored)
        if not stored and not opening:
            # Before it is judged: what is not there must look like what may not be known of.
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return Hidden()
        judged = self._reach.judge(caller, action, state, opening=opening)
        acting = caller.in_role(judged.role) if isinstance(judged, Permit) else caller
        repeated = (
            self._repeated(acting, request, case_id, stored, state)
            if stored
            else self._requests.repeated(acting, request)
        )
        if repeated is not None:
            return repeated
        if not isinstance(judged, Permit):
            self._witness.note(
                caller, action, AccessResult.FORBIDDEN, case_id=case_id if stored else None
            )
            return Hidden() if judged.hidden else Forbidden()
        caller = acting
        early = self._before_deciding(caller, request, case_id, stored, state)
        if early is not None:
            return early
        return self._decide_and_append(caller, request, case_id, state)

    def _repeated(
        self,
        caller: Caller,
        request: Request,
        case_id: UUID,
        stored: Sequence[Recorded],
        state: CaseState,
    ) -> ActOutcome | None:
        """The first answer, where the caller has done this very act before; else None.

        Before rights and versions are looked at: the act may have ended the caller's right to it,
        and who lost the answer on the way must still get it.
        """
        if not any(fact.act_id == request.key for fact in stored):
            return None
        earlier = self._log.find_act(case_id, caller.name, request.key)
        return None if earlier is None else self._repeat(caller, request, earlier, state)

    def foresee(self, caller: Caller, state: CaseState, act: Act) -> Outcome:
        """What would come of an act on a case now; nothing is written.

        For acts that tell nothing of who the person is. That the caller may do it is judged before.
        """
        today = self.clock.today()
        on = act.effective_on or today
        asked = Request(act=act, key="", fingerprint=b"")
        circumstances = self._circumstances(caller, asked, on, today, EarlierCases())
        if isinstance(circumstances, Refusal):
            return circumstances
        return decide(act, state, circumstances)

    def _before_deciding(
        self,
        caller: Caller,
        request: Request,
        case_id: UUID,
        stored: Sequence[Recorded],
        state: CaseState,
    ) -> ActOutcome | None:
        """The version: an act is decided on what its caller has seen of the case."""
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
        circumstances = self._circumstances(caller, request, on, today, earlier)
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
                old_record=request.old_record,
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
        action = action_of(type(request.act))
        after = fold(facts, state)
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
                        caller,
                        action,
                        AccessResult.RECORDED,
                        case_id=case_id,
                        version=last,
                        traits=() if request.draft is None else ("OF_DRAFT",),
                    ),
                ),
                new_identities=self._people.new_identities(state, facts),
                close_identities=any(isinstance(f.fact, CaseClosed) for f in facts),
                of_draft=DraftOf(request.draft, caller.organisation) if request.draft else None,
                ends_drafts=_ends_drafts(state, after, legal_day(now)),
                last_day_of_drafts=_last_day_of_drafts(state, after, legal_day(now)),
            )
        )
        match result:
            case Appended():
                return self._told(caller, after, facts)
            case Replayed(act):
                return self._repeat(caller, request, act, state)
            case KeyReused():
                outcome: ActOutcome = KeyReusedElsewhere()
            case VersionConflict(current):
                outcome = Stale(current=current)
            case IdentityTaken(stream_id) if becomes_request(request):
                return self._requests.ask(caller, request, facts, stream_id)
            case IdentityTaken():
                outcome = NotOpenable()
            case Busy():
                outcome = InFlight()
        self._note_refusal(caller, request, case_id, state)
        return outcome

    def _repeat(
        self, caller: Caller, request: Request, earlier: ActRecord, state: CaseState
    ) -> ActOutcome:
        """The first answer again, read from the log; or word that the key was used before."""
        action, case_id = action_of(type(request.act)), earlier.stream_id
        if earlier.fingerprint != request.fingerprint:
            self._witness.note(
                caller, action, AccessResult.REFUSED, case_id=case_id, version=earlier.last_version
            )
            return KeyReusedElsewhere()
        facts = self._log.load(case_id, gt=earlier.first_version - 1, lte=earlier.last_version)
        self._witness.note(
            caller, action, AccessResult.REPLAYED, case_id=case_id, version=earlier.last_version
        )
        return self._told(caller, state, facts, replayed=True)

    def _told(
        self,
        caller: Caller,
        state: CaseState,
        facts: Sequence[Recorded],
        *,
        replayed: bool = False,
    ) -> Performed:
        """What was recorded, as the caller may be told of it once the case is at ``state``."""
        today = legal_day(self.clock.now())
        masks = withheld_from(caller.principal, state, today)
        shown = masked(facts, today) if masks else tuple(facts)
        return Performed(
            case_id=shown[-1].stream_id,
            version=shown[-1].version,
            facts=shown,
            replayed=replayed,
            masks=masks,
        )

    def _note_refusal(
        self, caller: Caller, request: Request, case_id: UUID, state: CaseState
    ) -> None:
        """The line of an act that was not recorded; where there is no case, it names none."""
        self._witness.note(
            caller,
            action_of(type(request.act)),
            AccessResult.REFUSED,
            case_id=case_id if state.version else None,
            version=state.version,
        )

    def _circumstances(
        self, caller: Caller, request: Request, on: date, today: date, earlier: EarlierCases
    ) -> Circumstances | Refusal:
        """What the decision may know; a refusal for a legal date no edition applies to.

        What was done under the repealed Act is judged by the transitional provisions of the first.
        """
        try:
            predates = request.act.may_predate_the_act
            edition = self.law.governing(on) if predates else self.law.on(on)
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
            new_id=request.creates or self._new_id(),
            organisation=caller.principal.organisation,
            earlier_plans=earlier.plans,
            # As of the legal date: who had a part then may have merged into another since.
            kind_of=lambda organisation: self._authorities.kind_of(organisation, on),
            area_of=lambda municipality: self._authorities.area_of(municipality, on),
            works_with=lambda organisation: self._authorities.works_with(organisation, on),
        )


def _ends_drafts(before: CaseState, after: CaseState, today: date) -> bool:
    """Whether nobody may go on with a draft: the case is closed now, or another's."""
    answered = before.responsible_on(today)
    another = answered is not None and after.responsible_on(today) != answered
    return another or after.closing is not None


def _last_day_of_drafts(before: CaseState, after: CaseState, today: date) -> date | None:
    """The last day of who answers today, where a hand-over ahead has come or gone."""
    if after.responsibility.hand_overs == before.responsibility.hand_overs:
        return None
    return after.responsibility.last_day_of_authority(today)
