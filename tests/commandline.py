"""Commands run as a person runs them, and an installation to run them on."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import psycopg
import structlog

from cases.app.cli import main
from cases.app.cli.loading import play_into
from cases.app.embedded import Database
from cases.app.settings import Settings
from cases.app.stories.model import read_story, shipped_story
from tests.leaks import look_at_command
from tests.patience import PATIENCE

PROGRAM = Path(sys.executable).with_name("cases")


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """The environment with these settings and no others."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CASES_")}
    return kept | {f"CASES_{name.upper()}": str(value) for name, value in settings.items()}


def run_alone(*arguments: str | Path, **settings: object) -> Done:
    """Run ``cases`` as a process of its own."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def run(*arguments: str | Path, **settings: object) -> Done:
    """Run ``cases`` within this process, which spares the start of a Python for each command."""
    out, err = io.StringIO(), io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    code: object = 0
    try:
        with (
            mock.patch.dict(os.environ, environment(settings), clear=True),
            mock.patch.object(sys, "argv", ["cases", *map(str, arguments)]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            main()
    except SystemExit as end:
        code = end.code
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()
    look_at_command([*map(str, arguments)], out.getvalue(), err.getvalue())
    return Done(int(str(code or 0)), out.getvalue(), err.getvalue())


def load_first_story(settings: Mapping[str, object]) -> None:
    """Play story 1 into the empty installation of these settings."""
    play_into(
        Settings(**settings, allow_test_codes=True),  # type: ignore[arg-type]
        [read_story(shipped_story("1-home-carer-in-vaasa"))],
    )


def case_of(database: Database) -> str:
    with psycopg.connect(database.superuser_url) as connection:
        row = connection.execute("select distinct stream_id from log.event").fetchone()
    assert row is not None
    return str(row[0])
