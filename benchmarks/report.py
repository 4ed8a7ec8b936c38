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
from benchmarks.following import Followed
from benchmarks.reading import Reading
from benchmarks.visibility import Visible
from benchmarks.web.measuring import Answered

BUDGETS: Mapping[str, str] = {
    "append, 8 clients, one fact": (
        "at least 0.8 x the bare insert of one row, 3 x the library's default; nothing lost"
    ),
    "visible to a follower, 500 a second": "99 % within 15 ms",
    "load and fold a case of 50 facts": "at most 2.5 ms",
    "catch-up of a read model": "20 000 facts a second first, 40 000 the aim",
    "rebuild of a read model": "40 000 facts a second of one core",
    "an act over HTTP": "not slower than the plain service",
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
    http: tuple[Answered, ...] | None


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
        for facts in sorted({line.facts for line in append.lines}):
            yield (
                f"Append, {facts} fact{'s' * (facts > 1)} an act; {append.processes} processes of "
                f"clients; a fact of {append.event_bytes:.0f} bytes of header and payload, "
                f"{append.row_bytes:.0f} with all that belongs to an act; "
                "median (lowest–highest) of rounds",
                _appended(line for line in append.lines if line.facts == facts),
            )
        yield "What a follower was given beside the writers", _followed(append.followed)
        does = {line.name: line.does for line in append.lines}
        absent = {name: f"not measured: {why}" for name, why in append.absent.items()}
        yield "What each way does", _pairs(does | absent)
    if report.visible is not None:
        yield (
            "From append to visible, ms; median (lowest–highest) of rounds",
            _visible(report.visible),
        )
    if report.read is not None:
        yield "Reading one case, one client, ms", _read(report.read)
    if report.catch_up is not None:
        yield "Catching up; median (lowest–highest) of rounds", _caught_up(report.catch_up)
    if report.http is not None:
        yield "Over HTTP; median (lowest–highest) of rounds", _answered(report.http)
        yield "What each service does", _pairs({line.name: line.does for line in report.http})
    yield "Budgets", _pairs(BUDGETS)


def _appended(lines: Iterable[Appending]) -> Table:
    table = _table(
        (
            *("way", "clients", "acts/s", "median ms", "p99 ms", "x bare row", "x library"),
            *("processor ms an act: clients + server", "acknowledged, absent"),
            "follower: lost, inverted, split",
        )
    )
    for line in sorted(lines, key=lambda line: line.clients):
        table.add_row(
            line.name,
            str(line.clients),
            _spread(line.rate, 0),
            f"{line.median_ms:.2f}{' < a flush!' if line.too_fast else ''}",
            f"{line.p99_ms:.1f}",
            _spread(line.to_bare, 2),
            _spread(line.to_library, 2),
            f"{line.client_ms:.2f} + {_figure(line.server_ms)}",
            f"{line.missing} of {line.acknowledged}",
            f"{line.followed.lost}, {line.followed.inverted}, {line.followed.split}"
            if line.followed
            else "–",
        )
    return table


def _followed(lines: Iterable[Followed]) -> Table:
    table = _table(
        (
            *("way", "how its follower reads", "facts", "lost", "inverted", "acts split"),
            "processes stopped for a moment",
        )
    )
    for line in lines:
        counts = (line.facts, line.lost, line.inverted, line.split, line.stops)
        table.add_row(line.name, line.how, *map(str, counts))
    return table


def _answered(lines: Iterable[Answered]) -> Table:
    table = _table(
        (
            *("service", "what", "connections", "a second", "median ms", "p99 ms", "x plain"),
            *("processor ms: service + database", "errors", "acknowledged, absent"),
        )
    )
    for line in sorted(lines, key=lambda line: (line.what, line.connections)):
        table.add_row(
            line.name,
            line.what,
            str(line.connections),
            _spread(line.rate, 0),
            f"{line.median_ms:.1f}",
            f"{line.p99_ms:.1f}",
            _spread(line.to_plain, 2),
            f"{_figure(line.service_ms)} + {_figure(line.database_ms)}",
            str(line.errors),
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
    table = _table(("who", "how", "backlog", "facts", "facts/s", "facts a processor second"))
    for line in lines:
        per_core = _spread(line.per_core, 0) if line.per_core else "–"
        table.add_row(
            line.what, line.how, line.order, str(line.facts), _spread(line.rate, 0), per_core
        )
    return table


def _table(columns: tuple[str, ...]) -> Table:
    return Table(*(Column(name, overflow="fold") for name in columns))


def _pairs(pairs: Mapping[str, Any]) -> Table:
    table = _table(("", "value"))
    for name, value in pairs.items():
        table.add_row(name, str(value))
    return table


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _spread(spread: Spread, digits: int) -> str:
    text = f"{spread.median:.{digits}f} ({spread.low:.{digits}f}–{spread.high:.{digits}f})"
    return f"{text} !" if spread.unsteady else text
