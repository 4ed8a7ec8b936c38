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


class GoalsChecked(State):
    """What is missing: mandatory goals, without which a plan is refused, and expected ones.

    Where an expected goal is missing, a reason is recorded instead.
    """

    mandatory_missing: tuple[GoalNeed, ...]
    expected_missing: tuple[GoalNeed, ...]


def section_18_goals(
    edition: Edition, *, jobseeker: bool, age: int | None, goals: Collection[GoalKind]
) -> Applied[GoalsChecked]:
    """Which goals are missing from a plan (18 §).

    Mandatory are a jobseeker's only: employment or entrepreneurship. Expected as a rule are of
    others readiness for work life, and employment or entrepreneurship; of the young, by their age
    on the day of drawing up, at least upper-secondary education. An age that is not known expects
    nothing. The line's result names all that is missing, alternatives joined by a slash.
    """
    rules = edition.goals
    expected = () if jobseeker else rules.others_should
    young = age is not None and age < rules.young_under_age
    if young and (rules.young_jobseekers_too or not jobseeker):
        expected += rules.young_should
    checked = GoalsChecked(
        mandatory_missing=_missing(rules.jobseeker_must if jobseeker else (), goals),
        expected_missing=_missing(expected, goals),
    )
    line = edition.line(
        Rule.GOALS,
        {
            "jobseeker": jobseeker,
            "age": age,
            "goals": tuple(sorted({goal.value for goal in goals})),
        },
        tuple(str(each) for each in checked.mandatory_missing + checked.expected_missing),
    )
    return Applied(value=checked, line=line)


def _missing(
    needed: tuple[tuple[GoalKind, ...], ...], goals: Collection[GoalKind]
) -> tuple[GoalNeed, ...]:
    return tuple(GoalNeed(one_of=kinds) for kinds in needed if not set(kinds) & set(goals))
