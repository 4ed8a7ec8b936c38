"""How long all plans may last together: the whole sum, term by term (23 § 2–4, 31 § 1, 102 § 2).

The sum begins with the first plan, whichever authority drew it up. Then come the extensions, in the
order of the Act and not in that of recording: lengths granted for special measures, the days an
obstacle lasted, the length granted for studies. So the same grants give the same day, whenever each
became known.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from cases.domain.codes.values import ExtensionGround
from cases.domain.law.edition import CountedFrom, DurationRules, Edition, Extension
from cases.domain.law.register import Rule
from cases.domain.law.rules import RuleApplied
from cases.domain.law.section_23 import section_23_2_maximum
from cases.domain.law.section_102 import section_102_2_maximum, section_102_2_old_rules
from cases.domain.model import State
from cases.domain.time import Interval, Length, age_on, union_days

_ANY_AGE: Final = 1000
"""No client is that old: what an edition does not know it cannot end."""


class FirstPlan(State):
    """The day the person's first plan was drawn up, and for one of the repealed Act signed."""

    drawn_up_on: date
    signed_on: date | None = None

    def counted_from(self, rules: DurationRules) -> date:
        """The day that these rules count from: its signing, where they do and it is known."""
        by_signing = rules.all_plans.counted_from is CountedFrom.SIGNING
        return (self.signed_on if by_signing else None) or self.drawn_up_on


class Grant(State):
    """An extension that was granted: of a length, or for the days of an obstacle.

    Of an obstacle ``in_earlier_case`` nothing is known but its days: what it was, isn't told on.
    """

    ground: ExtensionGround
    length: Length | None = None
    obstacle: Interval | None = None
    in_earlier_case: bool = False


