"""Family plans: acts on them, and reading them (21 §).

A plan belongs to no authority: it is reached by way of its members' cases. Who answers for the case
of one acts on it. To everybody it is shown as far as it speaks of members whose cases the caller
may look at; of the others it does not say that they are there. A protected client's belonging to a
family tells of the household: where it is withheld (661/2009 37 §), so is that member, with
whatever is said of others too in one breath.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Mask, Permit, Relation, may
from cases.app.access.principal import Role
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.circumstances import Authorities
from cases.app.clock import Clock
from cases.app.family_members import LookingBackOnPlan, Members, wholly
from cases.app.family_notes import FamilyNotes
from cases.app.outcomes import ActOutcome, CannotAnswer, Hidden, Performed, Seen
from cases.app.performing import Performing
from cases.app.reach import Reach, StreamReach
from cases.app.requests import Request, action_of, family_plan_id_of
from cases.app.store.entries import CaseStreams, Streams
from cases.app.stream_kind import Beside, Brought, LookedBackOn, StreamKind
from cases.domain.case.act import Act, Circumstances, Outcome
from cases.domain.case.records.mending import MENDS
from cases.domain.case.state import CaseState
from cases.domain.facts import Recorded
from cases.domain.family.acts import (
    AnnulFamilyPlanRecord,
    CorrectFamilyPlanRecord,
    DrawUpFamilyPlan,
    JoinFamilyPlan,
    ReviewFamilyPlan,
)
from cases.domain.family.members import MembersCases
from cases.domain.family.register import decide
from cases.domain.family.state import NOTHING, FamilyPlanState, fold, fold_on, parts_of
from cases.domain.family.visibility import Visible, as_far_as_visible
from cases.domain.law.edition import Law
from cases.domain.model import State
from cases.domain.questions.as_of import AsOf, is_to_come, known_by


class FamilyPlanReadable(State):
    """A family plan as it was asked for, who of it may be shown, and what is then seen of it.

    ``facts`` are those known, ``annulled_shown`` says whether what annulled ones said may be.
    """

    family_plan_id: UUID
    seen: Seen
    facts: tuple[Recorded, ...]
    as_of: AsOf
    visible: Visible
    annulled_shown: bool


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
        return fold_on(facts, state, before)

    def judge(
        self,
        caller: Caller,
        action: Action,
        state: FamilyPlanState,
        *,
        opening: bool = False,
        on: date | None = None,
    ) -> Permit | Deny:
        """Whether the caller may do this by way of one of the members' cases, as they stand today.

        Hidden from whoever may read of no member.
        """
        if opening or not state.version:
            return may(caller.principal, action, Relation.NONE)
        members = state.whose
        answers = [answer for _, answer in self._members.judged(caller, action, members).values()]
        permitted = next((answer for answer in answers if wholly(answer)), None)
        if isinstance(permitted, Permit):
            return permitted
        return Deny(hidden=not self._members.known(caller, members))


class FamilyKind(StreamKind[FamilyPlanState]):
    """What is particular to family plans."""

    opens = DrawUpFamilyPlan

    def __init__(
        self, log: Streams, reach: FamilyReach, members: Members, witness: Witness
    ) -> None:
        super().__init__(log, reach)
        self._members = members
        self._witness = witness

    def id_of(self, caller: str, key: str) -> UUID:
        """The id of the plan that a caller draws up under an idempotency key."""
        return family_plan_id_of(caller, key)

    def brought(
        self, caller: Caller, act: Act, stream_id: UUID, state: FamilyPlanState, on: date
    ) -> Brought:
        """The cases of the members, and of who is to be one, that the caller may process.

        A review looks at the consents of the others, too: their lines are on the trail by then. Who
        puts the record right tells of those whose history it may read.
        """
        action = Action.READ_FAMILY_PLAN
        members = [member.case_id for member in state.members]
        match act:
            case DrawUpFamilyPlan():
                members += act.members
            case JoinFamilyPlan():
                members.append(act.member)
            case CorrectFamilyPlanRecord() | AnnulFamilyPlanRecord():
                action = Action.READ_FAMILY_PLAN_HISTORY
                members = [*state.named, *_told_anew(act)]
        judged = self._members.judged(caller, action, dict.fromkeys(members))
        known = {m: case for m, (case, answer) in judged.items() if wholly(answer)}
        named = {*state.named}
        others = {m: case for m, (case, _) in judged.items() if m not in known and m in named}
        if isinstance(act, ReviewFamilyPlan):
            self._note_consents(caller, act, others)
        return Brought(cases=known, others=others, visible=self._members.seen(caller, judged))

    def _note_consents(self, caller: Caller, act: Act, others: Mapping[UUID, CaseState]) -> None:
        """The lines of members of whom nothing but their consents was looked at."""
        for member, case in others.items():
            self._witness.note(
                caller,
                action_of(type(act)),
                AccessResult.SHOWN,
                case_id=member,
                version=case.version,
                sections=["consents"],
            )

    def decide(
        self, act: Act, state: FamilyPlanState, circumstances: Circumstances, past: LookedBackOn
    ) -> Outcome:
        """Decide an act on a plan, and what it puts right again."""
        brought = past.brought
        looking_back = LookingBackOnPlan(past, self._members)
        members = MembersCases(cases=brought.cases, others=brought.others, visible=brought.visible)
        return decide(act, state, circumstances.having(members=members, past=looking_back.past()))

    def beside(
        self, before: FamilyPlanState, after: FamilyPlanState, facts: Sequence[Recorded]
    ) -> Beside:
        """A line in the trail of everybody the act was decided on."""
        parts = [part for recorded in facts for part in parts_of(recorded)]
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
        named = {part.case_id for recorded in facts for part in parts_of(recorded)}
        action, earlier = Action.READ_FAMILY_PLAN, tuple[Recorded, ...]()
        if any(isinstance(each.fact, MENDS) for each in facts):
            # What a correction repeats is shown as it was of what it corrects.
            action, earlier = Action.READ_FAMILY_PLAN_HISTORY, tuple(before())
        visible = self._members.visible(caller, action, named | {*state.named})
        return as_far_as_visible((*earlier, *facts), visible)[len(earlier) :], frozenset()


class FamilyPlans:
    """Acts on family plans, and reading one. Safe to share between threads."""

    def __init__(  # noqa: PLR0913 - everything it works with, given by the composition root
        self,
        *,
        log: Streams,
        cases: CaseStreams,
        reach: Reach,
        witness: Witness,
        law: Law,
        clock: Clock,
        new_id: Callable[[], UUID],
        authorities: Authorities,
        notes: FamilyNotes,
    ) -> None:
        self._witness = witness
        self._clock = clock
        self._notes = notes
        self._members = Members(cases, reach, clock)
        self._reach = FamilyReach(log, witness, self._members)
        self._performing = Performing(
            FamilyKind(log, self._reach, self._members, witness),
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

    def show(
        self, caller: Caller, action: Action, family_plan_id: UUID, as_of: AsOf
    ) -> FamilyPlanReadable | Hidden | CannotAnswer:
        """A plan as far as the caller may see it; each person's line is on the trail by then.

        *Hidden* where there is none, where the caller may look at no member's case, and where
        nothing of it was known at the instant asked about. *CannotAnswer* for a version or an
        instant that is still to come.
        """
        stored = self._reach.load(caller, action, family_plan_id)
        if stored is None:
            return Hidden()
        if not stored:
            self._witness.note(caller, action, AccessResult.NOTHING_FOUND)
            return Hidden()
        state = self._reach.fold(stored)
        judged = self._members.judged(caller, action, state.named)
        visible = self._members.seen(caller, judged)
        whose = {*state.whose, *(member.case_id for member in state.everybody)}
        permit = next((a for m, (_, a) in judged.items() if m in visible.members & whose), None)
        if not isinstance(permit, Permit):
            forbidden = AccessResult.FORBIDDEN
            self._witness.note(caller, action, forbidden, case_id=family_plan_id)
            return Hidden()
        caller = caller.in_role(permit.role)
        if is_to_come(as_of, stored[-1], self._clock.now()):
            self._witness.note(caller, action, AccessResult.REFUSED, case_id=family_plan_id)
            return CannotAnswer()
        facts = known_by(stored, as_of)
        if not facts:
            nothing = AccessResult.NOTHING_FOUND
            self._witness.note(caller, action, nothing, case_id=family_plan_id)
            return Hidden()
        named = {*fold(facts).named}
        shown = [(m, c.version) for m, (c, _) in judged.items() if m in visible.members & named]
        traits = ("PAST_VIEW",) if as_of.is_past_view else ()
        if shown:
            self._witness.note_people(caller, action, "family-plan", shown, traits)
        else:
            self._witness.note(
                caller,
                action,
                AccessResult.SHOWN,
                case_id=family_plan_id,
                version=facts[-1].version,
                sections=["family-plan"],
                traits=traits,
            )
        return FamilyPlanReadable(
            family_plan_id=family_plan_id,
            seen=Seen.of(facts),
            facts=facts,
            as_of=as_of,
            visible=visible,
            annulled_shown=caller.role is Role.AUDITOR,
        )


def _told_anew(act: Act) -> Iterator[UUID]:
    """The ids among what a correction tells: of who is to be a member."""
    if isinstance(act, CorrectFamilyPlanRecord):
        for change in act.changes:
            yield from _ids_in(change.to)


def _ids_in(value: object) -> Iterator[UUID]:
    match value:
        case str():
            with suppress(ValueError):
                yield UUID(value)
        case dict():
            for inner in value.values():
                yield from _ids_in(inner)
        case list():
            for inner in value:
                yield from _ids_in(inner)
