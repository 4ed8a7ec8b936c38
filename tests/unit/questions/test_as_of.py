"""The two axes: what was known when, and which legal day is asked about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.casebook import Case, Casebook

from cases.domain.case.state import NOTHING, fold
from cases.domain.codes.terms import Language
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, Known, known
from cases.domain.questions.case import case_overview
from cases.domain.questions.current_plan import current_plan
from cases.domain.questions.history import history

LAW = load_law()
DRAWN_UP, LAST_DAY = date(2025, 3, 3), date(2026, 3, 3)
A_MOMENT = timedelta(microseconds=1)


def told_late() -> Case:
    """A plan of 3.3.2025 recorded on 10.3.2025 at 9.00 UTC; a review of 1.9. recorded on 5.9."""
    told = Casebook().case().opened(date(2025, 2, 3)).plan(DRAWN_UP, LAST_DAY)
    told.reviewed(date(2025, 9, 1), date(2026, 2, 23))
    instants = [
        datetime(2025, 2, 3, 9, tzinfo=UTC),
        datetime(2025, 3, 10, 9, tzinfo=UTC),
        datetime(2025, 9, 5, 9, tzinfo=UTC),
    ]
    told.facts = [
        replace(fact, recorded_at=instant)
        for fact, instant in zip(told.facts, instants, strict=True)
    ]
    return told


def asked(valid_on: date, known_at: datetime | None = None, version: int | None = None) -> Known:
    return known(told_late().facts, AsOf(valid_on=valid_on, known_at=known_at, version=version))


@pytest.mark.guarantee("QU-4")
def test_a_fact_recorded_at_exactly_the_instant_is_known_and_one_a_moment_later_is_not() -> None:
    recorded = datetime(2025, 3, 10, 9, tzinfo=UTC)
    for instant, version in (
        (recorded - A_MOMENT, 1),
        (recorded, 2),
        (recorded + A_MOMENT, 2),
        (datetime(2025, 9, 5, 9, tzinfo=UTC), 3),
    ):
        then = asked(date(2025, 6, 1), known_at=instant)
        assert then.state.version == version
        assert [fact.version for fact in then.facts] == list(range(1, version + 1))


@pytest.mark.guarantee("QU-4")
def test_what_was_valid_but_not_yet_known_is_not_shown() -> None:
    before = asked(date(2025, 3, 7), known_at=datetime(2025, 3, 7, tzinfo=UTC))
    assert current_plan(before, LAW).plan is None
    assert case_overview(before, LAW).plans == ()
    assert [entry.fact for entry in history(before, Language.EN).entries] == ["CaseOpened"]
    hindsight = asked(date(2025, 3, 7))
    assert current_plan(hindsight, LAW).plan is not None
    assert len(case_overview(hindsight, LAW).plans) == 1


@pytest.mark.guarantee("QU-4")
def test_what_is_known_but_not_yet_valid_is_not_shown() -> None:
    early = asked(date(2025, 3, 2))
    assert early.state.version == 3
    assert current_plan(early, LAW).plan is None
    assert case_overview(early, LAW).plans == ()
    assert len(history(early, Language.EN).entries) == 1


@pytest.mark.guarantee("QU-4")
def test_both_axes_together_answer_what_was_known_then_of_another_day() -> None:
    knew_of_no_review = asked(date(2025, 9, 4), known_at=datetime(2025, 9, 4, tzinfo=UTC))
    plan = current_plan(knew_of_no_review, LAW).plan
    assert plan is not None
    assert (plan.last_reviewed_on, plan.review_overdue_since) == (None, date(2025, 9, 4))
    plan = current_plan(asked(date(2025, 9, 4)), LAW).plan
    assert plan is not None
    assert (plan.last_reviewed_on, plan.review_overdue_since) == (date(2025, 9, 1), None)
    # What the plan of today would be next spring, by what was known last summer.
    ahead = asked(date(2026, 3, 4), known_at=datetime(2025, 6, 1, tzinfo=UTC))
    assert current_plan(ahead, LAW).over_since == date(2026, 3, 4)


@pytest.mark.guarantee("QU-4")
@pytest.mark.parametrize("version", [1, 2, 3])
def test_by_version_exactly_the_facts_up_to_it_are_known(version: int) -> None:
    facts = told_late().facts
    then = known(facts, AsOf(valid_on=date(2025, 10, 1), version=version))
    assert then.facts == tuple(facts[:version])
    assert then.state == fold(facts[:version])


@pytest.mark.guarantee("QU-4")
def test_an_instant_and_a_version_bound_what_is_known_together() -> None:
    at = datetime(2025, 3, 10, 9, tzinfo=UTC)
    assert asked(date(2025, 10, 1), known_at=at, version=3).state.version == 2
    assert asked(date(2025, 10, 1), known_at=at, version=1).state.version == 1


@pytest.mark.guarantee("QU-4")
def test_before_the_first_fact_nothing_is_known() -> None:
    then = asked(date(2025, 6, 1), known_at=datetime(2025, 2, 3, tzinfo=UTC))
    assert (then.facts, then.state) == ((), NOTHING)
    assert current_plan(then, LAW).plan is None
    assert history(then, Language.SV).entries == ()


def test_without_a_bound_everything_recorded_is_known() -> None:
    assert asked(date(2025, 10, 1)).state.version == 3
    instant = datetime(2025, 10, 1, tzinfo=UTC)
    assert not AsOf(valid_on=date(2025, 10, 1)).is_past_view
    assert AsOf(valid_on=date(2025, 10, 1), version=3).is_past_view
    assert AsOf(valid_on=date(2025, 10, 1), known_at=instant).is_past_view
