"""Requests for correction as dues (GDPR 12): in open cases and in closed ones."""

from datetime import date

import pytest
from tests.acts import close
from tests.desk import Desk
from tests.standing import opened, planned

from cases.domain.case.records.acts import AnswerCorrectionRequest, RequestCorrection
from cases.domain.codes.terms import Language
from cases.domain.codes.values import CorrectionOutcome, DueKind
from cases.domain.law.gdpr_12 import gdpr_12_3_answer_due
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.dues import Due, dues, what_is_due

LAW = load_law()
ASKED = date(2025, 4, 7)


def asks(desk: Desk, on: date = ASKED) -> Desk:
    """The client asks for a correction."""
    desk.does(RequestCorrection(asked="My trade is another one"), on)
    return desk


def answers(desk: Desk, on: date) -> Desk:
    """The authority refuses, with a reason."""
    request = desk.state.correction_requests[-1].request_id
    refusal = AnswerCorrectionRequest(
        request=request, outcome=CorrectionOutcome.REFUSED, reason="It is as it was told"
    )
    desk.does(refusal, on)
    return desk


def unanswered(desk: Desk) -> list[Due]:
    return [d for d in dues(desk.state, LAW) if d.kind is DueKind.CORRECTION_REQUEST_UNANSWERED]


@pytest.mark.guarantee("RC-10")
def test_gdpr_12_3_a_request_is_answered_within_a_month_of_its_receipt() -> None:
    desk = asks(planned())
    (due,) = unanswered(desk)
    assert due.line is not None
    assert due.line.section == "GDPR:12.3"
    assert due == Due(
        kind=DueKind.CORRECTION_REQUEST_UNANSWERED,
        authority="vaasa",
        subject_id=desk.state.correction_requests[0].request_id,
        section="GDPR:12.3",
        by=date(2025, 5, 7),
        since=ASKED,
        shown_from=ASKED,
    )
    assert unanswered(answers(desk, date(2025, 4, 14))) == []


@pytest.mark.parametrize(
    ("asked_on", "last"),
    [
        (date(2025, 1, 31), date(2025, 2, 28)),
        (date(2025, 4, 10), date(2025, 5, 12)),  # a Saturday
        (date(2025, 5, 6), date(2025, 6, 6)),
        (date(2025, 11, 6), date(2025, 12, 8)),  # Independence Day, a Saturday
    ],
)
def test_gdpr_12_3_the_last_day_is_the_same_day_of_the_next_month_or_a_working_day_after_it(
    asked_on: date, last: date
) -> None:
    assert gdpr_12_3_answer_due(LAW.on(asked_on), asked_on).value == last


@pytest.mark.guarantee("RC-10")
def test_gdpr_12_3_a_request_in_a_closed_case_waits_for_its_answer_too() -> None:
    desk = asks(opened())
    desk.does(close(), date(2025, 4, 8))
    (due,) = dues(desk.state, LAW)
    assert (due.kind, due.authority) == (DueKind.CORRECTION_REQUEST_UNANSWERED, "vaasa")
    assert dues(answers(desk, date(2025, 4, 14)).state, LAW) == ()
    (later,) = dues(asks(desk, date(2025, 6, 2)).state, LAW)
    assert later.since == date(2025, 6, 2)


@pytest.mark.guarantee("RC-10")
@pytest.mark.parametrize("closed", [False, True])
def test_gdpr_12_3_a_past_day_tells_that_the_answer_was_still_due_and_late(closed: bool) -> None:
    desk = asks(opened())
    if closed:
        desk.does(close(), date(2025, 4, 8))
    answers(desk, date(2025, 5, 20))

    def late_on(day: date) -> list[date | None]:
        found = what_is_due(known(desk.facts, AsOf(valid_on=day)), LAW, Language.EN).dues
        kind = DueKind.CORRECTION_REQUEST_UNANSWERED
        return [each.overdue_since for each in found if each.due is kind]

    days = (date(2025, 4, 6), date(2025, 5, 7), date(2025, 5, 19), date(2025, 5, 20))
    assert [late_on(day) for day in days] == [[], [None], [date(2025, 5, 8)], []]
