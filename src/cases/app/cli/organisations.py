"""The register of organisations: importing, and looking at what there is."""

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cases.app.cli.ground import (
    account,
    legal_day,
    migrated,
    quiet_logs,
    read_settings,
    with_database,
)
from cases.app.cli.output import say, say_json, say_rows
from cases.app.cli.trouble import ExitCode, Trouble
from cases.domain.codes.values import OrganisationKind

if TYPE_CHECKING:
    from cases.app.organisations.files import BadLines
    from cases.app.organisations.taking_in import TakenIn

group = typer.Typer(
    no_args_is_help=True,
    help="""The register of organisations, kept by validity.

What an organisation was stays known for its old days; every import is recorded with who made it,
when, and the digest of the file.""",
)
Day = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The legal day (Helsinki); today without it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@group.command(
    "import",
    epilog="Example: cases organisations import register.csv --valid-from 2011-09-01 --dry-run",
)
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="YAML, or CSV where the name ends in .csv.")
    ],
    valid_from: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day from which lines hold that tell no day (Helsinki)."
        ),
    ] = None,
    complete: Annotated[
        list[OrganisationKind] | None,
        typer.Option(
            metavar="KIND",
            help="The file has all of this kind: others end the day before --valid-from. "
            "May be repeated.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import organisations from a file, all or none, and tell what was changed.

    Nothing is taken out: a line says what an organisation is from a day on. Every bad line is told
    with its number, and nothing of the file is imported then (exit code 8). Services that run know
    of an import within a second or so.
    """
    from cases.app.bootstrap import NotConfigured, organisations_file
    from cases.app.organisations.files import BadLines
    from cases.app.organisations.taking_in import take_in

    begins = legal_day("--valid-from", valid_from)
    if complete and begins is None:
        raise typer.BadParameter("it goes with --valid-from", param_hint="--complete")
    quiet_logs()
    with with_database(read_settings()) as settings:
        url, until_now = migrated(settings), None
        with suppress(NotConfigured):
            until_now = organisations_file(settings)
        try:
            taken = take_in(
                url,
                file,
                by=account(),
                until_now=until_now,
                valid_from=begins,
                complete=complete or (),
                dry_run=dry_run,
            )
        except BadLines as bad:
            _tell_bad(bad, as_json)
            number = len(bad.lines)
            lines = "1 line is wrong" if number == 1 else f"{number} lines are wrong"
            raise Trouble(ExitCode.FILE, f"Nothing was imported: {lines}.") from None
    _tell(taken, as_json)


@group.command("list", epilog="Example: cases organisations list --on 2026-01-01")
def list_organisations(on: Day = None, as_json: AsJson = False) -> None:
    """List the organisations of a legal day."""
    from cases.app.bootstrap import standing_organisations
    from cases.app.clock import WallClock

    asked = legal_day("--on", on)
    quiet_logs()
    with with_database(read_settings()) as settings:
        migrated(settings)
        register = standing_organisations(settings).organisations
    day = asked or WallClock().today()
    versions = sorted(register.on(day), key=lambda version: version.id)
    if as_json:
        say_json(
            [
                {
                    "id": version.id,
                    **version.entry.model_dump(mode="json"),
                    "validFrom": version.valid_from.isoformat(),
                    "validUntil": _day(version.valid_until),
                }
                for version in versions
            ]
        )
        return
    say_rows(
        ("id", "kind", "code", "fi", "sv", "welfare area", "employment area", "from", "until"),
        [
            (
                each.id,
                each.entry.kind.value,
                each.entry.code,
                each.entry.names.fi,
                each.entry.names.sv,
                each.entry.welfare_area,
                each.entry.employment_area,
                each.valid_from,
                each.valid_until,
            )
            for each in versions
        ],
    )


@group.command("imports")
def list_imports(as_json: AsJson = False) -> None:
    """List every import there was: who made it, when, of which file, and what it changed."""
    from cases.app.store.connections import Role, connect
    from cases.app.store.register import imports

    quiet_logs()
    with (
        with_database(read_settings()) as settings,
        connect(migrated(settings), Role.READER) as connection,
    ):
        found = imports(connection)
    if as_json:
        say_json(
            [
                {
                    "number": each.number,
                    "recordedAt": each.recorded_at.isoformat().replace("+00:00", "Z"),
                    "recordedBy": each.recorded_by,
                    "source": each.source,
                    "sha256": each.digest,
                    "validFrom": _day(each.valid_from),
                    "added": each.added,
                    "changed": each.changed,
                    "ended": each.ended,
                    "unchanged": each.unchanged,
                }
                for each in found
            ]
        )
        return
    say_rows(
        ("number", "recorded at", "by", "file", "sha256", "added", "changed", "ended", "same"),
        [
            (
                each.number,
                f"{each.recorded_at:%Y-%m-%d %H:%M:%S}Z",
                each.recorded_by,
                each.source,
                each.digest,
                each.added,
                each.changed,
                each.ended,
                each.unchanged,
            )
            for each in found
        ],
    )


def _tell(taken: "TakenIn", as_json: bool) -> None:
    from cases.app.organisations.importing import Fate

    met: dict[str, list[str]] = {
        fate.value: [each for each, found in taken.plan.fates.items() if found is fate]
        for fate in Fate
    }
    if as_json:
        say_json({"import": taken.number, **met, "bad": []})
        return
    for fate in (Fate.ADDED, Fate.CHANGED, Fate.ENDED):
        for each in met[fate.value]:
            say(f"{fate.value}: {each}")
    counts = ", ".join(f"{len(ids)} {fate}" for fate, ids in met.items())
    begins = "Nothing was imported yet" if taken.number is None else f"Import {taken.number}"
    say(f"{begins}: {counts}.")


def _tell_bad(bad: "BadLines", as_json: bool) -> None:
    if as_json:
        lines = [{"line": each.number, "reason": each.reason} for each in bad.lines]
        say_json({"import": None, "bad": lines})
        return
    for each in bad.lines:
        say(f"line {each.number}: {each.reason}" if each.number else each.reason)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
