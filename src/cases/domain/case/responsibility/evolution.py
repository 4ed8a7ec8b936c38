"""What is known of who answers for the case, and who handles it."""

from datetime import date
from uuid import UUID

from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    ReferralAccepted,
    ReferralDeclined,
    ReferredToEmploymentAuthority,
    WorkerAssigned,
)
from cases.domain.codes.values import HandOverReason, ReferralReason
from cases.domain.facts import Recorded
from cases.domain.model import State


class Referred(State):
    """A referral; ``answered_on`` is the legal day it was accepted or declined."""

    referral_id: UUID
    referred_on: date
    to: str
    reason: ReferralReason
    answered_on: date | None = None
    accepted: bool = False

    def awaits_on(self, day: date) -> bool:
        """Made by ``day``, and not answered by then."""
        return self.referred_on <= day and (self.answered_on is None or day < self.answered_on)


class HandedOver(State):
    """A hand-over on a legal day, from one authority to another."""

    on: date
    version: int
    former: str
    to: str
    reason: HandOverReason


class Assigned(State):
    """Who handles the case in an authority, from a legal day on."""

    on: date
    version: int
    authority: str
    worker: str


class Responsibility(State):
    """Who answers for the case over time, who was asked to, and who handles it."""

    referrals: tuple[Referred, ...] = ()
    hand_overs: tuple[HandedOver, ...] = ()
    workers: tuple[Assigned, ...] = ()

    def authority_on(self, day: date, opened_by: str) -> str:
        """The id of the authority that answers for the case on ``day``."""
        made = [h for h in self.hand_overs if h.on <= day]
        return max(made, key=lambda h: (h.on, h.version)).to if made else opened_by

    def worker_on(self, day: date, authority: str) -> str | None:
        """Who handles the case for the authority on ``day``; a hand-over leaves it to be said."""
        told = [w for w in self.workers if w.on <= day and w.authority == authority]
        return max(told, key=lambda w: (w.on, w.version)).worker if told else None


ResponsibilityFact = (
    WorkerAssigned
    | ReferredToEmploymentAuthority
    | ReferralAccepted
    | ReferralDeclined
    | CaseHandedOver
)


def evolve(known: Responsibility, recorded: Recorded, fact: ResponsibilityFact) -> Responsibility:
    """What is known after one more fact."""
    on = recorded.effective_on
    match fact:
        case WorkerAssigned():
            assigned = Assigned(
                on=on,
                version=recorded.version,
                authority=recorded.recorded_by.organisation,
                worker=fact.worker,
            )
            return known.having(workers=(*known.workers, assigned))
        case ReferredToEmploymentAuthority():
            referred = Referred(
                referral_id=fact.referral_id, referred_on=on, to=fact.to, reason=fact.reason
            )
            return known.having(referrals=(*known.referrals, referred))
        case ReferralAccepted() | ReferralDeclined():
            accepted = isinstance(fact, ReferralAccepted)
            answered = tuple(
                r.having(answered_on=on, accepted=accepted)
                if r.referral_id == fact.referral_id
                else r
                for r in known.referrals
            )
            return known.having(referrals=answered)
        case CaseHandedOver():
            handed = HandedOver(
                on=on,
                version=recorded.version,
                former=fact.former,
                to=fact.to,
                reason=fact.reason,
            )
            # An answer nobody gave lapses once the case has left, or passed by, who was asked.
            lapsed = tuple(
                r.having(answered_on=on, accepted=r.to == fact.former)
                if r.answered_on is None and r.to != fact.to
                else r
                for r in known.referrals
            )
            return known.having(hand_overs=(*known.hand_overs, handed), referrals=lapsed)
