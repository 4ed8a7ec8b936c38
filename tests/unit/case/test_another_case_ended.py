"""A case that ends while the person has an open one elsewhere: told of, and answered for (23 §)."""

from datetime import date
from uuid import UUID

import pytest
from tests.acts import reopen
from tests.desk import KASKINEN, LAIHIA, VAASA
from tests.duplicates import is_duplicate, join
from tests.persons import ANOTHER, BACK, CODE, PLANNED, Offices

from cases.app.outcomes import NotOpenable, Refused
from cases.domain.case.act import Organisation
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.earlier import EarlierGrant, EarlierPlans
from cases.domain.case.earlier_plans.facts import EarlierPlansNoted
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.facts import PlanDrawnUp
from cases.domain.case.records.acts import AnnulRecord
from cases.domain.case.responsibility.facts import HandOverRequested
from cases.domain.codes.values import CaseOrigin, ExtensionGround
from cases.domain.time import Length

FOUND_OUT = date(2025, 6, 10)
ENDED = date(2026, 3, 9)
HALF = Length(months=6, days=0)


def beside(offices: Offices, planned: bool = True) -> tuple[UUID, UUID]:
    """Vaasa's case with a plan, and Kaskinen's, whose person became known later; both open."""
    first = offices.opens(CODE, date(2025, 2, 3))
    if planned:
        offices.plans(first, PLANNED, date(2026, 1, 30))
    return first, opened_beside(offices)


def opened_beside(offices: Offices) -> UUID:
    """Kaskinen's case of the person whom nobody knew to be the same."""
    case = offices.opens(None, FOUND_OUT, KASKINEN)
    details = PersonDetails(identity_code=CODE, date_of_birth=date(1992, 3, 14))
    offices.does(RecordDetails(details=details), case, FOUND_OUT, KASKINEN)
    return case


def noted(offices: Offices, case: UUID) -> list[EarlierPlans | None]:
    """What was noted of other cases, as it counts."""
    facts = (each.fact for each in offices.log.load(case))
    return [each.earlier_plans for each in facts if isinstance(each, EarlierPlansNoted)]


def opening_of(code: str, on: date) -> OpenCase:
    person = PersonDetails(identity_code=code, date_of_birth=date(1992, 3, 14))
    return OpenCase(origin=CaseOrigin.OWN_WORK, learned_on=on, person=person)


def requests(offices: Offices, case: UUID) -> list[str]:
    """The authorities that ask for a case."""
    facts = (each.fact for each in offices.log.load(case))
    return [each.by for each in facts if isinstance(each, HandOverRequested)]


def over(offices: Offices) -> UUID:
    """A case of Vaasa's that is closed, whose plan was extended by half a year."""
    case = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(case, PLANNED, date(2025, 6, 1))
    offices.extends(case, date(2027, 9, 3), date(2025, 4, 1))
    offices.closes(case, date(2025, 6, 2))
    return case


@pytest.mark.guarantee("RC-12")
def test_23_2_what_a_case_granted_is_noted_in_the_open_one_at_its_end_and_not_before() -> None:
    offices = Offices()
    first, second = beside(offices)
    offices.extends(first, date(2027, 9, 3), date(2025, 9, 1))
    # Nor by telling who the person is.
    assert offices.told(second) == ()
    offices.closes(first, ENDED)
    grant = EarlierGrant(ground=ExtensionGround.LITTLE_EDUCATION, length=HALF)
    assert noted(offices, second) == [EarlierPlans(first_drawn_up_on=PLANNED, granted=(grant,))]
    assert offices.maximum(second) == date(2027, 9, 3)
    note = offices.recorded(second, EarlierPlansNoted)
    assert (note.recorded_by.role, note.recorded_by.organisation) == ("CALENDAR", KASKINEN.id)
    assert note.effective_on == ENDED
    # Nothing of whose case that was.
    assert str(first) not in repr(note)
    assert not offices.log.is_untold(first)
    # Nor is it told twice, whoever looks again.
    assert offices.cases.notes is not None
    assert offices.cases.notes.tell_all() == 0
    assert len(noted(offices, second)) == 1


