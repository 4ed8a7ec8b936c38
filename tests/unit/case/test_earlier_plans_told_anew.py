"""A closed case that is put right reaches the maximum of the cases after it (23 § 2 mom.)."""

from datetime import date
from uuid import UUID

import pytest
from tests.acts import benefit, reopen
from tests.desk import KASKINEN, LAIHIA, RANNIKKO_TE
from tests.duplicates import is_duplicate, join
from tests.persons import ANOTHER, BACK, CODE, PLANNED, Offices, returned

from cases.app.access.caller import Caller
from cases.app.access.principal import Role
from cases.app.outcomes import ActOutcome, Forbidden, Performed, Refused
from cases.app.requests import Request
from cases.domain.case.earlier import EarlierPlans
from cases.domain.case.earlier_plans.acts import NoteEarlierPlans, ToldAnew
from cases.domain.case.extension.facts import PlanExtended
from cases.domain.case.opening.facts import CaseOpened
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.case.person.facts import PersonDetailsRecorded
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.plan.facts import PlanDrawnUp, PlanExpired
from cases.domain.case.records.acts import Change, CorrectRecord
from cases.domain.case.records.facts import RecordAnnulled, RecordCorrected
from cases.domain.case.records.mending import mended
from cases.domain.codes.values import Benefit
from cases.domain.facts import Recorded

LATER = date(2025, 3, 10)


def first_days(offices: Offices, case: UUID) -> list[date]:
    return [told.first_drawn_up_on for told in offices.told(case)]


def notes(offices: Offices, case: UUID) -> list[Recorded]:
    """What the product noted on a case."""
    return [each for each in offices.log.load(case) if each.act == NoteEarlierPlans.NAME]


@pytest.mark.guarantee("RC-11")
def test_23_2_a_corrected_day_of_the_first_plan_counts_in_the_case_after_it() -> None:
    offices = Offices()
    first, second = returned(offices)
    assert first_days(offices, second) == [PLANNED]
    assert offices.maximum(second) == date(2027, 3, 3)
    offices.moves_plan(first, LATER)
    assert first_days(offices, second) == [LATER]
    assert offices.maximum(second) == date(2027, 3, 10)
    [note] = notes(offices, second)
    assert isinstance(note.fact, RecordCorrected)
    assert note.fact.members == ("/content/earlierPlans",)
    # The rules the opening was decided under stay its own.
    assert note.fact.computed
    assert note.recorded_by.role == "CALENDAR"
    assert note.recorded_by.organisation == KASKINEN.id
    # Nothing of whose case that was, and why.
    assert str(first) not in note.fact.model_dump_json()
    assert "written wrong" not in note.fact.model_dump_json()
    assert not offices.log.is_untold(first)


@pytest.mark.guarantee("RC-11")
def test_23_2_an_annulled_plan_counts_no_more_in_the_case_after_it() -> None:
    offices = Offices()
    first, second = returned(offices)
    offices.annuls(first, PlanDrawnUp)
    assert offices.told(second) == ()


@pytest.mark.guarantee("RC-11")
def test_23_3_an_annulled_extension_counts_no_more_in_the_case_after_it() -> None:
    offices = Offices()
    first = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(first, PLANNED, date(2026, 1, 30))
    offices.extends(first, date(2028, 3, 3), date(2025, 6, 2))
    offices.closes(first, date(2026, 3, 9))
    second = offices.opens(CODE, BACK, KASKINEN)
    assert offices.maximum(second) == date(2028, 3, 3)
    offices.annuls(first, PlanExtended)
    assert offices.maximum(second) == date(2027, 3, 3)
    # A closed case is told as well.
    third = Offices()
    first = third.opens(CODE, date(2025, 2, 3))
    third.plans(first, PLANNED, date(2026, 1, 30))
    third.extends(first, date(2028, 3, 3), date(2025, 6, 2))
    third.closes(first, date(2026, 3, 9))
    second = third.opens(CODE, BACK, KASKINEN)
    third.closes(second, BACK, KASKINEN)
    third.annuls(first, PlanExtended)
    assert third.maximum(second) == date(2027, 3, 3)


@pytest.mark.guarantee("RC-11")
def test_what_means_nothing_for_others_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    offices = Offices()
    first, second = returned(offices)
    monkeypatch.setattr(offices.cases.notes, "tell", lambda _: None)
    offices.corrects(first, PlanDrawnUp, {"/content/followUp": "weekly call"})
    assert not offices.log.is_untold(first)
    assert notes(offices, second) == notes(offices, first) == []


