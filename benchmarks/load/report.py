"""The figures as tables in Markdown. No verdicts but whether memory stayed flat."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.load.measuring import Installation, Line, Measured
from benchmarks.load.soaking import Soaked, grown
from benchmarks.report import Table

_SHOWN = 2
"""Statements of each operation that are shown."""


def tables(
    machine: Mapping[str, str], installations: Sequence[Installation], measured: Measured
) -> list[Table]:
    """Everything one run has measured."""
    sizes = [each.size for each in installations]
    found = [_machine(machine), _installations(installations), _rates(sizes, measured.lines)]
    found.append(_work(sizes, measured.lines))
    if measured.mixed:
        found.append(_mixed(sizes, measured.mixed))
    found.append(_statements(measured.lines))
    found.append(_scanned(measured.scanned))
    return found


def soaked(machine: Mapping[str, str], each: Installation, found: Soaked) -> list[Table]:
    """What an hour of load did."""
    table = Table(
        f"{found.seconds / 60:.0f} minutes of mixed load over {found.connections} connections, "
        f"{each.cases:,} cases",
        ("", "value"),
    )
    table.add("answers", f"{found.answers:,}")
    table.add("a second", f"{found.answers / found.seconds:.0f}")
    for status, times in found.statuses.items():
        table.add(f"status {status}", f"{times:,}")
    table.add("503 without Retry-After", found.abrupt)
    table.add("connections cut", found.cut)
    table.add("facts behind, at most", f"{max(found.behind, default=0):,}")
    for name, memory in found.memory.items():
        table.add(
            f"memory of {name}, MB: first, highest, last look",
            f"{memory[0]:.0f}, {max(memory):.0f}, {memory[-1]:.0f}",
        )
        table.add(f"memory of {name}: last third to first", f"{grown(memory):.3f}")
    table.add("not as promised", "; ".join(found.faults) or "nothing")
    return [_machine(machine), table]


def _machine(machine: Mapping[str, str]) -> Table:
    table = Table("Machine and server", ("", "value"))
    for name, value in machine.items():
        table.add(name, value)
    return table


def _installations(installations: Sequence[Installation]) -> Table:
    table = Table("What there was when measuring began", ("cases", "facts", "database, GB"))
    for each in installations:
        table.add(f"{each.cases:,}", f"{each.facts:,}", f"{each.gigabytes:.2f}")
    return table


def _rates(sizes: Sequence[int], lines: Sequence[Line]) -> Table:
    columns = ["what"]
    for size in sizes:
        columns += [f"{size:,}: a second", "p50 ms", "p99 ms"]
        columns += ["x smallest"] if size != sizes[0] else []
    table = Table("Answers a second; median (lowest–highest) of rounds", columns)
    for name, by_size in _by_operation(lines):
        cells: list[str] = []
        for size in sizes:
            line = by_size[size]
            rate = f"{line.rate.median:.0f} ({line.rate.low:.0f}–{line.rate.high:.0f})"
            failed = f" **{sum(line.unlike.values())} failed**" if line.unlike else ""
            cells.append(f"{rate}{' !' if line.rate.unsteady else ''}{failed}")
            cells += [f"{line.p50_ms:.1f}", f"{line.p99_ms:.1f}"]
            cells += [f"{line.to_smallest.median:.2f}"] if size != sizes[0] else []
        table.add(name, *cells)
    return table


def _work(sizes: Sequence[int], lines: Sequence[Line]) -> Table:
    title = "Processor ms for one answer: service + database; of its statements, 8 kB blocks"
    table = Table(title, ["what", *(f"{size:,}" for size in sizes)])
    for name, by_size in _by_operation(lines):
        table.add(name, *(_spent(by_size[size]) for size in sizes))
    return table


def _spent(line: Line) -> str:
    blocks = sum(each.blocks for each in line.statements) / line.answers
    from_disk = sum(each.from_disk for each in line.statements) / line.answers
    read = f", {from_disk:.1f} read" if from_disk >= 0.05 else ""
    return f"{_ms(line.service_ms)} + {_ms(line.database_ms)}; {blocks:.0f}{read}"


def _mixed(
    sizes: Sequence[int], mixed: Mapping[int, Mapping[str, tuple[int, float, float]]]
) -> Table:
    columns = ["of the mixed load"]
    for size in sizes:
        columns += [f"{size:,}: answers", "p50 ms", "p99 ms"]
    table = Table("Each question and act within a day at the office", columns)
    for name in dict.fromkeys(name for kinds in mixed.values() for name in kinds):
        cells: list[str] = []
        for size in sizes:
            number, p50, p99 = mixed[size].get(name, (0, 0.0, 0.0))
            cells += [f"{number:,}", f"{p50:.1f}", f"{p99:.1f}"]
        table.add(name, *cells)
    return table


def _statements(lines: Sequence[Line]) -> Table:
    table = Table(
        "Statements that took the server longest, by the server's own account",
        ("what", "cases", "ms each", "calls an answer", "blocks each", "statement"),
    )
    for line in lines:
        for each in line.statements[:_SHOWN]:
            table.add(
                line.operation,
                f"{line.size:,}",
                f"{each.ms / each.calls:.2f}",
                f"{each.calls / line.answers:.1f}",
                f"{each.blocks / each.calls:.0f}",
                f"`{each.words[:90].replace('|', '¦')}`",
            )
    return table


def _scanned(scanned: Mapping[int, Mapping[str, tuple[int, int]]]) -> Table:
    table = Table("Tables of many rows that were read whole", ("cases", "table", "times", "rows"))
    for size, found in scanned.items():
        for name, (times, rows) in sorted(found.items()):
            table.add(f"{size:,}", name, f"{times:,}", f"{rows:,}")
    return table


def _by_operation(lines: Sequence[Line]) -> Iterable[tuple[str, dict[int, Line]]]:
    names = dict.fromkeys(line.operation for line in lines)
    return [(name, {e.size: e for e in lines if e.operation == name}) for name in names]


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
