"""Importing the records of an authority from an old system."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TextIO

import typer

from cases.app.cli.ground import (
    Stopping,
    account,
    opened,
    quiet_logs,
    read_settings,
    until_stopped,
    with_database,
)
from cases.app.cli.output import bar, say, say_json
from cases.app.cli.running import Background
from cases.app.cli.trouble import ExitCode, Trouble

if TYPE_CHECKING:
    from cases.app.importing.importing import Imported
    from cases.app.importing.reading import Lines
    from cases.app.importing.recording import Tally

SHOWN: Final = 20
"""Bad lines that are printed; a report has all."""


def import_(  # noqa: PLR0913, PLR0917 - the options of the command
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON Lines, or CSV with --mapping.")
    ],
    organisation: Annotated[
        str, typer.Option(metavar="ID", help="The authority whose records these are.")
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="How the columns of a CSV become acts (YAML)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Decide everything and record nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every bad line there, as JSON Lines."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that decide; one for each core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Import the records of an authority from an old system, case by case.

    Each line is an act as over HTTP, with the day the old system recorded it; docs/importing.md
    describes the format and the mapping of a CSV. Every act is decided like any other and recorded
    now. A case is recorded whole, or not at all where one of its lines is bad; every bad line is
    told with its number and reason. Exit code 0: everything is recorded. 1: something is not.

    Run again, it passes over what is there and goes on: after Ctrl-C, after a crash, after bad
    lines were mended.
    """
    quiet_logs()
    if report is not None:
        _keep(report, file, mapping)
    with until_stopped() as stopping:
        refused = _import(
            stopping,
            _lines(file, mapping),
            organisation=organisation,
            dry_run=dry_run,
            report=report,
            workers=workers or os.cpu_count() or 1,
            as_json=as_json,
        )
    if stopping.is_told:
        raise KeyboardInterrupt
    raise typer.Exit(ExitCode.CHECK_FAILED if refused else ExitCode.DONE)


def _keep(report: Path, *read: Path | None) -> None:
    """Refuse a report in the place of a file that is read, by whatever name. Raises Trouble."""
    for file in read:
        if file is not None and file.exists() and report.exists() and report.samefile(file):
            sentence = f"The report would take the place of {file}, which is to be read."
            raise Trouble(ExitCode.WRONG_USAGE, sentence)


def _import(  # noqa: PLR0913 - the options of the command
    stopping: Stopping,
    lines: "Lines",
    *,
    organisation: str,
    dry_run: bool,
    report: Path | None,
    workers: int,
    as_json: bool,
) -> int:
    """Import, with a sequencer beside; print what was done. How many cases were refused.

    A signal ends it between two transactions. Raises Trouble, and what importing raises.
    """
    from cases.app.importing.importing import Wish, authority, import_cases
    from cases.app.importing.reading import survey
    from cases.app.store.sequencer import Sequencer

    with with_database(read_settings()) as settings, opened(settings) as system:
        authority(system.organisations, organisation)
        found = survey(lines)
        wish = Wish(organisation, account(), system.new_id(), dry_run)
        with _reporting(report, as_json) as write, bar("Importing", found.rows) as advance:
            stopping.started()
            begun = time.monotonic()

            def tell(tally: "Tally") -> None:
                write(tally)
                advance(tally.lines)

            with (
                Sequencer(system.url) as sequencer,
                Background(sequencer.run) as background,
            ):
                imported = import_cases(
                    settings, lines, found, wish, workers=workers, stop=stopping.event, tell=tell
                )
                seconds = time.monotonic() - begun
                background.complain()
        with Sequencer(system.url) as sequencer:
            sequencer.drain()
    told = _summary(wish.request_id, imported, seconds)
    told |= {"dryRun": dry_run, "interrupted": stopping.is_told}
    if as_json:
        say_json(told)
    else:
        _tell(told, imported)
    return imported.tally.cases_refused


def _lines(file: Path, mapping: Path | None) -> "Lines":
    """The lines of a file, which is there. Raises OSError, BadMapping."""
    from cases.app.importing.mapping import CsvLines, read_mapping
    from cases.app.importing.reading import JsonLines

    if mapping is None and file.suffix.lower() == ".csv":
        raise typer.BadParameter("a CSV needs a mapping of its columns", param_hint="--mapping")
    with file.open("rb") as there:
        if not there.seekable():
            raise typer.BadParameter("it is read twice, so it must be a file", param_hint="FILE")
    return JsonLines(file) if mapping is None else CsvLines(file, read_mapping(mapping))


def _summary(run: object, imported: "Imported", seconds: float) -> dict[str, Any]:
    tally = imported.tally
    handing_out, *workers = (round(peak, 1) for peak in imported.peaks)
    return {
        "run": str(run),
        "lines": tally.lines,
        "recorded": {"cases": tally.cases, "acts": tally.acts, "facts": tally.facts},
        "thereAlready": {"cases": tally.cases_there_already, "acts": tally.acts_there_already},
        "refused": {"cases": tally.cases_refused, "lines": tally.lines_refused},
        "seconds": round(seconds, 2),
        "actsPerSecond": round((tally.acts + tally.acts_there_already) / seconds),
        "peakMemoryMb": {"reading": handing_out, "workers": workers},
    }


def _tell(told: dict[str, Any], imported: "Imported") -> None:
    tally = imported.tally
    done = "Would record" if told["dryRun"] else "Recorded"
    say(
        f"{done} {tally.acts} acts of {tally.cases} cases ({tally.facts} facts) in "
        f"{told['seconds']} s, {told['actsPerSecond']} acts a second."
    )
    if tally.cases_there_already:
        say(f"There already: {tally.acts_there_already} acts of {tally.cases_there_already} cases.")
    if tally.cases_refused:
        say(f"Not recorded: {tally.lines_refused} lines of {tally.cases_refused} cases.")
    peaks = told["peakMemoryMb"]
    say(
        f"Peak memory: reading {peaks['reading']} MB, deciding "
        f"{', '.join(str(peak) for peak in peaks['workers'])} MB."
    )


@contextmanager
def _reporting(report: Path | None, as_json: bool) -> "Iterator[Callable[[Tally], None]]":
    """What is done with bad lines: all go into the report, the first are printed without one."""
    shown = 0

    def write(file: TextIO, tally: "Tally") -> None:
        file.writelines(f"{bad.as_json()}\n" for bad in tally.bad)
        file.flush()

    def show(tally: "Tally") -> None:
        nonlocal shown
        for bad in tally.bad:
            shown += 1
            if shown <= SHOWN and not as_json:
                say(bad.as_json())
            elif shown == SHOWN + 1 and not as_json:
                say("There are more; --report FILE has all.")

    if report is None:
        yield show
        return
    # Only its owner reads it: what an old system calls a case may say something to somebody.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(report, flags, 0o600), "w", encoding="utf-8") as file:
        yield lambda tally: write(file, tally)
