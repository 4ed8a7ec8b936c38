"""Every command teaches itself, and docs/cli.md says what there is: no more, no less."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cases.app.cli.app import app
from cases.app.cli.trouble import ExitCode

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
HEAVY = ("fastapi", "sqlalchemy", "psycopg", "eventsourcing", "alembic", "uvicorn", "cryptography")


def leaves(command: Any, name: str = "cases") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups left out."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for each, below in inner.items():
        yield from leaves(below, f"{name} {each}")


COMMANDS = dict(leaves(get_command(app)))


@pytest.mark.guarantee("CL-1")
@pytest.mark.parametrize("name", ["cases", "cases case", "cases dev", *COMMANDS])
def test_every_command_teaches_itself(name: str) -> None:
    answer = CliRunner().invoke(app, [*name.split()[1:], "--help"])

    assert answer.exit_code == 0
    assert "Usage:" in answer.output
    assert len(answer.output.splitlines()) > 5


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    probe = (
        "import sys; sys.argv = ['cases', '--help']\n"
        "from cases.app.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stderr == "[]\n"


@pytest.mark.guarantee("CL-1")
def test_every_command_is_on_the_page_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(cases [a-z -]+)` \|", PAGE, re.MULTILINE))

    assert documented == set(COMMANDS)


@pytest.mark.guarantee("CL-1")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_on_the_page(name: str) -> None:
    options = {
        option
        for parameter in COMMANDS[name].params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }

    assert {option for option in options if f"`{option}`" not in PAGE} == set()


@pytest.mark.guarantee("CL-1")
def test_every_exit_code_is_on_the_page_and_no_other() -> None:
    documented = dict(re.findall(r"^\| (\d+) \| `([A-Z_]+)` \|", PAGE, re.MULTILINE))

    assert documented == {str(code.value): code.name for code in ExitCode}
