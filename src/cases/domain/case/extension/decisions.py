"""May the maximum be extended, and until when? 23 § 3–4 mom., 31 § 1–2 mom."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from cases.domain.case.act import Circumstances, Decision, Outcome, refuse
from cases.domain.case.extension.acts import ContinueForStudies, ExtendPlan, Extension
from cases.domain.case.extension.facts import PlanContinuedForStudies, PlanExtended
from cases.domain.case.foreseeing import foreseen
from cases.domain.case.plan.drawn_up import not_over_then, over
from cases.domain.case.plan.evolution import Plan
from cases.domain.case.plan.last_day import last_day
from cases.domain.case.plan.maximum import (
    Granted,
    first_plan,
    granted_here,
    maximum_on,
    sum_of,
)
from cases.domain.case.plan.one_in_force import crosses_another
from cases.domain.case.plan.validity import validity
from cases.domain.case.state import CaseState
from cases.domain.codes.values import Benefit, ExtensionGround
from cases.domain.law import edition as law
from cases.domain.law.maximum import (
    FirstPlan,
    Grant,
    Maximum,
    extension_for,
    length_reaching,
    maximum,
)
from cases.domain.law.register import Rule
from cases.domain.law.rules import Refusal, RuleApplied, sorted_out
from cases.domain.law.section_31 import section_31_1_young_enough, section_31_2_old_enough
from cases.domain.model import State
from cases.domain.time import Interval, Length


class _Case(State):
    """What a decision on an extension looks at: the plan, what the Act opens, the sum so far."""

    plan: Plan
    asked: Extension
    opened: law.Extension
    before: Maximum
    state: CaseState
    circumstances: Circumstances

    def line(self, rule: Rule, result: bool, **inputs: object) -> RuleApplied:
        """A line on the ground's own section."""
        inputs = {"ground": self.asked.ground, **inputs}
        section = self.opened.section
        return self.circumstances.edition.line(rule, inputs, result, section=section)

    def with_grant(self, grant: Grant) -> Maximum:
        """The sum with one more grant, which stands where its legal date puts it."""
        on = self.circumstances.on
        earlier = [e.grant for e in self._granted if e.decided_on <= on]
        later = [e.grant for e in self._granted if e.decided_on > on]
        return self.sum_of([*earlier, grant, *later])

    def counted_from(self) -> date:
        """The day a length of this kind is counted from: what stands before it in the sum."""
        on, for_studies = self.circumstances.on, self.opened.under_age is not None
        before = [
            e.grant
            for e in self._granted
            if e.decided_on <= on or (for_studies and not self._for_studies(e.grant))
        ]
        reached = self.sum_of(before)
        return reached.until if for_studies else reached.lengthened_to

    def sum_of(self, grants: Sequence[Grant]) -> Maximum:
        """What these grants come to, after those of earlier cases."""
        return sum_of(self.state, self.circumstances.edition, self._first, grants)

    @property
    def base(self) -> date:
        """The maximum before anything was granted, in any case."""
        return maximum(self.circumstances.edition, self._first).until

    @property
    def may_stop_short(self) -> bool:
        """Whether the plan may last to a day before the new maximum: nothing rests on that yet."""
        later = any(e.decided_on > self.circumstances.on for e in self._granted)
        return self.plan.continued is None and not later

    def _for_studies(self, grant: Grant) -> bool:
        known = extension_for(self.circumstances.edition, self._first, grant.ground)
        return known is not None and known[1].under_age is not None

    @property
    def _first(self) -> FirstPlan:
        first = first_plan(self.state, self.circumstances.today)
        assert first is not None, "a plan was drawn up"
        return first

    @property
    def _granted(self) -> tuple[Granted, ...]:
        return granted_here(self.state)


Lawful = tuple[Grant, tuple[RuleApplied, ...]]


def decide_extend_plan(act: ExtendPlan, state: CaseState, circumstances: Circumstances) -> Outcome:
    """The maximum is extended on a ground the edition knows, before the plan is over."""
    return decide_extension(act.plan, act, state, circumstances)


