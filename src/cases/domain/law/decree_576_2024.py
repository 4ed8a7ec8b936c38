"""576/2024 2 §: how long multilingual civic orientation is."""

from cases.domain.law.edition import Edition
from cases.domain.law.register import Rule
from cases.domain.law.rules import Applied


def decree_576_2024_2_hours(
    edition: Edition, hours: int | None, shorter_because: str | None
) -> Applied[bool]:
    """Whether civic orientation had the hours of teaching it is to have, or a reason for fewer.

    ``hours`` are whole hours of teaching, None where nobody told them.
    """
    least = edition.civic_orientation_hours
    enough = (hours is not None and hours >= least) or shorter_because is not None
    inputs = {"hours": hours, "least": least, "reasonGiven": shorter_because is not None}
    return Applied(value=enough, line=edition.line(Rule.CIVIC_ORIENTATION_HOURS, inputs, enough))
