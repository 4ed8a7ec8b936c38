"""Who answers for the cases of generated histories: workers, referrals, hand-overs (3 §)."""

from datetime import date

from cases.app.histories import wording
from cases.app.histories.lengthening import end_studies
from cases.app.histories.telling import Telling
from cases.domain.case.protection.acts import LiftNonDisclosure
from cases.domain.case.responsibility.acts import (
    AcceptReferral,
    AssignWorker,
    DeclineReferral,
    HandOver,
    Referral,
    ReferToEmploymentAuthority,
)
from cases.domain.codes import values as codes

_KINDS = codes.OrganisationKind


def assign(telling: Telling, day: date) -> None:
    """Mostly the case is given to a worker of the authority that answers for it."""
    if telling.happens(0.7):
        worker = telling.desk.usual_officer(telling.desk.authority)
        telling.desk.record(day, AssignWorker(worker=worker.subject))


def lift_non_disclosure(telling: Telling, day: date) -> None:
    """The protection ends, by the worker assigned; one is assigned for it where none is."""
    desk = telling.desk
    worker = desk.usual_officer(desk.authority).subject
    if desk.state.responsibility.worker_on(day, desk.authority.id) != worker:
        desk.record(day, AssignWorker(worker=worker))
    desk.record(day, LiftNonDisclosure(), by_the_usual=True)


def referral(telling: Telling, reason: codes.ReferralReason) -> Referral | None:
    """A referral to the employment authority of the area, where the municipality answers."""
    to = telling.neighbour(_KINDS.EMPLOYMENT_AUTHORITY)
    if telling.jobseeker or to is None or to.id == telling.desk.authority.id:
        return None
    return Referral(to=to.id, reason=reason)


def refer(telling: Telling, day: date) -> None:
    """Refer a client who should become a jobseeker, by an act of its own, and get the answer."""
    found = referral(telling, codes.ReferralReason.SHOULD_BECOME_JOBSEEKER)
    if found is not None:
        act = ReferToEmploymentAuthority(to=found.to, reason=found.reason)
        telling.desk.record(day, act)
        answer(telling, day)


def answer(telling: Telling, day: date) -> None:
    """The employment authority accepts when the client has registered, or declines."""
    asked = telling.desk.state.responsibility.referrals[-1]
    by = telling.desk.organisation(asked.to)
    day = telling.later(day, 2, 21)
    if telling.happens(0.25):
        reason = telling.chance.choice(wording.DECLINED)
        telling.desk.record(day, DeclineReferral(referral=asked.referral_id, reason=reason), by=by)
        return
    registered = max(day.replace(day=1), asked.referred_on)
    act = AcceptReferral(referral=asked.referral_id, registered_as_jobseeker_on=registered)
    telling.desk.record(day, act, by=by)
    assign(telling, day)


def hand_back(telling: Telling, day: date) -> None:
    """The client is no jobseeker any more, so the municipality answers for the case."""
    to = telling.neighbour(_KINDS.MUNICIPALITY)
    if not telling.jobseeker or to is None:
        return
    telling.become(telling.chance.choice(wording.NO_LONGER_JOBSEEKER), day, day)
    end_studies(telling, day, codes.StudiesEndReason.SUPPORT_ENDED)
    telling.desk.record(day, HandOver(to=to.id, reason=codes.HandOverReason.NO_LONGER_JOBSEEKER))
    assign(telling, day)
