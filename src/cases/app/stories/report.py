"""What came of a story: what held, what failed with expected and found, what is not supported."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cases.app.stories.comparison import Difference
from cases.domain.model import Value
from cases.domain.time import HELSINKI

if TYPE_CHECKING:
    from rich.table import Table

ALL_HELD = 0
SOMETHING_FAILED = 1
NOT_ALL_SUPPORTED = 3


class Outcome(StrEnum):
    """What came of one entry."""

    HELD = "held"
    FAILED = "failed"
    NOT_SUPPORTED = "not supported"


class Result(Value):
    """What came of one act, check or poll. ``at`` is the simulated instant (UTC)."""

    entry: str
    at: datetime
    told: str
    outcome: Outcome
    reason: str | None = None
    differences: tuple[Difference, ...] = ()


class Report(Value):
    """What came of a whole story, in the order it happened."""

    story: str
    results: tuple[Result, ...]

    def count(self, outcome: Outcome) -> int:
        """How many entries came out so."""
        return sum(result.outcome is outcome for result in self.results)

    @property
    def exit_code(self) -> int:
        """1 when anything failed, else 3 when anything is not supported yet, else 0."""
        if self.count(Outcome.FAILED):
            return SOMETHING_FAILED
        return NOT_ALL_SUPPORTED if self.count(Outcome.NOT_SUPPORTED) else ALL_HELD

    @property
    def summary(self) -> str:
        """The figures in one line."""
        parts = [f"{self.count(outcome)} {outcome.value}" for outcome in Outcome]
        return f"{self.story}: {', '.join(parts)}"


def exit_code_of(reports: Sequence[Report]) -> int:
    """The exit code for several stories: a failure outweighs what is not supported."""
    codes = {report.exit_code for report in reports}
    return SOMETHING_FAILED if SOMETHING_FAILED in codes else max(codes, default=ALL_HELD)


def as_json(reports: Sequence[Report]) -> str:
    """The reports for programs."""
    stories = [
        {
            "story": report.story,
            **{_camel(outcome): report.count(outcome) for outcome in Outcome},
            "results": [r.model_dump(mode="json", exclude_none=True) for r in report.results],
        }
        for report in reports
    ]
    return json.dumps({"exitCode": exit_code_of(reports), "stories": stories}, indent=2)


def as_lines(report: Report) -> tuple[str, ...]:
    """The report as plain text, one entry a line, with what is wrong below it."""
    lines = []
    for result in report.results:
        lines.append(
            f"{_helsinki(result.at)}  {result.outcome.value:<13}  {result.entry:<8}  {result.told}"
        )
        lines += [f"{'':18}{line}" for line in _below(result)]
    return (*lines, report.summary)


def as_table(report: Report) -> "Table":
    """The report as a table for a terminal."""
    from rich.table import Table
    from rich.text import Text

    colours = {Outcome.HELD: "green", Outcome.FAILED: "red", Outcome.NOT_SUPPORTED: "yellow"}
    table = Table(title=report.summary, title_justify="left", box=None, pad_edge=False)
    for heading in ("Helsinki", "", "Entry", "What"):
        table.add_column(heading, no_wrap=heading != "What")
    for result in report.results:
        colour = colours[result.outcome]
        told = Text("\n".join((result.told, *_below(result))))
        table.add_row(
            _helsinki(result.at), Text(result.outcome.value, style=colour), result.entry, told
        )
    return table


def _below(result: Result) -> tuple[str, ...]:
    reason = [result.reason] if result.reason else []
    wrong = [
        f"{each.member}: expected {_short(each.expected)}, found {_short(each.found)}"
        for each in result.differences
    ]
    return (*reason, *wrong)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:197]}…"


def _helsinki(at: datetime) -> str:
    return at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


def _camel(outcome: Outcome) -> str:
    first, *rest = outcome.value.split()
    return first + "".join(word.capitalize() for word in rest)
