"""Costs that the state compensates as they arose (chapter 8: 63–66, 68–70 §)."""

from datetime import date

import pytest
from pydantic import ValidationError
from tests.courses import cost
from tests.desk import LAW, LAW_IN_FORCE, Desk, only, pointers, refused, rule_log
from tests.standing import opened

from cases.domain.case.costs.facts import CostRecorded
from cases.domain.codes.terms import Language
from cases.domain.codes.values import CompensationGround
from cases.domain.law.edition import Law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.costs import CaseCosts, case_costs
from cases.domain.questions.explanation import explanation

TOLD = date(2026, 9, 1)
FIRST = date(2025, 3, 1)
NO_DECISION_NEEDED = {CompensationGround.SOCIAL_ASSISTANCE, CompensationGround.RETURN_MIGRATION}


def shown(desk: Desk, day: date) -> CaseCosts:
    return case_costs(known(desk.facts, AsOf(valid_on=day)), desk.law, Language.EN)


@pytest.mark.guarantee("SV-5")
@pytest.mark.parametrize("law", [LAW, LAW_IN_FORCE], ids=["enacted", "in-force"])
def test_costs_are_kept_to_the_cent_with_the_last_day_to_apply(law: Law) -> None:
    desk = opened(law)
    decision = desk.does(cost(date(2025, 12, 1), date(2026, 1, 31)), TOLD)
    fact = only(decision, CostRecorded)
    assert rule_log(decision) == [
        ("compensation-decided", "65", True),
        ("compensated-while-young", "65", True),
        ("cost-has-arisen", "65", True),
        ("compensation-period", "65", "2035-12-01"),
        ("compensation-applied-by", "70", "2027-12-31"),
    ]
    desk.does(cost(FIRST, FIRST, cents=5), TOLD)
    assert shown(desk, date(2026, 8, 31)).costs == ()
    told = shown(desk, TOLD)
    assert told.cents == 12_350
    first = told.costs[0]
    assert (first.cost, first.cents, first.title) == (fact.cost_id, 12_345, "special costs")
    assert (first.since, first.until) == (date(2025, 12, 1), date(2026, 1, 31))
    assert (first.borne_by, first.section) == ("pohjanmaa", "65")
    assert (first.decision, first.apply_by) == ("D-1", date(2027, 12, 31))


@pytest.mark.guarantee("SV-5")
def test_costs_have_arisen_by_the_day_they_are_told() -> None:
    outcome = opened().asks(cost(FIRST, date(2025, 3, 31)), date(2025, 3, 30))
    assert refused(outcome) == [("cost-has-arisen", "65", date(2025, 3, 30))]
    assert pointers(outcome) == ["/until"]


@pytest.mark.guarantee("SV-5")
@pytest.mark.parametrize("ground", list(CompensationGround))
def test_64_65_68_69_costs_need_their_decision(ground: CompensationGround) -> None:
    act = cost(FIRST, FIRST, ground=ground, decision=None)
    outcome = opened().asks(act, TOLD)
    if ground in NO_DECISION_NEEDED:
        assert only(outcome, CostRecorded).decision is None
    else:
        section = LAW.edition("681/2023").compensation(ground).section
        assert ("compensation-decided", section, None) in refused(outcome)
        assert "/decision" in pointers(outcome)


@pytest.mark.guarantee("SV-5")
@pytest.mark.parametrize(
    ("ground", "last", "more"),
    [
        (CompensationGround.SOCIAL_ASSISTANCE, date(2026, 3, 1), {}),
        (CompensationGround.PREPARING_RECEPTION, date(2025, 7, 1), {}),
        (CompensationGround.PREPARING_RECEPTION, date(2025, 11, 1), {"reason": "No homes yet"}),
    ],
    ids=["63", "64", "64-with-reason"],
)
def test_63_64_costs_are_compensated_for_their_time_from_the_first_on(
    ground: CompensationGround, last: date, more: dict[str, object]
) -> None:
    desk = opened()
    desk.does(cost(FIRST, date(2025, 3, 31), ground=ground), TOLD)
    day_after = date.fromordinal(last.toordinal() + 1)
    late = desk.asks(cost(last, day_after, ground=ground, **more), TOLD)
    section = "63" if ground is CompensationGround.SOCIAL_ASSISTANCE else "64"
    assert refused(late) == [("compensation-period", section, last)]
    assert pointers(late) == ["/until"]
    desk.does(cost(last, last, ground=ground, **more), TOLD)
    before = date(2025, 2, 28)
    early = desk.asks(cost(before, before, ground=ground, **more), TOLD)
    assert [rule for rule, _, _ in refused(early)] == ["compensation-period"]
    assert pointers(early) == ["/from"]


@pytest.mark.guarantee("SV-5")
@pytest.mark.parametrize(
    ("law", "birthday"), [(LAW, date(2017, 3, 14)), (LAW_IN_FORCE, date(2015, 3, 14))]
)
def test_69_costs_of_an_unaccompanied_minor_are_compensated_below_the_age_of_the_edition(
    law: Law, birthday: date
) -> None:
    """Born on 14.3.1992: 25 on 14.3.2017, 23 on 14.3.2015."""
    desk, ground = opened(law), CompensationGround.UNACCOMPANIED_MINOR
    eve = date.fromordinal(birthday.toordinal() - 1)
    outcome = desk.asks(cost(eve, birthday, ground=ground), TOLD)
    assert refused(outcome) == [("compensated-while-young", "69", None)]
    desk.does(cost(eve, eve, ground=ground), TOLD)


@pytest.mark.guarantee("SV-5")
def test_everything_wrong_with_a_cost_is_named_at_once() -> None:
    act = cost(
        FIRST,
        date(2026, 9, 2),
        ground=CompensationGround.PREPARING_RECEPTION,
        decision=None,
    )
    outcome = opened().asks(act, TOLD)
    assert [rule for rule, _, _ in refused(outcome)] == [
        "compensation-decided",
        "cost-has-arisen",
        "compensation-period",
    ]


@pytest.mark.guarantee("SV-5")
def test_why_a_plan_is_as_it_is_tells_nothing_of_costs() -> None:
    desk = opened()
    desk.does(cost(FIRST, FIRST), TOLD)
    asked = known(desk.facts, AsOf(valid_on=TOLD))
    chain = explanation(asked, desk.law, Language.EN).chain
    assert "CostRecorded" not in {link.fact for link in chain}


def test_a_cost_is_some_money_over_days_in_order() -> None:
    with pytest.raises(ValidationError, match="until is before from"):
        cost(FIRST, date(2025, 2, 28))
    for cents in (0, -1, 1.5):
        with pytest.raises(ValidationError):
            cost(FIRST, FIRST, cents=cents)
