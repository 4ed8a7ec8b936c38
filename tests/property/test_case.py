"""What holds of every case, whatever is done to it and in whatever order it is told."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.acts import draw_up, end, guide, review, status
from tests.desk import (
    DRAWN_UP,
    FUND,
    KASKINEN,
    KELA,
    LAW,
    LAW_IN_FORCE,
    MAXIMUM,
    POHJANMAA,
    VAASA,
    VAASA_TE,
    Desk,
)
from tests.property import choosing as ch
from tests.property.acts import KINDS, acts
from tests.property.checks import (
    DAY,
    check_answers,
    check_clients,
    check_maximum,
    check_plans,
    check_reviews,
    days_to_ask_about,
    speaks,
)
from tests.property.choosing import drawn
from tests.property.drawing import Case, days, turning_days
from tests.standing import assessed, opened, planned, under_assessment

from cases.domain.case.act import Act, Decision, Organisation
from cases.domain.case.closing.facts import CaseClosed
from cases.domain.case.opening.acts import OpenCase
from cases.domain.case.plan.acts import DrawUpPlan
from cases.domain.case.plan.facts import PlanExpired
from cases.domain.case.records.mending import ABOUT_THE_RECORD, mended
from cases.domain.case.register import ACTS
from cases.domain.case.reopening.facts import CaseReopened
from cases.domain.case.state import NOTHING, fold, fold_on
from cases.domain.codes.values import LabourMarketStatus
from cases.domain.law.load import load_law
from cases.domain.questions.as_of import AsOf, known
from cases.domain.questions.case import case_overview
from cases.domain.questions.current_plan import CurrentPlan, current_plan
from cases.domain.questions.dues import Due, dues

FIRST_EDITION = date(2025, 1, 1)
LAW_THAT_CHANGES = load_law([("681/2023", date(2025, 1, 1)), ("681/2023@2025", date(2025, 9, 1))])
STAGES = [
    stage(law)
    for law in (LAW, LAW_IN_FORCE, LAW_THAT_CHANGES)
    for stage in (opened, under_assessment, assessed, assessed, planned, planned)
]
CALLERS = (VAASA, VAASA_TE, KASKINEN, POHJANMAA, KELA, FUND)

thorough = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def answers_for(desk: Desk) -> Organisation:
    """The authority that answers for the case."""
    return next(each for each in CALLERS if each.id == desk.state.responsible_on(desk.today))


def at_work(data: st.DataObject, most: int = 10) -> Desk:
    """A case to which a run of acts has been done, each checked as it was decided."""
    desk = STAGES[data.draw(st.integers(0, len(STAGES) - 1))].copy()
    for _ in range(data.draw(st.integers(1, most))):
        today = desk.today + data.draw(st.sampled_from([0, 0, 1, 30, 120, 250])) * DAY
        turns = [d for d in turning_days(desk.state) if FIRST_EDITION <= d <= today]
        on = data.draw(st.sampled_from([today, *turns, *(d + DAY for d in turns)]))
        act = drawn(data, acts(Case(desk.state, on, desk.law)))
        by = data.draw(st.sampled_from([answers_for(desk), answers_for(desk), *CALLERS]))
        before = desk.state
        outcome = desk.asks(act, on, today=today, by=by)
        again = desk.asks(act, on, today=today, by=by)
        assert outcome == again
        assert desk.state == before
        speaks(outcome)
        # That a case is opened once is for the store to say: its stream then begins anew.
        if isinstance(outcome, Decision) and not isinstance(act, OpenCase):
            desk.did(act, outcome, on, today=today, by=by)
            assert desk.state.version == before.version + len(outcome.facts)
    return desk


# whatever is done ---------------------------------------------------------------------------------


def test_there_is_a_strategy_for_every_act() -> None:
    assert set(KINDS) == set(ACTS)


@pytest.mark.guarantee("PR-1")
@pytest.mark.guarantee("PR-2")
@settings(thorough, max_examples=60)
@given(st.data())
def test_at_most_one_plan_is_in_force_on_any_day_and_none_beyond_the_maximum(
    data: st.DataObject,
) -> None:
    desk = at_work(data)
    check_plans(desk)
    check_maximum(desk)
    check_reviews(desk)
    check_clients(desk)


@pytest.mark.guarantee("PR-3")
@thorough
@given(st.data())
def test_every_prefix_is_a_legal_state_and_equals_the_whole_seen_at_its_version(
    data: st.DataObject,
) -> None:
    desk = at_work(data, most=6)
    facts = desk.facts
    state = NOTHING
    day = drawn(data, days(Case(desk.state, desk.today, desk.law)))
    for n, recorded in enumerate(facts, start=1):
        state = fold_on((recorded,), state, facts[: n - 1].__iter__)
        assert state == fold(facts[:n])
        then = known(facts, AsOf(valid_on=day, version=n))
        assert then.state == state
        assert then.facts == facts[:n]
        only_those = known(facts[:n], AsOf(valid_on=day))
        assert current_plan(then, desk.law) == current_plan(only_those, desk.law)
        assert case_overview(then, desk.law) == case_overview(only_those, desk.law)
    assert [f.version for f in facts] == list(range(1, len(facts) + 1))


@pytest.mark.guarantee("PR-3")
@thorough
@given(st.data())
def test_what_was_known_at_an_instant_is_the_largest_version_recorded_by_then(
    data: st.DataObject,
) -> None:
    facts = at_work(data, most=6).facts
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(facts))
    at = data.draw(st.sampled_from(facts)).recorded_at + data.draw(st.integers(-1, 1)) * DAY / 2
    then = known(facts, AsOf(valid_on=date(2025, 6, 1), known_at=at))
    assert then.facts == facts[: len(then.facts)]
    assert all((f.recorded_at <= at) == (f in then.facts) for f in facts)
    assert then.state == fold(then.facts)


@pytest.mark.guarantee("PR-4")
@thorough
@given(st.data())
def test_every_question_has_an_answer_on_every_day(data: st.DataObject) -> None:
    desk = at_work(data)
    check_answers(
        desk,
        drawn(data, days(Case(desk.state, desk.today, desk.law)) | ch.dates(date.min, date.max)),
    )


@pytest.mark.guarantee("PR-5")
@thorough
@given(st.data())
def test_while_it_is_closed_only_expiries_are_recorded_and_none_twice(data: st.DataObject) -> None:
    counted = mended(at_work(data, most=14).facts)
    facts = [each.fact for each in counted if not isinstance(each.fact, ABOUT_THE_RECORD)]
    closed = False
    for fact in facts:
        assert not closed or isinstance(fact, PlanExpired | CaseReopened)
        assert closed or not isinstance(fact, CaseReopened)
        closed = (closed or isinstance(fact, CaseClosed)) and not isinstance(fact, CaseReopened)
    expiries = [(fact.plan_id, fact.last_day) for fact in facts if isinstance(fact, PlanExpired)]
    assert len(expiries) == len(set(expiries))


# in whatever order it is told ---------------------------------------------------------------------

TOLD_ON = date(2027, 8, 2)
FIRST, SECOND = uuid5(UUID(int=8), "first"), uuid5(UUID(int=8), "second")


class Told(NamedTuple):
    """An act with its legal day. ``new_id`` is what it creates, whenever it is recorded."""

    on: date
    act: Act
    new_id: UUID


def agreed(plan_id: UUID, *numbers: int) -> tuple[UUID, ...]:
    return tuple(uuid5(plan_id, f"measure-{n}") for n in numbers)


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Two plans and what was done about them, in the order of their legal days."""
    last = DRAWN_UP + draw(st.integers(30, 365)) * DAY
    told = [
        (DRAWN_UP, draw_up(DRAWN_UP, last, review_on=DRAWN_UP + 30 * DAY)),
        (DRAWN_UP + 9 * DAY, guide(FIRST, *agreed(FIRST, *draw(st.sampled_from([(1,), (1, 2)]))))),
        (date(2025, 5, 5), status(LabourMarketStatus.EMPLOYED, date(2025, 5, 5))),
    ]
    held = draw(st.lists(st.dates(DRAWN_UP, last), unique=True, max_size=3))
    told += [(day, review(FIRST, next_on=day + 20 * DAY)) for day in held]
    if draw(st.booleans()):
        decided = draw(st.dates(DRAWN_UP, last))
        told.append((decided, end(FIRST, draw(st.dates(decided, last)))))
    drawn_up = draw(st.dates(DRAWN_UP, last))
    begins = last + draw(st.integers(1, 60)) * DAY
    ends = min(drawn_up + 365 * DAY, MAXIMUM)
    if begins <= ends:
        told.append((drawn_up, draw_up(begins, ends, review_on=drawn_up + 20 * DAY)))
        told.append((begins, guide(SECOND, *agreed(SECOND, 2))))
        if draw(st.booleans()):
            day = draw(st.dates(begins, ends))
            told.append((day, review(SECOND, next_on=day + 20 * DAY)))
    histories = [
        Told(day, act, _created(act, n, valid_from_first=DRAWN_UP))
        for n, (day, act) in enumerate(told)
    ]
    return sorted(histories, key=lambda each: each.on)


