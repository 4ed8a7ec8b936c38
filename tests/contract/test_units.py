"""The units of systemd start what there is, and give it the time it takes to end in order."""

import shlex
from configparser import RawConfigParser
from pathlib import Path

import pytest
from typer.main import get_command

from cases.app.cli.app import app
from cases.app.serving import LONGEST_GOODBYE

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))
PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_there_is_a_unit_for_each_of_the_two_services() -> None:
    assert [each.name for each in UNITS] == ["cases-serve.service", "cases-worker.service"]
    assert [each.name for each in UNITS if each.name not in PAGE] == []


@pytest.mark.guarantee("CL-7")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_that_there_is_and_lets_it_finish(path: Path) -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    service = unit["Service"]
    program, name, *rest = shlex.split(service["ExecStart"])
    assert (Path(program).name, rest) == ("cases", [])
    commands = getattr(get_command(app), "commands", {})
    assert name in commands
    # What is under way gets its time, and closing what is open a little more.
    assert int(service["TimeoutStopSec"]) >= LONGEST_GOODBYE + 5
    assert service["Restart"] == "on-failure"
    assert service["EnvironmentFile"] == "/etc/cases/environment"
    assert service["User"] != "root"
