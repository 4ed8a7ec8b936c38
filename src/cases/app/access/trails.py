"""May the access trail of something be read? Also of what is gone: the trail outlives it."""

from uuid import UUID

from cases.app.access.caller import Caller
from cases.app.access.policy import Action, Deny, Permit, Relation, may
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.outcomes import Forbidden, Hidden


def trail_may_be_read(
    witness: Witness, caller: Caller, action: Action, named: UUID, relation: Relation | None
) -> Permit | Hidden | Forbidden:
    """Judged, and noted by then. ``relation`` is how the caller's authority stands to it; None
    where there never was such a thing.
    """
    if relation is None:
        witness.note(caller, action, AccessResult.NOTHING_FOUND)
        return Hidden()
    judged = may(caller.principal, action, relation)
    if isinstance(judged, Deny):
        witness.note(caller, action, AccessResult.FORBIDDEN, case_id=named)
        return Hidden() if judged.hidden else Forbidden()
    shown = caller.in_role(judged.role)
    witness.note(shown, action, AccessResult.SHOWN, case_id=named, sections=["access-trail"])
    return judged