def _created(act: Act, n: int, *, valid_from_first: date) -> UUID:
    if isinstance(act, DrawUpPlan):
        return FIRST if act.valid_from == valid_from_first else SECOND
    return uuid5(UUID(int=8), str(n))


def recorded_in(order: Sequence[Told]) -> Desk | None:
    """The case with the acts recorded in this order, or None where one of them is refused then."""
    desk = STAGES[2].copy()
    for told in order:
        outcome = desk.asks(told.act, told.on, today=TOLD_ON, new_id=told.new_id)
        if not isinstance(outcome, Decision):
            return None
        desk.did(told.act, outcome, told.on, today=TOLD_ON)
    return desk


def answers(desk: Desk) -> tuple[list[CurrentPlan], set[Due]]:
    asked = [known(desk.facts, AsOf(valid_on=day)) for day in days_to_ask_about(desk.state)]
    return [current_plan(each, LAW) for each in asked], set(dues(desk.state, LAW))


@pytest.mark.guarantee("PR-1")
@pytest.mark.guarantee("PR-2")
@settings(thorough, max_examples=250)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["plan", "plan", "end"]),
            st.sampled_from(range(0, 701, 50)),
            st.sampled_from([0, 0, 1, 30]),
            st.sampled_from([1, 40, 200, 365]),
        ),
        min_size=3,
        max_size=12,
    )
)
def test_plans_and_endings_told_late_in_any_order_neither_overlap_nor_outlast_the_maximum(
    told: list[tuple[str, int, int, int]],
) -> None:
    desk = STAGES[2].copy()
    for what, after, begins, lasts in told:
        on = DRAWN_UP + after * DAY
        first = on + begins * DAY
        act: Act = draw_up(first, first + lasts * DAY, review_on=on + 20 * DAY)
        if what == "end":
            ended = [plan.plan_id for plan in desk.state.plans if plan.ending is None]
            act = end(ended[after % len(ended)] if ended else FIRST, on + (lasts - 90) * DAY)
        outcome = desk.asks(act, on, today=TOLD_ON)
        if isinstance(outcome, Decision):
            desk.did(act, outcome, on, today=TOLD_ON)
    check_plans(desk)


