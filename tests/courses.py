"""Acts about services, referrals elsewhere, tests and costs, and a case in which all were done."""

from datetime import date
from uuid import UUID

from cases.domain.case.referral_elsewhere.acts import RecordReferralOutcome, ReferElsewhere
from cases.domain.codes.values import ReferralOutcome
from tests.desk import Desk, opened


def refer_elsewhere(to: str = "naapurituki") -> ReferElsewhere:
    return ReferElsewhere(to=to, service="Conversation club")


def outcome_of(
    referral: UUID, outcome: ReferralOutcome = ReferralOutcome.SERVICE_STARTED
) -> RecordReferralOutcome:
    return RecordReferralOutcome(referral=referral, outcome=outcome)


def served() -> Desk:
    """Every act of this module on one case."""
    desk = opened()
    desk.does(refer_elsewhere(), date(2025, 2, 28))
    desk.does(outcome_of(desk.state.referrals_elsewhere[-1].referral_id), date(2025, 3, 10))
    return desk
