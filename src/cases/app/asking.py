"""Questions about one case: what may be shown of it is loaded once its line is on the trail."""

from collections.abc import Callable, Sequence
from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Mask, Permit, Relation, may
from cases.app.access.principal import Role
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.clock import Clock
from cases.app.outcomes import CannotAnswer, Forbidden, Found, Hidden, Seen, Shown
from cases.app.people import People, open_then_closed_last
from cases.app.reach import Reach
from cases.app.store.entries import Streams
from cases.app.store.faults import Unreadable
from cases.domain.case.protection.masking import masked
from cases.domain.case.state import CaseState, fold
from cases.domain.questions.as_of import AsOf, Known, is_to_come, known


class Asking:
    """Who asks what of which case. Safe to share between threads."""

    def __init__(
        self, log: Streams, reach: Reach, witness: Witness, people: People, clock: Clock
    ) -> None:
        self._log = log
        self._reach = reach
        self._witness = witness
        self._people = people
        self._clock = clock

    def show(
        self,
        caller: Caller,
        action: Action,
        case_id: UUID,
        as_of: AsOf,
        sections: Sequence[str] | Callable[[Known], Sequence[str]],
    ) -> Shown | Hidden | Forbidden | CannotAnswer:
        """The case as asked for, for an answer that shows ``sections``; its trail is written first.

        *Hidden* where there is no such case, where the caller may not know of it, and where nothing
        of it was known at the instant asked about. *CannotAnswer* for a version or an instant that
        is still to come: nobody knows what will be known then.

        ``sections`` may follow from what is known; where there are none, nothing is shown, and it
        is *Hidden*.
        """
        admitted = self._reach.admit(caller, action, case_id, ahead=as_of.valid_on)
        if isinstance(admitted, Hidden | Forbidden):
            return admitted
        caller, state, masks = admitted.caller, admitted.state, admitted.masks
        traits = _traits(state, as_of, masks)
        if is_to_come(as_of, admitted.facts[-1], self._clock.now()):
            self._witness.note(
                caller,
                action,
                AccessResult.REFUSED,
                case_id=case_id,
                version=state.version,
                traits=traits,
            )
            return CannotAnswer()
        today = self._clock.today()
        # What is protected is passed on to nobody, not even by who sees it.
        passed_on = action is Action.READ_PROVIDER_EXTRACT and self._reach.protects(state, today)
        asked = known(
            masked(admitted.facts, today) if masks or passed_on else admitted.facts,
            as_of,
            annulled_shown=caller.role is Role.AUDITOR,
        )
        if not asked.facts:
            self._witness.note(
                caller, action, AccessResult.NOTHING_FOUND, case_id=case_id, traits=traits
            )
            return Hidden()
        version = asked.state.version
        parts = sections(asked) if callable(sections) else sections
        if not parts:
            self._witness.note(
                caller,
                action,
                AccessResult.NOTHING_FOUND,
                case_id=case_id,
                version=version,
                traits=traits,
            )
            return Hidden()
        self._witness.note(
            caller,
            action,
            AccessResult.SHOWN,
            case_id=case_id,
            version=version,
            sections=parts,
            traits=traits,
        )
        return Shown(
            case_id=case_id,
            version=version,
            recorded_at=asked.facts[-1].recorded_at,
            known=asked,
            as_of=as_of,
            masks=masks,
        )

    def is_withheld(self, caller: Caller, case_id: UUID) -> bool:
        """Whether something of a case is withheld from the caller today; of one that can't be read
        everything is."""
        try:
            state = fold(self._log.load(case_id))
        except Unreadable:
            return True
        return bool(self._reach.withheld_from(caller.principal, state, self._clock.today()))

    def find(self, caller: Caller, identity_code: str) -> Found | Hidden | Forbidden:
        """The case of a person, by identity code: the open one, else the one closed last.

        Beside an open one, the others of hers that are open: they are to be joined.
        A case the caller may not know of is not found; the trail tells that it was asked for.
        *Forbidden* only to callers who may look nobody up, whether there is somebody or not.
        """
        action = Action.LOOK_UP_PERSON
        allowed = isinstance(may(caller.principal, action, Relation.NONE), Permit)
        rows = self._people.cases_of(identity_code)
        loaded = [(self._reach.load(caller, action, case_id), is_open) for case_id, is_open in rows]
        readable = [(fold(stored), is_open) for stored, is_open in loaded if stored]
        seen = {stored[0].stream_id: Seen.of(stored) for stored, _ in loaded if stored}
        permits: list[tuple[CaseState, Permit]] = []
        for state, _ in sorted(readable, key=open_then_closed_last, reverse=True):
            judged = self._reach.judge(caller, action, state)
            if allowed and isinstance(judged, Permit):
                permits.append((state, judged))
            elif not permits:
                denied, version = AccessResult.FORBIDDEN, state.version
                self._witness.note(caller, action, denied, case_id=state.case_id, version=version)
        if permits:
            others = [each for each in permits[1:] if each[0].closing is None]
            shown = [self._noted(caller, *each) for each in (permits[0], *others)]
            masks = permits[0][1].masks
            return Found(
                case_id=shown[0], seen=seen[shown[0]], others_open=tuple(shown[1:]), masks=masks
            )
        if not rows:
            result = AccessResult.NOTHING_FOUND if allowed else AccessResult.FORBIDDEN
            self._witness.note(caller, action, result)
        return Hidden() if allowed else Forbidden()

    def _noted(self, caller: Caller, state: CaseState, permit: Permit) -> UUID:
        """The id of a case that is found, once its line is noted."""
        assert state.case_id is not None, "a folded stream has its id"
        self._witness.note(
            caller.in_role(permit.role),
            Action.LOOK_UP_PERSON,
            AccessResult.SHOWN,
            case_id=state.case_id,
            version=state.version,
            sections=["lookup"],
        )
        return state.case_id


def _traits(state: CaseState, as_of: AsOf, masks: frozenset[Mask]) -> tuple[str, ...]:
    traits = ["MASKED"] if masks else []
    if as_of.is_past_view:
        traits.append("PAST_VIEW")
    if state.closing is not None:
        traits.append("CLOSED_CASE")
    return tuple(traits)
