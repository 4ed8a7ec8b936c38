"""Where the client was referred and what came of it: the services of a case."""

from datetime import date
from typing import Final
from uuid import UUID

from cases.domain.case.referral_elsewhere.evolution import Elsewhere
from cases.domain.codes.values import ReferralOutcome
from cases.domain.model import Value
from cases.domain.questions.as_of import Known


class ElsewhereOverview(Value):
    """A referral to a service of another organisation; ``outcome`` is absent while not known."""

    referral: UUID
    to: str
    service: str
    note: str | None
    referred_on: date
    outcome_on: date | None
    outcome: ReferralOutcome | None
    outcome_note: str | None


class Services(Value):
    """The services of the case on a legal day, in the order they were recorded."""

    referred_elsewhere: tuple[ElsewhereOverview, ...] = ()


NO_SERVICES: Final = Services()


def services(asked: Known) -> Services:
    """What had happened by the day asked about, from what was known then."""
    state, day = asked.state, asked.valid_on
    return Services(
        referred_elsewhere=tuple(
            _elsewhere(r, day) for r in state.referrals_elsewhere if r.referred_on <= day
        ),
    )


def _elsewhere(referral: Elsewhere, day: date) -> ElsewhereOverview:
    known = referral.outcome_on is not None and referral.outcome_on <= day
    return ElsewhereOverview(
        referral=referral.referral_id,
        to=referral.to,
        service=referral.service,
        note=referral.note,
        referred_on=referral.referred_on,
        outcome_on=referral.outcome_on if known else None,
        outcome=referral.outcome if known else None,
        outcome_note=referral.outcome_note if known else None,
    )
