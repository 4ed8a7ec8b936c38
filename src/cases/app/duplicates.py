"""A person with two cases: whoever may see both is told of the other one."""

from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Permit
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.outcomes import NotOpenable
from cases.app.reach import Reach
from cases.app.requests import Request, action_of
from cases.domain.facts import Recorded


class Duplicates:
    """Tells of the case that has the person already. Safe to share between threads."""

    def __init__(self, reach: Reach, witness: Witness) -> None:
        self._reach = reach
        self._witness = witness

    def told(
        self, caller: Caller, request: Request, refused: Recorded, holder: UUID
    ) -> NotOpenable | None:
        """The refusal of an act that tells of the person whose case ``holder`` is.

        ``refused`` is the first fact it would have recorded. The refusal names the holder to who
        may read that case; both have their line by then. None to whoever may not know of it.
        """
        action = Action.LOOK_UP_PERSON
        stored = self._reach.load(caller, action, holder)
        state = self._reach.fold(stored or ())
        judged = (
            self._reach.judge(caller, action, state),
            self._reach.judge(caller, Action.READ_CASE, state),
        )
        if not stored or not all(isinstance(each, Permit) for each in judged):
            return None
        self._witness.note(
            caller,
            action_of(type(request.act)),
            AccessResult.REFUSED,
            case_id=refused.stream_id,
            version=refused.version - 1,
        )
        self._witness.note(
            caller,
            action,
            AccessResult.SHOWN,
            case_id=holder,
            version=state.version,
            sections=["lookup"],
        )
        return NotOpenable(other_case=holder)
