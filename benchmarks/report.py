"""The figures as tables for a person and as JSON for a program. No verdicts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from rich.console import Console
from rich.table import Column
from rich.table import Table as Drawn

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


@dataclass
class Table:
    """One table: the same for a terminal and for a page."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """One more row."""
        self.rows.append([str(cell) for cell in cells])


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


def show(report: Report, console: Console) -> None:
    """The report as tables on a terminal."""
    for table in _tables(report):
        drawn = Drawn(
            *(Column(name, overflow="fold") for name in table.columns),
            title=table.title,
            title_justify="left",
        )
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)


def as_markdown(report: Report) -> str:
    """The report as tables for a page."""
    return markdown(_tables(report))


def markdown(tables: Iterable[Table]) -> str:
    """Tables for a page."""
    parts = []
    for table in tables:
        lines = [table.columns, ["---"] * len(table.columns), *table.rows]
        parts.append(f"**{table.title}**\n")
        parts += [f"| {' | '.join(cell.strip() for cell in line)} |" for line in lines]
        parts.append("")
    return "\n".join(parts)


def _tables(report: Report) -> Iterator[Table]:
    yield _pairs("Machine and server", report.machine)
    if report.append is not None:
        append = report.append
        for facts in sorted({line.facts for line in append.lines}):
            title = (
                f"Append, {facts} fact{'s' * (facts > 1)} an act; {append.processes} processes of "
                f"clients; a fact of {append.event_bytes:.0f} bytes of header and payload, "
                f"{append.row_bytes:.0f} with all that belongs to an act; "
                "median (lowest–highest) of rounds"
            )
            yield _appended(title, (line for line in append.lines if line.facts == facts))
        yield _followed(append.followed)
        does = {line.name: line.does for line in append.lines}
        absent = {name: f"not measured: {why}" for name, why in append.absent.items()}
        yield _pairs("What each way does", does | absent)
    if report.visible is not None:
        yield _visible(report.visible)
    if report.read is not None:
        yield _read(report.read)
    if report.catch_up is not None:
        yield _caught_up(report.catch_up)
    if report.http is not None:
        yield _answered(report.http)
        yield _pairs("What each service does", {line.name: line.does for line in report.http})
    yield _pairs("Budgets", BUDGETS)


def _appended(title: str, lines: Iterable[Appending]) -> Table:
    table = Table(
        title,
        (
            *("way", "clients", "acts/s", "median ms", "p99 ms", "x bare row", "x library"),
            *("processor ms an act: clients + server", "acknowledged and absent"),
            "follower: lost, inverted, split",
        ),
    )
    for line in sorted(lines, key=lambda line: line.clients):
        given = line.followed
        table.add(
            line.name,
            line.clients,
            _spread(line.rate, 0),
            f"{line.median_ms:.2f}{' < a flush!' if line.too_fast else ''}",
            f"{line.p99_ms:.1f}",
            _spread(line.to_bare, 2),
            _spread(line.to_library, 2),
            f"{line.client_ms:.2f} + {_figure(line.server_ms)}",
            f"{line.missing} of {line.acknowledged}",
            f"{given.lost}, {given.inverted}, {given.split}" if given else "–",
        )
    return table


def _followed(lines: Iterable[Followed]) -> Table:
    table = Table(
        "What a follower was given beside the writers, in an adjacent run",
        (
            *("way", "how its follower reads", "facts", "lost", "inverted", "acts split"),
            "processes of the server stopped for a moment",
        ),
    )
    for line in lines:
        counts = (line.facts, line.lost, line.inverted, line.split, line.stops)
        table.add(line.name, line.how, *counts)
    return table


def _visible(lines: Iterable[Visible]) -> Table:
    table = Table(
        "From append to visible, ms; median (lowest–highest) of rounds",
        ("at work", "facts/s", "until", "p50", "p99", "p99 since call", "never seen"),
    )
    until = {"follower": "a follower has it", "view": "its row in a read model"}
    for line in lines:
        table.add(
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
    table = Table("Reading one case, one client, ms", ("facts", "what", "median", "p99"))
    for line in lines:
        table.add(line.length, line.name, f"{line.median_ms:.2f}", f"{line.p99_ms:.2f}")
    return table


def _caught_up(lines: Iterable[CaughtUp]) -> Table:
    table = Table(
        "Catching up and rebuilding; median (lowest–highest) of rounds",
        ("who", "how", "backlog", "facts", "facts/s", "facts a processor second"),
    )
    for line in lines:
        per_core = _spread(line.per_core, 0) if line.per_core else "–"
        table.add(line.what, line.how, line.order, line.facts, _spread(line.rate, 0), per_core)
    return table


def _answered(lines: Iterable[Answered]) -> Table:
    table = Table(
        "Over HTTP; median (lowest–highest) of rounds",
        (
            *("service", "what", "connections", "a second", "median ms", "p99 ms", "x plain"),
            *("processor ms: service + database", "errors", "acknowledged and absent"),
        ),
    )
    for line in sorted(lines, key=lambda line: (line.what, line.connections)):
        table.add(
            line.name,
            line.what,
            line.connections,
            _spread(line.rate, 0),
            f"{line.median_ms:.1f}",
            f"{line.p99_ms:.1f}",
            _spread(line.to_plain, 2),
            f"{_figure(line.service_ms)} + {_figure(line.database_ms)}",
            line.errors,
            f"{line.missing} of {line.acknowledged}" if line.what == "act" else "–",
        )
    return table


def _pairs(title: str, pairs: Mapping[str, object]) -> Table:
    table = Table(title, ("", "value"))
    for name, value in pairs.items():
        table.add(name, value)
    return table


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _spread(spread: Spread, digits: int) -> str:
    text = f"{spread.median:.{digits}f} ({spread.low:.{digits}f}–{spread.high:.{digits}f})"
    return f"{text} !" if spread.unsteady else text
