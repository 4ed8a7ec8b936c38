"""Non-disclosure for safety (661/2009): set, overlapping, lifted, expiring; what it takes out."""

from datetime import date
from uuid import UUID

import pytest
from tests.acts import close
from tests.desk import Desk, refused
from tests.standing import opened

from cases.domain.case.act import Decision
from cases.domain.case.consent.acts import GiveConsent, Informed
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.person.acts import ContactDetails, PersonDetails, PersonName, RecordDetails
from cases.domain.case.person.facts import DetailsOnRecord
from cases.domain.case.protection.acts import LiftNonDisclosure, SetNonDisclosure
from cases.domain.case.protection.masking import WITHHELD, masked
from cases.domain.case.records.acts import Change, CorrectRecord
from cases.domain.case.representation.acts import RecordRepresentation
from cases.domain.case.representation.facts import RepresentationRecorded
from cases.domain.case.state import fold
from cases.domain.codes.values import ConsentScope, DueKind, RepresentationKind
from cases.domain.questions.dues import dues

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


def test_661_36_an_order_is_recorded_in_a_closed_case_too_and_lifted_there(desk: Desk) -> None:
    desk.does(close(), date(2025, 6, 30))
    assert isinstance(desk.asks(SetNonDisclosure(since=SET), SET), Decision)
    desk.does(SetNonDisclosure(since=SET), SET)
    assert desk.state.protection.holds_on(SET)
    desk.does(LiftNonDisclosure(), LAST)
    assert not desk.state.protection.holds_on(LAST)


def test_661_36_nothing_leads_to_the_household(desk: Desk) -> None:
    guardian, plan = UUID(int=9), UUID(int=10)
    on = date(2025, 4, 1)
    desk.does(RecordDetails(details=PersonDetails(date_of_birth=date(2014, 4, 15))), on)
    names = PersonName(given="Aino", family="Huoltaja")
    for kind in (RepresentationKind.GUARDIAN, RepresentationKind.REPRESENTATIVE):
        desk.does(RecordRepresentation(kind=kind, names=names, since=on), on)
    stands = [r.version for r in desk.facts if isinstance(r.fact, RepresentationRecorded)]
    informed = Informed.model_validate({"date": on, "language": "fa", "interpreter": True})
    consents = GiveConsent(scope=ConsentScope.FAMILY_PLAN, guardian=guardian, informed=informed)
    desk.does(consents, on)
    consent = desk.state.version
    noted = NoteFamilyPlan(
        family_plan=plan, plan_version=1, drawn_up_on=on, until=LAST, next_review_on=SET
    )
    desk.does(noted, on)
    named = Change(member="/content/names/given", to="Aina")
    desk.does(CorrectRecord(version=stands[0], changes=(named,), reason="Aina"), on)
    other = Change(member="/content/guardian", to=str(UUID(int=11)))
    desk.does(CorrectRecord(version=consent, changes=(other,), reason="not she"), on)
    left = masked(desk.facts, date.max)
    told = repr([each.fact for each in left if each.version != stands[1]])
    for told_of in ("Aino", "Aina", "Huoltaja", str(guardian), str(UUID(int=11)), str(plan)):
        assert told_of not in told
    # A representative is no member of the household.
    assert "Huoltaja" in repr([each.fact for each in left if each.version == stands[1]])
    state = fold(left)
    [plan_known] = state.family_plans
    assert (plan_known.until, plan_known.next_review_on) == (LAST, SET)
    [due] = [d for d in dues(state, desk.law) if d.kind is DueKind.FAMILY_PLAN_REVIEW]
    assert due.subject_id is None


def test_every_member_of_a_persons_details_is_shown_or_withheld_by_decision() -> None:
    assert set(DetailsOnRecord.model_fields) == SHOWN | set(WITHHELD)
