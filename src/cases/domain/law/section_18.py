"""18 §: the goals a plan must have, and those it should as a rule."""

from collections.abc import Collection

from cases.domain.codes.values import GoalKind
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.model import State


class GoalNeed(State):
    """A goal that is missing: any one of these kinds would do."""

    one_of: tuple[GoalKind, ...]

    def __str__(self) -> str:
        return "/".join(self.one_of)


def section_18_mandatory(
    edition: Edition, *, jobseeker: bool, goals: Collection[GoalKind]
) -> Applied[tuple[GoalNeed, ...]]:
    """The mandatory goals that are missing; a plan without them is refused. Empty is lawful.

    Only a jobseeker's goals are mandatory: employment or entrepreneurship.
    """
    needed = edition.goals.jobseeker_must if jobseeker else ()
    missing = _missing(needed, goals)
    line = edition.line(
        Rule.GOALS_MANDATORY,
        {"jobseeker": jobseeker, "goals": _named(goals)},
        tuple(str(each) for each in missing),
    )
    return Applied(value=missing, line=line)


def section_18_expected(
    edition: Edition, *, jobseeker: bool, age: int | None, goals: Collection[GoalKind]
) -> Applied[tuple[GoalNeed, ...]]:
    """The goals a plan should as a rule have and has not; a reason is then recorded.

    Of others than jobseekers: readiness for work life, and employment or entrepreneurship. Of the
    young, by their age on the day of drawing up: at least upper-secondary education; an age that
    is not known expects nothing.
    """
    rules = edition.goals
    needed = () if jobseeker else rules.others_should
    young = age is not None and age < rules.young_under_age
    if young and (rules.young_jobseekers_too or not jobseeker):
        needed += rules.young_should
    missing = _missing(needed, goals)
    line = edition.line(
        Rule.GOALS_EXPECTED,
        {"jobseeker": jobseeker, "age": age, "goals": _named(goals)},
        tuple(str(each) for each in missing),
    )
    return Applied(value=missing, line=line)


def _missing(
    needed: tuple[tuple[GoalKind, ...], ...], goals: Collection[GoalKind]
) -> tuple[GoalNeed, ...]:
    return tuple(GoalNeed(one_of=kinds) for kinds in needed if not set(kinds) & set(goals))


def _named(goals: Collection[GoalKind]) -> tuple[str, ...]:
    return tuple(sorted({goal.value for goal in goals}))