def decide_extension(
    plan_id: UUID, asked: Extension, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """An extension by an act of its own or in a review. Each refusal names the latest day."""
    found = not_over_then(plan_id, state, circumstances)
    if isinstance(found, Refusal):
        return found
    plan, days = found
    last = days.fully.last if days.fully else None
    if last is not None and last < circumstances.on:
        # In force for the support of the studies only: the maximum has run out (31 § 2 mom.).
        return over(last, circumstances)
    first = first_plan(state, circumstances.today)
    before = maximum_on(state, circumstances.edition, circumstances.today)
    assert first is not None, "the plan was drawn up"
    assert before is not None, "the plan was drawn up"
    known = extension_for(circumstances.edition, first, asked.ground)
    if known is None:
        line = circumstances.line(Rule.EXTENSION_OF_THE_EDITION, False, ground=asked.ground)
        return refuse(line, latest=before.until, pointer="/ground")
    case = _Case(
        plan=plan,
        asked=asked,
        opened=known[1],
        before=before,
        state=state,
        circumstances=circumstances,
    )
    granted = _for_obstacle(case) if known[1].at_most is None else _of_length(case)
    if isinstance(granted, Refusal):
        return granted
    grant, rules = granted
    after = case.with_grant(grant)
    fact = PlanExtended(
        plan_id=plan_id,
        ground=asked.ground,
        length=grant.length,
        obstacle=asked.obstacle if grant.obstacle else None,
        until=asked.until,
        special_measures=asked.special_measures,
        reason=asked.reason,
        reaches_maximum=grant.length is not None or asked.until in (None, after.until),
    )
    crossed = _crossed(fact, state, circumstances, after.until)
    if crossed is not None:
        return refuse(crossed, pointer="/effectiveOn", conflict=True)
    return Decision(facts=(fact,), rules=(*rules, *after.terms))


def _crossed(
    fact: PlanExtended, state: CaseState, circumstances: Circumstances, until: date
) -> RuleApplied | None:
    """The rule broken where an extension told late moves a plan into one drawn up since."""
    extended = foreseen(state, fact, circumstances)
    each = (crosses_another(plan, extended, circumstances, until) for plan in extended.plans)
    return next((line for line in each if line is not None), None)


def decide_continue_for_studies(
    act: ContinueForStudies, state: CaseState, circumstances: Circumstances
) -> Outcome:
    """From the age the Act names, with supported studies unfinished at the maximum (31 § 2 mom.).

    Decided before the plan is over; it may be recorded late.
    """
    found = not_over_then(act.plan, state, circumstances)
    if isinstance(found, Refusal):
        return found
    plan, _ = found
    edition, today = circumstances.edition, circumstances.today
    most = maximum_on(state, edition, today)
    assert most is not None, "the plan was drawn up"
    lasts = last_day(plan, state, edition, today)
    sections = edition.continuation.sections
    reaches = edition.line(
        Rule.REACHES_THE_MAXIMUM,
        {"lastDay": lasts.day, "maximumUntil": most.until},
        (lasts.reaches_maximum or lasts.day == most.until)
        and plan.ending is None
        and plan.replaced is None,
        section=sections[0],
    )
    again = edition.line(Rule.NOT_CONTINUED_YET, {}, plan.continued is None, section=sections[0])
    unfinished = _studies_unfinished(most.until, state, circumstances, sections[0])
    grown = section_31_2_old_enough(edition, state.person.born_on, most.until)
    rules, violations = sorted_out(
        *((line, None) for line in (again, reaches, unfinished, grown.line))
    )
    violations = tuple(v.having_latest(lasts.day) for v in violations)
    if violations:
        return Refusal(violations=violations, conflict=not again.result or not reaches.result)
    return Decision(facts=(PlanContinuedForStudies(plan_id=act.plan),), rules=rules[1:])


def _of_length(case: _Case) -> Lawful | Refusal:
    """A length at most as long as the Act says in all, kept so that it moves with the sum."""
    opened = case.opened
    rules, broken = sorted_out(*_conditions(case))
    broken = tuple(v.having_latest(case.before.until) for v in broken)
    if broken:
        return Refusal(violations=broken)
    for_studies = opened.under_age is not None
    assert opened.at_most is not None, "an extension without a cap is for an obstacle"
    cap = opened.at_most.ends(case.before.until_studies if for_studies else case.base)
    start = case.counted_from()

    def reached(length: Length) -> date:
        return case.with_grant(Grant(ground=case.asked.ground, length=length)).until

    def lengthened(length: Length) -> date:
        after = case.with_grant(Grant(ground=case.asked.ground, length=length))
        return after.until if for_studies else after.lengthened_to

    def aside(length: Length) -> date:
        return case.with_grant(Grant(ground=case.asked.ground, length=length)).until_studies

    room = length_reaching(cap, start, max(start, cap), lengthened)
    latest, until = reached(room), case.asked.until
    if latest <= case.before.until:
        used_up = case.line(
            Rule.EXTENSION_USED_UP,
            False,
            maximumUntil=case.before.until,
            atMost=str(opened.at_most),
        )
        return refuse(used_up, latest=latest, pointer="/ground")
    line = case.line(
        Rule.EXTENDS_WITHIN_ITS_CAP,
        until is not None and case.before.until < until <= latest,
        until=until,
        maximumUntil=case.before.until,
        atMost=str(opened.at_most),
    )
    if until is None or not line.result:
        return refuse(line, latest=latest, pointer="/until")
    length = length_reaching(until, start, room.ends(start), reached if for_studies else aside)
    if reached(length) > until:
        # An extension for the studies of the young, granted already, comes on top of it.
        length = length_reaching(until, start, length.ends(start), reached)
    return Grant(ground=case.asked.ground, length=length), (*rules, line)


def _for_obstacle(case: _Case) -> Lawful | Refusal:
    """As long as the obstacle lasted: its days, a day that was counted before only once."""
    asked, circumstances = case.asked, case.circumstances
    first = first_plan(case.state, circumstances.today)
    assert first is not None, "the plan was drawn up"
    obstacle = asked.obstacle.days if asked.obstacle else None
    within = obstacle is not None and _planned_throughout(obstacle, case)
    line = case.line(
        Rule.OBSTACLE_WHILE_PLANNED,
        within,
        obstacleFrom=obstacle.first if obstacle else None,
        firstDrawnUpOn=first.drawn_up_on,
        maximumUntil=case.before.until,
    )
    if obstacle is None or not within:
        latest = min(case.before.until, circumstances.on)
        return refuse(line, latest=latest, pointer="/obstacle")
    grant = Grant(ground=asked.ground, obstacle=obstacle)
    after = case.with_grant(grant).until
    if after == case.before.until:
        counted = case.line(
            Rule.OBSTACLE_COUNTED_ALREADY,
            False,
            obstacleFrom=obstacle.first,
            obstacleUntil=obstacle.last,
            maximumUntil=after,
        )
        return refuse(counted, latest=after, pointer="/obstacle")
    until = after if asked.until is None else asked.until
    added = case.line(
        Rule.OBSTACLE_ADDS_DAYS,
        case.before.until < until <= after and (case.may_stop_short or until == after),
        obstacleFrom=obstacle.first,
        obstacleUntil=obstacle.last,
        maximumUntil=case.before.until,
        until=until,
    )
    if not added.result:
        return refuse(added, latest=after, pointer="/until" if asked.until else "/obstacle")
    return grant, (line, added)


def _planned_throughout(obstacle: Interval, case: _Case) -> bool:
    """Whether it is over, and a plan of the case was in force on every day of it (23 § 4 mom.).

    Days of an earlier case are its own: they were added there, where its plans are known.
    """
    state, circumstances = case.state, case.circumstances
    planned = [
        validity(p, state, circumstances.edition, circumstances.today).fully for p in state.plans
    ]
    day, last = obstacle.first, obstacle.last
    if last is None or last > circumstances.on:
        return False
    while day <= last:
        until = max((d.last or d.first for d in planned if d and d.contains(day)), default=None)
        if until is None:
            return False
        day = until + timedelta(days=1)
    return True


def _conditions(case: _Case) -> list[tuple[RuleApplied, str]]:
    """What a ground asks for besides a length, each with the member of the act it is about."""
    asked, opened, circumstances = case.asked, case.opened, case.circumstances
    checked = []
    if asked.ground in opened.special_measures_for:
        given = bool(asked.special_measures)
        checked.append((case.line(Rule.SPECIAL_MEASURES, given), "/specialMeasures"))
    if asked.ground is ExtensionGround.HOME_CARE_PART_TIME:
        on = case.before.until
        allowance = Benefit.CHILD_HOME_CARE_ALLOWANCE in case.state.person.benefits_on(on)
        agreed = case.plan.measures_on(circumstances.on)
        part_time = any(m.measure.part_time for m in agreed)
        line = case.line(
            Rule.PART_TIME_ON_HOME_CARE, allowance and part_time, on=on, partTime=part_time
        )
        checked.append((line, "/ground"))
    if opened.under_age is not None:
        on = case.before.until_studies
        young = section_31_1_young_enough(
            circumstances.edition, opened, case.state.person.born_on, on
        ).line
        unfinished = _studies_unfinished(on, case.state, circumstances, opened.section)
        checked += [(young, "/ground"), (unfinished, "/ground")]
    return checked


def _studies_unfinished(
    maximum_until: date, state: CaseState, circumstances: Circumstances, section: str
) -> RuleApplied:
    going_on = any(s.go_on_after(maximum_until) for s in state.studies)
    return circumstances.edition.line(
        Rule.STUDIES_UNFINISHED, {"maximumUntil": maximum_until}, going_on, section=section
    )
