"""Family plans: acts on them, and reading them (21 §).

A plan belongs to no authority: it is reached by way of its members' cases. Who answers for the case
of one acts on it. To everybody it is shown as far as it speaks of members whose cases the caller
may look at; of the others it does not say that they are there. A protected client's belonging to a
family tells of the household: where it is withheld (661/2009 37 §), so is that member, with
whatever is said of others too in one breath.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Mask, Permit, Relation, may
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.family_notes import FamilyNotes
from cases.app.outcomes import ActOutcome, Hidden, Performed, Seen
from cases.app.performing import Authorities, Performing
from cases.app.reach import Reach, StreamReach, withheld_from
from cases.app.requests import Request, family_plan_id_of
from cases.app.store.entries import CaseStreams, Streams
from cases.app.store.faults import UnknownFactType, Unreadable
from cases.app.stream_kind import Beside, Brought, LookedBackOn, StreamKind
from cases.domain.case.act import Act, Circumstances, Outcome
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.family.acts import DrawUpFamilyPlan, JoinFamilyPlan
from cases.domain.family.decisions import decide
from cases.domain.family.facts import FamilyPlanFact
from cases.domain.family.state import NOTHING, FamilyPlanState, fold
from cases.domain.family.visibility import Visible, as_far_as_visible
from cases.domain.law.edition import Law
from cases.domain.model import State


class FamilyPlanReadable(State):
    """A family plan as far as it may be shown, and what the caller has then seen of it."""

    family_plan_id: UUID
    seen: Seen
    state: FamilyPlanState
    visible: Visible


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
        return {m: state for m, (state, answer) in judged.items() if _wholly(answer)}

    def visible(self, caller: Caller, members: Iterable[UUID]) -> Visible:
        """Whom the caller may see in a plan, and who is withheld from it."""
        judged = self.judged(caller, Action.READ_FAMILY_PLAN, members)
        today = self._clock.today()
        return Visible(
            members=frozenset(m for m, (_, answer) in judged.items() if _wholly(answer)),
            withheld=frozenset(
                m for m, (case, _) in judged.items() if withheld_from(caller.principal, case, today)
            ),
        )


class FamilyReach(StreamReach[FamilyPlanState]):
    """How far a caller reaches into a family plan: as far as into its members' cases."""

    opening = Action.DRAW_UP_FAMILY_PLAN

    def __init__(self, log: Streams, witness: Witness, members: Members) -> None:
        super().__init__(log, witness)
        self._members = members

    def fold(self, facts: Sequence[Recorded]) -> FamilyPlanState:
        """The plan after these facts."""
        return fold(facts, NOTHING)

    def fold_on(
        self, facts: Sequence[Recorded], state: FamilyPlanState, before: Sequence[Recorded]
    ) -> FamilyPlanState:
        """The plan after these facts."""
        return fold(facts, state)

    def judge(
        self, caller: Caller, action: Action, state: FamilyPlanState, *, opening: bool = False
    ) -> Permit | Deny:
        """Whether the caller may do this by way of one of the members' cases.

        Hidden from whoever may read of no member.
        """
        if opening or not state.version:
            return may(caller.principal, action, Relation.NONE)
        members = [member.case_id for member in state.members]
        answers = [answer for _, answer in self._members.judged(caller, action, members).values()]
        permitted = next((answer for answer in answers if _wholly(answer)), None)
        if isinstance(permitted, Permit):
            return permitted
        return Deny(hidden=not self._members.known(caller, members))


