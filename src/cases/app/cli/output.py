"""What commands print: tables and colours on a terminal, plain lines elsewhere, or JSON."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from cases.app.cli.trouble import ExitCode, Trouble


def say(line: str = "") -> None:
    """A line on stdout, at once. Raises Trouble where that is closed."""
    if sys.stdout is None:
        raise Trouble(ExitCode.FILE, "Standard output is closed, and this is what to write there.")
    typer.echo(line)
    sys.stdout.flush()


def say_json(value: Any) -> None:
    """A value as JSON."""
    say(json.dumps(value, indent=2, ensure_ascii=False))


def on_terminal() -> bool:
    """Whether a person looks at stdout."""
    return sys.stdout is not None and sys.stdout.isatty()


@contextmanager
def bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while a person looks at it, nothing elsewhere; gives what moves it on."""
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda steps: progress.advance(task, steps)


def say_rows(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under headings: a table on a terminal, tab-separated lines elsewhere."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not on_terminal():
        for row in [list(headings), *cells]:
            say("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
