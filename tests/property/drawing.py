"""What strategies of acts share: days near the turns of a case, its ids, and small values."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tests.desk import LAW, REGISTER
from tests.property import choosing as ch
from tests.property.choosing import Choice

from cases.domain.case.plan.evolution import Plan, plans_drawn_up_by
from cases.domain.case.plan.validity import plan_in_force
from cases.domain.case.state import CaseState
from cases.domain.codes import values as codes
from cases.domain.facts import Source
from cases.domain.law.edition import Edition, Law

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
ANY = ch.dates(FIRST, LAST)


def mostly(*likely: Any, seldom: Sequence[Any]) -> Choice[Any]:
    """One of the likely values; about one time in ten any of the others."""
    times = max(1, 9 * len(seldom) // len(likely))
    return ch.sampled_from([*likely * times, *seldom])


def seldom(part: Choice[Any], one_in: int = 6) -> Choice[Any]:
    """None, but for one time in so many."""
    last = one_in - 1
    return ch.sampled_from(range(one_in)).flatmap(lambda n: part if n == last else ch.none())


texts = ch.sampled_from(["Told", "ÄÖ å", "كما قيل", "<b>&", "\u2028 two lines", "0", "\U0001f600"])
names = ch.sampled_from(["vaasa", "opisto", "migri"])
authorities = ch.sampled_from([*REGISTER, "opisto"])
sources = ch.builds(Source, kind=ch.sampled_from(codes.SourceKind), name=ch.none() | names)


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
    found += [d for c in state.closings for d in (c.closed_on, c.reopened_on) if d]
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


def lives_elsewhere(state: CaseState) -> bool:
    """Whether the client lives where another authority than the one that has the case answers."""
    home, answers = state.person.home, state.responsible_on(LAST)
    return home is not None and answers not in {home.municipality, home.employment_authority}


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


def days(case: Case) -> Choice[date]:
    """Mostly days near the act or near a turn of the case; now and then any legal date."""
    near = ch.sampled_from(OFFSETS).map(lambda n: shifted(case.on, n))
    turns = turning_days(case.state)
    if turns:
        steps = ch.integers(-1, 1)
        near |= ch.tuples(ch.sampled_from(turns), steps).map(lambda drawn: shifted(*drawn))
    return ch.integers(0, 11).flatmap(lambda n: ANY if n == 0 else near)


def soon(case: Case) -> Choice[date]:
    """Mostly a day for the next review that will do."""
    likely = ch.sampled_from([1, 20, 90, 180]).map(lambda n: shifted(case.on, n))
    return ch.integers(0, 5).flatmap(lambda n: days(case) if n == 0 else likely)


def shifted(day: date, by: int) -> date:
    """The day so many days later, within the legal dates there are."""
    return min(max(day + timedelta(days=by), FIRST), LAST)


def of_the_case(known: Sequence[UUID]) -> Choice[UUID]:
    """An id of the case where it has any, mostly the newest; sometimes a stranger's."""
    unknown = ch.just(UUID(int=99))
    if not known:
        return unknown
    some = ch.sampled_from([*known, known[-1], known[-1]])
    return ch.integers(0, 15).flatmap(lambda n: unknown if n == 0 else some)


def plans(case: Case) -> Choice[UUID]:
    """A plan of the case: mostly the one in force on the day, or else the one drawn up last."""
    known = plans_drawn_up_by(case.state.plans, case.on)
    in_force = case.plan
    ids = [p.plan_id for p in known or case.state.plans]
    return of_the_case([*ids, *([in_force.plan_id] * 4 if in_force else [])])


def measures(case: Case) -> Choice[UUID]:
    """A measure of a plan of the case."""
    return of_the_case([m.measure_id for p in case.state.plans for m in p.measures_on(case.on)])


def two(day: Choice[date]) -> Choice[list[date]]:
    """Two days in their order."""
    return ch.lists(day, min_size=2, max_size=2).map(sorted)
