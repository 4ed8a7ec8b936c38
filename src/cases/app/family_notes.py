"""What follows from an act on a family plan: the members' cases are told where the plan stands.

An act writes one stream. So each case is told by an ordinary act of its own, under a key that
follows from plan, version and case: done twice it is done once, and nothing waits for anything. The
act on the plan leaves behind that this is to be done; it is done right after, and whatever is left
of it by the next look of a worker.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID, uuid5

from cases.app.access.caller import Caller
from cases.app.access.principal import Role, calendar_of
from cases.app.access.purposes import Purposes
from cases.app.cases import Cases
from cases.app.clock import Clock
from cases.app.outcomes import Performed, Refused
from cases.app.requests import Request
from cases.app.store.entries import CaseStreams, Streams
from cases.app.store.faults import StoreFault, Unreadable
from cases.domain.case.act import Organisation
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.state import CaseState
from cases.domain.case.state import fold as fold_case
from cases.domain.facts import FIRST_ID
from cases.domain.family.state import FamilyPlanState, fold

PURPOSE: Final = "CALENDAR"
_DAY: Final = timedelta(days=1)


class Untold(Protocol):
    """The family plans whose members' cases are still to be told of an act."""

    def untold(self, after: UUID) -> tuple[UUID, ...]:
        """Some of them: the next after a plan, in the order of their ids."""

    def told(self, family_plan_id: UUID, version: int) -> None:
        """Nothing is left to tell of a plan up to a version."""


class FamilyNotes:
    """Tells the cases. Safe to share between threads, and to run any number of times at once."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        plans: Streams,
        untold: Untold,
        case_log: CaseStreams,
        cases: Cases,
        find: Callable[[str], Organisation | None],
        purposes: Purposes,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._plans = plans
        self._untold = untold
        self._log = case_log
        self._cases = cases
        self._find = find
        self._purposes = purposes
        self._clock = clock
        self._new_id = new_id

    def tell(self, family_plan_id: UUID) -> None:
        """Tell the members' cases of a plan. What can't be done now is left to ``tell_all``."""
        try:
            self._tell(family_plan_id)
        except StoreFault:
            return

    def tell_all(self) -> int:
        """Tell whatever is left to tell; how many plans that was. Raises StoreUnavailable.

        A plan that can't be told of now, such as one whose authority the register of organisations
        lacks, keeps no other waiting.
        """
        done, last = 0, FIRST_ID
        while some := self._untold.untold(last):
            done += sum(self._tell(each) for each in some)
            last = some[-1]
        return done

    def _tell(self, family_plan_id: UUID) -> bool:
        """Whether every case knows where the plan stands now."""
        try:
            state = fold(self._plans.load(family_plan_id))
        except Unreadable:
            return False
        done = [self._note(family_plan_id, state, named) for named in state.named]
        if all(done):
            self._untold.told(family_plan_id, state.version)
        return all(done)

    def _note(self, family_plan_id: UUID, state: FamilyPlanState, named: UUID) -> bool:
        """Tell one case; whether there is nothing left to tell it, or nobody to tell."""
        today = self._clock.today()
        try:
            case = fold_case(self._log.load(named))
        except Unreadable as cause:
            return cause.gone
        responsible = self._find(case.responsible_on(today) or "")
        if responsible is None:
            return case.version == 0
        act = _told(family_plan_id, state, named, case)
        if act is None:
            return True
        purpose = self._purposes.purpose(PURPOSE, {Role.CALENDAR}, today)
        key = str(uuid5(family_plan_id, f"{state.version} for {named}"))
        outcome = self._cases.perform(
            Caller(calendar_of(responsible), purpose, str(self._new_id())),
            Request(act=act, key=key, fingerprint=key.encode(), case_id=named),
        )
        # Refused is what the case knows already: what is news is told in a closed case, too.
        return isinstance(outcome, Performed | Refused)


def _told(
    family_plan_id: UUID, state: FamilyPlanState, named: UUID, case: CaseState
) -> NoteFamilyPlan | None:
    """What a case is told of a plan: where it stands; that it never was, where it was told of it.

    So where somebody was named by mistake, or the drawing up was annulled: then the case belonged
    to the plan until before it was drawn up.
    """
    member = next((each for each in reversed(state.everybody) if each.case_id == named), None)
    if member is None:
        known = next((p for p in case.family_plans if p.family_plan == family_plan_id), None)
        if known is None:
            return None
        return NoteFamilyPlan(
            family_plan=family_plan_id,
            plan_version=state.version,
            drawn_up_on=known.drawn_up_on,
            until=known.drawn_up_on - _DAY,
        )
    assert state.drawn_up_on is not None, "who has members was drawn up"
    assert state.last_day is not None, "who has members was drawn up"
    belongs = member.left_on is None
    return NoteFamilyPlan(
        family_plan=family_plan_id,
        plan_version=state.version,
        drawn_up_on=state.drawn_up_on,
        until=state.last_day if member.left_on is None else member.left_on - _DAY,
        next_review_on=state.next_review_on if belongs and not state.ended_on else None,
        effective_on=state.latest_on,
    )
