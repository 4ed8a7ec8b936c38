"""What every act and question begins with: load the case, and say how the caller stands to it."""

from datetime import date
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Mask, Permit, Relation, may, relation_of
from cases.app.access.principal import Principal
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.store.entries import CaseStreams
from cases.app.store.faults import UnknownFactType, Unreadable
from cases.domain.case.standing import standing
from cases.domain.case.state import CaseState, fold
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.time import legal_day


class Reach:
    """How far a caller reaches into a case. What can't be read leaves its line in the trail."""

    def __init__(self, log: CaseStreams, witness: Witness, law: Law, clock: Clock) -> None:
        self._log = log
        self._witness = witness
        self._law = law
        self._clock = clock

    def load(self, caller: Caller, action: Action, case_id: UUID) -> tuple[Recorded, ...] | None:
        """The facts of a case; empty where there is no such case.

        One that can't be read leaves its line in the trail. Who may not do this with the case, as
        far as can be known whose it is, learns nothing of it: to them it is not there, and that is
        None. To the others Unreadable is raised.
        """
        try:
            return self._log.load(case_id)
        except Unreadable as cause:
            self._witness.note(caller, action, AccessResult.FAILED, case_id=case_id)
            if isinstance(self._judge_unreadable(caller, action, cause), Permit):
                raise
            return None

    def _judge_unreadable(self, caller: Caller, action: Action, cause: Unreadable) -> Permit | Deny:
        """Whose it was can't be known of a case that is gone or broken; so it is somebody else's.

        Where a newer release has written to it, what stands before that is read and tells; and an
        opening that is repeated is judged as an opening.
        """
        if isinstance(cause, UnknownFactType):
            opening = action is Action.OPEN_CASE
            before = self._log.load(cause.stream_id, lte=cause.version - 1)
            if before or opening:
                return self.judge(caller, action, fold(before), opening=opening)
        return may(caller.principal, action, Relation.OTHER)

    def judge(
        self,
        caller: Caller,
        action: Action,
        state: CaseState,
        *,
        opening: bool = False,
        ahead: date | None = None,
    ) -> Permit | Deny:
        """Whether the caller may do this with the case, as things stand today.

        Of a day that lies ``ahead`` it may know what it may know on that day.
        """
        today = legal_day(self._clock.now())
        if ahead is not None and ahead > today and state.opening is not None:
            then = standing(state, self._law, caller.organisation, ahead)
            judged = may(caller.principal, action, relation_of(then))
            if isinstance(judged, Deny):
                return judged
        if opening or state.opening is None:
            return may(caller.principal, action, Relation.NONE)
        stands = standing(state, self._law, caller.organisation, today)
        withheld = withheld_from(caller.principal, state, today)
        return may(caller.principal, action, relation_of(stands), withheld)


def withheld_from(principal: Principal, state: CaseState, day: date) -> frozenset[Mask]:
    """What a protected client's case withholds from the caller on ``day`` (661/2009 37 §).

    Nothing from the worker the responsible authority has assigned: only whose task it directly is
    may process what non-disclosure covers.
    """
    if not state.protection.withholds_on(day):
        return frozenset()
    responsible = state.responsible_on(day)
    if principal.organisation.id == responsible and principal.subject == (
        state.responsibility.worker_on(day, responsible)
    ):
        return frozenset()
    return frozenset(Mask)