@pytest.mark.guarantee("PR-6")
@thorough
@given(histories(), st.data())
def test_the_order_of_recording_changes_no_answer_about_the_plan(
    told: list[Told], data: st.DataObject
) -> None:
    in_order = recorded_in(told)
    assume(in_order is not None)
    # Plans come before what is done to them; all else may be recorded in any order.
    plans = data.draw(st.permutations([t for t in told if isinstance(t.act, DrawUpPlan)]))
    rest = data.draw(st.permutations([t for t in told if not isinstance(t.act, DrawUpPlan)]))
    shuffled = recorded_in([*plans, *rest])
    assume(shuffled is not None)
    assert in_order is not None
    assert shuffled is not None
    assert answers(shuffled) == answers(in_order)


@pytest.mark.guarantee("PR-6")
def test_two_plans_recorded_newest_first_answer_as_if_recorded_in_their_order() -> None:
    first = Told(DRAWN_UP, draw_up(DRAWN_UP, date(2025, 8, 31), review_on=date(2025, 6, 2)), FIRST)
    second_plan = draw_up(date(2025, 9, 1), date(2026, 8, 11), review_on=date(2026, 1, 7))
    second = Told(date(2025, 8, 11), second_plan, SECOND)
    one_way, other_way = recorded_in([first, second]), recorded_in([second, first])
    assert one_way is not None
    assert other_way is not None
    assert answers(one_way) == answers(other_way)
    plans, _ = answers(one_way)
    assert {each.plan.plan for each in plans if each.plan} == {FIRST, SECOND}
    assert {each.plan.maximum_until for each in plans if each.plan} == {MAXIMUM}