@pytest.mark.guarantee("RC-11")
def test_a_code_that_was_wrong_takes_the_plans_along_to_whose_they_are() -> None:
    offices = Offices()
    first, second = returned(offices)
    owner = offices.opens(ANOTHER, BACK, LAIHIA)
    assert offices.told(owner) == ()
    offices.corrects(first, PersonDetailsRecorded, {"/content/details/identityCode": ANOTHER})
    assert offices.told(second) == ()
    assert first_days(offices, owner) == [PLANNED]
    offices.corrects(first, PersonDetailsRecorded, {"/content/details/identityCode": CODE})
    assert first_days(offices, second) == [PLANNED]
    assert offices.told(owner) == ()


@pytest.mark.guarantee("RC-11")
def test_a_code_that_was_left_out_counts_from_the_opening_it_is_put_into() -> None:
    offices = Offices()
    first = offices.opens(None, date(2025, 2, 3))
    offices.plans(first, PLANNED, date(2026, 1, 30))
    offices.closes(first, date(2026, 3, 9))
    second = offices.opens(CODE, BACK, KASKINEN)
    assert offices.told(second) == ()
    offices.corrects(first, PersonDetailsRecorded, {"/content/details/identityCode": CODE})
    assert first_days(offices, second) == [PLANNED]
    assert offices.told(first) == ()


@pytest.mark.guarantee("RC-11")
def test_a_code_that_became_known_later_is_not_counted_as_known_before() -> None:
    offices = Offices()
    first = offices.opens(None, date(2025, 2, 3))
    offices.plans(first, PLANNED, date(2026, 1, 30))
    second = offices.opens(CODE, BACK, KASKINEN)
    offices.closes(second, BACK, KASKINEN)
    offices.does(RecordDetails(details=PersonDetails(identity_code=CODE)), first, BACK)
    offices.moves_plan(first, LATER)
    assert offices.told(second) == ()


@pytest.mark.guarantee("RC-11")
def test_23_2_what_a_reopened_case_was_told_of_a_later_one_is_not_brought_back_to_it() -> None:
    offices = Offices()
    first, second = returned(offices)
    offices.plans(second, date(2026, 4, 8), date(2027, 1, 29), KASKINEN)
    offices.extends(second, date(2028, 3, 3), date(2026, 6, 1), KASKINEN)
    offices.closes(second, date(2027, 2, 1), KASKINEN)
    offices.does(reopen(), first, date(2027, 2, 2))
    [brought] = offices.told(first)
    assert len(brought.granted) == 1
    offices.moves_plan(first, LATER)
    assert offices.told(second) == (EarlierPlans(first_drawn_up_on=LATER),)
    assert [len(told.granted) for told in offices.told(first)] == [1]
    assert offices.maximum(first) == offices.maximum(second) == date(2028, 3, 10)
    offices.annuls(second, PlanExtended, KASKINEN)
    assert offices.told(first) == ()
    assert offices.maximum(first) == offices.maximum(second) == date(2027, 3, 10)


@pytest.mark.guarantee("RC-11")
def test_23_2_who_was_told_anew_tells_others_in_turn() -> None:
    offices = Offices()
    first, second = returned(offices)
    offices.does(
        RecordDetails(details=PersonDetails(identity_code=ANOTHER)), second, BACK, KASKINEN
    )
    offices.closes(second, BACK, KASKINEN)
    third = offices.opens(ANOTHER, date(2026, 5, 4), LAIHIA)
    assert first_days(offices, third) == [PLANNED]
    offices.moves_plan(first, LATER)
    assert first_days(offices, second) == first_days(offices, third) == [LATER]
    for case in (first, second, third):
        assert not offices.log.is_untold(case)


@pytest.mark.guarantee("RC-11", "JN-4")
def test_23_2_a_duplicate_that_is_put_right_counts_in_the_case_that_stays() -> None:
    offices = Offices()
    duplicate = offices.opens(None, date(2025, 2, 3))
    offices.plans(duplicate, PLANNED, date(2026, 1, 30))
    staying = offices.opens(CODE, date(2026, 2, 2))
    offices.does(is_duplicate(staying), duplicate, date(2026, 3, 9))
    offices.does(join(duplicate), staying, date(2026, 3, 9))
    assert first_days(offices, staying) == [PLANNED]
    offices.moves_plan(duplicate, LATER)
    assert first_days(offices, staying) == [LATER]


