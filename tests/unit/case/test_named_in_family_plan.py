"""What a case knows of family plans: the need of one, and where those stand that name it (21 §)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.acts import complete, review
from tests.desk import ASSESSED, Desk, refused
from tests.standing import opened, planned, under_assessment

from cases.domain.case.act import Decision
from cases.domain.case.assessment.acts import PlannedPlan
from cases.domain.case.consent.acts import GiveConsent, Informed, WithdrawConsent
from cases.domain.case.family_plan.acts import NoteFamilyPlan
from cases.domain.case.person.acts import PersonDetails, RecordDetails
from cases.domain.case.records.acts import AnnulRecord, Change, CorrectRecord
from cases.domain.codes.values import ConsentGiver, ConsentScope, DueKind, PlanOutcome
from cases.domain.questions.dues import Due, dues

FAMILY = UUID("f0000000-0000-4000-8000-000000000001")
DRAWN_UP = date(2025, 5, 12)
UNTIL = date(2026, 5, 12)
REVIEW = date(2025, 11, 10)
NEEDED = PlannedPlan(outcome=PlanOutcome.PLAN_ON_DATE, date=DRAWN_UP)
NOT_NEEDED = PlannedPlan(outcome=PlanOutcome.NO_PLAN, reasons="No common services")
LACKING = DueKind.FAMILY_PLAN_CONSENT_WITHDRAWN
KINDS = {DueKind.FAMILY_PLAN_TO_DRAW_UP, DueKind.FAMILY_PLAN_REVIEW, LACKING}
MOTHER, FATHER = (UUID(f"c0000000-0000-4000-8000-00000000000{n}") for n in (1, 2))


def note(version: int = 1, until: date = UNTIL, next_on: date | None = REVIEW) -> NoteFamilyPlan:
    return NoteFamilyPlan(
        family_plan=FAMILY,
        plan_version=version,
        drawn_up_on=DRAWN_UP,
        until=until,
        next_review_on=next_on,
    )


def found(need: PlannedPlan) -> Desk:
    desk = under_assessment()
    desk.does(complete(desk, family_plan=need), ASSESSED)
    return desk


def told(desk: Desk) -> list[Due]:
    return [due for due in dues(desk.state, desk.law) if due.kind in KINDS]


@pytest.mark.guarantee("FP-6")
def test_21_1_a_need_that_was_found_is_due_until_a_plan_names_the_case() -> None:
    assert told(found(NOT_NEEDED)) == []
    desk = found(NEEDED)
    [due] = told(desk)
    assert due.kind is DueKind.FAMILY_PLAN_TO_DRAW_UP
    assert (due.section, due.planned_on, due.since) == ("21.1", DRAWN_UP, ASSESSED)
    desk.does(note(), DRAWN_UP)
    [due] = told(desk)
    assert due.kind is DueKind.FAMILY_PLAN_REVIEW
    assert (due.subject_id, due.planned_on, due.shown_until) == (FAMILY, REVIEW, UNTIL)


@pytest.mark.guarantee("FP-6")
@pytest.mark.parametrize(
    ("until", "due"), [(date(2025, 8, 31), True), (date(2025, 9, 1), False)], ids=["over", "lasts"]
)
def test_21_1_a_need_found_by_a_review_is_met_by_a_plan_that_lasts_then(
    until: date, due: bool
) -> None:
    desk, on = planned(), date(2025, 9, 1)
    desk.does(note(until=until, next_on=None), DRAWN_UP)
    desk.does(review(desk.plan, next_on=date(2026, 2, 2), family_plan=NEEDED), on)
    assert bool(told(desk)) is due


@pytest.mark.guarantee("FP-6")
def test_what_was_found_last_counts() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2026, 2, 2), family_plan=NEEDED), date(2025, 9, 1))
    assert told(desk)
    desk.does(
        review(desk.plan, next_on=date(2026, 3, 2), family_plan=NOT_NEEDED), date(2025, 12, 1)
    )
    assert told(desk) == []


@pytest.mark.guarantee("FP-6")
def test_notes_are_taken_once_and_in_the_order_of_the_plan() -> None:
    desk = planned()
    desk.does(note(1), DRAWN_UP)
    twice = [("family-plan-noted-once", "21.1", None)]
    assert refused(desk.asks(note(1), DRAWN_UP), conflict=True) == twice
    assert refused(desk.asks(note(2), DRAWN_UP), conflict=True) == twice  # nothing new for this one
    desk.does(note(3, until=REVIEW, next_on=None), REVIEW)
    assert refused(desk.asks(note(2, next_on=UNTIL), REVIEW), conflict=True) == twice
    [plan] = desk.state.family_plans
    assert (plan.plan_version, plan.until, plan.next_review_on) == (3, REVIEW, None)
    assert told(desk) == []


@pytest.mark.guarantee("FP-6")
def test_a_note_is_no_act_on_the_case() -> None:
    desk = planned()
    before = desk.state.latest_effective_on
    assert isinstance(desk.asks(note(), DRAWN_UP), Decision)
    desk.does(note(), DRAWN_UP)
    assert desk.state.latest_effective_on == before


@pytest.mark.guarantee("FP-6")
def test_21_a_note_is_put_right_by_putting_the_plan_right_and_not_by_itself() -> None:
    desk = planned()
    desk.does(note(), DRAWN_UP)
    version = desk.state.version
    for act in (
        AnnulRecord(version=version, reason="another family"),
        CorrectRecord(
            version=version,
            changes=(Change(member="/content/until", to="2026-01-01"),),
            reason="shorter",
        ),
    ):
        assert refused(desk.asks(act, DRAWN_UP), conflict=True) == [
            ("note-follows-the-family-plan", "21.1", None)
        ]


def consent(desk: Desk, on: date, guardian: UUID | None = None) -> UUID:
    informed = Informed(on=on, language="so", interpreter=True)
    scope = ConsentScope.FAMILY_PLAN
    by = ConsentGiver.GUARDIAN
    desk.does(GiveConsent(scope=scope, informed=informed, guardian=guardian, given_by=by), on)
    return desk.state.consents[-1].consent_id


def minor(born_on: date = date(2014, 4, 15)) -> Desk:
    desk = opened()
    details = PersonDetails(date_of_birth=born_on, guardians=(MOTHER, FATHER))
    desk.does(RecordDetails(details=details), date(2025, 3, 3))
    return desk


def lacking(desk: Desk) -> list[tuple[date | None, date | None]]:
    return [(due.since, due.shown_until) for due in told(desk) if due.kind is LACKING]


@pytest.mark.guarantee("FP-6")
def test_21_1_a_withdrawn_consent_is_due_until_it_is_given_anew_or_the_member_has_left() -> None:
    desk, left = minor(), date(2025, 7, 1)
    mothers = [consent(desk, DRAWN_UP, MOTHER), consent(desk, DRAWN_UP, MOTHER)]
    fathers = consent(desk, DRAWN_UP, FATHER)
    desk.does(note(), DRAWN_UP)
    assert lacking(desk) == []
    desk.does(WithdrawConsent(consent=mothers[0]), date(2025, 6, 2))
    assert lacking(desk) == []  # the other one holds
    desk.does(WithdrawConsent(consent=mothers[1]), date(2025, 6, 3))
    assert lacking(desk) == [(date(2025, 6, 3), UNTIL)]
    [due] = [due for due in told(desk) if due.kind is LACKING]
    assert (due.section, due.subject_id) == ("21.1.2", FAMILY)
    consent(desk, date(2025, 6, 9), MOTHER)
    assert lacking(desk) == []
    desk.does(WithdrawConsent(consent=fathers), date(2025, 6, 10))
    assert lacking(desk) == [(date(2025, 6, 10), UNTIL)]
    desk.does(note(2, left, None), left)
    assert lacking(desk) == [(date(2025, 6, 10), left)]
    desk.does(note(3, date(2025, 6, 9), None), left)
    assert lacking(desk) == []


@pytest.mark.guarantee("FP-6")
def test_21_1_of_guardians_by_name_each_withdrawn_consent_wants_one_anew() -> None:
    desk = minor()
    first, second = consent(desk, DRAWN_UP), consent(desk, DRAWN_UP)
    desk.does(note(), DRAWN_UP)
    desk.does(WithdrawConsent(consent=first), date(2025, 6, 2))
    assert lacking(desk) == [(date(2025, 6, 2), UNTIL)]
    desk.does(WithdrawConsent(consent=second), date(2025, 6, 4))
    consent(desk, date(2025, 6, 5))
    assert lacking(desk) == [(date(2025, 6, 4), UNTIL)]
    consent(desk, date(2025, 6, 5))
    assert lacking(desk) == []


@pytest.mark.guarantee("FP-6")
def test_21_1_nobody_s_consent_is_lacking_from_the_day_the_member_is_of_age() -> None:
    desk = minor(date(2008, 1, 10))
    given = consent(desk, DRAWN_UP, MOTHER)
    desk.does(note(), DRAWN_UP)
    desk.does(WithdrawConsent(consent=given), date(2025, 6, 2))
    assert lacking(desk) == [(date(2025, 6, 2), date(2026, 1, 9))]
    grown = minor(date(2007, 6, 2))
    given = consent(grown, DRAWN_UP, MOTHER)
    grown.does(note(), DRAWN_UP)
    grown.does(WithdrawConsent(consent=given), date(2025, 6, 2))
    assert lacking(grown) == []


def annul(desk: Desk, version: int) -> None:
    desk.does(AnnulRecord(version=version, reason="said by somebody else"), desk.today)


def correct(desk: Desk, version: int, member: str, to: Any) -> None:
    change = Change(member=member, to=to)
    desk.does(CorrectRecord(version=version, changes=(change,), reason="mistaken"), desk.today)


PUT_RIGHT: dict[str, Callable[[Desk, int], None]] = {
    "never given": annul,
    "to something else": lambda desk, version: correct(
        desk, version, "/content/scope", "CONTACT_BY_AUTHORITY"
    ),
    "given later": lambda desk, version: correct(desk, version, "/effectiveOn", "2025-05-13"),
    "given by the other one": lambda desk, version: correct(
        desk, version, "/content/guardian", str(FATHER)
    ),
}


@pytest.mark.guarantee("FP-6")
@pytest.mark.parametrize("what", PUT_RIGHT)
def test_21_1_a_consent_that_by_the_record_now_never_carried_the_plan_is_due_anew(
    what: str,
) -> None:
    desk = minor()
    desk.today = date(2025, 5, 20)
    consent(desk, DRAWN_UP, MOTHER)
    mothers = desk.state.version
    consent(desk, DRAWN_UP, FATHER)
    desk.does(note(), DRAWN_UP)
    desk.today = date(2025, 6, 2)
    PUT_RIGHT[what](desk, mothers)
    assert lacking(desk) == [(DRAWN_UP, UNTIL)]
    [due] = [due for due in told(desk) if due.kind is LACKING]
    assert (due.section, due.subject_id) == ("21.1.2", FAMILY)
    consent(desk, date(2025, 6, 9), MOTHER)
    assert lacking(desk) == []
    # What was given anew and was never given either makes up for nothing.
    annul(desk, desk.state.version)
    assert lacking(desk) == [(DRAWN_UP, UNTIL)]


@pytest.mark.guarantee("FP-6")
def test_21_1_what_is_put_right_of_a_consent_and_leaves_it_is_no_due() -> None:
    desk = minor()
    consent(desk, date(2025, 5, 5), MOTHER)
    desk.today = date(2025, 5, 20)
    first = desk.state.version
    consent(desk, DRAWN_UP, FATHER)
    desk.does(note(), DRAWN_UP)
    desk.today = date(2025, 6, 2)
    correct(desk, first, "/content/informed/language", "fa")
    correct(desk, first, "/content/informed/date", "2025-05-02")
    assert lacking(desk) == []
    # Nor is one annulled before the plan, nor of a plan the member has left by then.
    other = minor()
    consent(other, date(2025, 5, 5), MOTHER)
    annul(other, other.state.version)
    consent(other, DRAWN_UP, FATHER)
    other.does(note(), DRAWN_UP)
    assert lacking(other) == []
    other.does(note(2, DRAWN_UP - timedelta(days=1), None), date(2025, 6, 2))
    annul(other, other.state.version - 2)
    assert lacking(other) == []


@pytest.mark.guarantee("FP-6")
def test_21_1_one_that_was_put_right_and_right_after_all_carries_the_plan() -> None:
    desk = minor()
    desk.today = date(2025, 5, 20)
    consent(desk, DRAWN_UP, MOTHER)
    given = desk.state.version
    desk.does(note(), DRAWN_UP)
    desk.today = date(2025, 6, 2)
    correct(desk, given, "/effectiveOn", "2025-05-14")
    assert lacking(desk) == [(DRAWN_UP, UNTIL)]
    correct(desk, given, "/effectiveOn", DRAWN_UP.isoformat())
    assert lacking(desk) == []


@pytest.mark.guarantee("FP-6")
def test_21_1_of_guardians_by_name_each_consent_never_given_wants_one_anew() -> None:
    desk = minor()
    consent(desk, DRAWN_UP)
    first = desk.state.version
    consent(desk, DRAWN_UP)
    desk.does(note(), DRAWN_UP)
    desk.today = date(2025, 6, 2)
    annul(desk, first)
    assert lacking(desk) == [(DRAWN_UP, UNTIL)]  # the other guardian's own carries but its own
    consent(desk, date(2025, 6, 5))
    assert lacking(desk) == []
    annul(desk, first + 1)
    assert lacking(desk) == [(DRAWN_UP, UNTIL)]
    consent(desk, date(2025, 6, 6))
    assert lacking(desk) == []


@pytest.mark.guarantee("FP-8")
def test_21_1_a_plan_that_never_was_meets_no_need() -> None:
    desk = found(NEEDED)
    later = date(2025, 7, 1)
    plan = note().model_copy(update={"drawn_up_on": later})
    desk.does(plan, later)
    assert [due.kind for due in told(desk)] == [DueKind.FAMILY_PLAN_REVIEW]
    never = {"plan_version": 2, "until": date(2025, 6, 30), "next_review_on": None}
    desk.does(plan.model_copy(update=never), later)
    assert [due.kind for due in told(desk)] == [DueKind.FAMILY_PLAN_TO_DRAW_UP]
