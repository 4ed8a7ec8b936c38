"""Consents of the client: told before, held from their day, withdrawn (9, 21, 85 §)."""

from datetime import date
from uuid import UUID

import pytest
from tests.desk import LAW_IN_FORCE, Desk, pointers, refused
from tests.standing import opened

from cases.domain.case.consent.acts import GiveConsent, Informed, WithdrawConsent
from cases.domain.codes.values import ConsentGiver, ConsentScope

GIVEN = date(2025, 8, 5)
WITHDRAWN = date(2025, 8, 20)


def consent(scope: ConsentScope, told_on: date = GIVEN, **more: ConsentGiver) -> GiveConsent:
    informed = Informed(on=told_on, language="en", interpreter=False, told="What it means.")
    return GiveConsent(scope=scope, informed=informed, **more)


def given(scope: ConsentScope) -> Desk:
    desk = opened()
    desk.does(consent(scope), GIVEN)
    return desk


@pytest.mark.guarantee("CS-37")
@pytest.mark.parametrize(
    ("scope", "section"),
    [
        (ConsentScope.CONTACT_BY_AUTHORITY, "9"),
        (ConsentScope.CONTACT_TO_NEW_MUNICIPALITY, "85"),
        (ConsentScope.FAMILY_PLAN, "21.1"),
    ],
)
def test_a_consent_holds_from_its_day_until_it_is_withdrawn(
    scope: ConsentScope, section: str
) -> None:
    desk = given(scope)
    assert [line.section for line in desk.facts[-1].rules] == [section]
    (held,) = desk.state.consents
    desk.does(WithdrawConsent(consent=held.consent_id), WITHDRAWN)
    (known,) = desk.state.consents
    days = (date(2025, 8, 4), GIVEN, date(2025, 8, 19), WITHDRAWN)
    assert [known.holds_on(day) for day in days] == [False, True, True, False]


@pytest.mark.guarantee("CS-37")
def test_nobody_consents_to_what_was_told_later() -> None:
    late = consent(ConsentScope.CONTACT_TO_NEW_MUNICIPALITY, told_on=date(2025, 8, 6))
    outcome = opened().asks(late, GIVEN)
    assert refused(outcome) == [("informed-before-consent", "85", None)]
    assert pointers(outcome) == ["/informed/date"]


@pytest.mark.guarantee("CS-37")
def test_decree_4_1_consent_to_guidance_does_not_stand_in_a_case() -> None:
    outcome = opened().asks(consent(ConsentScope.GUIDANCE_RECORD), GIVEN)
    assert refused(outcome) == [("consent-of-a-case", "decree:4.1", None)]


@pytest.mark.guarantee("CS-37")
def test_21_there_is_no_consent_to_a_family_plan_that_the_edition_does_not_know() -> None:
    by_guardian = consent(ConsentScope.FAMILY_PLAN, given_by=ConsentGiver.GUARDIAN)
    rules = [rule for rule, _, _ in refused(opened(LAW_IN_FORCE).asks(by_guardian, GIVEN))]
    assert rules == ["family-plan-of-the-edition"]


@pytest.mark.guarantee("CS-37")
def test_only_a_consent_that_holds_is_withdrawn_and_once() -> None:
    desk = given(ConsentScope.CONTACT_BY_AUTHORITY)
    (held,) = desk.state.consents
    early = desk.asks(WithdrawConsent(consent=held.consent_id), date(2025, 8, 4), today=GIVEN)
    assert refused(early, conflict=True) == [("consent-holds", "9", None)]
    strange = desk.asks(WithdrawConsent(consent=UUID(int=3)), GIVEN)
    assert refused(strange, conflict=True) == [("consent-holds", "9", None)]
    desk.does(WithdrawConsent(consent=held.consent_id), WITHDRAWN)
    again = desk.asks(WithdrawConsent(consent=held.consent_id), WITHDRAWN)
    assert refused(again, conflict=True) == [("consent-holds", "9", None)]
