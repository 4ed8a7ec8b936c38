"""Cases at a stage from which what is rare comes soon, each under every law there is."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Final

from tests.acts import (
    accept,
    complete,
    consent,
    details,
    draw_up,
    draw_up_together,
    end,
    open_case,
    order_expert,
    refer,
    residence,
    start,
    start_studies,
    start_together,
    status,
)
from tests.desk import (
    DRAWN_UP,
    KASKINEN,
    LAST_DAY,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    OPENED,
    POHJANMAA,
    REHABILITATION,
    STUDIES,
    TRAINING,
    VAASA_TE,
    Desk,
)
from tests.standing import assessed, opened, under_assessment

from cases.domain.codes.values import LabourMarketStatus, ResidenceGroup
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law

LAW_THAT_CHANGES: Final = load_law(
    [("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2025, 9, 1))]
)
LAWS: Final = (LAW, LAW_IN_FORCE, LAW_THAT_CHANGES)
MEASURES = (TRAINING.model_copy(update={"part_time": True}), STUDIES, REHABILITATION)
WORK = {"job_search_obligation": "Four jobs a month"}
REVIEW_ON = date(2025, 9, 1)


def studying(law: Law) -> Desk:
    """A jobseeker whose second plan, with supported studies since, lasts to the maximum."""
    desk = assessed(law)
    return _studying(desk)


def studying_young(law: Law) -> Desk:
    """The same of a client who is 22 on the last day of the maximum; it is near."""
    desk = Desk(law)
    desk.does(open_case(date_of_birth=date(2004, 6, 1)), OPENED)
    desk.does(residence(date(2024, 9, 16)), OPENED)
    desk.does(start("14.1.4"), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), date(2025, 2, 24))
    desk = _studying(desk)
    desk.today = date(2026, 11, 2)
    return desk


def _studying(desk: Desk) -> Desk:
    desk.does(draw_up(DRAWN_UP, date(2025, 12, 31), review_on=REVIEW_ON), DRAWN_UP)
    desk.does(status(LabourMarketStatus.JOBSEEKER, date(2025, 4, 7)), date(2025, 4, 7))
    last = date(2026, 1, 5)
    second = draw_up(date(2026, 1, 1), MAXIMUM, review_on=last, measures=MEASURES, **WORK)
    desk.does(second, date(2025, 12, 1))
    began = date(2026, 1, 12)
    desk.does(start_studies(desk.plan, began), began)
    return desk


def planned(law: Law) -> Desk:
    """A first plan with measures of every sort, for one who lives on home care allowance."""
    desk = assessed(law)
    desk.does(draw_up(DRAWN_UP, LAST_DAY, review_on=REVIEW_ON, measures=MEASURES), DRAWN_UP)
    return desk


def referred(law: Law) -> Desk:
    """Referred to the employment authority, which has not answered."""
    desk = planned(law)
    desk.does(refer(), date(2025, 6, 2))
    return desk


def handed_over(law: Law) -> Desk:
    """The employment authority answers for a jobseeker's plan."""
    return _handed_over(planned(law))


def over(law: Law) -> Desk:
    """The plan has run out, and nobody has noted it."""
    desk = planned(law)
    desk.today = date(2026, 3, 10)
    return desk


def ended(law: Law) -> Desk:
    """The plan was ended: the case may be closed, or a new plan drawn up."""
    desk = planned(law)
    desk.does(end(desk.plan, date(2025, 6, 30)), date(2025, 6, 16))
    desk.today = date(2025, 7, 1)
    return desk


def assessing(law: Law) -> Desk:
    """An assessment is under way, and another authority was asked for its own."""
    desk = under_assessment(law)
    ordered = order_expert(desk.assessment).model_copy(update={"by": POHJANMAA.id})
    desk.does(ordered, date(2025, 2, 12))
    return desk


def child(law: Law) -> Desk:
    """A child without a guardian, nothing assessed."""
    desk = Desk(law)
    desk.does(open_case(date_of_birth=date(2010, 6, 1)), OPENED)
    group = ResidenceGroup.YOUNG_WITHOUT_GUARDIAN
    desk.does(residence(date(2024, 9, 16), group), OPENED)
    return desk


def planned_together(law: Law) -> Desk:
    """A multisectoral plan, where the law of its day has one; else as ``planned``."""
    if not law.on(DRAWN_UP).multisectoral:
        return planned(law)
    desk = opened(law)
    desk.does(start_together("15.1.5"), date(2025, 2, 10))
    desk.does(complete(desk, planned_on=DRAWN_UP), date(2025, 2, 24))
    act = draw_up_together(DRAWN_UP, LAST_DAY, review_on=REVIEW_ON, measures=MEASURES)
    desk.does(act, DRAWN_UP)
    return desk


def handed_over_together(law: Law) -> Desk:
    """The employment authority answers for it."""
    return _handed_over(planned_together(law))


def _handed_over(desk: Desk) -> Desk:
    day = date(2025, 6, 16)
    desk.does(refer(), date(2025, 6, 2))
    desk.does(accept(desk.referral, day), day, by=VAASA_TE)
    return desk


def moved(law: Law) -> Desk:
    """The client of a first plan lives elsewhere, and has consented to the hand-over."""
    desk = planned(law)
    day = date(2025, 6, 2)
    desk.does(details(home_municipality=KASKINEN.id), day)
    desk.does(consent(day), day)
    desk.today = date(2025, 6, 9)
    return desk


STAGES: Final[Mapping[str, Callable[[Law], Desk]]] = {
    stage.__name__: stage
    for stage in (
        *(assessed, planned, studying, studying_young, referred, handed_over, over, ended),
        *(assessing, child, planned_together, handed_over_together, moved),
    )
}

OFTEN: Final = (*STAGES, "planned_together", "planned_together", "handed_over_together")
"""The stages, the richest of them several times."""


@cache
def _built(stage: str, law: int) -> Desk:
    return STAGES[stage](LAWS[law])


def taken_up(stage: str, law: Law) -> Desk:
    """A case of its own at the stage; each stage is built once."""
    return _built(stage, next(n for n, each in enumerate(LAWS) if each is law)).copy()
