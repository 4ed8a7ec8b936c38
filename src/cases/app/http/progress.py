"""How far the read models are, and whether that is near enough: one judgement for all who ask."""

from math import inf

from cases.app.bootstrap import System
from cases.app.http.problems import Problematic, ProblemCode
from cases.app.store.faults import SequencerRefuses
from cases.app.store.ledger import Epoch
from cases.app.store.views import Engine, unavailable_when_lost
from cases.projections.case_view import CaseView
from cases.projections.status import Status, status


class Progress:
    """Looks at the ledger and at the read models' positions, through ``engine``.

    Every method raises StoreUnavailable when the database does not answer.
    """

    def __init__(self, system: System, engine: Engine) -> None:
        self._system = system
        self._engine = engine

    def statuses(self, *views: CaseView) -> tuple[Status, ...]:
        """How far each read model is; all of them where none is named."""
        with unavailable_when_lost():
            return status(self._engine, self._system.log, views or self._system.views.all())

    def epoch(self) -> Epoch:
        """The epoch of the ledger."""
        return self._system.ledger.epoch()

    def places_are_given(self) -> bool:
        """No committed fact has waited too long for its place: a frozen ledger has no lag.

        Nor has one that was restored logically: there nothing gets a place until it is re-based.
        """
        try:
            return self._is_near(self._system.ledger.waiting_for())
        except SequencerRefuses:
            return False

    def gap(self) -> tuple[int, float]:
        """How many committed facts have no place yet, and for how many seconds the oldest."""
        ledger = self._system.ledger
        try:
            waiting_for = ledger.waiting_for()
        except SequencerRefuses:
            return ledger.unplaced(), inf  # nothing gets a place until the log is re-based
        return (0, 0.0) if waiting_for is None else (ledger.unplaced(), waiting_for)

    def keeps_up(self, reached: Status) -> bool:
        """Not held, and nothing has been missing for too long, by the server's clock."""
        limit = self._system.settings.lag_limit
        return not reached.held and reached.behind_for is not None and reached.behind_for <= limit

    def behind(self, view: CaseView) -> int:
        """How many facts a read model lacks; those still without a place count as one.

        Raises projection-behind where ``/health/ready`` would fail for this read model. Asked
        before the rows are read: so they may be newer than is said, and never older.
        """
        # The ledger's head afterwards: what is placed in between is counted there.
        try:
            waiting_for = self._system.ledger.waiting_for()
        except SequencerRefuses:
            raise Problematic(ProblemCode.PROJECTION_BEHIND) from None
        (reached,) = self.statuses(view)
        if not self._is_near(waiting_for) or not self.keeps_up(reached):
            raise Problematic(ProblemCode.PROJECTION_BEHIND)
        return reached.lag + (waiting_for is not None)

    def _is_near(self, seconds: float | None) -> bool:
        """Whether nothing has waited at all, or not for longer than the limit."""
        return seconds is None or seconds <= self._system.settings.lag_limit
