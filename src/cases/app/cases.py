"""The application: perform an act on a case, and answer questions about one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Mask
from cases.app.access.principal import Role
from cases.app.access.witness import Witness
from cases.app.asking import Asking
from cases.app.case_notes import CaseNotes, Untold
from cases.app.case_requests import CaseRequests, becomes_request
from cases.app.circumstances import Authorities
from cases.app.clock import Clock
from cases.app.duplicates import Duplicates
from cases.app.looking_back import LookingBack
from cases.app.outcomes import ActOutcome, Free, NotOpenable, Performed, TestCode, Unclaimed
from cases.app.people import People, identity_code, opens_before_closing
from cases.app.performing import Performing
from cases.app.reach import Reach
from cases.app.requests import Request, case_id_of
from cases.app.searching import Searching
from cases.app.store.entries import AnswersUntil, CaseStreams
from cases.app.stream_kind import Beside, Brought, LookedBackOn, StreamKind
from cases.domain.case.act import Act, Circumstances, Outcome
from cases.domain.case.earlier_plans.telling import may_tell, tells_others
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import RecordDetails
from cases.domain.case.protection.masking import masked
from cases.domain.case.records.acts import AnnulRecord, CorrectRecord
from cases.domain.case.records.withheld import (
    MAY_END_PROTECTION,
    corrects_what_is_withheld,
    ends_protection,
)
from cases.domain.case.register import decide
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.time import legal_day

_TELLS_WHO: Final = (RecordDetails, CorrectRecord, AnnulRecord)
"""Acts on an open case by which it may come to have the identity of somebody with another one."""


_CLAIMS: Final = (OpenCase, ReopenCase, RecordDetails)
"""Acts that look at other cases of the person, which may be closed before they are recorded."""


class CaseKind(StreamKind[CaseState]):
    """What is particular to cases."""

    opens = OpenCase

    def __init__(  # noqa: PLR0913, PLR0917 - everything cases work with
        self,
        log: CaseStreams,
        reach: Reach,
        people: People,
        requests: CaseRequests,
        duplicates: Duplicates,
        clock: Clock,
        *,
        accept_test_codes: bool,
    ) -> None:
        super().__init__(log, reach)
        self._withheld_from = reach.withheld_from
        self._people = people
        self._requests = requests
        self._duplicates = duplicates
        self._clock = clock
        self._accept_test_codes = accept_test_codes

    def id_of(self, caller: str, key: str) -> UUID:
        """The id of the case that a caller opens under an idempotency key."""
        return case_id_of(caller, key)

    def decide(
        self, act: Act, state: CaseState, circumstances: Circumstances, past: LookedBackOn
    ) -> Outcome | TestCode | NotOpenable:
        """Decide an act on a case, and what it puts right again."""
        if past.brought.masked:
            withheld = ends_protection(act, past.facts, circumstances)
            if withheld is None and isinstance(act, CorrectRecord):
                withheld = corrects_what_is_withheld(act, past.facts, circumstances)
            if withheld is not None:
                return withheld
        looking_back = LookingBack(self._people, past)
        outcome = decide(act, state, circumstances.having(past=looking_back.past()))
        if looking_back.told_test_code and not self._accept_test_codes:
            return TestCode()
        return NotOpenable() if looking_back.opened_before_closing else outcome

    def identity_code(self, act: Act) -> str | None:
        """The identity code of who opens a case, or whose details are told."""
        return identity_code(act)

    def brought(
        self, caller: Caller, act: Act, stream_id: UUID, state: CaseState, on: date
    ) -> Brought | NotOpenable:
        """What the person's earlier cases mean for this one, and another case the act names."""
        earlier = self._people.earlier_cases(stream_id, state, act, caller.organisation)
        if opens_before_closing(act, on, earlier):
            return NotOpenable()
        today = legal_day(self._clock.now())
        other = self._people.other_case(act, state.responsible_on(today) or "", today, state)
        # What an import tells was done elsewhere, by who was shown it there. Of all other acts
        # nobody asks.
        asked = isinstance(act, MAY_END_PROTECTION) and caller.role is not Role.IMPORTER
        masked_here = asked and bool(self._masks(caller, state))
        return Brought(earlier_plans=earlier.plans, other=other, masked=masked_here)

    def beside(self, before: CaseState, after: CaseState, facts: Sequence[Recorded]) -> Beside:
        """Identities that are new or closed, and drafts that end."""
        today = legal_day(facts[-1].recorded_at)
        new = self._people.new_identities(before, after)
        reopened = before.closing is not None and after.closing is None
        claimed = self._people.identities(after) if reopened else new
        found = self._people.found_under(claimed) if after.closing is None else ()
        others = {case_id for cases in found for case_id, _ in cases} - {facts[0].stream_id}
        return Beside(
            new_identities=new,
            released_identities=self._people.released_identities(before, after),
            identities_open=after.closing is None,
            close_identities=before.closing is None and after.closing is not None,
            reopen_identities=reopened,
            ends_drafts=_ends_drafts(before, after, today),
            limits_drafts=_limits_drafts(before, after, today),
            # One of them may be closed since this act looked at it: the case looks once more.
            others_untold=bool(others) or tells_others(before, after, facts),
            taken_by=self._people.open_beside(
                facts[0].stream_id, found, after.responsible_on(today), today
            ),
        )

    def repeated(self, caller: Caller, request: Request, state: CaseState) -> ActOutcome | None:
        """The answer to an opening that became a request for the case of another authority."""
        if not becomes_request(request):
            return None
        return self._requests.repeated(caller, request, state.version, self._masks(caller, state))

    def taken(
        self,
        caller: Caller,
        request: Request,
        facts: tuple[Recorded, ...],
        holder: UUID | None,
        state: CaseState,
    ) -> ActOutcome | Unclaimed | Free | None:
        """An opening for somebody who has a case elsewhere asks for that one; so a reopening.

        Whoever tells in one case who the person is, or reopens it, learns of the other one, if it
        may be seen. Else what is told of the person is recorded as of anybody: the registry leaves
        the person with the other case, which is asked for.
        """
        if becomes_request(request):
            masks = self._masks(caller, state)
            asked = self._requests.ask(caller, request, facts, holder, masks)
            if asked is not None:
                return asked
        if request.old_record:
            return None
        if self._requests.is_over(holder):
            return Free()
        if isinstance(request.act, OpenCase) or holder is None:
            return None
        told = self._duplicates.told(caller, request, facts[0], holder)
        if told is not None or not isinstance(request.act, _TELLS_WHO):
            return told
        return self._requests.ask_beside(caller, request, facts, holder)

    def shown(
        self,
        caller: Caller,
        state: CaseState,
        facts: Sequence[Recorded],
        before: Callable[[], Sequence[Recorded]],
    ) -> tuple[tuple[Recorded, ...], frozenset[Mask]]:
        """The facts, without what a protected client's case withholds from the caller."""
        today = legal_day(self._clock.now())
        masks = self._masks(caller, state)
        if not masks:
            return tuple(facts), masks
        return masked((*before(), *facts), today)[-len(facts) :], masks

    def _masks(self, caller: Caller, state: CaseState) -> frozenset[Mask]:
        """What of the case is withheld from the caller today."""
        return self._withheld_from(caller.principal, state, legal_day(self._clock.now()))


