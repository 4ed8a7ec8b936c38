"""How an organisation stands to a case on a legal day (3, 17, 22, 85, 86 §)."""

from datetime import date
from enum import StrEnum
from typing import Final

from cases.domain.case.plan.validity import Validity, validity
from cases.domain.case.state import CaseState
from cases.domain.law.edition import Law
from cases.domain.time import Period


class Standing(StrEnum):
    """The ways, the closest first."""

    RESPONSIBLE = "RESPONSIBLE"
    REFERRED_TO = "REFERRED_TO"
    PARTY = "PARTY"
    HANDED_OVER = "HANDED_OVER"
    WAS_PARTY = "WAS_PARTY"
    OTHER = "OTHER"


RECORDED_LATE: Final = Period(months=6)
"""How long after a plan's last day a party records what it did in time: our choice, no rule."""


def standing(state: CaseState, law: Law, organisation: str, day: date) -> Standing:
    """The closest way it stands to the case, by all that is known and as of ``day``.

    A party takes part in an assessment that is under way, owes it an expert assessment, or agreed
    on a plan that is not over. Who handed the case over because the client became a jobseeker, or
    no longer is one, shares the client while a plan drawn up before that is not over. Either was a
    party for a while after the last day of a plan that was in force. A move ends every part in what
    was before it, but that of parties who serve the people of the new authority too. In a closed
    case only who answered for it stands in any way.
    """
    if organisation == state.responsible_on(day):
        return Standing.RESPONSIBLE
    if state.closing is not None or state.closing_on(day) is not None:
        return Standing.OTHER
    responsibility = state.responsibility
    if any(r.to == organisation and r.answered_on is None for r in responsibility.referrals):
        return Standing.REFERRED_TO
    moved = responsibility.moved_by(day)
    since = None if moved is None or organisation in moved.remaining_parties else moved.place
    edition = law.governing(day)
    days = [(plan, validity(plan, state, edition, day)) for plan in state.plans]
    agreed = [
        each
        for plan, each in days
        if organisation in plan.parties
        and (since is None or (plan.drawn_up_on, plan.version) > since)
    ]
    takes_part = _takes_part(state, organisation, since)
    if takes_part or any(not each.is_over_on(day) for each in agreed):
        return Standing.PARTY
    gave = [h.place for h in responsibility.shared_by(day) if h.former == organisation]
    if gave:
        # What was agreed since is the new authority's.
        agreed += [each for plan, each in days if (plan.drawn_up_on, plan.version) < max(gave)]
    shared = agreed
    if any(not each.is_over_on(day) for each in shared):
        return Standing.HANDED_OVER
    lately = any(_ended_lately(each, day) for each in shared)
    return Standing.WAS_PARTY if lately else Standing.OTHER


def _takes_part(state: CaseState, organisation: str, since: tuple[date, int] | None) -> bool:
    """Whether it has a part in what was started, or ordered, ``since`` (None: at any time)."""
    return any(
        (
            a.under_way
            and organisation in a.participants
            and (since is None or (a.started_on, a.version) > since)
        )
        or any(
            e.by == organisation
            and e.obtained_on is None
            and (since is None or (e.ordered_on, e.version) > since)
            for e in a.expert_assessments
        )
        for a in state.assessments
    )


def _ended_lately(days: Validity, day: date) -> bool:
    """Whether it was in force, and its last day lies no longer back than may be told late."""
    last = days.last_day
    return days.fully is not None and last is not None and day <= RECORDED_LATE.ends(last)
