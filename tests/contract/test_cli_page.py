"""Every command teaches itself, and docs/cli.md says what there is: no more, no less."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from tests.patience import PATIENCE
from typer.main import get_command
from typer.testing import CliRunner

from cases.app.cli.app import app
from cases.app.cli.trouble import ExitCode
from cases.app.http.describe import API_VERSION
from cases.app.store.migrate import head

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
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=PATIENCE
    )

    assert done.stderr == "[]\n"


def test_it_tells_its_release_its_api_and_its_schema() -> None:
    answer = CliRunner().invoke(app, ["--version"])

    assert answer.exit_code == 0
    assert answer.output == f"cases {version('cases')}, API {API_VERSION}, schema {head()}\n"


@pytest.mark.guarantee("CL-1")
def test_every_command_is_on_the_page_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(cases [a-z -]+)` \|", PAGE, re.MULTILINE))

    assert documented == set(COMMANDS)


@pytest.mark.guarantee("CL-1")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_on_the_page(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|(.+)$", PAGE, re.MULTILINE)
    options = {
        option
        for parameter in COMMANDS[name].params
        for option in parameter.opts
        if option.startswith("--") and option != "--help"
    }

    assert set(re.findall(r"`(--[a-z-]+)`", row)) == options


def understood(line: str) -> str:
    """The full name of the command that a line runs, once all its words are understood."""
    command = get_command(app)
    context = command.make_context("cases", shlex.split(line)[1:])
    while (inner := getattr(context.command, "commands", None)) is not None:
        name, *rest = [*context._protected_args, *context.args]
        context = inner[name].make_context(name, rest, parent=context)
    return context.command_path


@pytest.mark.guarantee("CL-1")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_each_of_its_words_is_and_shows_a_line_that_works(
    name: str,
) -> None:
    command = COMMANDS[name]

    assert (command.help or "").strip(), "it says what it does"
    assert [each.name for each in command.params if not each.help] == []
    if any(each.param_type_name == "argument" for each in command.params):
        example = (command.epilog or "").removeprefix("Example: ")
        assert understood(example) == name


@pytest.mark.guarantee("CL-1")
def test_every_exit_code_is_on_the_page_and_no_other() -> None:
    documented = dict(re.findall(r"^\| (\d+) \| `([A-Z_]+)` \|", PAGE, re.MULTILINE))

    assert documented == {str(code.value): code.name for code in ExitCode}


@pytest.mark.guarantee("CL-1")
@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_met_by_a_test(code: ExitCode) -> None:
    here = Path(__file__)
    others = [path for path in here.parents[1].rglob("test_*.py") if path != here]
    tests = "".join(path.read_text(encoding="utf-8") for path in others)

    assert re.search(rf"\bExitCode\.{code.name}\b", tests)
