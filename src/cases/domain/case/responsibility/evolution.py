"""What is known of who answers for the case, on which day, and who handles it."""

from datetime import date, timedelta
from uuid import UUID

from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.consent.facts import ConsentWithdrawn
from cases.domain.case.responsibility.facts import (
    CaseHandedOver,
    HandOverRequestDeclined,
    HandOverRequested,
    ReferralAccepted,
    ReferralDeclined,
    ReferredToEmploymentAuthority,
    WorkerAssigned,
)
from cases.domain.codes.values import HandOverReason, OrganisationKind, ReferralReason
from cases.domain.facts import Recorded
from cases.domain.model import State
from cases.domain.time import legal_day

_OF_A_KIND = {
    HandOverReason.JOBSEEKER: OrganisationKind.EMPLOYMENT_AUTHORITY,
    HandOverReason.NO_LONGER_JOBSEEKER: OrganisationKind.MUNICIPALITY,
}
_SHARED = frozenset(_OF_A_KIND)


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
    """A hand-over from one authority to another, which answers for the case from ``on``.

    ``decided_on`` is the legal day of the act. ``remaining_parties`` are those whose part goes on
    although the client moves.
    """

    on: date
    decided_on: date
    version: int
    former: str
    to: str
    reason: HandOverReason
    consent: UUID | None = None
    remaining_parties: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[date, int]:
        """Its place among what happened: the day it takes effect, and its version."""
        return self.on, self.version

    @property
    def ends_rights(self) -> bool:
        """Whether those who had a part in the case have it no more: the client has moved."""
        return self.reason not in _SHARED


class Requested(State):
    """Another authority's request for the case, on a legal day."""

    request_id: UUID
    by: str
    requested_on: date
    version: int
    declined_on: date | None = None


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
    requests: tuple[Requested, ...] = ()

    def authority_on(self, day: date, opened_by: str) -> str:
        """The id of the authority that answers for the case on ``day``."""
        made = [h for h in self.hand_overs if h.on <= day]
        return max(made, key=lambda h: h.place).to if made else opened_by

    def kind_on(self, day: date, opened_by: OrganisationKind | None) -> OrganisationKind | None:
        """The kind of the authority that answers on ``day``; None where nothing tells it.

        A move leaves it as it was.
        """
        made = [h for h in self.hand_overs if h.on <= day and h.reason in _OF_A_KIND]
        last = max(made, key=lambda h: h.place, default=None)
        return opened_by if last is None else _OF_A_KIND[last.reason]

    def moved_by(self, day: date) -> HandedOver | None:
        """The last hand-over by ``day`` with which the rights of others ended, if any."""
        moves = [h for h in self.hand_overs if h.on <= day and h.ends_rights]
        return max(moves, key=lambda h: h.place, default=None)

    def shared_by(self, day: date) -> tuple[HandedOver, ...]:
        """The hand-overs by ``day`` after which the former authority shares the client."""
        moved = self.moved_by(day)
        return tuple(
            h
            for h in self.hand_overs
            if h.on <= day and not h.ends_rights and (moved is None or h.place > moved.place)
        )

    @property
    def ahead(self) -> HandedOver | None:
        """The hand-over that was recorded before the day it takes effect, the last one if any.

        It stays so after that day: what it means on a day, the day says.
        """
        last = max(self.hand_overs, key=lambda h: h.place, default=None)
        return last if last is not None and last.decided_on < last.on else None

    def last_day_of_authority(self, day: date) -> date | None:
        """The last day on which who answers on ``day`` does; None while no hand-over lies ahead."""
        ahead = self.ahead
        return ahead.on - timedelta(days=1) if ahead is not None and day < ahead.on else None

    def awaited_requests(self) -> tuple[Requested, ...]:
        """The requests that are neither declined nor met, as far as is known.

        One is met by a hand-over to who asked, from the day that is decided.
        """
        return tuple(
            r
            for r in self.requests
            if r.declined_on is None
            and not any(h.to == r.by and h.version > r.version for h in self.hand_overs)
        )

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
    | HandOverRequested
    | HandOverRequestDeclined
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
            return _handed_over(known, recorded, fact)
        case HandOverRequested():
            requested = Requested(
                request_id=fact.request_id, by=fact.by, requested_on=on, version=recorded.version
            )
            return known.having(requests=(*known.requests, requested))
        case HandOverRequestDeclined():
            declined = tuple(
                r.having(declined_on=on) if r.request_id == fact.request_id else r
                for r in known.requests
            )
            return known.having(requests=declined)


def evolve_cancelled(
    known: Responsibility, recorded: Recorded, fact: ConsentWithdrawn | CaseClosed
) -> Responsibility:
    """A hand-over ahead comes to nothing without its consent (85 §), and in a closed case.

    One that has taken effect stays: what was done with a consent before it was withdrawn stays
    done, however the withdrawal is dated.
    """
    today = legal_day(recorded.recorded_at)
    other = fact.consent_id if isinstance(fact, ConsentWithdrawn) else None
    kept = tuple(
        h for h in known.hand_overs if h.on <= today or (other is not None and h.consent != other)
    )
    return known if kept == known.hand_overs else known.having(hand_overs=kept)


def _handed_over(known: Responsibility, recorded: Recorded, fact: CaseHandedOver) -> Responsibility:
    handed = HandedOver(
        on=fact.takes_effect_on or recorded.effective_on,
        decided_on=recorded.effective_on,
        version=recorded.version,
        former=fact.former,
        to=fact.to,
        reason=fact.reason,
        consent=fact.consent,
        remaining_parties=fact.remaining_parties,
    )
    # An answer nobody gave lapses once the case has left, or passed by, who was asked.
    lapsed = tuple(
        r.having(answered_on=recorded.effective_on, accepted=r.to == fact.former)
        if r.answered_on is None and r.to != fact.to
        else r
        for r in known.referrals
    )
    return known.having(hand_overs=(*known.hand_overs, handed), referrals=lapsed)