class FamilyKind(StreamKind[FamilyPlanState]):
    """What is particular to family plans."""

    opens = DrawUpFamilyPlan

    def __init__(self, log: Streams, reach: FamilyReach, members: Members) -> None:
        super().__init__(log, reach)
        self._members = members

    def id_of(self, caller: str, key: str) -> UUID:
        """The id of the plan that a caller draws up under an idempotency key."""
        return family_plan_id_of(caller, key)

    def brought(
        self, caller: Caller, act: Act, stream_id: UUID, state: FamilyPlanState, on: date
    ) -> Brought:
        """The cases of the members, and of who is to be one, that the caller may process."""
        members = [member.case_id for member in state.members]
        if isinstance(act, DrawUpFamilyPlan):
            members += act.members
        if isinstance(act, JoinFamilyPlan):
            members.append(act.member)
        return Brought(cases=self._members.known(caller, dict.fromkeys(members)))

    def decide(
        self, act: Act, state: FamilyPlanState, circumstances: Circumstances, past: LookedBackOn
    ) -> Outcome:
        """Decide an act on a plan."""
        return decide(act, state, circumstances, past.brought.cases)

    def beside(
        self, before: FamilyPlanState, after: FamilyPlanState, facts: Sequence[Recorded]
    ) -> Beside:
        """A line in the trail of everybody the act was decided on."""
        parts = [p for f in facts if isinstance(f.fact, FamilyPlanFact) for p in f.fact.parts]
        return Beside(
            people=tuple((p.case_id, p.case_version) for p in parts if p.case_version),
            members_untold=True,
        )

    def shown(
        self,
        caller: Caller,
        state: FamilyPlanState,
        facts: Sequence[Recorded],
        before: Callable[[], Sequence[Recorded]],
    ) -> tuple[tuple[Recorded, ...], frozenset[Mask]]:
        """The facts, as far as they speak of members the caller may see."""
        named = {
            p.case_id for f in facts if isinstance(f.fact, FamilyPlanFact) for p in f.fact.parts
        }
        visible = self._members.visible(caller, named | {m.case_id for m in state.everybody})
        return as_far_as_visible(facts, visible), frozenset()


class FamilyPlans:
    """Acts on family plans, and reading one. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        log: Streams,
        cases: CaseStreams,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        authorities: Authorities,
        notes: FamilyNotes,
    ) -> None:
        self._witness = witness
        self._notes = notes
        self._members = Members(cases, Reach(cases, witness, law, clock), clock)
        self._reach = FamilyReach(log, witness, self._members)
        self._performing = Performing(
            FamilyKind(log, self._reach, self._members),
            witness=witness,
            law=law,
            clock=clock,
            new_id=new_id,
            authorities=authorities,
            accept_test_codes=False,
        )

    def perform(self, caller: Caller, request: Request) -> ActOutcome:
        """Perform an act; see the outcomes. Raises StoreUnavailable when the outcome is unknown.

        What was recorded is told to the members' cases, as far as that can be done at once.
        """
        outcome = self._performing.perform(caller, request)
        if isinstance(outcome, Performed):
            self._notes.tell(outcome.case_id)
        return outcome

    def show(self, caller: Caller, family_plan_id: UUID) -> FamilyPlanReadable | Hidden:
        """A plan as far as the caller may see it; each person's line is on the trail by then.

        *Hidden* where there is none, and where the caller may look at no member's case.
        """
        action = Action.READ_FAMILY_PLAN
        stored = self._reach.load(caller, action, family_plan_id)
        if stored is None:
            return Hidden()
        if not stored:
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return Hidden()
        state = self._reach.fold(stored)
        everybody = [member.case_id for member in state.everybody]
        judged = self._members.judged(caller, action, everybody)
        visible = self._members.visible(caller, everybody)
        permit = next((answer for m, (_, answer) in judged.items() if m in visible.members), None)
        if not isinstance(permit, Permit):
            forbidden = AccessResult.FORBIDDEN
            self._witness.note(caller, action, forbidden, case_id=family_plan_id)
            return Hidden()
        shown = [(m, case.version) for m, (case, _) in judged.items() if m in visible.members]
        self._witness.note_people(caller.in_role(permit.role), action, "family-plan", shown)
        return FamilyPlanReadable(
            family_plan_id=family_plan_id, seen=Seen.of(stored), state=state, visible=visible
        )


def _wholly(answer: Permit | Deny) -> bool:
    """Whether the caller may do it, and nothing is withheld from it."""
    return isinstance(answer, Permit) and not answer.masks
