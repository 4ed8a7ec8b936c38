"""The person: what is recorded, and from which day it holds."""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError
from tests.acts import benefit, details, open_case, residence
from tests.acts import status as at
from tests.desk import GRANTED, OPENED, Desk, only, pointers, refused, rule_log

from cases.domain.case.person.acts import ContactDetails, PersonName
from cases.domain.case.person.facts import (
    BenefitNoticeRecorded,
    LabourMarketStatusRecorded,
    PersonDetailsRecorded,
    ResidenceBasisRecorded,
)
from cases.domain.case.records.acts import Change, CorrectRecord
from cases.domain.codes.values import (
    Benefit,
    Gender,
    LabourMarketStatus,
    ResidenceBasis,
    ResidenceGroup,
)

HOME_CARE = LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE
JOBSEEKER = LabourMarketStatus.UNEMPLOYED_JOBSEEKER
EMPLOYED = LabourMarketStatus.EMPLOYED
ALLOWANCE = Benefit.CHILD_HOME_CARE_ALLOWANCE
ASSISTANCE = Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY
DAY = date(2025, 2, 10)


def new_case() -> Desk:
    desk = Desk()
    desk.does(open_case(), OPENED)
    return desk


@pytest.mark.guarantee("FP-1")
def test_73_1_nobody_is_her_own_guardian() -> None:
    desk = new_case()
    another = UUID(int=35)
    outcome = desk.asks(details(guardians=(another, desk.state.case_id)), date(2025, 2, 10))
    assert refused(outcome) == [("guardian-is-another", "73.1", None)]
    assert pointers(outcome) == ["/details/guardians"]
    desk.does(details(guardians=(another,)), date(2025, 2, 10))
    # Nor by a correction of what was recorded so, of the opening (version 2) as well.
    change = Change(member="/content/details/guardians", to=[str(desk.state.case_id)])
    for version in (desk.state.version, 2):
        wrong = CorrectRecord(version=version, changes=(change,), reason="wrong")
        outcome = desk.asks(wrong, date(2025, 2, 11))
        assert refused(outcome) == [("guardian-is-another", "73.1", None)]
        assert pointers(outcome) == ["/changes/0/to"]


def test_73_1_a_citizenship_is_named_once() -> None:
    with pytest.raises(ValidationError):
        details(citizenships=("SY", "SY"))


@pytest.mark.guarantee("CS-5")
def test_73_1_details_are_recorded_as_told_and_what_is_absent_stays_as_it_was() -> None:
    desk = new_case()
    name = PersonName(given="Narges", family="Ahmadi")
    desk.does(details(names=name, gender=Gender.FEMALE), OPENED)
    act = details(gender=Gender.OTHER, contact=ContactDetails(phone="040 123"))
    fact = only(desk.does(act, DAY), PersonDetailsRecorded)
    assert fact.details.names is None
    before, after = (desk.state.person.details_on(day) for day in (OPENED, DAY))
    assert (before.gender, before.names, before.contact) == (Gender.FEMALE, name, None)
    assert (after.gender, after.names) == (Gender.OTHER, name)
    assert after.contact == ContactDetails(phone="040 123")
    assert after.date_of_birth == date(1992, 3, 14)


@pytest.mark.guarantee("CS-5")
def test_73_1_details_of_an_earlier_day_told_late_do_not_hide_newer_ones() -> None:
    desk = new_case()
    desk.does(details(mother_tongue="fa", contact_language="sv"), DAY)
    desk.does(details(mother_tongue="ps", interpreter_needed=True), OPENED, today=DAY)
    known = desk.state.person.details_on(DAY)
    assert (known.mother_tongue, known.contact_language) == ("fa", "sv")
    assert known.interpreter_needed is True
    assert desk.state.person.details_on(OPENED).mother_tongue == "ps"


@pytest.mark.guarantee("CS-5")
def test_73_1_details_of_one_day_told_twice_are_what_was_told_last() -> None:
    desk = new_case()
    desk.does(details(contact_language="sv"), DAY)
    desk.does(details(contact_language="en"), DAY)
    assert desk.state.person.details_on(DAY).contact_language == "en"


def test_73_1_the_age_needs_a_day_of_birth_and_is_reached_on_the_birthday() -> None:
    desk = new_case()
    ages = [desk.state.person.age_on(date(2025, 3, day)) for day in (13, 14)]
    assert ages == [32, 33]
    nameless = Desk()
    nameless.does(open_case(date_of_birth=None), OPENED)
    assert nameless.state.person.age_on(OPENED) is None


@pytest.mark.guarantee("CS-4")
def test_73_1_nobody_is_recorded_as_born_after_the_date_of_the_act() -> None:
    desk = new_case()
    outcome = desk.asks(details(date_of_birth=date(2025, 2, 11)), date(2025, 2, 10))
    assert refused(outcome) == [("born-by-then", "73.1", date(2025, 2, 10))]
    assert pointers(outcome) == ["/details/dateOfBirth"]
    desk.does(details(date_of_birth=date(2025, 2, 10)), date(2025, 2, 10))
    opening = Desk().asks(open_case(date_of_birth=date(2025, 3, 1)), OPENED)
    assert refused(opening) == [("born-by-then", "73.1", OPENED)]
    unborn = new_case().asks(details(identity_code="010128A900P"), date(2025, 2, 10))
    assert refused(unborn) == [("born-by-then", "73.1", date(2025, 2, 10))]


