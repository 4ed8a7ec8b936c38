"""The calendar: due timers become acts, and nothing but a day decides which."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from tests.casebook import Case, Casebook

from cases.app.calendar.calendar import AlreadyNoted, Calendar, Failure, expiry, key_of, settles
from cases.domain.case.plan.acts import ExpirePlan
from cases.domain.case.records.facts import RecordAnnulled
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, Violation
from cases.projections.timers.fold import TimerKind
from cases.projections.timers.queries import DueTimer

LAST_DAY = date(2026, 3, 3)


def refusal(rule: Rule) -> Refusal:
    line = RuleApplied(rule=rule.value, section="23.2", edition="681/2023", result=False)
    return Refusal(violations=(Violation(line=line),), conflict=True)


def timer(last_day: date = LAST_DAY) -> DueTimer:
    return DueTimer(uuid4(), TimerKind.PLAN_EXPIRY, uuid4(), last_day, last_day + timedelta(days=1))


class Queue:
    """Timers in memory, each claimed once."""

    def __init__(self, *timers: DueTimer) -> None:
        self.waiting = list(timers)

    @contextmanager
    def claim(
        self, today: date, after: DueTimer | None, limit: int
    ) -> Iterator[tuple[DueTimer, ...]]:
        due = [t for t in self.waiting if t.due_on <= today][:limit]
        self.waiting = [t for t in self.waiting if t not in due]
        yield tuple(due)

    def oldest_due_days(self, today: date) -> int:
        return max(((today - t.due_on).days + 1 for t in self.waiting), default=0)


def key_in(case: Case, act: ExpirePlan) -> str | None:
    return key_of(act, case.facts)


@pytest.mark.guarantee("TD-2")
def test_the_act_and_its_key_follow_from_the_plan_and_the_last_day_alone() -> None:
    due, case = timer(), Casebook().case()
    act = expiry(due)
    assert (act.plan, act.last_day) == (due.subject_id, LAST_DAY)
    assert act.effective_on == date(2026, 3, 4)
    key = key_in(case, act)
    assert key is not None
    assert UUID(key).version == 5
    moved = DueTimer(due.case_id, due.kind, due.subject_id, date(2026, 4, 3), date(2026, 4, 4))
    keys = {key_in(case, each) for each in (act, expiry(moved), expiry(timer()))}
    assert (len(keys), key_in(case.opened(LAST_DAY), act)) == (3, key)


@pytest.mark.guarantee("TD-2")
def test_an_expiry_that_counts_needs_no_key_and_one_annulled_has_another_each_time() -> None:
    case = Casebook().case().opened(date(2025, 1, 13)).plan(date(2025, 3, 3), LAST_DAY)
    act = ExpirePlan(plan=case.plan_id, last_day=LAST_DAY)
    keys = [key_in(case, act)]
    for _ in range(2):
        case = case.expired(LAST_DAY + timedelta(days=1), LAST_DAY)
        assert key_in(case, act) is None
        noted = case.facts[-1].version
        gone = RecordAnnulled(named=noted, annulled=(noted,), reason="another last day")
        case = case.record(date(2026, 3, 9), gone)
        assert key_in(case, act) == key_in(case, act)
        keys.append(key_in(case, act))
    assert len({*keys} - {None}) == 3


@pytest.mark.guarantee("TD-3")
def test_the_trouble_of_one_case_does_not_stop_the_others() -> None:
    first, second, third, fourth, fifth = (timer() for _ in range(5))
    performed: list[UUID] = []

    def perform(case_id: UUID, act: ExpirePlan) -> Refusal | AlreadyNoted | None:
        performed.append(case_id)
        if case_id == first.case_id:
            raise RuntimeError("a name that must not be reported")
        if case_id == second.case_id:
            return refusal(Rule.OVER_AFTER_LAST_DAY)
        if case_id == third.case_id:
            return refusal(Rule.PLAN_DRAWN_UP_BY_THEN)
        return AlreadyNoted() if case_id == fifth.case_id else None

    queue = Queue(first, second, third, fourth, fifth)
    report = Calendar(queue, perform, batch=2).run_once(date(2026, 4, 12))
    assert performed == [t.case_id for t in (first, second, third, fourth, fifth)]
    assert (report.recorded, report.settled) == (1, 2)
    assert report.failures == (
        Failure(first.case_id, "RuntimeError"),
        Failure(third.case_id, "plan-drawn-up-by-then"),
    )
    assert report.oldest_due_days == 40


def test_nothing_is_due_before_its_day() -> None:
    queue = Queue(timer())
    calendar = Calendar(queue, lambda case_id, act: None)
    assert calendar.run_once(LAST_DAY).recorded == 0
    assert calendar.run_once(date(2026, 3, 4)).recorded == 1


def test_only_the_rule_of_the_last_day_settles_a_timer() -> None:
    assert settles(refusal(Rule.OVER_AFTER_LAST_DAY))
    assert not settles(refusal(Rule.CASE_IS_OPEN))
