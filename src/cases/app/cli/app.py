"""All commands, put together. Heavy parts are imported inside the commands, so help is quick."""

from typing import Annotated

import typer

from cases.app.cli import (
    case,
    demo,
    dev,
    doctor,
    importing,
    keyring,
    loading,
    organisations,
    projections,
    running,
)

app = typer.Typer(
    name="cases",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="""Case management for integration services under Act 681/2023.

Try it: `cases demo` starts everything with one case history and prints what to try.

Run it: `cases migrate` prepares the database of CASES_DATABASE_URL, `cases serve` answers HTTP,
`cases worker` keeps lists and the calendar. All settings are environment variables CASES_…;
exit codes are listed in docs/cli.md.""",
)


def _tell(asked: bool) -> None:
    if not asked:
        return
    from importlib.metadata import version

    from cases.app.http.describe import API_VERSION
    from cases.app.store.migrate import head

    typer.echo(f"cases {version('cases')}, API {API_VERSION}, schema {head()}")
    raise typer.Exit


@app.callback()
def _cases(
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_tell,
            is_eager=True,
            help="The release, the version of its API, and the schema it needs.",
        ),
    ] = False,
) -> None:
    pass


app.command("serve")(running.serve)
app.command("worker")(running.worker)
app.command("migrate")(running.migrate)
app.command("demo")(demo.demo)
app.command("load", epilog="Example: cases load 1-home-carer-in-vaasa --json")(loading.load)
app.command(
    "import", epilog="Example: cases import records.jsonl --organisation vaasa --dry-run --json"
)(importing.import_)
app.command("doctor")(doctor.doctor)
app.add_typer(case.group, name="case")
app.add_typer(keyring.group, name="keyring")
app.add_typer(organisations.group, name="organisations")
app.add_typer(projections.group, name="projections")
app.add_typer(dev.group, name="dev")
