"""The command line. The only place that imports Typer."""

import sys


def main() -> None:
    """Run the command line; the exit codes stand in docs/cli.md.

    What a person can cause is told in one sentence on stderr; only what nobody expects is shown
    with its trace.
    """
    from cases.app.cli.app import app
    from cases.app.cli.trouble import trouble_of

    try:
        app()
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        sys.stderr.write(f"{trouble.sentence}\n")
        sys.exit(trouble.code)
