"""What a check rests upon: a history looked into for one fact needs the acts of that fact only."""

import pytest

from cases.app.stories.bearing import (
    EVERYTHING,
    RECORDED_BY,
    Matter,
    check_rests_upon,
    rests_upon,
)
from cases.app.stories.model import Json
from cases.domain.case.register import ACTS, FACTS

REVIEW = {"fact": "PlanReviewed", "limitedTo": ["m2"]}


def test_a_check_that_looks_for_a_fact_rests_upon_the_acts_that_record_it() -> None:
    assert check_rests_upon("caseHistory", {"contains": [REVIEW]}) == {Matter.PLAN}
    assert check_rests_upon("currentPlan", {"plan": "p1"}) == rests_upon("currentPlan")


@pytest.mark.parametrize(
    "expected",
    [
        {"containsNot": [REVIEW]},
        {"contains": [REVIEW], "containsNot": ["a need"]},
        {"contains": [REVIEW, "a need"]},
        {"contains": [REVIEW, {"fact": "NoticeSent"}]},
        {"contains": [{"by": "espoo"}]},
    ],
)
def test_one_that_looks_for_anything_else_rests_upon_everything(expected: Json) -> None:
    assert check_rests_upon("caseHistory", expected) == EVERYTHING


def test_what_a_history_is_looked_into_for_is_a_fact_and_its_act() -> None:
    assert set(RECORDED_BY) <= {fact.__name__ for fact in FACTS.values()}
    assert set(RECORDED_BY.values()) <= set(ACTS)
