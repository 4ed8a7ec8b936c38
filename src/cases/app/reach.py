"""What every act and question begins with: load the case, and say how the caller stands to it."""

from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Permit, Relation, may, relation_of
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
                return self.relation(caller, fold(before), opening=opening)
        return Relation.OTHER

    def relation(self, caller: Caller, state: CaseState, *, opening: bool = False) -> Relation:
        """How the caller's organisation stands to the case today; to none where it opens one."""
        responsible = None if opening else state.responsible
        if responsible is None:
            return Relation.NONE
        today = legal_day(self._clock.now())
        return relation_of(standing(state, self._law, caller.principal.organisation.id, today))