class Cases:
    """Acts on cases. Safe to share between threads.

    ``asking`` answers questions about one case, ``searching`` finds clients by name. ``notes``
    tells other cases of the person of one that was closed or put right, where there is a log that
    remembers of which they are ``untold``.
    """

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
        untold: Untold | None = None,
    ) -> None:
        people = People(log, blind_index)
        reach = Reach(log, witness, law, clock, people)
        requests = CaseRequests(log, witness, people, reach, clock, new_id)
        self.asking = Asking(log, reach, witness, people, clock)
        self.searching = Searching(reach, witness, clock)
        self._performing = Performing(
            CaseKind(
                log,
                reach,
                people,
                requests,
                Duplicates(reach, witness),
                clock,
                accept_test_codes=accept_test_codes,
            ),
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            authorities=authorities,
            accept_test_codes=accept_test_codes,
        )
        self.notes: CaseNotes | None = None
        if untold is not None:
            self.notes = CaseNotes(
                log=log,
                untold=untold,
                people=people,
                perform=self._performing.perform,
                authorities=authorities,
                clock=clock,
                new_id=new_id,
            )

    def perform(self, caller: Caller, request: Request) -> ActOutcome:
        """Perform an act; see the outcomes. Raises StoreUnavailable when the outcome is unknown.

        What was closed or put right is told to other cases of the person, as far as that can be
        done at once.
        """
        outcome = self._performing.perform(caller, request)
        if self.notes is None or not isinstance(outcome, Performed):
            return outcome
        if isinstance(request.act, _CLAIMS) or may_tell(outcome.facts):
            self.notes.tell(outcome.case_id)
        return outcome

    def foresee(self, caller: Caller, state: CaseState, act: Act) -> Outcome:
        """What would come of an act on a case now; nothing is written.

        For acts that tell nothing of who the person is. That the caller may do it is judged before.
        """
        return self._performing.foresee(caller, state, act)


def _ends_drafts(before: CaseState, after: CaseState, today: date) -> bool:
    """Whether nobody may go on with a draft: the case is closed now, or another's."""
    answered = before.responsible_on(today)
    another = answered is not None and after.responsible_on(today) != answered
    return another or after.closing is not None


def _limits_drafts(before: CaseState, after: CaseState, today: date) -> AnswersUntil | None:
    """Until when who answers today does, where a hand-over ahead has come, gone or moved."""
    if after.responsibility.hand_overs == before.responsibility.hand_overs:
        return None
    last_day = after.responsibility.last_day_of_authority(today)
    return AnswersUntil(after.responsible_on(today) or "", last_day)
