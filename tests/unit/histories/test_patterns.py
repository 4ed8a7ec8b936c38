"""Patterns: histories the application itself has recorded, as cases go."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from tests.casebook import Case, Casebook
from tests.desk import Desk
from tests.inventing import LAW, NOW, decided, patterns, recorded
from tests.property.test_case import check_plans

from cases.app.histories.pattern import NoTime, Pattern
from cases.domain.case.register import FACTS
from cases.domain.case.state import fold
from cases.domain.facts import Recorded
from cases.domain.law.edition import Law
from cases.domain.law.load import load_law
from cases.domain.time import legal_day
from cases.projections.timers.fold import Timers

LAWS = [
    LAW,
    load_law([("681/2023@2025", date(2025, 1, 1))]),
    load_law([("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2025, 9, 1))]),
]
MANY = 60


@pytest.fixture(scope="module", params=range(len(LAWS)))
def told(request: pytest.FixtureRequest) -> tuple[Law, list[Pattern]]:
    law = LAWS[request.param]
    return law, list(decided(MANY, law=law))


@pytest.mark.guarantee("BL-2")
def test_a_history_has_six_to_twenty_facts_and_ends_before_today(
    told: tuple[Law, list[Pattern]],
) -> None:
    law, found = told
    lengths = [len(pattern.case.facts) for pattern in found]
    assert min(lengths) >= 6
    assert max(lengths) <= 20
    assert len(set(lengths)) > 8
    first, today = law.timeline[0].applies_from, legal_day(NOW)
    for pattern in found:
        days = [legal_day(fact.recorded_at) for fact in pattern.case.facts]
        assert first <= days[0]
        assert days[-1] < today
        for fact, day in zip(recorded(pattern.case), days, strict=True):
            assert fact.effective_on <= day
            assert fact.edition == law.on(fact.effective_on).id
    assert len({legal_day(pattern.case.facts[0].recorded_at) for pattern in found}) > MANY / 2


@pytest.mark.guarantee("BL-2")
def test_histories_keep_what_holds_of_every_case(told: tuple[Law, list[Pattern]]) -> None:
    law, found = told
    for pattern in found:
        facts = recorded(pattern.case)
        assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(facts))
        check_plans(desk(law, facts))


@pytest.mark.guarantee("BL-2")
def test_everything_that_happens_in_the_field_happens(told: tuple[Law, list[Pattern]]) -> None:
    _, found = told
    states = [fold(recorded(pattern.case)) for pattern in found]
    topics = Counter(fact.topic for pattern in found for fact in pattern.case.facts)
    assert set(topics) == set(FACTS)
    assert 0.4 < sum(pattern.case.is_open for pattern in found) / MANY < 0.9
    assert any(len(state.plans) > 1 for state in states)
    assert any(not state.plans and state.closing for state in states)
    assert any(plan.ending for state in states for plan in state.plans)
    assert len({state.responsible for state in states}) > 8
    for state, pattern in zip(states, found, strict=True):
        assert bool(state.closing) is not pattern.case.is_open


@pytest.mark.guarantee("BL-2")
def test_nothing_is_left_for_the_calendar_but_what_is_due_today(
    told: tuple[Law, list[Pattern]],
) -> None:
    due: list[date] = []
    for pattern in told[1]:
        rows = Timers().rows(fold(recorded(pattern.case)))["timer"]
        due += [row["due_on"] for row in rows]  # type: ignore[misc]
    assert len(due) > MANY / 4
    assert min(due) >= legal_day(NOW)


def test_a_seed_decides_everything() -> None:
    once, again = list(decided(8)), list(decided(8))
    other = list(decided(8, seed=2))
    assert [each.case for each in once] == [each.case for each in again]
    assert not {each.case.stream_id for each in once} & {each.case.stream_id for each in other}


def test_without_time_for_a_history_none_is_told() -> None:
    with pytest.raises(NoTime, match="2025-01-01"):
        patterns(now=datetime(2025, 2, 1, tzinfo=UTC))
    early = NOW.replace(year=2025, month=5)
    for pattern in decided(20, now=early):
        assert len(pattern.case.facts) >= 6
        assert pattern.case.facts[-1].recorded_at < early


def test_every_act_has_its_record() -> None:
    for pattern in decided(5):
        assert len(pattern.case.acts) == len(pattern.performed)
        assert [act.key for act in pattern.case.acts] == [p.request.key for p in pattern.performed]


def desk(law: Law, facts: tuple[Recorded, ...]) -> Desk:
    """A case of these facts, to be asked."""
    case = Case(Casebook(list(facts)), facts[0].stream_id, list(facts))
    return Desk(law=law, case=case, state=fold(facts), today=legal_day(NOW))
