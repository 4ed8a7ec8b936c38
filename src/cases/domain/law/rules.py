"""The rule log: which rule of which edition was applied to what, and what came out.

A decision keeps one line per rule evaluated, so that any date can be explained years later from
the facts alone, whatever the law or the code says by then.
"""

from datetime import date
from typing import Generic, TypeVar

from pydantic import Field, field_validator

from cases.domain.model import State, Value

Scalar = str | int | bool | None
T = TypeVar("T")


class RuleApplied(Value):
    """One line of the rule log.

    ``rule`` is the stable id of the rule (its texts in fi, sv, en are found by it), ``section`` the
    place in the Act (``23.2``: section, subsection; ``decree:1.1`` for the decree), ``edition`` the
    edition it was read in. ``inputs`` are what it was applied to, ``result`` what came out; dates
    are written as ISO days.
    """

    rule: str
    section: str
    edition: str
    inputs: dict[str, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)
    result: Scalar | tuple[Scalar, ...] = None

    @field_validator("inputs", mode="before")
    @classmethod
    def _write_input_days(cls, inputs: dict[str, object]) -> dict[str, object]:
        return {name: _iso(value) for name, value in inputs.items()}

    @field_validator("result", mode="before")
    @classmethod
    def _write_result_day(cls, result: object) -> object:
        return _iso(result)


def _iso(value: object) -> object:
    """Days as ISO text, so that a line reads back from the log exactly as it was written."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(_iso(item) for item in value)
    return value


class Applied(State, Generic[T]):
    """A calculator's answer: the value to go on with, and the line for the rule log."""

    value: T
    line: RuleApplied


class Violation(Value):
    """One rule that an act would break: the line of the rule log, and the latest lawful day.

    ``latest`` is the latest day that would have been allowed, where the rule is about a day.
    ``pointer`` is the JSON pointer of the member of the act at fault, where there is one.
    """

    line: RuleApplied
    latest: date | None = None
    pointer: str | None = None

    def having_latest(self, day: date) -> "Violation":
        """The same, with the latest lawful day: how long things stand without the act."""
        return self.model_copy(update={"latest": day})

    def under(self, member: str) -> "Violation":
        """The same in an act that carries this one's act in a member (a JSON pointer)."""
        return self.model_copy(update={"pointer": f"{member}{self.pointer or ''}"})


Checked = tuple[tuple[RuleApplied, ...], tuple[Violation, ...]]
"""What a check comes to: the lines of what holds, and what is violated."""


def sorted_out(*checked: tuple[RuleApplied, str | None]) -> Checked:
    """Lines whose result says whether they hold, each with the member of the act it is about."""
    rules = tuple(line for line, _ in checked if line.result)
    broken = (Violation(line=line, pointer=at) for line, at in checked if not line.result)
    return rules, tuple(broken)


def together(*checks: Checked) -> Checked:
    """What several checks come to, in their order."""
    rules = tuple(line for lines, _ in checks for line in lines)
    return rules, tuple(violation for _, broken in checks for violation in broken)


class Refusal(Value):
    """The act may not be recorded. A value, not an exception: refusing is everyday work.

    All rules broken are named at once. ``conflict`` is true when the act is impossible in the
    present state of the case (such as starting a second assessment), false when it is unlawful.
    """

    violations: tuple[Violation, ...] = Field(min_length=1)
    conflict: bool = False

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that refuse, in the order they were met."""
        return tuple(dict.fromkeys(v.line.section for v in self.violations))


class NotSupported(Value):
    """The act is lawful to ask for, but this release does not decide it yet; ``what`` says what."""

    what: str
    section: str
