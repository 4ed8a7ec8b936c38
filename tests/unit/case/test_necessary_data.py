"""Other data that are necessary (decree 1 § 2, 2 § 2 and 3 § 5 mom.)."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from tests.acts import hand_over, review
from tests.acts import status as at
from tests.courses import necessary
from tests.desk import (
    DRAWN_UP,
    LAIHIA,
    POHJANMAA,
    VAASA,
    VAASA_TE,
    Desk,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import planned, planned_together

from cases.domain.case.necessary_data.facts import NecessaryDataRecorded
from cases.domain.codes.terms import Language
from cases.domain.codes.values import (
    HandOverReason,
    LabourMarketStatus,
    RecordKind,
    ReviewHeldBy,
)
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.explanation import explanation
from cases.domain.questions.repository_record import Other, repository_record

HELD = date(2025, 6, 2)
TOLD = date(2025, 6, 10)


def other(desk: Desk, of: UUID, day: date) -> tuple[Other, ...]:
    asked = known(desk.facts, AsOf(valid_on=day))
    parts = repository_record(asked, desk.law, Language.EN).parts
    return next(part.other for part in parts if part.subject == of)


def reviewed() -> tuple[Desk, UUID, UUID]:
    """A plan of two authorities, reviewed by the welfare area alone and by both; the reviews."""
    desk = planned_together()
    alone = review(
        desk.plan, next_on=None, held_by=ReviewHeldBy.WELFARE_AREA, limited_to=desk.measures[1:]
    )
    desk.does(alone, HELD, by=POHJANMAA)
    by_both = ReviewHeldBy.MUNICIPALITY_AND_WELFARE_AREA
    desk.does(review(desk.plan, next_on=date(2025, 9, 1), held_by=by_both), HELD)
    first, second = (each.review_id for each in desk.state.reviews)
    return desk, first, second


@pytest.mark.guarantee("SV-6")
def test_decree_1_2_3_other_data_are_kept_with_why_they_are_necessary() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2025, 9, 1)), HELD)
    for of, kind, section in (
        (desk.assessment, RecordKind.ASSESSMENT, "decree:1.2"),
        (desk.plan, RecordKind.PLAN, "decree:2.2"),
        (desk.state.reviews[0].review_id, RecordKind.REVIEW, "decree:3.5"),
    ):
        decision = desk.does(necessary(of), TOLD)
        assert only(decision, NecessaryDataRecorded).kind is kind
        assert rule_log(decision) == [
            ("data-of-a-record", section, True),
            ("necessity-stated", section, True),
            ("data-by-who-answers", "3.1", True),
        ]
        (told,) = other(desk, of, TOLD)
        assert (told.text, told.necessity) == ("Sees badly", "The course has to know")
        assert (told.by, told.on) == ("vaasa", TOLD)
        assert other(desk, of, date(2025, 6, 9)) == ()
        nothing = desk.asks(necessary(of, None), TOLD)
        assert refused(nothing) == [("necessity-stated", section, None)]
        assert pointers(nothing) == ["/necessity"]


@pytest.mark.guarantee("SV-6")
def test_decree_1_other_data_are_of_an_assessment_plan_or_review_there_was() -> None:
    desk = planned()
    desk.does(review(desk.plan, next_on=date(2025, 9, 1)), HELD)
    held = desk.state.reviews[0].review_id
    for of, day in (
        (uuid4(), TOLD),
        (desk.assessment, date(2025, 2, 9)),
        (desk.plan, date(2025, 3, 2)),
        (held, date(2025, 6, 1)),
    ):
        outcome = desk.asks(necessary(of), day, today=TOLD)
        assert refused(outcome, conflict=True) == [("data-of-a-record", "decree:1.2", None)]


@pytest.mark.guarantee("SV-6")
def test_22_3_the_welfare_area_records_other_data_of_its_own_review_alone() -> None:
    desk, alone, by_both = reviewed()
    assert rule_log(desk.does(necessary(alone), TOLD, by=POHJANMAA))[-1] == (
        "data-of-own-review",
        "decree:3.5",
        True,
    )
    for of in (by_both, desk.plan, desk.assessment):
        outcome = desk.asks(necessary(of), TOLD, by=POHJANMAA)
        assert refused(outcome) == [("data-of-own-review", "decree:3.5", None)]
    another = POHJANMAA.having(id="lansi-uusimaa")
    outcome = desk.asks(necessary(alone), TOLD, by=another)
    assert refused(outcome) == [("data-of-own-review", "decree:3.5", None)]
    desk.does(necessary(by_both), TOLD)


@pytest.mark.guarantee("SV-6")
def test_3_other_data_are_recorded_by_who_answered_for_the_case_on_the_day() -> None:
    desk = planned()
    desk.does(at(LabourMarketStatus.JOBSEEKER, HELD), HELD)
    desk.does(hand_over("vaasa-te", HandOverReason.JOBSEEKER), HELD)
    wrong = [("data-by-who-answers", "3.1", None)]
    assert refused(desk.asks(necessary(desk.plan), TOLD)) == wrong
    assert refused(desk.asks(necessary(desk.plan), TOLD, by=LAIHIA)) == wrong
    desk.does(necessary(desk.plan), DRAWN_UP, today=TOLD, by=VAASA)
    desk.does(necessary(desk.plan), TOLD, by=VAASA_TE)


@pytest.mark.guarantee("SV-6")
def test_why_a_plan_is_as_it_is_tells_nothing_of_other_data() -> None:
    desk = planned()
    desk.does(necessary(desk.plan), TOLD)
    asked = known(desk.facts, AsOf(valid_on=TOLD))
    chain = explanation(asked, desk.law, Language.EN).chain
    assert "NecessaryDataRecorded" not in {link.fact for link in chain}
