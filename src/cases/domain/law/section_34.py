"""34 and 35 §: the support of who came as a minor without a guardian, and the representative."""

from datetime import date, timedelta
from typing import Final

from cases.domain.codes.values import ResidenceGroup
from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.time import Period, age_on

OF_AGE: Final = 18


def section_34_2_support(
    edition: Edition, group: ResidenceGroup | None, born_on: date | None
) -> Applied[date | None]:
    """The last day of the support of the wellbeing services county (34 § 2 mom.).

    It is the eve of the birthday on which the person reaches the age of 2 § 6 mom. None for who
    did not come as a minor without a guardian, or whose date of birth is not known.
    """
    limit = edition.young_without_guardian_under_age
    last = None
    if group is ResidenceGroup.YOUNG_WITHOUT_GUARDIAN and born_on is not None:
        last = birthday(born_on, limit) - timedelta(days=1)
    inputs = {"group": group, "bornOn": born_on, "underAge": limit}
    return Applied(value=last, line=edition.line(Rule.SUPPORT_OF_THE_YOUNG, inputs, last))


def section_35_minor(edition: Edition, day: date, born_on: date | None) -> Applied[bool]:
    """Whether somebody can stand for the person from ``day`` on; not known is no refusal."""
    age = None if born_on is None or born_on > day else age_on(born_on, day)
    minor = age is None or age < OF_AGE
    line = edition.line(Rule.REPRESENTED_WHILE_MINOR, {"on": day, "age": age}, minor)
    return Applied(value=minor, line=line)


def birthday(born_on: date, age: int) -> date:
    """The day an age is reached; born on 29 February, on 1 March in a common year."""
    ends = Period(months=12 * age).ends(born_on)
    return ends if ends.day == born_on.day else ends + timedelta(days=1)
