"""31 §: when the maximum is reached and supported self-motivated studies are not finished."""

from datetime import date

from cases.domain.law.edition import Edition, Extension
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied
from cases.domain.time import age_on


def section_31_1_young_enough(
    edition: Edition, extension: Extension, born_on: date | None, maximum: date
) -> Applied[bool]:
    """Whether the client is young enough for the extension on the day the maximum ends (1 mom.).

    An age that is not known shows nothing.
    """
    age = None if born_on is None else age_on(born_on, maximum)
    limit = extension.under_age
    holds = limit is None or (age is not None and age < limit)
    inputs = {"age": age, "on": maximum, "underAge": limit}
    line = edition.line(Rule.YOUNG_AT_MAXIMUM, inputs, holds, section=extension.section)
    return Applied(value=holds, line=line)


def section_31_2_old_enough(edition: Edition, born_on: date | None, maximum: date) -> Applied[bool]:
    """Whether the plan may stay in force for the studies only: the age on that day (2 mom.)."""
    age = None if born_on is None else age_on(born_on, maximum)
    limit = edition.continuation.from_age
    holds = age is not None and age >= limit
    inputs = {"age": age, "on": maximum, "fromAge": limit}
    section = edition.continuation.sections[0]
    line = edition.line(Rule.GROWN_AT_MAXIMUM, inputs, holds, section=section)
    return Applied(value=holds, line=line)
