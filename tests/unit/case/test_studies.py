"""Supported self-motivated studies: agreed in the plan, a jobseeker's, and who pays (28, 32 §)."""

from datetime import date
from uuid import uuid4

import pytest
from tests.acts import end, end_studies, start_studies
from tests.acts import status as at
from tests.desk import (
    LAST_DAY,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    SECOND_DRAWN_UP,
    only,
    pointers,
    refused,
    rule_log,
)
from tests.standing import planned, planned_to_the_maximum

from cases.domain.case.act import Decision
from cases.domain.case.studies.facts import SupportedStudiesEnded, SupportedStudiesStarted
from cases.domain.codes.values import LabourMarketStatus, StudiesEndReason
from cases.domain.law.edition import Law

BEGAN = date(2026, 9, 1)


@pytest.mark.guarantee("CS-28")
@pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
@pytest.mark.parametrize("payer", ["kela", "esimerkkikassa"])
def test_28_studies_the_plan_agrees_on_begin_and_who_pays_is_recorded(law: Law, payer: str) -> None:
    desk = planned_to_the_maximum(law)
    decision = desk.does(start_studies(desk.plan, BEGAN, payer), BEGAN)
    fact = only(decision, SupportedStudiesStarted)
    assert (fact.plan_id, fact.since, fact.paid_by) == (desk.plan, BEGAN, payer)
    assert rule_log(decision) == [
        ("studies-while-planned", "28", True),
        ("studies-agreed", "28", True),
        ("studies-of-a-jobseeker", "28", True),
        ("paid-by-kela-or-fund", "32.2", True),
        ("one-course-at-a-time", "28", True),
    ]


@pytest.mark.guarantee("CS-28")
@pytest.mark.parametrize("payer", ["vaasa-te", "vaasa", "opisto"])
def test_32_2_the_payer_is_kela_or_an_unemployment_fund(payer: str) -> None:
    desk = planned_to_the_maximum()
    outcome = desk.asks(start_studies(desk.plan, BEGAN, payer), BEGAN)
    assert refused(outcome) == [("paid-by-kela-or-fund", "32.2", None)]
    assert pointers(outcome) == ["/paidBy"]


@pytest.mark.guarantee("CS-28")
def test_28_studies_begin_while_the_plan_is_in_force() -> None:
    desk = planned_to_the_maximum()
    for day in (date(2026, 3, 3), date(2027, 3, 4)):
        outcome = desk.asks(start_studies(desk.plan, day), date(2026, 8, 3))
        assert refused(outcome) == [("studies-while-planned", "28", None)]
        assert pointers(outcome) == ["/from"]
    for day in (date(2026, 3, 4), MAXIMUM):
        assert isinstance(desk.asks(start_studies(desk.plan, day), date(2026, 8, 3)), Decision)


@pytest.mark.guarantee("CS-28")
def test_28_studies_are_agreed_in_the_plan() -> None:
    desk = planned_to_the_maximum()
    first = desk.state.plans[0].plan_id
    outcome = desk.asks(start_studies(first, LAST_DAY), SECOND_DRAWN_UP, today=LAST_DAY)
    assert refused(outcome) == [("studies-agreed", "28", None)]
    assert pointers(outcome) == ["/plan"]


@pytest.mark.guarantee("CS-28")
def test_28_only_a_jobseekers_studies_are_supported() -> None:
    desk = planned_to_the_maximum()
    desk.does(at(LabourMarketStatus.EMPLOYED, date(2026, 9, 2)), date(2026, 9, 2))
    outcome = desk.asks(start_studies(desk.plan, date(2026, 9, 2)), date(2026, 9, 2))
    assert refused(outcome) == [("studies-of-a-jobseeker", "28", None)]
    assert pointers(outcome) == ["/from"]
    # Whether somebody was a jobseeker is asked about the day the studies began.
    assert isinstance(desk.asks(start_studies(desk.plan, BEGAN), date(2026, 9, 2)), Decision)


@pytest.mark.guarantee("CS-28")
def test_28_one_course_at_a_time() -> None:
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, BEGAN), BEGAN)
    outcome = desk.asks(start_studies(desk.plan, date(2026, 10, 1)), date(2026, 10, 1))
    assert refused(outcome, conflict=True) == [("one-course-at-a-time", "28", None)]
    desk.does(end_studies(desk.plan, date(2026, 9, 30)), date(2026, 9, 30))
    again = desk.asks(start_studies(desk.plan, date(2026, 10, 1)), date(2026, 10, 1))
    assert isinstance(again, Decision)
    crossing = desk.asks(start_studies(desk.plan, date(2026, 9, 29)), date(2026, 10, 1))
    assert refused(crossing) == [("one-course-at-a-time", "28", None)]
    assert pointers(crossing) == ["/from"]


@pytest.mark.guarantee("CS-28")
def test_28_studies_that_go_on_end_on_a_day_not_before_they_began() -> None:
    desk = planned_to_the_maximum()
    none = desk.asks(end_studies(desk.plan, date(2026, 12, 18)), date(2026, 12, 18))
    assert refused(none, conflict=True) == [("studies-go-on", "28", None)]
    desk.does(start_studies(desk.plan, BEGAN), BEGAN)
    before = desk.asks(end_studies(desk.plan, date(2026, 8, 31)), date(2026, 12, 18))
    assert refused(before) == [("studies-end-after-they-began", "28", None)]
    assert pointers(before) == ["/endedOn"]
    act = end_studies(desk.plan, BEGAN, StudiesEndReason.INTERRUPTED)
    decision = desk.does(act, date(2026, 12, 18))
    fact = only(decision, SupportedStudiesEnded)
    assert (fact.ended_on, fact.reason) == (BEGAN, StudiesEndReason.INTERRUPTED)
    assert rule_log(decision) == [("studies-end-after-they-began", "28", True)]
    assert refused(desk.asks(act, date(2026, 12, 18)), conflict=True) == [
        ("studies-go-on", "28", None)
    ]


@pytest.mark.guarantee("CS-28")
def test_28_studies_go_on_after_the_plan_that_agreed_them() -> None:
    desk = planned_to_the_maximum()
    desk.does(start_studies(desk.plan, BEGAN), BEGAN)
    desk.does(end(desk.plan, date(2026, 12, 31)), date(2026, 12, 1))
    ended = desk.asks(end_studies(desk.plan, date(2027, 1, 15)), date(2027, 1, 15))
    assert isinstance(ended, Decision)


@pytest.mark.guarantee("CS-7")
def test_28_and_32_2_all_that_is_wrong_with_studies_is_named_at_once() -> None:
    desk = planned()
    outcome = desk.asks(start_studies(desk.plan, date(2025, 3, 2), "vaasa"), date(2025, 9, 1))
    assert refused(outcome) == [
        ("studies-while-planned", "28", None),
        ("studies-agreed", "28", None),
        ("studies-of-a-jobseeker", "28", None),
        ("paid-by-kela-or-fund", "32.2", None),
    ]
    assert pointers(outcome) == ["/from", "/plan", "/from", "/paidBy"]


def test_20_1_studies_belong_to_a_plan_of_the_case() -> None:
    desk = planned_to_the_maximum()
    for act in (start_studies(uuid4(), BEGAN), end_studies(uuid4(), BEGAN)):
        not_there = [("plan-drawn-up-by-then", "20.1", None)]
        assert refused(desk.asks(act, BEGAN), conflict=True) == not_there
