"""How an organisation stands to a case on a legal day (3, 17, 22, 86 §)."""

from datetime import date
from enum import StrEnum

from cases.domain.case.plan.validity import validity
from cases.domain.case.state import CaseState
from cases.domain.codes.values import HandOverReason
from cases.domain.law.edition import Law


class Standing(StrEnum):
    """The ways, the closest first."""

    RESPONSIBLE = "RESPONSIBLE"
    REFERRED_TO = "REFERRED_TO"
    PARTY = "PARTY"
    HANDED_OVER = "HANDED_OVER"
    OTHER = "OTHER"


_SHARED = frozenset({HandOverReason.JOBSEEKER, HandOverReason.NO_LONGER_JOBSEEKER})


def standing(state: CaseState, law: Law, organisation: str, day: date) -> Standing:
    """The closest way it stands to the case, by all that is known and as of ``day``.

    A party takes part in an assessment that is under way, owes it an expert assessment, or agreed
    on a plan that is not over. Who handed the case over because the client became a jobseeker, or
    no longer is one, still shares the client; a move ends the old authority's rights.
    """
    if organisation == state.responsible:
        return Standing.RESPONSIBLE
    responsibility = state.responsibility
    if any(r.to == organisation and r.answered_on is None for r in responsibility.referrals):
        return Standing.REFERRED_TO
    if _takes_part(state, organisation) or _is_party(state, law, organisation, day):
        return Standing.PARTY
    if any(h.former == organisation and h.reason in _SHARED for h in responsibility.hand_overs):
        return Standing.HANDED_OVER
    return Standing.OTHER


def _takes_part(state: CaseState, organisation: str) -> bool:
    return any(
        (a.under_way and organisation in a.participants)
        or any(e.by == organisation and e.obtained_on is None for e in a.expert_assessments)
        for a in state.assessments
    )


def _is_party(state: CaseState, law: Law, organisation: str, day: date) -> bool:
    edition = law.governing(day)
    return any(
        organisation in plan.parties and not validity(plan, state, edition, day).is_over_on(day)
        for plan in state.plans
    )