@pytest.mark.guarantee("RC-11")
def test_where_a_case_was_erased_what_was_told_of_it_stays() -> None:
    offices = Offices()
    oldest = offices.opens(CODE, date(2025, 2, 3), LAIHIA)
    offices.plans(oldest, date(2025, 2, 17), date(2025, 12, 31), LAIHIA)
    offices.closes(oldest, date(2026, 1, 5), LAIHIA)
    first = offices.opens(CODE, date(2026, 1, 6))
    offices.plans(first, date(2026, 1, 19), date(2026, 6, 30))
    offices.extends(first, date(2027, 12, 31), date(2026, 2, 9))
    offices.closes(first, date(2026, 7, 1))
    second = offices.opens(CODE, date(2026, 7, 2), KASKINEN)
    before = offices.told(second)
    offices.log.forget(oldest)
    offices.annuls(first, PlanExtended)
    assert offices.told(second) == before
    # Nobody will ever tell otherwise.
    assert not offices.log.is_untold(first)
    assert offices.cases.notes is not None
    assert offices.cases.notes.tell_all() == 0


@pytest.mark.guarantee("RC-11")
def test_23_2_what_the_calendar_noted_of_a_day_that_is_another_now_goes_along() -> None:
    offices = Offices()
    first = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(first, LATER, date(2026, 1, 30))
    offices.closes(first, date(2026, 3, 9))
    second = offices.opens(CODE, BACK, KASKINEN)
    offices.plans(second, date(2026, 4, 8), date(2027, 3, 10), KASKINEN)
    plan = offices.state(second).plans[-1].plan_id
    over = ExpirePlan(plan=plan, last_day=date(2027, 3, 10))
    noted = offices.asks(over, second, date(2027, 3, 11), KASKINEN, Role.CALENDAR)
    assert isinstance(noted, Performed)
    offices.moves_plan(first, PLANNED)
    assert offices.maximum(second) == date(2027, 3, 3)
    annulled = offices.recorded(second, RecordAnnulled).fact
    assert isinstance(annulled, RecordAnnulled)
    assert annulled.annulled == (offices.recorded(second, PlanExpired).version,)
    assert offices.state(second).plans[-1].expired_after is None


@pytest.mark.guarantee("RC-11")
def test_what_a_case_tells_already_is_not_noted_nor_is_what_it_does_not_tell() -> None:
    offices = Offices()
    _, second = returned(offices)
    for told in (
        ToldAnew(version=1, earlier_plans=EarlierPlans(first_drawn_up_on=PLANNED)),
        ToldAnew(version=99, earlier_plans=None),
    ):
        note = NoteEarlierPlans(told=(told,))
        outcome = offices.asks(note, second, BACK, KASKINEN, Role.CALENDAR)
        assert isinstance(outcome, Refused)
        broken = [each.line.rule for each in outcome.refusal.violations]
        assert broken == ["earlier-plans-noted-once"]
    told = ToldAnew(version=1, earlier_plans=EarlierPlans(first_drawn_up_on=LATER))
    by_officer = offices.asks(NoteEarlierPlans(told=(told,)), second, BACK, KASKINEN)
    assert by_officer == Forbidden()


@pytest.mark.guarantee("RC-1", "RC-11")
def test_23_2_an_act_is_decided_again_on_what_was_told_as_it_was_put_right() -> None:
    offices = Offices()
    first, second = returned(offices)
    offices.plans(second, date(2026, 4, 8), date(2027, 1, 29), KASKINEN)
    offices.moves_plan(first, LATER)
    offices.corrects(second, CaseOpened, {"/content/learnedOn": "2026-03-31"}, KASKINEN)
    assert first_days(offices, second) == [LATER]
    offices.corrects(second, PlanDrawnUp, {"/content/validUntil": "2027-03-10"}, KASKINEN)
    beyond = CorrectRecord(
        version=offices.recorded(second, PlanDrawnUp).version,
        changes=(Change(member="/content/validUntil", to="2027-03-11"),),
        reason="It was written wrong",
    )
    outcome = offices.asks(beyond, second, offices.today, KASKINEN)
    assert isinstance(outcome, Refused)
    broken = [(each.line.rule, each.latest) for each in outcome.refusal.violations]
    assert broken == [("all-plans", date(2027, 3, 10))]