@pytest.mark.guarantee("RC-12")
def test_nothing_of_an_open_case_is_told_by_correcting_whose_another_one_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offices = Offices()
    first = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(first, PLANNED, date(2026, 1, 30))
    second = offices.opens(ANOTHER, FOUND_OUT, KASKINEN)
    whose = {"/content/details/identityCode": CODE}
    with monkeypatch.context() as patched:
        patched.setattr(offices.cases.notes, "tell", lambda _: None)
        offices.corrects(second, PersonDetailsRecorded, whose, KASKINEN)
        assert offices.told(second) == ()
    assert requests(offices, first) == [KASKINEN.id]
    offices.closes(first, ENDED)
    assert [each.first_drawn_up_on for each in offices.told(second)] == [PLANNED]


@pytest.mark.guarantee("RC-12")
def test_23_2_grants_that_are_alike_are_as_many_as_were_granted() -> None:
    offices = Offices()
    first, second = beside(offices)
    for until, on in ((date(2027, 9, 3), date(2025, 9, 1)), (date(2028, 3, 3), date(2025, 10, 1))):
        offices.extends(first, until, on)
    granted = [each.grant for each in offices.state(first).extensions]
    offices.closes(first, ENDED)
    assert len(granted) == 2
    assert offices.maximum(second) == date(2028, 3, 3)
    offices.closes(second, BACK, KASKINEN)
    third = offices.opens(CODE, BACK, LAIHIA)
    assert offices.maximum(third) == date(2028, 3, 3)


@pytest.mark.guarantee("RC-12")
def test_23_2_a_grant_is_noted_beside_an_equal_one_that_was_told() -> None:
    offices = Offices()
    over(offices)
    first = offices.opens(CODE, date(2025, 6, 3), LAIHIA)
    offices.plans(first, date(2025, 6, 20), date(2026, 2, 1), LAIHIA)
    second = opened_beside(offices)
    assert offices.maximum(second) == date(2027, 9, 3)
    offices.extends(first, date(2028, 3, 3), date(2025, 10, 1), LAIHIA)
    offices.closes(first, ENDED, LAIHIA)
    assert offices.maximum(second) == date(2028, 3, 3)


@pytest.mark.guarantee("RC-12")
def test_a_duplicate_is_told_of_by_the_joining_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    offices = Offices()
    monkeypatch.setattr(offices.cases.notes, "tell", lambda _: None)
    first = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(first, PLANNED, date(2026, 1, 30))
    second = offices.opens(None, FOUND_OUT)
    offices.does(is_duplicate(second), first, ENDED)
    assert not offices.log.is_untold(first)
    details = PersonDetails(identity_code=CODE, date_of_birth=date(1992, 3, 14))
    offices.does(RecordDetails(details=details), second, ENDED)
    assert len(offices.told(second)) == 1
    offices.does(join(first), second, ENDED)
    assert noted(offices, second) == []


@pytest.mark.guarantee("RC-12")
def test_a_case_without_plans_and_one_that_is_known_tell_nothing() -> None:
    offices = Offices()
    first, second = beside(offices, planned=False)
    version = offices.state(second).version
    offices.closes(first, ENDED)
    assert offices.state(second).version == version
    known = Offices()
    over(known)
    first = known.opens(CODE, date(2025, 6, 3), LAIHIA)
    second = opened_beside(known)
    version = known.state(second).version
    known.closes(first, ENDED, LAIHIA)
    assert known.state(second).version == version
    assert not known.log.is_untold(first)


