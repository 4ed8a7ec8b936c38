"""Referral to a service of another organisation, and what came of it (14 §, decree 1 §)."""

from datetime import date
from uuid import uuid4

import pytest
from tests.acts import hand_over
from tests.acts import status as at
from tests.courses import outcome_of, refer_elsewhere
from tests.desk import OPENED, Desk, only, pointers, refused, rule_log
from tests.standing import opened

from cases.domain.case.referral_elsewhere.facts import ReferralOutcomeRecorded, ReferredElsewhere
from cases.domain.codes.values import HandOverReason, LabourMarketStatus, ReferralOutcome
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.services import ElsewhereOverview, services

REFERRED = date(2025, 2, 28)
STARTED = date(2025, 3, 10)


def shown(desk: Desk, day: date) -> tuple[ElsewhereOverview, ...]:
    return services(known(desk.facts, AsOf(valid_on=day))).referred_elsewhere


@pytest.mark.guarantee("SV-1")
def test_decree_1_a_client_is_referred_elsewhere_and_the_outcome_is_known_from_its_day() -> None:
    desk = opened()
    decision = desk.does(refer_elsewhere(), REFERRED)
    referral = only(decision, ReferredElsewhere).referral_id
    assert rule_log(decision) == [("referred-elsewhere", "decree:1.1", True)]
    outcome = desk.does(outcome_of(referral), STARTED)
    assert only(outcome, ReferralOutcomeRecorded).outcome is ReferralOutcome.SERVICE_STARTED
    assert shown(desk, OPENED) == ()
    (waiting,) = shown(desk, date(2025, 3, 9))
    assert (waiting.to, waiting.service) == ("naapurituki", "Conversation club")
    assert (waiting.referred_on, waiting.outcome, waiting.outcome_on) == (REFERRED, None, None)
    (told,) = shown(desk, STARTED)
    assert (told.outcome, told.outcome_on) == (ReferralOutcome.SERVICE_STARTED, STARTED)


@pytest.mark.guarantee("SV-1")
def test_decree_1_nobody_refers_a_client_to_itself() -> None:
    desk = opened()
    outcome = desk.asks(refer_elsewhere("vaasa"), REFERRED)
    assert refused(outcome) == [("referred-elsewhere", "decree:1.1", None)]
    assert pointers(outcome) == ["/to"]


@pytest.mark.guarantee("SV-1")
def test_decree_1_the_authority_of_the_day_of_the_referral_counts() -> None:
    desk = opened()
    desk.does(at(LabourMarketStatus.JOBSEEKER, REFERRED), REFERRED)
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), REFERRED)
    desk.does(refer_elsewhere("vaasa"), STARTED)
    outcome = desk.asks(refer_elsewhere("vaasa"), OPENED, today=STARTED)
    assert refused(outcome) == [("referred-elsewhere", "decree:1.1", None)]


@pytest.mark.guarantee("SV-1")
def test_decree_1_an_outcome_is_recorded_once_of_a_referral_made_by_then() -> None:
    desk = opened()
    referral = only(desk.does(refer_elsewhere(), REFERRED), ReferredElsewhere).referral_id
    other = only(desk.does(refer_elsewhere("toinen"), REFERRED), ReferredElsewhere).referral_id
    awaited = [("outcome-awaited", "decree:1.1", None)]
    early = desk.asks(outcome_of(referral), date(2025, 2, 27), today=STARTED)
    assert refused(early, conflict=True) == awaited
    assert refused(desk.asks(outcome_of(uuid4()), STARTED), conflict=True) == awaited
    desk.does(outcome_of(referral, ReferralOutcome.NOT_ADMITTED), STARTED)
    again = desk.asks(outcome_of(referral), STARTED)
    assert refused(again, conflict=True) == awaited
    assert pointers(again) == ["/referral"]
    desk.does(outcome_of(other), STARTED)
    assert [each.outcome for each in shown(desk, STARTED)] == ["NOT_ADMITTED", "SERVICE_STARTED"]
