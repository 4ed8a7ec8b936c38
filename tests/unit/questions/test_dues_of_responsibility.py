"""Who answers follows registration as a jobseeker, and it is due where it does not (3 §)."""

from datetime import date

import pytest
from tests.acts import accept, hand_over, open_case, refer, status
from tests.desk import OPENED, VAASA, VAASA_TE, Desk

from cases.domain.case.records.acts import AnnulRecord
from cases.domain.codes.values import DueKind, HandOverReason, LabourMarketStatus
from cases.domain.questions.dues import Due, dues

JOBSEEKER, UNEMPLOYED = LabourMarketStatus.JOBSEEKER, LabourMarketStatus.UNEMPLOYED_JOBSEEKER
AT_HOME = LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE
MARCH, MAY = date(2025, 3, 3), date(2025, 5, 5)


def to_hand_over(desk: Desk) -> list[Due]:
    return [d for d in dues(desk.state, desk.law) if d.kind is DueKind.REGISTRATION_CHANGED]


def opened_by_vaasa() -> Desk:
    desk = Desk()
    desk.does(open_case(), OPENED)
    return desk


@pytest.mark.guarantee("CS-62")
@pytest.mark.parametrize("registered", [JOBSEEKER, UNEMPLOYED])
def test_3_a_municipality_hands_over_who_has_registered(registered: LabourMarketStatus) -> None:
    desk = opened_by_vaasa()
    assert to_hand_over(desk) == []
    desk.does(status(AT_HOME, OPENED), OPENED)
    assert to_hand_over(desk) == []
    desk.does(status(registered, MARCH), MAY)
    [due] = to_hand_over(desk)
    assert (due.authority, due.section, due.since, due.by) == ("vaasa", "3.1", MARCH, None)
    desk.does(hand_over(VAASA_TE.id, HandOverReason.JOBSEEKER), MAY)
    assert to_hand_over(desk) == []


@pytest.mark.guarantee("CS-62")
def test_3_an_employment_authority_hands_back_who_is_registered_no_more() -> None:
    desk = opened_by_vaasa()
    desk.does(status(JOBSEEKER, MARCH), MARCH)
    desk.does(hand_over(VAASA_TE.id, HandOverReason.JOBSEEKER), MARCH)
    desk.does(status(AT_HOME, MAY), MAY, by=VAASA_TE)
    [due] = to_hand_over(desk)
    assert (due.authority, due.since) == (VAASA_TE.id, MAY)
    back = hand_over(VAASA.id, HandOverReason.NO_LONGER_JOBSEEKER)
    desk.does(back, MAY, by=VAASA_TE)
    assert to_hand_over(desk) == []
    opened_there = Desk()
    opened_there.does(open_case(), OPENED, by=VAASA_TE)
    opened_there.does(status(JOBSEEKER, OPENED), OPENED, by=VAASA_TE)
    assert to_hand_over(opened_there) == []
    opened_there.does(status(AT_HOME, MAY), MAY, by=VAASA_TE)
    assert [due.since for due in to_hand_over(opened_there)] == [MAY]


@pytest.mark.guarantee("CS-62")
def test_3_while_a_referral_waits_it_is_the_other_authority_s_turn() -> None:
    desk = opened_by_vaasa()
    desk.does(refer(), MARCH)
    desk.does(status(JOBSEEKER, MARCH), MARCH)
    assert to_hand_over(desk) == []
    desk.does(accept(desk.referral, MARCH), MARCH, by=VAASA_TE)
    assert to_hand_over(desk) == []


@pytest.mark.guarantee("CS-62")
def test_3_a_status_that_was_told_by_mistake_calls_for_nothing() -> None:
    desk = opened_by_vaasa()
    desk.does(status(JOBSEEKER, MARCH), MARCH)
    wrong = AnnulRecord(version=desk.state.version, reason="another person's")
    desk.does(wrong, MAY)
    assert to_hand_over(desk) == []
