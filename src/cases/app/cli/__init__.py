"""The command line. The only place that imports Typer."""

import sys
from typing import Final

CLOSED_PIPE: Final = 141
"""What shells say of a program that was ended by SIGPIPE."""


def main() -> None:
    """Run the command line; the exit codes stand in docs/cli.md.

    What a person can cause is told in one sentence on stderr; only what nobody expects is shown
    with its trace. Where nobody reads the output any more it ends quietly.
    """
    from cases.app.cli.app import app
    from cases.app.cli.trouble import trouble_of

    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # which Typer takes for a failure
            sys.exit(CLOSED_PIPE)
        raise
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        sys.stderr.write(f"{trouble.sentence}\n")
        sys.exit(trouble.code)
