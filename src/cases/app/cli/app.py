"""All commands, put together. Heavy parts are imported inside the commands, so help is quick."""

import typer

from cases.app.cli import (
    case,
    demo,
    dev,
    doctor,
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
app.command("serve")(running.serve)
app.command("worker")(running.worker)
app.command("migrate")(running.migrate)
app.command("demo")(demo.demo)
app.command("load")(loading.load)
app.command("doctor")(doctor.doctor)
app.add_typer(case.group, name="case")
app.add_typer(keyring.group, name="keyring")
app.add_typer(organisations.group, name="organisations")
app.add_typer(projections.group, name="projections")
app.add_typer(dev.group, name="dev")