class Maximum(State):
    """The latest last day of all plans together, and each term of the sum that gives it.

    ``until_studies`` is the day before any extension for studies: ages are taken on it (31 §), and
    the supported studies go on after it. ``lengthened_to`` is the day that the lengths for special
    measures reach, before the obstacles are added.
    """

    until: date
    until_studies: date
    lengthened_to: date
    terms: tuple[RuleApplied, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections the sum rests on, in its order: of a grant that adds nothing none."""
        return tuple(dict.fromkeys(line.section for line in self.adding))

    @property
    def adding(self) -> tuple[RuleApplied, ...]:
        """The terms without the grants that add nothing; the last one gives the day."""
        return tuple(line for line in self.terms if line.result is not False)


def durations_of(edition: Edition, first: FirstPlan) -> DurationRules:
    """The duration rules that hold for everybody whose first plan this is (102 § 2 mom.)."""
    if section_102_2_old_rules(edition, first.drawn_up_on).value:
        return edition.old_durations
    return edition


def extension_for(
    edition: Edition, first: FirstPlan, ground: ExtensionGround
) -> tuple[DurationRules, Extension] | None:
    """The extension a ground opens, and the rules it stands in; None where there is none.

    Plans of the repealed Act keep its extensions; what it did not know stands in the edition.
    """
    for rules in (durations_of(edition, first), edition):
        extension = rules.extension(ground)
        if extension is not None:
            return rules, extension
    return None


def maximum(
    edition: Edition,
    first: FirstPlan,
    grants: Sequence[Grant] = (),
    *,
    born_on: date | None = None,
) -> Maximum:
    """The sum, for the grants there are. Nothing restarts it: no review, switch, move, authority.

    A length for the studies of the young comes last while the client, born on ``born_on``, is as
    young on the day the rest of the sum ends (31 § 1 mom.). Another extension may move that day
    past their age, and another date of birth may become known: then the day that was granted
    stays, with the days of obstacles since. ``grants`` stand in the order they were decided. What
    was granted on a ground that the edition does not know still counts: an edition that came later
    takes nothing back. Each grant has its term; that of one which adds nothing has the result
    False. Raises ``DateOutOfRange``.
    """
    return _summed(edition, first, tuple(grants), born_on)


# A question about a plan asks for the sum of the same few grants day by day and step by step. What
# is kept are days, of nobody in particular, and of the last few cases only.
@lru_cache(maxsize=256)
def _summed(
    edition: Edition, first: FirstPlan, grants: tuple[Grant, ...], born_on: date | None
) -> Maximum:
    terms = list(_base(edition, first))
    base = date.fromisoformat(str(terms[-1].result))
    if not grants:
        return Maximum(until=base, until_studies=base, lengthened_to=base, terms=tuple(terms))
    kinds = [(grant, _opened(edition, first, grant)) for grant in grants]
    lengthened = base
    for grant, known in kinds:
        if grant.length is not None and known[1].under_age is None:
            lengthened = grant.length.ends(lengthened)
            length = {"length": str(grant.length)}
            terms.append(_term(Rule.EXTENSION, known, grant, lengthened, length))
    until = lengthened
    obstacles: list[Interval] = []
    for grant, known in kinds:
        if grant.obstacle is not None:
            counted = union_days(obstacles)
            obstacles.append(grant.obstacle)
            added = union_days(obstacles) - counted
            until += timedelta(days=added)
            days = {"from": grant.obstacle.first, "until": grant.obstacle.last, "days": added}
            terms.append(_of_obstacle(known, grant, until if added else False, days))
    until_studies = until
    for n, (grant, known) in enumerate(kinds):
        if known[1].under_age is None or grant.length is None:
            continue
        inputs: dict[str, object] = {"length": str(grant.length)}
        if _young(known[1], born_on, until_studies):
            reached = grant.length.ends(until)
        else:
            inputs |= {"underAge": known[1].under_age, "grownOn": until_studies}
            before = [each.obstacle for each in grants[:n] if each.obstacle is not None]
            since = timedelta(days=union_days(obstacles) - union_days(before))
            granted_from = maximum(edition, first, grants[:n], born_on=born_on).until
            reached = grant.length.ends(granted_from) + since
        adds = reached > until
        if not adds:
            inputs |= {"grantedUntil": reached, "maximumUntil": until}
        until = max(until, reached)
        line = _term(Rule.EXTENSION_FOR_STUDIES, known, grant, until if adds else False, inputs)
        terms.append(line)
    return Maximum(
        until=until, until_studies=until_studies, lengthened_to=lengthened, terms=tuple(terms)
    )


def _young(extension: Extension, born_on: date | None, day: date) -> bool:
    """Whether the client is as young on ``day`` as the extension asks; nobody's age is guessed."""
    limit = extension.under_age
    return limit is None or born_on is None or age_on(born_on, day) < limit


def _opened(edition: Edition, first: FirstPlan, grant: Grant) -> tuple[DurationRules, Extension]:
    """What the grant was opened by; where the edition has no such thing, what it looks like."""
    known = extension_for(edition, first, grant.ground)
    if known is not None:
        return known
    studies = grant.ground is ExtensionGround.STUDIES_UNDER_25
    rule = Rule.EXTENSION if grant.obstacle is None else Rule.EXTENSION_FOR_OBSTACLE
    section = edition.section(Rule.EXTENSION_FOR_STUDIES if studies else rule)
    return edition, Extension(
        section=section, grounds=(grant.ground,), under_age=_ANY_AGE if studies else None
    )


def length_reaching(
    until: date, start: date, latest: date, give: Callable[[Length], date]
) -> Length:
    """The longest length from ``start``, to ``latest`` at most, that brings the sum to ``until``.

    ``give`` says what the sum becomes with a length. The sum never shrinks as the length grows.
    """
    low, high = 0, (latest - start).days
    while low < high:
        middle = (low + high + 1) // 2
        if give(Length.between(start, start + timedelta(days=middle))) <= until:
            low = middle
        else:
            high = middle - 1
    return Length.between(start, start + timedelta(days=low))


# Every question about a plan's days begins with these terms, and the same few days come again.
@lru_cache(maxsize=4096)
def _base(edition: Edition, first: FirstPlan) -> tuple[RuleApplied, ...]:
    old = section_102_2_old_rules(edition, first.drawn_up_on)
    if old.value:
        rules = edition.old_durations
        return old.line, section_102_2_maximum(edition, rules, first.counted_from(rules)).line
    return (section_23_2_maximum(edition, first.counted_from(edition)).line,)


def _term(
    rule: Rule,
    known: tuple[DurationRules, Extension],
    grant: Grant,
    until: date | Literal[False],
    inputs: Mapping[str, object],
) -> RuleApplied:
    rules, extension = known
    return rules.line(rule, {"ground": grant.ground, **inputs}, until, section=extension.section)


def _of_obstacle(
    known: tuple[DurationRules, Extension],
    grant: Grant,
    until: date | Literal[False],
    days: Mapping[str, object],
) -> RuleApplied:
    if not grant.in_earlier_case:
        return _term(Rule.EXTENSION_FOR_OBSTACLE, known, grant, until, days)
    rules, extension = known
    return rules.line(Rule.OBSTACLE_IN_EARLIER_CASE, days, until, section=extension.section)
