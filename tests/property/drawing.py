"""What strategies of acts share: days near the turns of a case, its ids, and small values."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from tests.desk import LAW, REGISTER

from cases.domain.case.plan.evolution import Plan, plans_drawn_up_by
from cases.domain.case.plan.validity import plan_in_force
from cases.domain.case.state import CaseState
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.law.edition import Edition, Law
from cases.domain.model import Value

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
ANY = st.dates(FIRST, LAST)

M = TypeVar("M", bound=Value)


def made(model: type[M], **members: st.SearchStrategy[Any]) -> st.SearchStrategy[M]:
    """The model from these members and no others; ``builds`` would look for aliases too."""
    return st.fixed_dictionaries(members).map(lambda drawn: model(**drawn))


def mostly(*likely: Any, seldom: Sequence[Any]) -> st.SearchStrategy[Any]:
    """One of the likely values; about one time in ten any of the others."""
    times = max(1, 9 * len(seldom) // len(likely))
    return st.sampled_from([*likely * times, *seldom])


def seldom(part: st.SearchStrategy[Any], one_in: int = 6) -> st.SearchStrategy[Any]:
    """None, but for one time in so many."""
    last = one_in - 1
    return st.sampled_from(range(one_in)).flatmap(lambda n: part if n == last else st.none())


texts = st.sampled_from(["Told", "ÄÖ å", "كما قيل", "<b>&", "\u2028 two lines", "0", "\U0001f600"])
names = st.sampled_from(["vaasa", "opisto", "migri"])
authorities = st.sampled_from([*REGISTER, "opisto"])
sources = made(Source, kind=st.sampled_from(codes.SourceKind), name=st.none() | names)


def turning_days(state: CaseState) -> list[date]:
    """The days on which something in the case begins, ends or falls due, as far as they tell."""
    found = [r.held_on for r in state.reviews]
    found += [r.next_review_on for r in state.reviews if r.next_review_on]
    found += [e.decided_on for e in state.extensions]
    found += [e.until for e in state.extensions if e.until]
    found += [d for s in state.studies for d in (s.since, s.ended_on) if d]
    found += [h.on for h in state.responsibility.hand_overs]
    found += [
        d for r in state.responsibility.referrals for d in (r.referred_on, r.answered_on) if d
    ]
    for plan in state.plans:
        found += [plan.drawn_up_on, plan.valid_from, plan.valid_until, plan.next_review_on]
        found += [c.changes.valid_until for c in plan.changes if c.changes.valid_until]
        found += [plan.ending.decided_on, plan.ending.ends_on] if plan.ending else []
        found += [plan.replaced.on, plan.replaced.last_day] if plan.replaced else []
        found += [plan.continued.on] if plan.continued else []
        found += [plan.drawn_up_on.replace(year=plan.drawn_up_on.year + 2, day=1)]
    for assessment in state.assessments:
        found += [d for d in (assessment.started_on, assessment.completed_on) if d]
    return found


class Case(NamedTuple):
    """What an act is drawn with regard to: the case, the legal date the act will have, the law."""

    state: CaseState
    on: date
    law: Law = LAW

    @property
    def edition(self) -> Edition:
        """The edition the act will be decided under."""
        return self.law.governing(self.on)

    @property
    def plan(self) -> Plan | None:
        """The plan in force on the day."""
        return plan_in_force(self.state, self.edition, self.on)


OFFSETS = (-400, -30, -1, 0, 0, 1, 1, 20, 90, 150, 180, 300, 364, 366, 700)


def days(case: Case) -> st.SearchStrategy[date]:
    """Mostly days near the act or near a turn of the case; now and then any legal date."""
    near = st.sampled_from(OFFSETS).map(lambda n: shifted(case.on, n))
    turns = turning_days(case.state)
    if turns:
        steps = st.integers(-1, 1)
        near |= st.tuples(st.sampled_from(turns), steps).map(lambda drawn: shifted(*drawn))
    return st.integers(0, 11).flatmap(lambda n: ANY if n == 0 else near)


def soon(case: Case) -> st.SearchStrategy[date]:
    """Mostly a day for the next review that will do."""
    likely = st.sampled_from([1, 20, 90, 180]).map(lambda n: shifted(case.on, n))
    return st.integers(0, 5).flatmap(lambda n: days(case) if n == 0 else likely)


def shifted(day: date, by: int) -> date:
    """The day so many days later, within the legal dates there are."""
    return min(max(day + timedelta(days=by), FIRST), LAST)


def of_the_case(known: Sequence[UUID]) -> st.SearchStrategy[UUID]:
    """An id of the case where it has any, mostly the newest; sometimes a stranger's."""
    unknown = st.just(UUID(int=99))
    if not known:
        return unknown
    some = st.sampled_from([*known, known[-1], known[-1]])
    return st.integers(0, 15).flatmap(lambda n: unknown if n == 0 else some)


def plans(case: Case) -> st.SearchStrategy[UUID]:
    """A plan of the case: mostly the one in force on the day, or else the one drawn up last."""
    known = plans_drawn_up_by(case.state.plans, case.on)
    in_force = case.plan
    ids = [p.plan_id for p in known or case.state.plans]
    return of_the_case([*ids, *([in_force.plan_id] * 4 if in_force else [])])


def measures(case: Case) -> st.SearchStrategy[UUID]:
    """A measure of a plan of the case."""
    return of_the_case([m.measure_id for p in case.state.plans for m in p.measures_on(case.on)])


def two(day: st.SearchStrategy[date]) -> st.SearchStrategy[list[date]]:
    """Two days in their order."""
    return st.lists(day, min_size=2, max_size=2).map(sorted)
