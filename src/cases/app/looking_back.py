"""What putting a record right looks back on: the facts of the case, and what its acts were decided
under."""

from datetime import date
from uuid import UUID

from cases.app.people import (
    People,
    code_told,
    identity_code,
    names_test_code,
    opens_before_closing,
)
from cases.app.stream_kind import LookedBackOn
from cases.domain.case.act import Act, Circumstances, Past
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.past import past_of
from cases.domain.case.records.mending import mended
from cases.domain.case.reopening.acts import ReopenCase
from cases.domain.case.state import NOTHING, fold
from cases.domain.facts import Recorded
from cases.domain.law.rules import Refusal
from cases.domain.time import legal_day


class LookingBack:
    """The past of one case, for one act; and what the store has to say of an act told otherwise.

    ``told_test_code``: an act would now tell an identity code of the test series.
    ``opened_before_closing``: the case would now be opened, or reopened, before its authority
    closed another one of the person's.
    """

    def __init__(self, people: People, past: LookedBackOn) -> None:
        self._people = people
        self._under = past.under
        self._facts = tuple(past.facts)
        self._counted = mended(self._facts)
        self.told_test_code = False
        self.opened_before_closing = False

    def past(self) -> Past:
        """The past, as decisions are told of it."""
        return past_of(self._facts, self._circumstances)

    def _circumstances(
        self, act: Act, left: Recorded, on: date, new_id: UUID
    ) -> Circumstances | Refusal:
        today = legal_day(left.recorded_at)
        authority = left.recorded_by.organisation
        earlier = self._earlier_plans(act, left, on, authority)
        told = self._under(act, on, today, authority, new_id, earlier)
        if isinstance(told, Refusal):
            return told
        return told.having(other=self._people.other_case(act, authority, today))

    def _earlier_plans(
        self, act: Act, left: Recorded, on: date, authority: str
    ) -> EarlierPlans | None:
        """What the act was told of earlier cases then, as it was put right since.

        Of another identity code, what it would have been told then.
        """
        of_the_act = [f for f in self._counted if (f.act_id, f.recorded_at) == _act(left)]
        if identity_code(act) not in {None, code_told(of_the_act)}:
            earlier = self._people.earlier_cases(
                left.stream_id, NOTHING, act, authority, left.recorded_at
            )
            self.told_test_code = self.told_test_code or names_test_code(act)
            self.opened_before_closing |= opens_before_closing(act, on, earlier)
            return earlier.plans
        if on != left.effective_on or any(f.effective_on != on for f in of_the_act):
            # Which codes the case had by then, a reopening does not tell.
            state = NOTHING
            if isinstance(act, ReopenCase):
                state = fold(f for f in self._facts if f.version < left.version)
            earlier = self._people.earlier_cases(left.stream_id, state, act, authority)
            self.opened_before_closing |= opens_before_closing(act, on, earlier)
        if identity_code(act) is None and code_told(of_the_act) is not None:
            return None
        told = (getattr(f.fact, "earlier_plans", None) for f in of_the_act)
        return next((each for each in told if each is not None), None)


def _act(left: Recorded) -> tuple[str, object]:
    return left.act_id, left.recorded_at
