"""What an act leaves behind, all in one append: facts, memory, trail, and what goes with them."""

from cases.app.access.caller import Caller
from cases.app.access.record import AccessResult
from cases.app.access.witness import Witness
from cases.app.requests import Request, action_of
from cases.app.store.entries import ActRecord, Append, DraftOf
from cases.app.stream_kind import Beside
from cases.domain.facts import Recorded


def left_by(  # noqa: PLR0913, PLR0917 - an act, who did it, and what came of it
    witness: Witness,
    caller: Caller,
    request: Request,
    facts: tuple[Recorded, ...],
    beside: Beside,
    claiming: bool,
) -> Append:
    """What an act leaves behind; without ``claiming``, the person stays with another case."""
    first, last = facts[0], facts[-1].version
    action = action_of(type(request.act))
    return Append(
        stream_id=first.stream_id,
        expected_version=first.version - 1,
        facts=facts,
        act=ActRecord(
            stream_id=first.stream_id,
            caller=caller.name,
            key=request.key,
            fingerprint=request.fingerprint,
            act=request.act.NAME,
            first_version=first.version,
            last_version=last,
            recorded_at=first.recorded_at,
        ),
        access=(
            witness.line(
                caller,
                action,
                AccessResult.RECORDED,
                case_id=first.stream_id,
                version=last,
                traits=() if request.draft is None else ("OF_DRAFT",),
            ),
            *(
                witness.line(
                    caller, action, AccessResult.RECORDED, case_id=case_id, version=version
                )
                for case_id, version in beside.people
            ),
        ),
        new_identities=beside.new_identities,
        released_identities=beside.released_identities,
        identities_open=beside.identities_open and claiming,
        close_identities=beside.close_identities,
        reopen_identities=beside.reopen_identities and claiming,
        of_draft=DraftOf(request.draft, caller.organisation) if request.draft else None,
        ends_drafts=beside.ends_drafts,
        limits_drafts=beside.limits_drafts,
        guidance_index=beside.guidance_index,
        guidance_reindexed=beside.guidance_reindexed,
        forgets=beside.forgets,
        members_untold=beside.members_untold,
        others_untold=beside.others_untold,
    )
