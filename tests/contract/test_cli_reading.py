"""Whatever a command only reads it tells as JSON when asked, and nothing else stands on stdout."""

import io
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from tests.commandline import case_of, load_first_story, run
from tests.contract.test_cli_page import COMMANDS

from cases.app.cli.output import bar
from cases.app.cli.trouble import ExitCode
from cases.app.embedded import Cluster

CASE: Final = "the id of a case"
READING: Final[Mapping[str, tuple[str, ...]]] = {
    "cases case show": (CASE,),
    "cases case explain": (CASE, "--lang", "fi"),
    "cases case dues": (CASE,),
    "cases case record": (CASE,),
    "cases doctor": (),
    "cases organisations list": (),
    "cases organisations imports": (),
    "cases projections compare": (),
    "cases projections status": (),
}
"""Commands that change nothing, each with what it needs to be told."""
DOING: Final = {
    *("cases serve", "cases worker", "cases demo", "cases dev idp"),  # until told to stop
    *("cases migrate", "cases load", "cases import", "cases organisations import"),
    *("cases keyring create", "cases keyring rotate"),
    *("cases projections retry", "cases projections rebuild"),
    "cases dev token",  # prints the token, to be put into a variable
    "cases dev call",  # prints what was answered
}


@pytest.fixture(scope="module")
def loaded(
    cluster: Cluster, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, object]]:
    """An installation with story 1, which nothing here changes, and the id of its case."""
    database = cluster.create_database("cli_reading", template=migrated_template)
    settings: dict[str, object] = {
        "environment": "test",
        "database_url": database.url,
        "state": tmp_path_factory.mktemp("state"),
    }
    load_first_story(settings)
    yield {**settings, "case": case_of(database)}
    cluster.drop_database(database.name)


def asked(name: str, loaded: Mapping[str, object], *more: str) -> Any:
    """What a reading command came to."""
    settings = {key: value for key, value in loaded.items() if key != "case"}
    words = [str(loaded["case"]) if word is CASE else word for word in READING[name]]
    return run(*name.split()[1:], *words, *more, **settings)


@pytest.mark.guarantee("CL-8")
def test_a_command_reads_or_does_something() -> None:
    assert READING.keys() | DOING == COMMANDS.keys()
    assert not READING.keys() & DOING


@pytest.mark.guarantee("CL-8")
@pytest.mark.parametrize("name", READING)
def test_what_a_command_reads_it_tells_as_json_and_nothing_else(
    loaded: dict[str, object], name: str
) -> None:
    told = asked(name, loaded, "--json")
    words = asked(name, loaded)

    assert (told.returncode, told.stderr) == (ExitCode.DONE, "")
    assert isinstance(json.loads(told.stdout), dict | list)
    assert words.returncode == ExitCode.DONE
    assert words.stdout != told.stdout


@pytest.mark.guarantee("CL-8")
def test_a_bar_shows_how_far_long_work_is_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        with bar("Comparing", 4) as advance:
            advance(1)
            advance(3)
        assert ("Comparing" in stream.getvalue()) is stream.isatty()
        assert ("100%" in stream.getvalue()) is stream.isatty()
