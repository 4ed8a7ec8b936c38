"""The members of a family plan by their cases: as a caller stands to them, and as they were."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Permit
from cases.app.clock import Clock
from cases.app.reach import Reach
from cases.app.store.entries import CaseStreams
from cases.app.store.faults import UnknownFactType, Unreadable
from cases.app.stream_kind import LookedBackOn
from cases.domain.case.act import Act, Circumstances, Past
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.family.members import MembersCases
from cases.domain.family.places import telling_places
from cases.domain.family.register import past_of
from cases.domain.family.state import parts_of
from cases.domain.family.visibility import Visible
from cases.domain.law.rules import Refusal
from cases.domain.time import legal_day

Judged = Mapping[UUID, tuple[CaseState, Permit | Deny]]
"""Members by their cases, each with whether the caller may do what it asks."""


class Members:
    """The cases of members, as a caller stands to them."""

    def __init__(self, cases: CaseStreams, reach: Reach, clock: Clock) -> None:
        self._cases = cases
        self._reach = reach
        self._clock = clock

    def judged(
        self, caller: Caller, action: Action, members: Iterable[UUID]
    ) -> dict[UUID, tuple[CaseState, Permit | Deny]]:
        """The members whose cases there are, each with whether the caller may do this with it.

        One that was erased is not there any more. Raises UnknownFactType.
        """
        found = {}
        for member in members:
            try:
                facts = self._cases.load(member)
            except UnknownFactType:
                raise
            except Unreadable:
                continue
            if facts:
                state = self._reach.fold(facts)
                found[member] = (state, self._reach.judge(caller, action, state))
        return found

    def known(self, caller: Caller, members: Iterable[UUID]) -> dict[UUID, CaseState]:
        """Those whose family plan the caller may read, nothing of them being withheld."""
        judged = self.judged(caller, Action.READ_FAMILY_PLAN, members)
        return {m: state for m, (state, answer) in judged.items() if wholly(answer)}

    def visible(self, caller: Caller, action: Action, members: Iterable[UUID]) -> Visible:
        """Whom the caller may see in a plan by this action, and who is withheld from it."""
        return self.seen(caller, self.judged(caller, action, members))

    def seen(self, caller: Caller, judged: Judged) -> Visible:
        """The same of members who were judged."""
        today = self._clock.today()
        seen = {m: case for m, (case, answer) in judged.items() if wholly(answer)}
        withheld = {
            m: case
            for m, (case, _) in judged.items()
            if self._reach.withheld_from(caller.principal, case, today)
        }
        return Visible(
            members=frozenset(seen),
            withheld=frozenset(withheld),
            places=telling_places(
                tuple(withheld.values()), seen.values(), caller.organisation, today
            ),
            reader=caller.principal.subject,
        )

    def as_it_was(self, member: UUID, left: Recorded, version: int) -> CaseState | None:
        """A member's case at a version, or where none is told when a fact was left.

        None where it can't be read, or was not there yet.
        """
        try:
            facts = self._cases.load(member, lte=version or None)
        except UnknownFactType:
            raise
        except Unreadable:
            return None
        then = [f for f in facts if version or f.recorded_at <= left.recorded_at]
        return self._reach.fold(then) if then else None


class LookingBackOnPlan:
    """The past of one plan, for one act: its acts are decided on the cases as they were then."""

    def __init__(self, past: LookedBackOn, members: Members) -> None:
        self._facts = tuple(past.facts)
        self._under = past.under
        self._now = past.brought.cases
        self._members = members

    def past(self) -> Past:
        """The past, as decisions are told of it."""
        return past_of(self._facts, self._circumstances)

    def _circumstances(
        self, act: Act, left: Recorded, on: date, new_id: UUID
    ) -> Circumstances | Refusal:
        today = legal_day(left.recorded_at)
        told = self._under(act, on, today, left.recorded_by.organisation, new_id, None)
        if isinstance(told, Refusal):
            return told
        then = {part.case_id: part.case_version for part in parts_of(left)}
        cases = {m: case for m, case in self._now.items() if m not in then}
        others: dict[UUID, CaseState] = {}
        for member, version in then.items():
            case = self._members.as_it_was(member, left, version)
            if case is not None:
                (cases if version else others)[member] = case
        return told.having(members=MembersCases(cases=cases, others=others))


def wholly(answer: Permit | Deny) -> bool:
    """Whether the caller may do it, and nothing is withheld from it."""
    return isinstance(answer, Permit) and not answer.masks