@pytest.mark.guarantee("CS-5")
def test_14_1_the_basis_of_residence_opens_a_window_of_three_years_at_once() -> None:
    decision = new_case().does(residence(GRANTED), OPENED)
    assert only(decision, ResidenceBasisRecorded) == ResidenceBasisRecorded(
        kind=ResidenceBasis.RESIDENCE_PERMIT, first_granted_on=GRANTED, group=ResidenceGroup.OTHER
    )
    assert rule_log(decision) == [("assessment-window", "14.1", "2027-09-16")]


@pytest.mark.guarantee("CS-5")
def test_14_1_a_later_permit_does_not_open_the_window_again_and_an_earlier_one_moves_it() -> None:
    desk = new_case()
    desk.does(residence(GRANTED), OPENED)
    later = desk.does(residence(date(2025, 2, 1)), OPENED)
    assert rule_log(later) == [("assessment-window", "14.1", "2027-09-16")]
    earlier = desk.does(residence(date(2023, 5, 2)), OPENED)
    assert rule_log(earlier) == [("assessment-window", "14.1", "2026-05-02")]


def test_14_6_a_victim_of_trafficking_has_no_window_if_reached_after_it() -> None:
    victim = ResidenceGroup.VICTIM_OF_TRAFFICKING
    decision = new_case().does(residence(date(2022, 1, 29), victim), OPENED)
    assert rule_log(decision) == [("assessment-window", "14.1", "exempt")]
    decision = new_case().does(residence(GRANTED, victim), OPENED)
    assert rule_log(decision) == [("assessment-window", "14.1", "2027-09-16")]


def test_2_the_group_is_that_of_the_newest_basis_held_on_the_day() -> None:
    desk = new_case()
    desk.does(residence(date(2025, 2, 7), ResidenceGroup.PROTECTION), DAY)
    desk.does(residence(GRANTED), DAY)
    person = desk.state.person
    days = [date(2024, 9, 15), GRANTED, date(2025, 2, 6), date(2025, 2, 7)]
    other, protection = ResidenceGroup.OTHER, ResidenceGroup.PROTECTION
    assert [person.group_on(day) for day in days] == [None, other, other, protection]
    assert [person.first_granted_on(day) for day in days] == [None, GRANTED, GRANTED, GRANTED]


@pytest.mark.guarantee("CS-5")
def test_3_a_status_holds_from_its_own_day_whenever_it_was_recorded() -> None:
    desk = new_case()
    decision = desk.does(at(JOBSEEKER, date(2025, 2, 7)), DAY)
    assert only(decision, LabourMarketStatusRecorded).status is JOBSEEKER
    assert rule_log(decision) == [("responsibility-follows-status", "3.1", "UNEMPLOYED_JOBSEEKER")]
    desk.does(at(HOME_CARE, date(2024, 11, 1)), DAY)
    days = [date(2024, 10, 31), date(2024, 11, 1), date(2025, 2, 6), date(2025, 2, 7)]
    assert [desk.state.person.status_on(day) for day in days] == [
        None,
        HOME_CARE,
        HOME_CARE,
        JOBSEEKER,
    ]


@pytest.mark.guarantee("CS-5")
def test_of_two_statuses_or_groups_from_one_day_the_one_recorded_last_holds() -> None:
    desk = new_case()
    desk.does(at(JOBSEEKER, OPENED), OPENED)
    desk.does(at(EMPLOYED, OPENED), DAY)
    assert desk.state.person.status_on(DAY) is EMPLOYED
    desk.does(residence(GRANTED), OPENED, today=DAY)
    desk.does(residence(GRANTED, ResidenceGroup.PROTECTION), DAY)
    assert desk.state.person.group_on(DAY) is ResidenceGroup.PROTECTION


@pytest.mark.guarantee("CS-5")
def test_84_a_benefit_holds_from_its_first_day_to_its_last_both_included() -> None:
    desk = new_case()
    act = benefit(ALLOWANCE, date(2024, 11, 1), date(2025, 2, 7))
    fact = only(desk.does(act, DAY), BenefitNoticeRecorded)
    assert (fact.benefit, fact.since, fact.until) == (
        ALLOWANCE,
        date(2024, 11, 1),
        date(2025, 2, 7),
    )
    desk.does(benefit(ASSISTANCE, date(2025, 2, 7)), DAY)
    days = [date(2024, 10, 31), date(2024, 11, 1), date(2025, 2, 7), date(2025, 2, 8)]
    assert [desk.state.person.benefits_on(day) for day in days] == [
        frozenset(),
        {ALLOWANCE},
        {ALLOWANCE, ASSISTANCE},
        {ASSISTANCE},
    ]


def test_a_fact_of_a_status_counts_from_its_own_day_and_others_from_the_day_of_the_act() -> None:
    desk = new_case()
    desk.does(residence(GRANTED), DAY)
    desk.does(at(HOME_CARE, date(2024, 11, 1)), DAY)
    desk.does(benefit(ALLOWANCE, date(2024, 12, 1)), DAY)
    assert [recorded.holds_from for recorded in desk.facts] == [
        OPENED,
        OPENED,
        GRANTED,
        date(2024, 11, 1),
        date(2024, 12, 1),
    ]


def test_who_is_known_by_an_identity_code_alone_was_born_on_the_day_it_states() -> None:
    desk = Desk()
    desk.does(open_case(date_of_birth=None, identity_code="150412A9610"), OPENED)
    person = desk.state.person
    assert (person.born_on, person.age_on(OPENED)) == (date(2012, 4, 15), 12)
    desk.does(details(date_of_birth=date(2012, 4, 14)), OPENED)
    assert desk.state.person.born_on == date(2012, 4, 14)