@pytest.mark.guarantee("RC-11")
@pytest.mark.parametrize("moves_on", ["the other", "the one that is told"])
def test_who_moves_on_meanwhile_is_told_by_the_next_look(
    monkeypatch: pytest.MonkeyPatch, moves_on: str
) -> None:
    offices = Offices()
    first, second = returned(offices)
    notes = offices.cases.notes
    assert notes is not None
    told_at_once, do = notes.tell, notes._perform
    monkeypatch.setattr(notes, "tell", lambda _: None)
    offices.moves_plan(first, LATER)
    assert first_days(offices, second) == [PLANNED]

    def act_first(caller: Caller, request: Request) -> ActOutcome:
        patched.setattr(notes, "_perform", do)
        if moves_on == "the other":
            offices.moves_plan(first, date(2025, 3, 12))
        else:
            offices.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, BACK), second, BACK, KASKINEN)
        return do(caller, request)

    with monkeypatch.context() as patched:
        patched.setattr(notes, "_perform", act_first)
        told_at_once(first)
    assert offices.log.is_untold(first)
    monkeypatch.undo()
    assert notes.tell_all() == 1
    assert first_days(offices, second) == [date(2025, 3, 12) if moves_on == "the other" else LATER]
    assert notes.tell_all() == 0


@pytest.mark.guarantee("JN-4", "RC-11")
def test_23_2_what_a_case_knew_itself_and_knows_no_more_it_is_told_by_its_duplicate() -> None:
    offices = Offices()
    staying = offices.opens(CODE, date(2025, 2, 3))
    offices.plans(staying, PLANNED, date(2026, 1, 30))
    duplicate = offices.opens(None, date(2026, 2, 2))
    offices.plans(duplicate, date(2026, 2, 9), date(2026, 3, 1))
    offices.does(is_duplicate(staying), duplicate, date(2026, 3, 9))
    offices.does(join(duplicate), staying, date(2026, 3, 9))
    assert offices.told(staying) == ()
    offices.annuls(staying, PlanDrawnUp)
    assert first_days(offices, staying) == [date(2026, 2, 9)]


@pytest.mark.guarantee("RC-5", "RC-11")
def test_what_an_act_computed_is_computed_again_after_it_was_told_anew() -> None:
    offices = Offices()
    first, second = returned(offices)
    offices.moves_plan(first, LATER)
    home = {"/content/details/homeMunicipality": KASKINEN.id}
    offices.corrects(second, PersonDetailsRecorded, home, KASKINEN)
    living = offices.state(second).person.home
    assert living is not None
    assert living.employment_authority == RANNIKKO_TE.id
    assert first_days(offices, second) == [LATER]


@pytest.mark.guarantee("RC-11")
def test_a_code_put_right_brings_what_was_on_record_when_it_should_have_been_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offices = Offices()
    first = offices.opens(ANOTHER, date(2025, 2, 3), KASKINEN)
    offices.closes(first, date(2025, 2, 3), KASKINEN)
    second = offices.opens(CODE, date(2025, 2, 4))
    offices.plans(second, PLANNED, date(2026, 1, 30))
    monkeypatch.setattr(offices.cases.notes, "tell", lambda _: None)
    code = {"/content/details/identityCode": CODE}
    offices.corrects(first, PersonDetailsRecorded, code, KASKINEN)
    assert offices.told(first) == ()


@pytest.mark.guarantee("RC-11")
def test_a_code_that_is_new_by_a_correction_in_the_same_case_tells_of_others_there() -> None:
    offices = Offices()
    _, second = returned(offices)
    opened = offices.recorded(second, PersonDetailsRecorded).version
    again = RecordDetails(details=PersonDetails(identity_code=CODE))
    offices.does(again, second, BACK, KASKINEN)
    change = Change(member="/content/details/identityCode", to=ANOTHER)
    act = CorrectRecord(version=opened, changes=(change,), reason="It was written wrong")
    offices.does(act, second, BACK, KASKINEN)
    assert first_days(offices, second) == [PLANNED]
    told = next(each for each in mended(offices.log.load(second)) if each.act == again.NAME)
    assert isinstance(told.fact, PersonDetailsRecorded)
    assert told.fact.earlier_plans is not None
