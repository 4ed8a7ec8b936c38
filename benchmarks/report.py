"""The figures as tables for a person and as JSON for a program. No verdicts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Column, Table

from benchmarks.appending import Appending, Appendings
from benchmarks.catching_up import CaughtUp
from benchmarks.figures import Spread
from benchmarks.reading import Reading
from benchmarks.visibility import Visible

BUDGETS: Mapping[str, str] = {
    "append, 8 clients": "at least 0.8 x the bare insert of one row, 3 x the library's default",
    "visible to a follower, 500 a second": "99 % within 30 ms first, 15 ms the aim",
    "load and fold a case of 50 facts": "at most 2.5 ms",
    "catch-up of a read model": "20 000 facts a second first, 40 000 the aim",
}
"""What we promise ourselves; printed beside the figures, compared by the reader."""


@dataclass(frozen=True)
class Report:
    """Everything one run has measured; a part that was not asked for is None."""

    machine: Mapping[str, str]
    append: Appendings | None
    visible: tuple[Visible, ...] | None
    read: tuple[Reading, ...] | None
    catch_up: tuple[CaughtUp, ...] | None


def as_json(report: Report) -> str:
    """The report as one JSON object."""
    return json.dumps({**asdict(report), "budgets": dict(BUDGETS)}, indent=2)


def show(report: Report, console: Console, *, markdown: bool = False) -> None:
    """The report as tables: drawn for a terminal, or in Markdown for a page."""
    for title, table in _tables(report):
        if markdown:
            table.box = box.MARKDOWN
            console.print(f"\n**{title}**\n", highlight=False)
        else:
            table.title, table.title_justify = title, "left"
        console.print(table)


def _tables(report: Report) -> Iterator[tuple[str, Table]]:
    yield "Machine and server", _pairs(report.machine)
    if report.append is not None:
        append = report.append
        yield (
            f"Append, one fact an act: a row of {append.row_bytes:.0f} bytes, "
            f"{append.event_bytes:.0f} of them header and payload; "
            "median (lowest–highest) of rounds",
            _appended(append.lines),
        )
        yield "What each way does", _pairs({line.name: line.does for line in append.lines})
    if report.visible is not None:
        yield (
            "From append to visible, ms; median (lowest–highest) of rounds",
            _visible(report.visible),
        )
    if report.read is not None:
        yield "Reading one case, one client, ms", _read(report.read)
    if report.catch_up is not None:
        yield "Catching up; median (lowest–highest) of rounds", _caught_up(report.catch_up)
    yield "Budgets", _pairs(BUDGETS)


def _appended(lines: Iterable[Appending]) -> Table:
    table = _table(
        ("way", "clients", "acts/s", "median ms", "p99 ms", "x bare row", "x library", "lost")
    )
    for line in sorted(lines, key=lambda line: line.clients):
        table.add_row(
            line.name,
            str(line.clients),
            _spread(line.rate, 0),
            f"{line.median_ms:.2f}",
            f"{line.p99_ms:.1f}",
            _spread(line.to_bare, 2),
            _spread(line.to_library, 2),
            f"{line.missing} of {line.acknowledged}",
        )
    return table


def _visible(lines: Iterable[Visible]) -> Table:
    table = _table(
        ("at work", "facts/s", "until", "p50", "p99", "p99 since call", "never seen"),
    )
    until = {"follower": "a follower has it", "view": "its row in a read model"}
    for line in lines:
        table.add_row(
            line.beside,
            f"{line.rate} ({line.reached:.0f} reached)",
            until.get(line.until, line.until),
            _spread(line.p50, 1),
            _spread(line.p99, 1),
            _spread(line.p99_since_call, 1),
            f"{line.never} of {line.facts}",
        )
    return table


def _read(lines: Iterable[Reading]) -> Table:
    table = _table(("facts", "what", "median", "p99"))
    for line in lines:
        table.add_row(str(line.length), line.name, f"{line.median_ms:.2f}", f"{line.p99_ms:.2f}")
    return table


def _caught_up(lines: Iterable[CaughtUp]) -> Table:
    table = _table(
        ("who", "backlog", "facts", "facts/s"),
    )
    for line in lines:
        table.add_row(line.what, line.order, str(line.facts), _spread(line.rate, 0))
    return table


def _table(columns: tuple[str, ...]) -> Table:
    return Table(*(Column(name, overflow="fold") for name in columns))


def _pairs(pairs: Mapping[str, Any]) -> Table:
    table = _table(("", "value"))
    for name, value in pairs.items():
        table.add_row(name, str(value))
    return table


def _spread(spread: Spread, digits: int) -> str:
    text = f"{spread.median:.{digits}f} ({spread.low:.{digits}f}–{spread.high:.{digits}f})"
    return f"{text} !" if spread.unsteady else text
