"""Cases that have come so far, each by the acts it takes."""

from datetime import date

from cases.domain.codes.values import (
    Benefit,
    LabourMarketStatus,
)
from cases.domain.law.edition import Law
from tests.acts import (
    benefit,
    complete,
    draw_up,
    draw_up_together,
    open_case,
    residence,
    start,
    start_together,
    status,
)
from tests.desk import (
    ASSESSED,
    DRAWN_UP,
    GRANTED,
    LAST_DAY,
    LAW,
    MAXIMUM,
    OPENED,
    SECOND_DRAWN_UP,
    STUDIES,
    TRAINING,
    Desk,
)


def opened(law: Law = LAW) -> Desk:
    """Opened on 3.2.2025; a permit of 16.9.2024; on child home care allowance."""
    desk = Desk(law)
    desk.does(open_case(), OPENED)
    desk.does(residence(GRANTED), OPENED)
    desk.does(status(LabourMarketStatus.OUTSIDE_LABOUR_FORCE_HOME_CARE, date(2024, 11, 1)), OPENED)
    desk.does(benefit(Benefit.CHILD_HOME_CARE_ALLOWANCE, date(2024, 11, 1)), OPENED)
    return desk


def under_assessment(law: Law = LAW) -> Desk:
    """An ordinary assessment was started on 10.2.2025."""
    desk = opened(law)
    desk.does(start(), date(2025, 2, 10))
    return desk


def assessed(law: Law = LAW) -> Desk:
    """The assessment was completed on 24.2.2025: a plan on 3.3.2025."""
    desk = under_assessment(law)
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    return desk


def planned(law: Law = LAW) -> Desk:
    """A first plan was drawn up on 3.3.2025, valid until 3.3.2026, first review on 1.9.2025."""
    desk = assessed(law)
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
    return desk


def planned_to_the_maximum(law: Law = LAW, *, born: date = date(1992, 3, 14)) -> Desk:
    """A jobseeker's second plan runs from 4.3.2026 to the maximum, 3.3.2027; studies agreed."""
    desk = Desk(law)
    desk.does(open_case(date_of_birth=born), OPENED)
    desk.does(residence(GRANTED), OPENED)
    desk.does(status(LabourMarketStatus.UNEMPLOYED_JOBSEEKER, OPENED), OPENED)
    desk.does(start("14.1.1"), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    job_search = {"job_search_obligation": "Four jobs a month"}
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1), **job_search), DRAWN_UP)
    second = draw_up(
        date(2026, 3, 4),
        MAXIMUM,
        review_on=date(2026, 8, 20),
        measures=(STUDIES, TRAINING),
        **job_search,
    )
    desk.does(second, SECOND_DRAWN_UP)
    return desk


def assessed_together() -> Desk:
    """A multisectoral assessment was completed on 24.2.2025."""
    desk = opened()
    social_assistance = benefit(Benefit.SOCIAL_ASSISTANCE_NOT_TEMPORARY, date(2025, 1, 1))
    desk.does(social_assistance, OPENED)
    desk.does(start_together(), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), ASSESSED)
    return desk


def planned_together() -> Desk:
    """A multisectoral plan was drawn up on 3.3.2025: training, rehabilitation (pohjanmaa)."""
    desk = assessed_together()
    desk.does(draw_up_together(DRAWN_UP, LAST_DAY, review_on=date(2025, 9, 1)), DRAWN_UP)
    return desk
