"""Non-disclosure for safety (661/2009): set, overlapping, lifted, expiring; what it takes out."""

from datetime import date
from uuid import UUID

import pytest
from tests.desk import Desk, opened, refused

from cases.domain.case.person.acts import ContactDetails, PersonDetails, RecordDetails
from cases.domain.case.person.facts import DetailsOnRecord
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.case.protection.masking import WITHHELD, masked
from cases.domain.case.state import fold

SET = date(2025, 7, 1)
LAST = date(2030, 6, 30)

SHOWN = {
    "identity_code",
    "names",
    "date_of_birth",
    "gender",
    "citizenships",
    "mother_tongue",
    "contact_language",
    "interpreter_needed",
}


@pytest.fixture
def desk() -> Desk:
    return opened()


def test_it_holds_from_its_first_to_its_last_day(desk: Desk) -> None:
    desk.does(SetNonDisclosure(since=SET, until=LAST), SET)
    holds = desk.state.protection.holds_on
    assert [holds(date(2025, 6, 30)), holds(SET), holds(LAST), holds(date(2030, 7, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_it_withholds_before_it_begins_and_not_after_its_end(desk: Desk) -> None:
    desk.does(SetNonDisclosure(since=SET, until=LAST), date(2025, 6, 2))
    withholds = desk.state.protection.withholds_on
    assert [withholds(date(2025, 6, 2)), withholds(LAST), withholds(date(2030, 7, 1))] == [
        True,
        True,
        False,
    ]


def test_a_shorter_order_takes_nothing_from_a_longer_one(desk: Desk) -> None:
    desk.does(SetNonDisclosure(since=SET, until=LAST), SET)
    desk.does(SetNonDisclosure(since=date(2026, 1, 1), until=date(2026, 12, 31)), SET)
    assert desk.state.protection.holds_on(date(2027, 1, 1))
    assert desk.state.protection.last_day_from(date(2026, 6, 1)) == LAST


def test_lifting_ends_it_from_its_day_on(desk: Desk) -> None:
    desk.does(SetNonDisclosure(since=SET), SET)
    assert desk.state.protection.last_day_from(SET) is None
    lifted = date(2026, 3, 2)
    desk.does(LiftNonDisclosure(), lifted)
    assert desk.state.protection.holds_on(date(2026, 3, 1))
    assert not desk.state.protection.holds_on(lifted)
    assert not desk.state.protection.withholds_on(lifted)
    assert refused(desk.asks(LiftNonDisclosure(), lifted), conflict=True) == [
        ("non-disclosure-holds", "661/2009:36", None)
    ]


def test_an_order_told_after_a_lifting_counts_though_it_is_dated_before(desk: Desk) -> None:
    desk.does(SetNonDisclosure(since=SET), SET)
    desk.does(LiftNonDisclosure(), date(2026, 3, 2))
    desk.does(SetNonDisclosure(since=SET), date(2026, 4, 1))
    assert desk.state.protection.holds_on(date(2026, 4, 1))


def test_what_does_not_hold_is_not_lifted(desk: Desk) -> None:
    assert refused(desk.asks(LiftNonDisclosure(), date(2025, 2, 4)), conflict=True) == [
        ("non-disclosure-holds", "661/2009:36", None)
    ]


def test_contact_details_are_taken_out_of_every_fact(desk: Desk) -> None:
    contact = ContactDetails(address="Kauppakatu 1", phone="+358 00 000 0001")
    desk.does(RecordDetails(details=PersonDetails(contact=contact)), date(2025, 4, 1))
    assert desk.state.person.details_on(date.max).contact == contact
    assert fold(masked(desk.facts, date.max)).person.details_on(date.max).contact is None
    assert "Kauppakatu" not in repr(masked(desk.facts, date.max))


def test_who_somebodys_guardians_are_is_taken_out_of_every_fact(desk: Desk) -> None:
    guardian = UUID("c0000000-0000-4000-8000-000000000009")
    desk.does(RecordDetails(details=PersonDetails(guardians=(guardian,))), date(2025, 4, 1))
    assert desk.state.person.details_on(date(2025, 3, 31)).guardians is None
    assert desk.state.person.details_on(date(2025, 4, 1)).guardians == (guardian,)
    assert str(guardian) not in repr(masked(desk.facts, date.max))


def test_every_member_of_a_persons_details_is_shown_or_withheld_by_decision() -> None:
    assert set(DetailsOnRecord.model_fields) == SHOWN | set(WITHHELD)