@pytest.mark.guarantee("RC-11", "RC-12")
def test_23_2_what_was_noted_follows_what_is_put_right() -> None:
    offices = Offices()
    first, second = beside(offices, planned=False)
    offices.plans(first, date(2025, 7, 1), date(2026, 1, 30))
    offices.closes(first, ENDED)
    assert noted(offices, second) == [EarlierPlans(first_drawn_up_on=date(2025, 7, 1))]
    offices.moves_plan(first, date(2025, 7, 8))
    assert [each.first_drawn_up_on for each in offices.told(second)] == [date(2025, 7, 8)]
    offices.annuls(first, PlanDrawnUp)
    assert offices.told(second) == ()


@pytest.mark.guarantee("RC-12")
def test_a_closing_that_never_was_takes_back_what_was_noted_until_the_next() -> None:
    offices = Offices()
    first, second = beside(offices, planned=False)
    offices.plans(first, date(2025, 7, 1), date(2026, 1, 30))
    offices.closes(first, ENDED)
    offices.annuls(first, CaseClosed)
    assert offices.told(second) == ()
    offices.closes(first, BACK)
    assert [each.first_drawn_up_on for each in offices.told(second)] == [date(2025, 7, 1)]


@pytest.mark.guarantee("RC-12")
def test_nobody_takes_back_what_follows_from_another_case() -> None:
    offices = Offices()
    first, second = beside(offices, planned=False)
    offices.plans(first, date(2025, 7, 1), date(2026, 1, 30))
    offices.closes(first, ENDED)
    version = offices.recorded(second, EarlierPlansNoted).version
    annul = AnnulRecord(version=version, reason="Not hers")
    outcome = offices.asks(annul, second, ENDED, KASKINEN)
    assert isinstance(outcome, Refused)
    broken = [each.line.rule for each in outcome.refusal.violations]
    assert broken == ["note-follows-the-other-case"]


@pytest.mark.guarantee("AC-12")
@pytest.mark.parametrize("by", [LAIHIA, VAASA], ids=["a third authority", "the first one"])
def test_the_open_case_that_is_left_is_the_persons(by: Organisation) -> None:
    offices = Offices()
    first, second = beside(offices)
    offices.closes(first, ENDED)
    offices.asks(opening_of(CODE, BACK), None, BACK, by)
    open_ones = [case for case in offices.log.streams if offices.state(case).closing is None]
    assert open_ones == [second]
    # Vaasa asked when Kaskinen's became known; it did so of Vaasa.
    assert requests(offices, second) == [by.id]


@pytest.mark.guarantee("AC-12")
def test_the_first_case_is_not_reopened_beside_the_one_that_is_left() -> None:
    offices = Offices()
    first, second = beside(offices)
    offices.closes(first, ENDED)
    offices.asks(reopen(), first, BACK)
    assert offices.state(first).closing is not None
    assert requests(offices, second) == [VAASA.id]


@pytest.mark.guarantee("AC-12")
def test_beside_the_one_that_is_left_its_authority_opens_no_second() -> None:
    offices = Offices()
    first, second = beside(offices)
    offices.closes(first, ENDED)
    outcome = offices.asks(opening_of(CODE, BACK), None, BACK, KASKINEN)
    assert isinstance(outcome, NotOpenable)
    assert requests(offices, second) == []


@pytest.mark.guarantee("AC-12")
def test_a_code_that_becomes_known_in_a_third_case_asks_for_the_one_that_is_left() -> None:
    offices = Offices()
    first, second = beside(offices)
    offices.closes(first, ENDED)
    third = offices.opens(ANOTHER, BACK, LAIHIA)
    details = PersonDetails(identity_code=CODE, date_of_birth=date(1992, 3, 14))
    offices.does(RecordDetails(details=details), third, BACK, LAIHIA)
    assert requests(offices, second) == [LAIHIA.id]


@pytest.mark.guarantee("AC-12")
def test_once_the_one_that_is_left_is_closed_the_person_is_free() -> None:
    offices = Offices()
    first, second = beside(offices)
    offices.closes(first, ENDED)
    offices.closes(second, BACK, KASKINEN)
    third = offices.opens(CODE, BACK, LAIHIA)
    assert offices.state(third).closing is None
    assert requests(offices, second) == []
